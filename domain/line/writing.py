"""From a command to its one line: full verbs, absolute UTC times, quotes where needed. The inverse of reading.

May be imported by anything; it imports the grammar's table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from pydantic.fields import FieldInfo

from domain.commands import Command
from domain.line.table import VERBS, Verb
from domain.line.values import MANNERS


@dataclass(frozen=True, slots=True)
class _Part:
    """What render does with one slot of a verb, looked up once."""

    values: slice
    """Which of the form's values are the slot's."""
    key: str | None
    write: Callable[[tuple[Any, ...]], str]
    left_out: tuple[Any, ...] | None
    """The values at which it is not written; None when it always is."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How one verb says a kind of command."""

    name: str
    needs: tuple[str, ...]
    parts: tuple[_Part, ...]
    values_of: Callable[[Command], tuple[Any, ...]]


def render(command: Command) -> str:
    """The line that a command is stored as: `parse` gives the same command on any day, in any zone.

    Args:
        command: Any command.

    Returns:
        One line without line breaks.
    """
    form = _form_for(command)
    bulk: int | None = vars(command).get("bulk")  # pydantic takes long to say that it has no such attribute
    words = [form.name] if bulk is None else [f"&{bulk}", form.name]
    said = form.values_of(command)
    for part in form.parts:
        values = said[part.values]
        if values != part.left_out:
            if part.key is not None:
                words.append(part.key)
            words.append(part.write(values))
    return " ".join(words)


def _form_for(command: Command) -> _Form:
    """Of the verbs that build such a command, the one whose needs it meets best: `undo!` for an undo with a reason."""
    forms = _forms(type(command))
    if len(forms) == 1:
        return forms[0]

    def met(form: _Form) -> int:
        return -1 if any(getattr(command, field) is None for field in form.needs) else len(form.needs)

    return max(forms, key=met)


@cache
def _forms(kind: type[Command]) -> tuple[_Form, ...]:
    return tuple(_form_of(verb, kind.model_fields) for verb in VERBS if verb.command is kind)


def _form_of(verb: Verb, fields: Mapping[str, FieldInfo]) -> _Form:
    said: list[str] = []
    parts = []
    for slot in verb.slots:
        part = _Part(
            values=slice(len(said), len(said) + len(slot.fields)),
            key=slot.keys[0] if slot.keys and not slot.silent else None,
            write=MANNERS[slot.kind].write,
            left_out=None if slot.required else tuple(_default(fields[field]) for field in slot.fields),
        )
        said += slot.fields
        parts.append(part)
    needs = tuple(field for slot in verb.slots if slot.required for field in slot.fields)
    return _Form(verb.name, needs, tuple(parts), _all_of(said))


def _all_of(fields: Sequence[str]) -> Callable[[Command], tuple[Any, ...]]:
    """What reads these fields; `attrgetter` gives one value bare, and of none there is nothing to get."""
    if len(fields) > 1:
        return attrgetter(*fields)
    return lambda command: tuple([getattr(command, field) for field in fields])


def _default(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True, validated_data={})
