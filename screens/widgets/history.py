"""The lines that were entered before: one for all screens of a console, walked and searched by their beginning.

Used by the line; imports no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from screens.widgets.text import clean

KEPT: Final = 500


class History:
    """Lines, oldest first."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._lines = [clean(line) for line in lines][-KEPT:]
        self.keep: Callable[[str], None] = _forget
        """Told of every line that is added, to keep it for other days."""

    @property
    def lines(self) -> Sequence[str]:
        """All of them, oldest first."""
        return self._lines

    def add(self, text: str) -> None:
        """Remember a line; the same one twice in a row is one."""
        if text.strip() and (not self._lines or self._lines[-1] != text):
            self._lines = [*self._lines, clean(text)][-KEPT:]
            self.keep(text)

    def precede(self, earlier: Iterable[str]) -> None:
        """Put the lines of other days before those of this one."""
        self._lines = [*(clean(line) for line in earlier), *self._lines][-KEPT:]

    def beginning(self, prefix: str) -> list[str]:
        """The lines that begin so but say more, the newest first, each once."""
        return [line for line in dict.fromkeys(reversed(self._lines)) if line.startswith(prefix) and line != prefix]


def _forget(_: str) -> None:
    """Nothing is kept."""
