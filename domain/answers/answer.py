"""What a line comes to, for people and for programs. Pure; whatever speaks or listens imports it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What one line came to.

    Attributes:
        ok: It was carried out, or answered.
        understood: It is in the language.
        text: One line for people.
        lines: The body of a read.
        data: The same for programs: what `--json` prints.
        booking: The booking it was about, which `..` stands for next.
        inverse: The line that takes it back.
        choices: Lines that the digits 1 to 9 stand for next.
        proposal: After a refusal, the nearest line that would work now; of `next`, the line that would help.
        asks: Whom a line about many would change; it is carried out when somebody agrees to these.
    """

    ok: bool
    understood: bool
    text: str
    lines: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    booking: int | None = None
    inverse: str | None = None
    choices: tuple[str, ...] = ()
    proposal: str | None = None
    asks: tuple[int, ...] = ()


def read_out(
    text: str,
    lines: Any,
    *,
    data: dict[str, Any] | None = None,
    booking: int | None = None,
    choices: tuple[str, ...] = (),
) -> Answer:
    """The answer to a question: a line, and what it is about."""
    body = tuple(lines)
    return Answer(
        ok=True,
        understood=True,
        text=text,
        lines=body,
        data=data if data is not None else {"text": list(body)},
        booking=booking,
        choices=choices,
    )
