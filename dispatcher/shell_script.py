"""Scripts from a shell: the log written as one (`events --as-script`) and said again (`do -`), and drills.

Only `dispatcher/cli.py` and `dispatcher/shell.py` import this module, when a script is asked for.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dispatcher.output import Output
from dispatcher.rehearsal import Rehearsal, Told
from dispatcher.settings import Settings
from dispatcher.shell_events import log_rows
from domain.clock import iso
from domain.engine import Engine
from domain.errors import DispatchError, InvalidInput, NotUnderstood
from domain.scripts.drill import Step, read_drill
from domain.scripts.replay import Replay
from domain.scripts.script import read_recorded, recorded, said_lines
from domain.visibility import require_admin

DONE = 0
REFUSED = 1
GARBLED = 2


def write(
    settings: Settings, output: Output, *, file: str | None, booking: int | None, since: int, follow: bool
) -> int:
    """Write the log as lines that `dispatcher do -` carries out again.

    Args:
        settings: The database, and who asks: only an admin may.
        output: Standard output.
        file: The file to write instead.
        booking: Only this booking's lines, to be read rather than replayed.
        since: Only the lines of events after this one: what a copy that stands there lacks.
        follow: Whether to wait for new ones, until interrupted.

    Raises:
        Forbidden: They are no admin.
        NotFound: There is no such booking.
        StoreUnavailable: The file cannot be written.
    """
    require_admin(settings.actor, "The log as a script")
    with closing(Engine.open(settings.url)) as engine, output.into(file) as write_line:
        for row in log_rows(engine, settings.actor, output, booking=booking, since=since, follow=follow):
            if (line := recorded(row.event)) is None:
                continue
            if output.json:
                said = {"event": row.event.id, "at": iso(line.at), "as": str(line.actor), "line": line.line}
                write_line(json.dumps(said))
            else:
                write_line(str(line))
    return DONE


def replay(settings: Settings, script: Iterable[str], output: Output) -> int:
    """Say a log again on a database without later events; stops at the first line that cannot be said.

    Args:
        settings: The database, and who asks: only an admin may.
        script: The lines; comments and blank ones are passed over.
        output: Where refusals and the count go.

    Returns:
        0 when all was said again, 1 when a line was refused, 2 when one did not parse.

    Raises:
        Forbidden: They are no admin.
    """
    require_admin(settings.actor, "A replay")
    said = 0
    with closing(Engine.open(settings.url)) as engine:
        before = engine.newest()
        again = Replay(engine)
        status = DONE
        for number, line in said_lines(script):
            try:
                again.say(read_recorded(line))
            except DispatchError as refusal:
                output.refuse(refusal, where=f"line {number}: ")
                status = GARBLED if isinstance(refusal, NotUnderstood) else REFUSED
                break
            said += 1
        events = engine.newest() - before
    output.text(f"{said:,} lines said again: {events:,} events" + (", and there it stopped" if status else ""))
    output.data({"ok": status == DONE, "lines": said, "events": events})
    return status


def drill(url: str, script: Iterable[str], output: Output, *, name: str = "") -> int:
    """Play a drill on an empty database.

    Args:
        url: The database.
        script: The drill's lines.
        output: Where captions, answers and what is not as expected go.
        name: What to call the drill where something is wrong with it.

    Returns:
        0 when all is as expected, 1 when something is not, 2 when a line did not parse.

    Raises:
        InvalidInput: The database is not empty.
    """
    where = f"{name}: " if name else ""
    try:
        read = read_drill(script)
    except NotUnderstood as error:
        output.refuse(error, where=f"{where}line {error.details['line']}: ")
        return GARBLED
    failed = 0
    with closing(Engine.open(url)) as engine:
        rehearsal = Rehearsal(engine, read)
        for scene in read.scenes:
            if scene.caption:
                output.text("")
                output.text(f"# {scene.caption}")
            for step in scene.steps:
                told = rehearsal.play(step)
                _tell(scene.caption, step, told, output)
                for mismatch in told.mismatches:
                    output.complain(f"{where}{mismatch}")
                failed += len(told.mismatches)
    output.text("")
    output.text(f"{where}{failed} not as expected" if failed else f"{where}all as expected")
    output.data({"ok": not failed, "drill": name, "mismatches": failed})
    return REFUSED if failed else DONE


def drills(database: str | None, files: Sequence[str], output: Output) -> int:
    """Play drills from files, each on a database of its own, which goes with it unless one is named.

    Returns:
        The worst of their exit statuses.

    Raises:
        InvalidInput: A file cannot be read, or there are several for one database.
    """
    if database is not None and len(files) > 1:
        raise InvalidInput("Several drills cannot share one database; leave --db out, or play one after the other")
    worst = DONE
    for file in files:
        with ExitStack() as stack:
            url = database or f"{stack.enter_context(TemporaryDirectory(prefix='dispatcher-drill-'))}/drill.db"
            script = sys.stdin if file == "-" else stack.enter_context(_opened(file))
            worst = max(worst, drill(url, script, output, name="" if file == "-" else file))
    return worst


@contextmanager
def _opened(file: str) -> Iterator[Iterable[str]]:
    try:
        with Path(file).open(encoding="utf-8-sig") as stream:
            yield stream
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}", file=file) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file} is not UTF-8; save it again as text in UTF-8", file=file) from error


def _tell(caption: str, step: Step, told: Told, output: Output) -> None:
    answer = told.answer
    if step.wait:
        output.text(f"{told.at:%H:%M:%S}  {step.wait.total_seconds():g} s passed")
    if answer is not None:
        output.text(f"{told.at:%H:%M:%S}  {step.actor}: {step.line}")
        for line in (answer.text, *answer.lines):
            output.text(f"          {line}")
    if step.expected and not told.mismatches:
        output.text(f"          as expected: {', '.join(one.text for one in step.expected)}")
    said = {"as": str(step.actor), "line": step.line, "answer": {"ok": answer.ok} | answer.data} if answer else {}
    output.data({"step": step.number, "caption": caption, "at": iso(told.at), **said, "mismatches": told.mismatches})
