"""The command `dispatcher`: reads its arguments and hands over to the console or a shell command.

Nothing heavy is imported here, so that `--help` and every shell command start at once.
"""

import argparse
import contextlib
import gc
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from dispatcher.cli_keeping import add_commands
from dispatcher.output import Output, flush_all, forget_output, forgiving_streams, visible
from dispatcher.settings import DATABASE_VARIABLE, Settings, default_database, history_folder, settings_from
from domain.errors import DispatchError

REFUSED = 1
NOT_UNDERSTOOD = 2
INTERRUPTED = 130
BROKEN_PIPE = 141

_MINUS = re.compile(r"-[^-\s]\S")
"""A word behind a minus; no flag of one letter but -h is known."""

_ABOUT = """\
Dispatcher is a console for people who dispatch home services: bookings come in, the loop looks for somebody to do
them, providers answer, and a person at the keyboard sees what needs them, worst first. Without a command it opens
that console. Every change is one line of a small language, the same in the console and here."""

_MORE = """\
examples:
  dispatcher                                        open the console
  dispatcher demo                                   a generated city to try it on; nothing of yours is touched
  dispatcher import requests FILE.csv               take real requests in; running it twice adds nothing twice
  dispatcher do 'n plumbing "leak under sink" at "12 Example St" for "Ana Diaz" +12025550134 p1'
  dispatcher do 'assign 214 mira' 'note 214 "ring twice"'
  dispatcher --as provider:mira do 'accept 214'
  dispatcher do '~assign 214 mira'                  only say what that would change, and who would lose by it
  dispatcher do --yes 'p 1 [late plumbing]'         one line on all that a filter finds; without --yes it only counts
  dispatcher do - < lines.txt                       one line each; blank lines and # comments are skipped
  dispatcher find leak status:pending               look for bookings
  dispatcher show 214                               one booking: facts and timeline
  dispatcher show 214 --at 14:05                    the same as it was then; find takes --at too
  dispatcher do 'diff 14:00 now'                    what changed on the board since
  dispatcher events --follow --json                 the log as it grows, one object a line
  dispatcher events --as-script log.txt             the log as lines, which bring it about again:
  dispatcher --db new.db do - < log.txt             the same log and the same rows, byte for byte
  dispatcher export bookings                        a whole table as JSON, one row a line
  dispatcher drill docs/drills/*.drill              play drills, which say what must come of what is said
  dispatcher figures --from 2026-08-01              how many bookings came into each status, day by day
  dispatcher verify                                 prove that nobody went round the log
  dispatcher db backup FILE                         a whole copy, while everybody works on it
  dispatcher work                                   the loop alone, without a screen (the console runs it too)
  dispatcher do '?'                                 what the line can say

who acts (--as):
  admin:NAME        a dispatcher; may do everything that the rules allow. The default is admin with your login name.
  provider:HANDLE   sees and answers their own jobs: accept, reject, depart, start, complete, no-show
  customer:NUMBER   sees their own bookings; may book, reschedule, note and cancel
  The loop acts as system; nobody else can.

where the data lies:
  --db URL, else the variable {variable}, else {default}
  A URL is a plain path, sqlite:///PATH or postgresql://USER@HOST/NAME; a file is made when it is not there.

exit status:
  0 done    1 refused, and nothing was changed by what was refused    2 did not parse
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        argv: The arguments after the program's name; this process's, unless told.

    Returns:
        The exit status: 0 done, 1 refused, 2 not understood, 130 interrupted.
    """
    forgiving_streams()
    try:
        status = _run(list(sys.argv[1:] if argv is None else argv))
        flush_all()
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):
            flush_all()
        forget_output()
        return INTERRUPTED
    except BrokenPipeError:
        forget_output()
        return BROKEN_PIPE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        Output().complain(f"dispatcher: {where}{error.strerror or error}")
        forget_output()
        return REFUSED
    finally:
        if argv is None:
            gc.freeze()  # the process ends with all of it: looking for garbage there takes a fifth of a short command
    return status


def _run(argv: list[str]) -> int:
    try:
        parser = build_parser(with_demo="demo" in argv, with_commands=not _has_only_flags(argv))
        arguments = parser.parse_args(_with_words(argv))
    except SystemExit as stop:
        return int(stop.code or 0)
    output = Output(json=arguments.json)
    try:
        run: Callable[[argparse.Namespace, Output], int] = arguments.run
        return run(arguments, output)
    except DispatchError as error:
        output.refuse(error, where="dispatcher: ")
    return REFUSED


