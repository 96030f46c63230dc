"""What stands behind the keys of a filter: each kind of value, read or refused with what is expected.

May be imported by the other modules of the line. Each takes the value (quoted, if its kind is so), the sign before it,
its term and the context.
"""

from typing import Final

from domain.actors import Role
from domain.criteria import Limit, Measure, Period
from domain.lifecycle import Action, Status
from domain.line import names
from domain.line.context import Context
from domain.line.dates import Clock, length_word, moment_word
from domain.line.scan import Token, refuse
from domain.line.terms import Term
from domain.line.words import PRIORITIES

NONE: Final = "none"
SHOWN: Final = ("available", "busy", "break", "off", "inactive")
_LONGEST_NUMBER: Final = 16


def status_named(word: str) -> Status | None:
    """The status that a whole word names, in any case, with - or _; None for anything else."""
    upper = word.upper().replace("-", "_")
    return Status(upper) if upper in set(Status) else None


def status(part: Token, sign: str, term: Term, context: Context) -> Status:
    """A status, or the beginning of one."""
    exact = status_named(part.low)
    if exact is not None:
        return exact
    fits = [one for one in Status if part.low and one.startswith(part.low.upper().replace("-", "_"))]
    if len(fits) != 1:
        refuse(part, f"{part.text!r:.60} is not one status; they are {', '.join(Status).lower()}")
    return fits[0]


def service_name(part: Token, sign: str, term: Term, context: Context) -> str:
    """A service's name, or the beginning of one."""
    directory = context.directory
    if part.low.startswith("#"):
        named = {f"#{number}": name for name, number in directory.services.items()}.get(part.low)
    elif part.kind == "quoted":
        named = next((name for name in directory.services if name.lower() == part.low), None)
    else:
        named = names.service(part.low, part, directory)
    if named is None:
        refuse(part, f"no service is called {part.text!r:.60}; give its name, or the beginning of it")
    return named


def service(part: Token, sign: str, term: Term, context: Context) -> int:
    """A service's number, by its name."""
    return context.directory.services[service_name(part, sign, term, context)]


def provider(part: Token, sign: str, term: Term, context: Context) -> int | None:
    """A provider's number by the handle; None for `none`."""
    if part.low == NONE:
        return None
    handle = names.handle(part.low, part, context.directory)
    if handle is None:
        refuse(part, f"no provider is called {part.text!r:.60}; give a handle, or none")
    return context.directory.handles[handle]


def number(part: Token, sign: str, term: Term, context: Context) -> int:
    """A booking's or customer's number."""
    digits = part.low.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
        refuse(part, f"expected a {term.key}'s number, not {part.text!r:.60}; look for a name without {term.key}:")
    return int(digits)


def name(part: Token, sign: str, term: Term, context: Context) -> str:
    """A name in small letters; empty for `none`."""
    if any(not character.isprintable() for character in part.text):
        refuse(part, f"a {term.key} has no control characters in its name")
    return "" if part.low == NONE and part.kind != "quoted" else part.low


def priority(part: Token, sign: str, term: Term, context: Context) -> int:
    """A priority."""
    found = PRIORITIES.get(part.low) or PRIORITIES.get(f"p{part.low}")
    if found is None:
        refuse(part, f"expected a priority from 1 (highest) to 4, not {part.text!r:.60}")
    return found


def limit_of(part: Token, sign: str, term: Term, context: Context) -> Limit:
    """A bound of the term's measure."""
    if part.low.startswith("="):
        refuse(part, f"only > and < are understood, as in {term.example}")
    return Limit(Measure(term.key), sign == ">", length_word(part))


def moment(part: Token, sign: str, term: Term, context: Context) -> Period | Clock:
    """A period that `after:` or `before:` says."""
    return moment_word(part, context, after=term.key == "after")


def action(part: Token, sign: str, term: Term, context: Context) -> Action:
    """An action, or the beginning of one."""
    if part.low in set(Action):
        return Action(part.low)
    fits = [action for action in Action if part.low and action.startswith(part.low)]
    if len(fits) != 1:
        refuse(part, f"{part.text!r:.60} is not one action; they are {', '.join(Action)}")
    return fits[0]


def actor(part: Token, sign: str, term: Term, context: Context) -> str:
    """`admin:ana`, or a role alone."""
    role, _, name = part.text.partition(":")
    if role.lower() not in set(Role) or any(not character.isprintable() for character in name):
        refuse(part, f"expected a role or ROLE:NAME such as {term.example}; the roles are {', '.join(Role)}")
    return f"{role.lower()}:{name}" if name else role.lower()


def shown(part: Token, sign: str, term: Term, context: Context) -> str:
    """A provider's status as the roster shows it."""
    if part.low not in SHOWN:
        refuse(part, f"{part.text!r:.60} is no status of a provider; they are {', '.join(SHOWN)}")
    return part.low
