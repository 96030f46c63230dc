"""The commands that keep a database: proof, checkpoints, figures, backups, the doctor. Their arguments, nothing heavy.

Only `dispatcher/cli.py` imports this module.
"""

import argparse
from collections.abc import Callable

from dispatcher.output import Output
from dispatcher.settings import Settings, settings_from

Run = Callable[[argparse.Namespace, Output], int]
Command = Callable[[str, Run, str], argparse.ArgumentParser]


def add_commands(command: Command, again: argparse.ArgumentParser) -> None:
    """Describe them.

    Args:
        command: Makes a command of a name, what runs it, and what it is for.
        again: The flags that stand anywhere.
    """
    verify = command("verify", _verify, "prove that the log is whole and every row is what its log says; 1 when not")
    verify.add_argument("--checkpoints", metavar="FILE", help="hold it also against the checkpoints written to FILE")
    audit = command("audit", _checkpoint, "checkpoints: what the whole log came to at a moment")
    kinds = audit.add_subparsers(title="what to do", metavar="WHAT", required=True)
    checkpoint = kinds.add_parser(
        "checkpoint",
        help="take one now, and print it as one line",
        description="Take a checkpoint over the log so far and print it as one line of JSON. Kept where whoever may "
        "write the database cannot write, it proves later that nothing was cut or rewritten: "
        "dispatcher verify --checkpoints FILE. The loop takes one every hour, or every 10,000 events.",
        parents=[again],
    )
    checkpoint.add_argument("file", nargs="?", metavar="FILE", help="append the line to this file too")
    figures = command("figures", _figures, "how many bookings came into each status, day by day (the last 14 days)")
    figures.add_argument("--from", dest="first", metavar="DAY", help="the first day, such as 2026-08-03")
    figures.add_argument("--to", dest="last", metavar="DAY", help="the last day; today unless given")
    whose = figures.add_mutually_exclusive_group()
    whose.add_argument("--service", metavar="NAME", help="only bookings of this service")
    whose.add_argument("--provider", metavar="HANDLE", help="only bookings that this provider has or had")
    _add_db(command("db", _status, "the database itself: status, upgrade, backfill, backup, restore"), again)
    command("doctor", _doctor, "look for what may be wrong with this installation; 1 when something fails")


def _add_db(db: argparse.ArgumentParser, again: argparse.ArgumentParser) -> None:
    kinds = db.add_subparsers(title="what to do", metavar="WHAT", required=True)

    def kind(name: str, run: Run, about: str) -> argparse.ArgumentParser:
        made = kinds.add_parser(name, help=about, description=about, parents=[again])
        made.set_defaults(run=run)
        return made

    kind("status", _status, "what it is like: schema, size, counts, newest event and checkpoint; changes nothing")
    kind("upgrade", _upgrade, "bring its schema up to this program's, taking turns with whoever writes")
    kind("backfill", _backfill, "only fill what the next step of an upgrade needs; may be stopped and run again")
    backup = kind("backup", _backup, "copy it to FILE, a SQLite database, while everybody works on it; it is checked")
    backup.add_argument("file", metavar="FILE")
    backup.add_argument("--force", action="store_true", help="replace FILE if it is there")
    restore = kind("restore", _restore, "put the backup FILE in its place; on PostgreSQL, into an empty database")
    restore.add_argument("file", metavar="FILE")
    restore.add_argument("--force", action="store_true", help="even where bookings are; the file is kept beside")


def _settings(arguments: argparse.Namespace) -> Settings:
    return settings_from(arguments.db, arguments.actor, json=arguments.json)


def _verify(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_verify

    return shell_verify.verify(_settings(arguments), output, checkpoints=arguments.checkpoints)


def _checkpoint(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_audit

    return shell_audit.checkpoint(_settings(arguments), output, file=arguments.file)


def _figures(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_figures

    return shell_figures.figures(
        _settings(arguments),
        output,
        first=arguments.first,
        last=arguments.last,
        service=arguments.service,
        provider=arguments.provider,
    )


def _status(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_db

    return shell_db.status(_settings(arguments), output)


def _upgrade(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_db

    return shell_db.upgrade(_settings(arguments), output, rest=True)


def _backfill(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_db

    return shell_db.upgrade(_settings(arguments), output, rest=False)


def _backup(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_db

    return shell_db.backup(_settings(arguments), output, file=arguments.file, force=arguments.force)


def _restore(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_db

    return shell_db.put_back(_settings(arguments), output, file=arguments.file, force=arguments.force)


def _doctor(arguments: argparse.Namespace, output: Output) -> int:
    from dispatcher import shell_doctor

    return shell_doctor.doctor(_settings(arguments), output)
