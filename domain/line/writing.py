"""From a command to its one line: full verbs, absolute UTC times, quotes where needed. The inverse of reading.

May be imported by anything; it imports the grammar's table.
"""

from collections import defaultdict
from typing import Any, Final

from domain.commands import Command
from domain.line.table import VERBS, Slot, Verb
from domain.line.values import MANNERS

_VERBS: Final[dict[type[Command], list[Verb]]] = defaultdict(list)
for _verb in VERBS:
    if _verb.command is not None:
        _VERBS[_verb.command].append(_verb)


def render(command: Command) -> str:
    """The line that a command is stored as: `parse` gives the same command on any day, in any zone.

    Args:
        command: Any command; `details` of a new booking are not part of the language and are left out.

    Returns:
        One line without line breaks.
    """
    verb = _verb_for(command)
    words = [verb.name]
    for slot in verb.slots:
        values = tuple(getattr(command, field) for field in slot.fields)
        if slot.required or not _is_default(command, slot, values):
            if slot.keys and not slot.silent:
                words.append(slot.keys[0])
            words.append(MANNERS[slot.kind].write(values))
    return " ".join(words)


def _verb_for(command: Command) -> Verb:
    """Of the verbs that build such a command, the one whose needs it meets best: `undo!` for an undo with a reason."""

    def met(verb: Verb) -> int:
        required = [field for slot in verb.slots if slot.required for field in slot.fields]
        missing = [field for field in required if len(_VERBS[type(command)]) > 1 and getattr(command, field) is None]
        return -1 if missing else len(required)

    return max(_VERBS[type(command)], key=met)


def _is_default(command: Command, slot: Slot, values: tuple[Any, ...]) -> bool:
    fields = type(command).model_fields
    return all(value == fields[field].default for field, value in zip(slot.fields, values, strict=True))