def _with_words(argv: Sequence[str]) -> list[str]:
    """Have `find -late` and `--at -10m` mean what they mean on the line: no flag begins with a space."""
    are_words = "find" in argv or "show" in argv
    return [f" {word}" if are_words and _MINUS.match(word) else word for word in argv]


def _has_only_flags(argv: Sequence[str]) -> bool:
    """Whether it is the plain start of the console; describing every command would take 20 ms of it."""
    words = iter(argv)
    return all(word == "--json" or (word in {"--db", "--as"} and next(words, "-")[:1] != "-") for word in words)


def build_parser(*, with_demo: bool = True, with_commands: bool = True) -> "_Parser":
    """The grammar of the arguments.

    Args:
        with_demo: Whether the demo's own flags are wanted; reading them imports the demo.
        with_commands: Whether there may be a command, or a question about them.
    """
    parser = _Parser(
        prog="dispatcher",
        description=_ABOUT,
        epilog=_MORE.format(variable=DATABASE_VARIABLE, default=default_database()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_common(None)],
    )
    parser.add_argument("--version", action=_Version, help="print the version and exit")
    parser.set_defaults(run=_console)
    if not with_commands:
        return parser
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    again = _common(argparse.SUPPRESS)

    def command(name: str, run: Callable[[argparse.Namespace, Output], int], about: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=about, parents=[again])
        made.set_defaults(run=run)
        return made

    command("console", _console, "open the console (the same as no command)")
    _add_do(command("do", _do, "run lines of the language; each stands for itself, and a refused one stops its chain"))
    find = command("find", _find, "look for bookings by words: number, name, phone, address, service, notes, provider")
    find.add_argument("words", nargs="*", metavar="WORD", help="a word, or status:… service:… late …; -WORD leaves out")
    show = command("show", _show, "show one booking: its facts and its timeline")
    show.add_argument("number", type=_number, metavar="N", help="the booking's number")
    for read in (find, show):
        read.add_argument("--at", metavar="TIME", help="as it was then: 14:05, 'yesterday 9:00', 10m (ten minutes ago)")
    _add_events(command("events", _events, "print the log, oldest first"))
    _add_export(command("export", _export, "print a whole table as JSON, one row a line, by number"))
    drill = command("drill", _drill, "play drills, each on a database of its own; 1 when something is not as expected")
    drill.add_argument("files", nargs="+", metavar="FILE", help="a script that begins with `drill from TIME`, or -")
    kinds = command("import", _import, "take in requests, providers or services from a CSV file").add_subparsers(
        title="what to import", metavar="KIND", dest="kind", required=True
    )
    _add_kinds(kinds, again)
    command("work", _work, "run the loop without a screen until Ctrl+C or SIGTERM; any number may run at once")
    add_commands(command, again)
    demo = command("demo", _demo, "open the console on a generated city with people who act in it")
    if with_demo:
        from dispatcher.demo.command import add_arguments

        add_arguments(demo)
    return parser


def _common(absent: object) -> "_Parser":
    """The flags that stand before or after the command; where one is given twice, the later wins."""
    common = _Parser(add_help=False)
    group = common.add_argument_group("everywhere")
    group.add_argument("--db", metavar="URL", default=absent, help="the database: a file, or postgresql://...")
    group.add_argument("--as", dest="actor", metavar="ROLE:ID", default=absent, help="who acts, such as admin:ana")
    group.add_argument(
        "--json",
        action="store_true",
        default=False if absent is None else absent,
        help="print JSON, one object a line; refusals too, with code and details",
    )
    return common


def _add_do(do: argparse.ArgumentParser) -> None:
    do.add_argument(
        "lines",
        nargs="+",
        metavar="LINE",
        help="a line in quotes, such as 'assign 214 mira'; `-` reads lines from standard input",
    )
    do.add_argument("--yes", action="store_true", help="carry out lines about many, such as 'p 1 [late]', unasked")
    do.add_argument("--key", help="your own name for this call: made again with it, nothing is done twice")
    do.add_argument("--dry-run", action="store_true", help="only say what each line would do, as ~ before it does")


