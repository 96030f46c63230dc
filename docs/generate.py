"""Writes docs/keys.md, docs/lifecycle.md and docs/settings.md from the tables that the program itself walks.

Run it with `make docs`; a test fails when they are stale.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from domain.lifecycle import RULES, Subject  # noqa: E402
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


PAGES = {"keys.md": keys, "lifecycle.md": lifecycle, "settings.md": settings}


def main() -> None:
    """Write them all."""
    for name, lines in PAGES.items():
        (HERE / name).write_text("\n".join(lines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
