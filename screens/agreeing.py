"""A line about many waits for a second Enter: what was asked, and whether that is what is agreed to.

Used by `spoken.SpokenScreen`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.message import Message

if TYPE_CHECKING:
    from domain.answers.answer import Answer

HOW: Final = "Enter again does it, or yes"
_YES: Final = frozenset({"yes", "y"})


@dataclass(slots=True)
class Question:
    """The line that was answered by a question, and whom it would change; empty when none was."""

    line: str = ""
    numbers: tuple[int, ...] = ()

    def note(self, line: str, answer: Answer) -> None:
        """Keep what an answer asks; any other answer ends the question."""
        self.line, self.numbers = (line, answer.asks) if answer.asks else ("", ())

    def agreed(self, text: str) -> bool:
        """Whether a text agrees to what was asked: the same line again, or yes."""
        return bool(self.numbers) and (text == self.line or text.lower() in _YES)


@dataclass
class Advanced(Message):
    """So many of so many are done; from the writer's thread to the screen."""

    done: int
    of: int

    def can_replace(self, message: Message) -> bool:
        """Only the last of a burst matters."""
        return isinstance(message, Advanced)
