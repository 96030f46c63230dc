"""Writes docs/line.md, keys.md, lifecycle.md and settings.md from the tables that the program itself walks.

Run it with `make docs`; a test fails when they are stale.
"""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from domain import errors  # noqa: E402
from domain.actors import Role  # noqa: E402
from domain.lifecycle import RULES, Subject  # noqa: E402
from domain.line.examples import SHAPES, TIMES, spoken_words  # noqa: E402
from domain.line.filters import EVENT_TERMS, PROVIDER_TERMS, TERMS  # noqa: E402
from domain.line.helping import usage  # noqa: E402
from domain.line.table import BY_NAME, GROUPS, Kind, Verb  # noqa: E402
from domain.line.terms import Term  # noqa: E402
from domain.line.values import MANNERS  # noqa: E402
from domain.policy import Policy  # noqa: E402
from screens.acting import PLACES  # noqa: E402
from screens.actions import ACTIONS  # noqa: E402


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def keys() -> Iterator[str]:
    """Every key, by screen."""
    yield "# Keys"
    yield ""
    yield "Made by `make docs` from `screens/actions.py`. `?` in the console shows those that work where you are."
    for place in (None, *PLACES):
        found = [action for action in ACTIONS if (place.id in action.screens if place else not action.screens)]
        if not found and place is not None:
            continue
        yield ""
        yield f"## {place.title} (`{place.key}`, `g {place.letter}`): {place.about}" if place else "## Everywhere"
        yield ""
        yield "| key | does | for |"
        yield "| --- | --- | --- |"
        if place is None:
            yield f"| `1`–`{PLACES[-1].key}`, `g` and a letter | go to a screen | everybody, by right |"
            yield "| `ctrl+p` | the palette: every command by name | everybody |"
            yield "| `ctrl+q` | quit | everybody |"
        for action in found:
            who = ", ".join(sorted(action.roles))
            yield f"| `{_cell(action.written)}` | {_cell(action.label)}: {_cell(action.tooltip)} | {who} |"


_INTRODUCTION = """\
# The line

Made by `make docs` from `domain/line/`; every example in it is run by a test.

A dispatcher's whole day fits one line. In the console `:` puts the cursor on it from anywhere; in a shell it is
`dispatcher do 'assign 214 mira'`; the log keeps what was done as lines, so a log is a script.

Accepted, the line empties, and the answer names event, booking and customer, and the line that takes it back. Refused,
it stays; the answer says why, and proposes the nearest line that would work: Tab puts it on the line, `1` and Enter
carries it out. Where only you know the reason, `"…"` stands for it.

`next`, or the key `n` on the Desk, goes to the worst of what needs you and types the line that would most likely help,
ready to be edited; Enter carries it out. Enter on an empty line of the Desk acknowledges the worst.
"""


def line() -> Iterator[str]:
    """The language of the line."""
    yield from _INTRODUCTION.splitlines()
    yield from _rows("Shape", ("say", "meaning"), ((f"`{said}`", about) for said, about in SHAPES))
    yield ""
    yield "## Verbs"
    yield ""
    yield "`[…]` may be left out. `help assign` tells the same in the console, and from which statuses a verb works."
    for title, names in GROUPS:
        yield from _verbs(title, [BY_NAME[name] for name in names])
    yield from _rows("Arguments", ("written", "is"), _arguments())
    yield from _rows("Times", ("for example", "meaning"), ((f"`{said}`", about) for said, about in TIMES))
    yield ""
    yield "They are in the terminal's time zone; the log holds them absolute, in UTC."
    yield from _rows("Words that people type", ("say", "for"), _spoken())
    yield ""
    yield "## Filters"
    yield ""
    yield "`find` and the bars above the tables understand the same words. What is no term is looked for in what is"
    yield "shown; all of it must fit; several values with commas mean any of them; `-` before a term leaves it out."
    for title, terms in (("Bookings", TERMS), ("Events", EVENT_TERMS), ("Providers", PROVIDER_TERMS)):
        yield from _terms(title, terms)
    yield from _rows(
        "Refusals", ("name", "code", "says"), ((f"`{kind.__name__}`", kind.code, _first(kind)) for kind in _refusals())
    )
    yield ""
    yield "`dispatcher do` ends with 0 when every line was accepted, 1 when one was refused, 2 when one was not"
    yield "understood; `--json` prints each answer as an object, with `details.proposal` where another line would work."


