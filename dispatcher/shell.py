"""`dispatcher do`, `find` and `show`: lines of the language from a shell, and their answers in print.

Only `dispatcher/cli.py` imports this module, when one of these is asked for.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from tzlocal import get_localzone

from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.engine import Engine
from domain.errors import NotUnderstood
from domain.line.scan import quote
from domain.speak import speak

if TYPE_CHECKING:
    from domain.speak import Answer

DONE = 0
REFUSED = 1
GARBLED = 2

_FILTER = re.compile(r"([a-z_]+:)(.+)", re.DOTALL)
_PLAIN = re.compile(r"[\w,-]+")


def do(settings: Settings, lines: Sequence[str], output: Output) -> int:
    """Run lines one after the other; `-` alone takes them from standard input.

    Returns:
        0 when all were accepted, 2 when one did not parse, else 1.
    """
    if list(lines) == ["-"]:
        return _speak_all(settings, _typed(sys.stdin), output)
    unquoted = len(lines) > 1 and not any(any(map(str.isspace, line)) for line in lines)
    status = _speak_all(settings, (("", line) for line in lines), output)
    if status == GARBLED and unquoted and not output.json:
        output.complain(f"Each argument is a line of its own. Did you mean: dispatcher do '{' '.join(lines)}'")
    return status


def find(settings: Settings, words: Sequence[str], output: Output) -> int:
    """Look for bookings that show all of the words."""
    return _speak_all(settings, [("", " ".join(["find", *map(_sought, words)]))], output)


def show(settings: Settings, number: int, output: Output) -> int:
    """Show one booking."""
    return _speak_all(settings, [("", f"show {number}")], output)


def _typed(stream: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The lines of a script with their places, without blank ones and comments."""
    for number, line in enumerate(stream, start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield f"line {number}: ", stripped


def _speak_all(settings: Settings, lines: Iterable[tuple[str, str]], output: Output) -> int:
    status = DONE
    last: int | None = None
    zone = get_localzone()
    with closing(Engine.open(settings.url)) as engine:
        for where, line in lines:
            answers = speak(engine, line, settings.actor, last=last, zone=zone)
            if not answers:
                output.refuse(NotUnderstood("The line is empty; see: dispatcher do '?'"), where=where)
                status = GARBLED
            for answer in answers:
                _print(answer, where, output)
                status = max(status, _status(answer))
                last = answer.booking or last
            output.flush()
    return status


def _print(answer: "Answer", where: str, output: Output) -> None:
    if output.json:
        output.data({"ok": answer.ok} | answer.data)
        return
    if not answer.ok:
        output.complain(f"{where}{answer.text}")
    elif answer.text:
        output.text(f"{answer.text} · {answer.inverse}" if answer.inverse else answer.text)
    for line in answer.lines:
        output.text(line)


def _status(answer: "Answer") -> int:
    if answer.ok:
        return DONE
    return REFUSED if answer.understood else GARBLED


def _sought(word: str) -> str:
    """A filter, or a word in quotes, so that nothing in it is a verb, a chain or a note."""
    match = _FILTER.fullmatch(word)
    if match is None:
        return quote(word)
    key, value = match.groups()
    return word if _PLAIN.fullmatch(value) else key + quote(value)
