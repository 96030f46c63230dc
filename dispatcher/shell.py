"""`dispatcher do`, `find` and `show`: lines of the language from a shell, and their answers in print.

Only `dispatcher/cli.py` imports this module, when one of these is asked for.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from tzlocal import get_localzone

from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.bulk import Consent, no_progress
from domain.engine import Engine
from domain.errors import NotUnderstood
from domain.line.scan import quote
from domain.scripts.script import is_drill, is_recorded, peek, said_lines
from domain.speak import speak

if TYPE_CHECKING:
    from domain.answers.answer import Answer

DONE = 0
REFUSED = 1
GARBLED = 2

_FILTER = re.compile(r"(-?[a-z_]+:)(.+)", re.DOTALL)
_TERM = re.compile(r"-?\w[\w.-]*(?:[<>]-?\w+)?")
_PLAIN = re.compile(r"[\w,:#.-]+")


def do(
    settings: Settings,
    lines: Sequence[str],
    output: Output,
    *,
    yes: bool = False,
    dry_run: bool = False,
    key: str | None = None,
) -> int:
    """Run lines one after the other; `-` alone takes them from standard input.

    Args:
        settings: Which database, and who acts.
        lines: What is said.
        output: Where the answers go.
        yes: Whether lines about many are carried out unasked.
        dry_run: Whether the lines are only tried.
        key: The caller's own name for this call: made again with it, it answers the same and does nothing twice.

    Returns:
        0 when all were accepted, 2 when one did not parse, else 1.
    """
    consent = Consent(progress=no_progress if output.json else _show_progress) if yes else None
    if list(lines) == ["-"]:
        return _play(settings, sys.stdin, output, consent, key, sign="~" if dry_run else "")
    unquoted = len(lines) > 1 and not any(any(map(str.isspace, line)) for line in lines)
    status = _speak_all(settings, (("", f"~{line}" if dry_run else line) for line in lines), output, consent, key)
    if status == GARBLED and unquoted and not output.json:
        output.complain(f"Each argument is a line of its own. Did you mean: dispatcher do '{' '.join(lines)}'")
    return status


def find(settings: Settings, words: Sequence[str], output: Output, *, at: str | None = None) -> int:
    """Look for bookings that show all of the words, now or as they were at a time."""
    line = " ".join(["find", *(_sought(word.strip()) for word in words)])
    return _speak_all(settings, [("", _as_of(at, line))], output)


def show(settings: Settings, number: int, output: Output, *, at: str | None = None) -> int:
    """Show one booking, as it is or as it was at a time."""
    return _speak_all(settings, [("", _as_of(at, f"show {number}"))], output)


def _as_of(at: str | None, line: str) -> str:
    return line if at is None else f"@{quote(at.strip())} {line}"


def _play(
    settings: Settings, stream: Iterable[str], output: Output, consent: Consent | None, key: str | None, sign: str
) -> int:
    """Run a script: its first line makes it a replay of a log, a drill, or plain lines that are said now."""
    first, script = peek(stream)
    if is_recorded(first) or is_drill(first):
        from dispatcher import shell_script

        if is_drill(first):
            return shell_script.drill(settings.url, script, output)
        return shell_script.replay(settings, script, output)
    said = ((f"line {number}: ", f"{sign}{line}") for number, line in said_lines(script))
    return _speak_all(settings, said, output, consent, key)


def _speak_all(
    settings: Settings,
    lines: Iterable[tuple[str, str]],
    output: Output,
    consent: Consent | None = None,
    key: str | None = None,
) -> int:
    status = DONE
    last: int | None = None
    zone = get_localzone()
    with closing(Engine.open(settings.url)) as engine:
        for number, (where, line) in enumerate(lines, 1):
            own = None if key is None else f"{key}+{number}"
            answers = speak(engine, line, settings.actor, last=last, zone=zone, consent=consent, key=own)
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
    if answer.asks:
        output.complain(f"{where}{answer.text}; nothing was done: with --yes it is")
    elif not answer.ok:
        output.complain(f"{where}{answer.text}")
    elif answer.text:
        output.text(f"{answer.text} · {answer.inverse}" if answer.inverse else answer.text)
    for line in answer.lines:
        output.text(line)


def _show_progress(done: int, of: int) -> None:
    """How far a line about many is, for whoever looks on at a terminal."""
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} of {of:,}{chr(10) if done == of else ''}")
        sys.stderr.flush()


def _status(answer: "Answer") -> int:
    if answer.ok and not answer.data.get("refused"):
        return DONE
    return REFUSED if answer.understood else GARBLED


def _sought(word: str) -> str:
    """A term as it stands, or a word in quotes, so that nothing in it is a verb, a chain or a note."""
    match = _FILTER.fullmatch(word)
    if match is None:
        minus, rest = ("-", word[1:].strip('"')) if word.startswith("-") and word.strip('-" ') else ("", word)
        return word if _TERM.fullmatch(word) else minus + quote(rest)
    key, value = match.groups()
    return word if _PLAIN.fullmatch(value) else key + quote(value)