def _rows(title: str, heads: Iterable[str], rows: Iterable[Iterable[object]], level: int = 2) -> Iterator[str]:
    yield ""
    yield f"{'#' * level} {title}"
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(list(heads))}"
    for row in rows:
        yield f"| {' | '.join(_cell(str(cell)) for cell in row)} |"


def _verbs(title: str, verbs: Iterable[Verb]) -> Iterator[str]:
    rows = (
        (
            f"`{verb.example}`",
            verb.about,
            ", ".join(f"`{name}`" for name in verb.aliases),
            _who(verb),
            f"`{usage(verb)}`",
        )
        for verb in verbs
    )
    yield from _rows(title, ("for example", "what it does", "or", "who", "in full"), rows, level=3)


def _arguments() -> Iterator[tuple[str, str]]:
    kinds = {slot.kind for _, names in GROUPS for name in names for slot in BY_NAME[name].slots}
    return ((f"`{kind}`", MANNERS[kind].expects) for kind in Kind if kind in kinds)


def _spoken() -> Iterator[tuple[str, str]]:
    """The words for each verb together."""
    words: dict[str, list[str]] = {}
    for word, verb in spoken_words():
        words.setdefault(verb, []).append(f"`{word}`")
    return ((", ".join(said), f"`{verb}`") for verb, said in words.items())


def _who(verb: Verb) -> str:
    return (
        "everybody" if verb.roles == frozenset(Role) else ", ".join(sorted(verb.roles - {Role.SYSTEM}) or ["the loop"])
    )


def _terms(title: str, terms: Iterable[Term]) -> Iterator[str]:
    yield from _rows(title, ("term", "finds"), ((f"`{term.example}`", term.about) for term in terms), level=3)


def _refusals() -> Iterator[type[errors.DispatchError]]:
    """Every typed error, in the order of its code."""
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.DispatchError)
    ]
    return iter(sorted(kinds[1:], key=lambda kind: kind.code))


def _first(kind: type[errors.DispatchError]) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]


def lifecycle() -> Iterator[str]:
    """Who may do what, from which status to which."""
    yield "# Lifecycle"
    yield ""
    yield "Made by `make docs` from `domain/lifecycle.py`, which the database's own constraint is made from too."
    for subject in Subject:
        yield ""
        yield f"## {subject}"
        yield ""
        yield "| action | from | to | who | reason | needs |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for rule in RULES:
            if rule.subject is subject:
                to = ", ".join(sorted(rule.targets)) or "unchanged"
                reason = "yes" if rule.reason else ""
                yield (
                    f"| {rule.action} | {', '.join(sorted(rule.sources))} | {to} | {', '.join(sorted(rule.roles))} "
                    f"| {reason} | {rule.needs} |"
                )


def settings() -> Iterator[str]:
    """The room's settings with their defaults."""
    yield "# Settings of the room"
    yield ""
    yield "Made by `make docs` from `domain/policy.py`. They live in the database; `set NAME VALUE` changes one."
    yield ""
    yield "| setting | default | meaning |"
    yield "| --- | --- | --- |"
    meanings = dict(re.findall(r"^    (\w+): (.*)$", inspect.getdoc(Policy) or "", re.MULTILINE))
    for name, value in Policy().model_dump(mode="json").items():
        shown = ", ".join(f"{part:g}" for part in value) if isinstance(value, list) else value
        yield f"| `{name}` | {shown} | {_cell(meanings[name])} |"


PAGES = {"line.md": line, "keys.md": keys, "lifecycle.md": lifecycle, "settings.md": settings}


def main() -> None:
    """Write them all."""
    for name, lines in PAGES.items():
        (HERE / name).write_text("\n".join(lines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
