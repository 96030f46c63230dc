"""What can be said, in words: the grammar's table and the lifecycle's, as lines of help.

May be imported by screens, shell and docs; it imports the grammar's table.
"""

from domain.actors import Role
from domain.lifecycle import rules
from domain.line.context import Context
from domain.line.filters import TERMS_OF, term_lines
from domain.line.table import BY_NAME, GROUPS, VERBS, Slot, Verb
from domain.line.words import NOT_YET

_SHAPE = (
    "VERB BOOKING ARGUMENTS or BOOKING VERB ARGUMENTS; a booking is its number, . (selected) or .. (last touched)",
    "times 14:30, +20m, tomorrow 9:00; windows 9-11, fri 13:30-15; text in quotes or after --; ; chains lines",
    "help VERB tells more; ? at the end of a line tells what can follow",
)


def usage(verb: Verb) -> str:
    """The shape of a verb's line: `hold BOOKING [until TIME] "TEXT"`."""
    return " ".join((verb.name, *(_argument(slot) for slot in verb.slots)))


def help_lines(topic: str | None, context: Context) -> list[str]:
    """Help for people.

    Args:
        topic: A verb by any of its names, or None for all verbs.
        context: Whose role it is for.

    Returns:
        Lines of text without markup.
    """
    return _overview(context.actor.role) if topic is None else _about(topic, context.actor.role)


def _argument(slot: Slot) -> str:
    word = slot.kind.value
    if slot.keys and not slot.silent:
        key = f"[{slot.keys[0]}]" if slot.bare else slot.keys[0]
        word = f"{key} {word}"
    return word if slot.required else f"[{word}]"


def _overview(role: Role) -> list[str]:
    ordered = [BY_NAME[name] for _, names in GROUPS for name in names]
    usable = [verb for verb in ordered if role in verb.roles]
    others = [verb.name for verb in VERBS if role not in verb.roles]
    names = {verb.name: ", ".join((verb.name, *verb.aliases)) for verb in usable}
    width = max(len(shown) for shown in names.values())
    lines = [f"{names[verb.name]:<{width}}  {verb.about}" for verb in usable]
    closing = [f"not for the role {role}: {', '.join(others)}"] if others else []
    return [*lines, "", *_SHAPE, *closing]


def _about(topic: str, role: Role) -> list[str]:
    word = " ".join(topic.lower().split())
    if word in NOT_YET:
        return [NOT_YET[word]]
    verb = BY_NAME.get(word) or BY_NAME.get(f"{word}!")
    verbs = [verb] if verb else []
    verbs += [other for other in VERBS if other.name in {f"{word}!"} and other not in verbs]
    verbs += [other for other in VERBS if other.name.startswith(f"{word} ")]
    if not verbs:
        verbs = [other for other in VERBS if other.name.startswith(word)]
    if not verbs:
        return [f"there is no verb {topic!r:.60}; `help` lists them"]
    return [line for verb in verbs for line in _lines(verb, role)]


def _lines(verb: Verb, role: Role) -> list[str]:
    lines = [usage(verb), f"  {verb.about}; for example: {verb.example}"]
    if verb.aliases:
        lines.append(f"  also: {', '.join(verb.aliases)}")
    for slot in verb.slots:
        if slot.kind in TERMS_OF:
            lines += term_lines(TERMS_OF[slot.kind])
    if verb.command is not None:
        for rule in rules(verb.command.subject, verb.command.action):
            who = " or ".join(sorted(rule.roles))
            needs = f"; {rule.needs}" if rule.needs else ""
            lines.append(f"  by {who}, from {_sources(rule.sources)}{needs}")
    if role not in verb.roles:
        forced = BY_NAME.get(f"{verb.name}!")
        instead = f"; as {role}: {forced.example}" if forced and role in forced.roles else ""
        lines.append(f"  not for the role {role}{instead}")
    return lines


def _sources(sources: frozenset[str]) -> str:
    return ", ".join(sorted(sources)) if sources != {"NEW"} else "nothing"
