"""From a command to its one line: full verbs, absolute UTC times, quotes where needed. The inverse of reading.

May be imported by anything; it imports the grammar's table.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pydantic.fields import FieldInfo

from domain.commands import Command
from domain.line.table import VERBS, Verb
from domain.line.values import MANNERS

_VERBS: Final[dict[type[Command], list[Verb]]] = defaultdict(list)
for _verb in VERBS:
    if _verb.command is not None:
        _VERBS[_verb.command].append(_verb)


@dataclass(frozen=True, slots=True)
class _Part:
    """What render does with one slot of a verb, looked up once."""

    fields: tuple[str, ...]
    key: str | None
    write: Callable[[tuple[Any, ...]], str]
    left_out: tuple[Any, ...] | None
    """The values at which it is not written; None when it always is."""


def render(command: Command) -> str:
    """The line that a command is stored as: `parse` gives the same command on any day, in any zone.

    Args:
        command: Any command.

    Returns:
        One line without line breaks.
    """
    verb = _verb_for(command)
    bulk: int | None = getattr(command, "bulk", None)
    words = [verb.name] if bulk is None else [f"&{bulk}", verb.name]
    for part in _parts(verb):
        values = tuple(getattr(command, field) for field in part.fields)
        if values != part.left_out:
            if part.key is not None:
                words.append(part.key)
            words.append(part.write(values))
    return " ".join(words)


def _verb_for(command: Command) -> Verb:
    """Of the verbs that build such a command, the one whose needs it meets best: `undo!` for an undo with a reason."""
    verbs = _VERBS[type(command)]
    if len(verbs) == 1:
        return verbs[0]

    def met(verb: Verb) -> int:
        required = [field for slot in verb.slots if slot.required for field in slot.fields]
        return -1 if any(getattr(command, field) is None for field in required) else len(required)

    return max(verbs, key=met)


@cache
def _parts(verb: Verb) -> tuple[_Part, ...]:
    assert verb.command is not None
    fields = verb.command.model_fields
    return tuple(
        _Part(
            fields=slot.fields,
            key=slot.keys[0] if slot.keys and not slot.silent else None,
            write=MANNERS[slot.kind].write,
            left_out=None if slot.required else tuple(_default(fields[field]) for field in slot.fields),
        )
        for slot in verb.slots
    )


def _default(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True, validated_data={})