def _add_events(events: argparse.ArgumentParser) -> None:
    events.add_argument("--booking", type=_number, metavar="N", help="only this booking's")
    events.add_argument("--since", type=_count, default=0, metavar="ID", help="only those after this event")
    events.add_argument("--follow", action="store_true", help="go on printing new ones until Ctrl+C")
    events.add_argument(
        "--as-script",
        nargs="?",
        const="-",
        metavar="FILE",
        help="as lines that `dispatcher do -` says again on an empty database, into FILE or to standard output",
    )


def _add_export(export: argparse.ArgumentParser) -> None:
    tables = ("events", "bookings", "providers", "services", "customers", "settings")
    export.add_argument("table", choices=tables, metavar="TABLE", help=", ".join(tables))
    export.add_argument("file", nargs="?", metavar="FILE", help="the file to write; standard output unless given")


def _add_kinds(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]", again: argparse.ArgumentParser) -> None:
    end = (
        " Rows that cannot be taken are listed with line number and reason; the others land. "
        "The file is UTF-8, comma-separated, with these columns in any order; FILE may be - for standard input."
    )
    about = {
        "requests": "Service requests become PENDING bookings. Columns: key, created_at, closed_at, category, detail, "
        "address, zip, borough, latitude, longitude. A category is a service's name; unknown ones are made. A key that "
        "the source had before is left alone, so running it again adds nothing twice.",
        "providers": "Providers, created off duty; one whose handle is there is updated, and empty cells leave it as "
        "it is. Columns: handle, name, phone, email, skills (services separated by ;), rating, latitude, longitude.",
        "services": "Services; one whose name is there is updated, and empty cells leave it as it is. Columns: name, "
        "description, priority (LOW, MEDIUM, HIGH), base_price, duration_minutes.",
    }
    for kind, text in about.items():
        made = kinds.add_parser(kind, help=text.partition(".")[0], description=text + end, parents=[again])
        made.add_argument("file", metavar="FILE")
        if kind == "requests":
            made.add_argument("--source", default="requests", metavar="NAME", help="where they come from (requests)")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{visible(text[:60])!r} is no booking's number")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError(f"{visible(text[:60])!r} is no event's number")
    return int(text)


class _Parser(argparse.ArgumentParser):
    """Takes flags by their whole names only, and repeats nothing raw that was typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        super().error(visible(message))


class _Version(argparse.Action):
    """Look the version up only when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:  # noqa: A002
        super().__init__(option_strings, dest=argparse.SUPPRESS, default=argparse.SUPPRESS, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("dispatcher")
        except PackageNotFoundError:
            number = "(not installed)"
        print(f"dispatcher {number}")
        parser.exit()


def _settings(arguments: argparse.Namespace) -> Settings:
    return settings_from(arguments.db, arguments.actor, json=arguments.json)


def _console(arguments: argparse.Namespace, output: Output) -> int:
    settings = _settings(arguments)
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        output.complain("dispatcher: the console needs a terminal; without one, use: dispatcher do LINE")
        return REFUSED
    gc.disable()  # until the database is open: each collection of what is being imported delays the first paint
    from dispatcher.app import run_console

    return run_console(replace(settings, history=history_folder()))


def _do(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell

    return shell.do(
        _settings(arguments),
        arguments.lines,
        output,
        yes=arguments.yes,
        dry_run=arguments.dry_run,
        key=arguments.key,
    )


def _find(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell

    return shell.find(_settings(arguments), arguments.words, output, at=arguments.at)


def _show(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell

    return shell.show(_settings(arguments), arguments.number, output, at=arguments.at)


def _events(arguments: argparse.Namespace, output: Output) -> int:
    if arguments.as_script is not None:
        return _script(arguments, output)
    from dispatcher import shell_events

    return shell_events.events(
        _settings(arguments), output, booking=arguments.booking, since=arguments.since, follow=arguments.follow
    )


def _script(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_script

    return shell_script.write(
        _settings(arguments),
        output,
        file=None if arguments.as_script == "-" else arguments.as_script,
        booking=arguments.booking,
        since=arguments.since,
        follow=arguments.follow,
    )


def _export(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_export

    return shell_export.export(_settings(arguments), output, table=arguments.table, file=arguments.file)


def _drill(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_script

    return shell_script.drills(arguments.db, arguments.files, output)


def _import(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_import

    source = getattr(arguments, "source", "")
    return shell_import.run(_settings(arguments), output, kind=arguments.kind, file=arguments.file, source=source)


def _work(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_work

    return shell_work.work(_settings(arguments), output)


def _demo(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher.demo.command import run

    return run(arguments)
