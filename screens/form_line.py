"""A form's values as a line of the language, and a refused line's error back to the field that it came from.

Screens may import this module; the language it imports only when a line is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from domain.errors import DispatchError

if TYPE_CHECKING:
    from domain.answers.answer import Answer
    from screens.frame import Frame
    from screens.widgets.form import Form

_BARE: Final = re.compile(r"(?!--)[-$+0-9A-Za-z.,:_/#]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One field's part of a line.

    Attributes:
        field: The form's field.
        value: What was typed.
        keyword: The word that introduces it, if there is one.
        kind: `name` is quoted where needed; `word` (a number, a price, a window) is left as it is where it can be;
            so are `words` (a window such as `tomorrow 9-11`); `list` are names with commas between them.
        attribute: What commands and refusals call it, where the form calls it otherwise; several with commas between.
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
    """From what commands and refusals call it to the form's field."""

    def field_of(self, answer: Answer) -> str | None:
        """The field that a refusal is about, if it is about one."""
        details = answer.data.get("details", {})
        if "position" in details:
            at = int(details["position"])
            return next((field for start, end, field in self.spans if start <= at < end), None)
        named = str(details.get("field", "")).partition(".")[0]
        return next((self.fields[name] for name in (named, *details) if name in self.fields), None)


def compose_line(head: str, parts: Sequence[Part]) -> ComposedLine:
    """Put a line together: `service new` and its parts in order."""
    from domain.line.values import name

    text, spans = head, []
    for part in parts:
        start = len(text)
        written = _written(part, name)
        text += f" {part.keyword} {written}" if part.keyword else f" {written}"
        spans.append((start, len(text), part.field))
    called = {name: part.field for part in parts for name in (part.attribute or part.field).split(",")}
    return ComposedLine(text, spans, called)


def _written(part: Part, name: Callable[[str], str]) -> str:
    if part.kind == "list":
        return ",".join(name(one.strip()) for one in part.value.split(",") if one.strip()) or "none"
    words = part.value.split() if part.kind == "words" else [part.value.strip()]
    if part.kind in {"word", "words"} and words and all(_BARE.fullmatch(word) for word in words):
        return " ".join(words)
    return name(part.value)


async def carry_out(screen: Frame, form: Form, line: ComposedLine) -> bool:
    """Carry a form's line out: close the form, or say at the field why not; whether it was carried out.

    A form that was left meanwhile is not there to say it: the result line does.
    """
    opening = form.opening
    try:
        # What was carried out, but not told before the database was lost, is not carried out twice.
        key = screen.console.key_for(f"{screen.PLACE} {form.id} {opening} {line.text}")
        with screen.waiting.told():
            answers = await screen.console.say(line.text, actor=screen.acting, key=key)
    except DispatchError as refusal:
        if form.waits_for(opening):
            form.refuse(refusal.message)
        else:
            screen.result.show("refused", refusal.message)
        return False
    last = answers[-1]
    if not form.waits_for(opening):
        screen.show_answers(answers, typed=False)
    elif last.ok:
        form.close()
        screen.show_answers(answers, typed=False)
    else:
        form.refuse(last.text, line.field_of(last))
    return last.ok


@dataclass(frozen=True, slots=True)
class Seen:
    """What is edited in a form: its name on the line, the version that was seen, the fields' first values."""

    name: str
    version: int
    values: Mapping[str, str]


async def carry_out_edit(screen: Frame, form: Form, head: str, parts: Sequence[Part], seen: Seen, now: Seen) -> Seen:
    """Carry out what was changed in a form, and nothing else.

    When somebody was faster nothing is written: the form says what they changed, and keeps what was typed.

    Returns:
        What the person at the form has seen by now.
    """
    changed = [part for part in parts if part.value != seen.values[part.field]]
    if not changed:
        form.close()
        screen.result.show("info", "nothing was changed")
    elif now.version != seen.version:
        theirs = [
            f"{field} {before or 'empty'} → {now.values[field] or 'empty'}"
            for field, before in seen.values.items()
            if before != now.values[field]
        ]
        said = ", ".join(theirs) or "not in these fields"
        form.refuse(f"{seen.name} was changed meanwhile ({said}); nothing was written, save again to go on")
    else:
        await carry_out(screen, form, compose_line(head, [Part("", now.name), *changed]))
    return replace(seen, name=now.name, version=now.version)
