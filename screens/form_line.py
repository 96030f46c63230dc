"""A form's values as a line of the language, and a refused line's error back to the field that it came from.

Screens may import this module; the language it imports only when a line is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from domain.speak import Answer

_BARE: Final = re.compile(r"(?!--)[-$+0-9A-Za-z.,:_/#]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One field's part of a line.

    Attributes:
        field: The form's field.
        value: What was typed.
        keyword: The word that introduces it, if there is one.
        kind: `name` is quoted where needed; `word` (a number, a price, a window) is left as it is where it can be;
            `list` are names with commas between them.
        attribute: What the command calls it, where the form calls it otherwise.
    """

    field: str
    value: str
    keyword: str = ""
    kind: str = "name"
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class ComposedLine:
    """A line, and which characters of it came from which field."""

    text: str
    spans: Sequence[tuple[int, int, str]]
    fields: Mapping[str, str]
    """From the command's attributes to the form's fields."""

    def field_of(self, answer: Answer) -> str | None:
        """The field that a refusal is about, if it is about one."""
        details = answer.data.get("details", {})
        if "position" in details:
            at = int(details["position"])
            return next((field for start, end, field in self.spans if start <= at < end), None)
        attribute = str(details.get("field", "")).partition(".")[0]
        return self.fields.get(attribute)


def compose_line(head: str, parts: Sequence[Part]) -> ComposedLine:
    """Put a line together: `service new` and its parts in order."""
    from domain.line.values import name

    text, spans = head, []
    for part in parts:
        start = len(text)
        written = _written(part, name)
        text += f" {part.keyword} {written}" if part.keyword else f" {written}"
        spans.append((start, len(text), part.field))
    return ComposedLine(text, spans, {part.attribute or part.field: part.field for part in parts})


def _written(part: Part, name: Callable[[str], str]) -> str:
    if part.kind == "list":
        from domain.line.scan import quote

        names = [one.strip() for one in part.value.split(",") if one.strip()]
        return ",".join(name(one) for one in names) or "none" if names else quote("") if part.value else "none"
    if part.kind == "word" and _BARE.fullmatch(part.value.strip()):
        return part.value.strip()
    return name(part.value)
