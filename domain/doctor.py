"""What may be wrong with an installation, and what to do about it. Pure: whoever calls it has measured.

Anything may import this module.
"""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.proof.checkpoint import EVERY, Checkpoint
from domain.views import Lag

SOUND_SQLITE: Final = (3, 51, 3)
"""The first version without the WAL-reset corruption (https://www.sqlite.org/wal.html)."""
_LATE: Final = timedelta(seconds=5)
_LITTLE_BYTES: Final = 1 << 30
_NEXT_TO_NOTHING_BYTES: Final = 100 << 20
_DRIFT_S: Final = 0.05
_SLOW_MS: Final = 100
_TESTED_POSTGRES: Final = range(15, 19)
_APART_S: Final = 1.0
_STANDS_S: Final = 60.0
_LONG_JOURNAL_BYTES: Final = 64 << 20


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's.

    Attributes:
        what: What was looked at.
        says: What was found.
        remedy: What to do about it; empty where nothing has to be done.
    """

    what: str
    level: Level
    says: str
    remedy: str = ""


def on_sqlite(version: tuple[int, ...]) -> Finding:
    """The version of the library."""
    written = ".".join(map(str, version))
    if version >= SOUND_SQLITE:
        return Finding("SQLite", Level.OK, written)
    return Finding(
        "SQLite",
        Level.WARN,
        f"{written}; before 3.51.3, two connections that write and checkpoint at once can corrupt\n"
        "the journal. Dispatcher's write gate takes that away: its writers take turns",
        "let no other program write to the file, or use SQLite 3.51.3 or newer",
    )


def on_python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    """The version of the language."""
    return Finding("Python", Level.OK, ".".join(map(str, version)))


def on_schema(schema: str | None, head: str) -> Finding:
    """The database's schema against the program's."""
    if schema == head:
        return Finding("schema", Level.OK, f"{schema}, the newest that this program knows")
    if schema is not None and schema > head:
        return Finding("schema", Level.FAIL, f"{schema}, but this program knows {head}", "upgrade this program")
    return Finding("schema", Level.WARN, f"{schema or 'none yet'}, and {head} is wanted", "dispatcher db upgrade")


def on_disk(free: int, size: int) -> Finding:
    """Bytes free where the database lies, against the database's own."""
    says = f"{free / (1 << 30):,.1f} GB free, the database has {size / (1 << 20):,.1f} MB"
    remedy = "free some space where the database lies: on a full disk nothing can be written"
    if free < _NEXT_TO_NOTHING_BYTES:
        return Finding("disk", Level.FAIL, says, remedy)
    if free < max(_LITTLE_BYTES, 2 * size):
        return Finding("disk", Level.WARN, says, remedy)
    return Finding("disk", Level.OK, says)


def on_journal(unmoved: int) -> Finding:
    """Bytes of the journal beside the file: it cannot begin anew while somebody still reads what was there before."""
    says = f"{unmoved / (1 << 20):,.1f} MB beside the file"
    if unmoved > _LONG_JOURNAL_BYTES:
        return Finding(
            "journal",
            Level.WARN,
            f"{says}: somebody has read for long while others wrote",
            "end the program that has a transaction open on the file (lsof names it); then it shrinks by itself",
        )
    return Finding("journal", Level.OK, says)


def on_clock(now: datetime, newest: datetime | None, drift_s: float) -> Finding:
    """The wall clock against the log and the machine's steady clock.

    Args:
        now: What the wall clock says.
        newest: When the newest event happened.
        drift_s: How much further the wall clock moved than the steady one while it was watched.
    """
    if newest is not None and newest - now > _LATE:
        return Finding(
            "clock",
            Level.FAIL,
            f"the newest event lies {newest - now} ahead: a clock was set back, here or on another machine",
            "set the clocks by NTP; until then timers wait",
        )
    if abs(drift_s) > _DRIFT_S:
        return Finding(
            "clock", Level.WARN, f"the clock moved by {drift_s:+.3f} s while it was watched", "let NTP slew, not step"
        )
    return Finding("clock", Level.OK, "goes steadily, and no event lies ahead of it")


def on_integrity(damaged: list[str], unreferenced: int = 0) -> Finding:
    """What SQLite says of the file's structure."""
    if damaged or unreferenced:
        says = damaged[0] if damaged else f"{unreferenced:,} rows refer to something that is not there"
        return Finding("integrity", Level.FAIL, says, "dispatcher db restore BACKUP, then dispatcher verify")
    return Finding("integrity", Level.OK, "the file is whole; `dispatcher verify` proves what is in it")


def on_loop(now: datetime, earliest: datetime | None) -> Finding:
    """Whether somebody does what is due."""
    if earliest is None:
        return Finding("loop", Level.OK, "nothing is waiting for a time")
    if now - earliest > _LATE:
        return Finding(
            "loop",
            Level.WARN,
            f"the earliest timer is overdue by {_plain(now - earliest)}: nobody does what is due",
            "open a console, or run: dispatcher work",
        )
    return Finding("loop", Level.OK, f"the earliest timer is due in {_plain(max(earliest - now, timedelta(0)))}")


def on_tail(took_ms: float, lag: Lag) -> Finding:
    """How a reader of the log fares, by which consoles notice what others did.

    Args:
        took_ms: How long a look at the log takes.
        lag: How far a reader is behind who has read all that can be read.
    """
    says = f"a look takes {took_ms:.2f} ms"
    if lag.events and lag.seconds > _LATE.total_seconds():
        return Finding(
            "tail",
            Level.WARN,
            f"{says}, but {lag.events:,} events cannot be read yet,\n"
            f"the oldest for {lag.seconds:,.0f} s: a transaction that began before it has not ended",
            "end the session that holds it; the line about writing names it",
        )
    if took_ms > _SLOW_MS:
        return Finding("tail", Level.WARN, says, "see what else uses the disk; consoles show changes this much later")
    return Finding("tail", Level.OK, f"{says}, and nothing waits to be read")


def on_gate(held: str | None) -> Finding:
    """Whether anybody can write."""
    if held is not None:
        return Finding("writing", Level.FAIL, held, "end the process that it names, if it hangs")
    return Finding("writing", Level.OK, "the write gate opens")


def on_postgres(version: str) -> Finding:
    """The version of the server."""
    tested = f"{_TESTED_POSTGRES[0]} to {_TESTED_POSTGRES[-1]}"
    major = version.partition(".")[0]
    if major.isdecimal() and int(major) in _TESTED_POSTGRES:
        return Finding("PostgreSQL", Level.OK, version)
    return Finding("PostgreSQL", Level.WARN, f"{version}; tested with {tested}", f"use PostgreSQL {tested}")


def on_texts(kept_by: str) -> Finding:
    """What finds texts on a server: `pg_trgm`, or the trigrams that the store keeps."""
    if kept_by == "pg_trgm":
        return Finding("texts", Level.OK, "found by pg_trgm")
    return Finding("texts", Level.OK, "found by trigrams of our own, since the server had no pg_trgm")


def on_connection(connect_ms: float, answer_ms: float) -> Finding:
    """How far away the server is."""
    says = f"made in {connect_ms:.1f} ms, and an answer takes {answer_ms:.2f} ms"
    if answer_ms > _SLOW_MS:
        return Finding("connection", Level.WARN, says, "bring consoles and server nearer: a command asks several times")
    return Finding("connection", Level.OK, says)


def on_connections(connected: int, most: int, each: int) -> Finding:
    """Room for further consoles on the server.

    Args:
        connected: How many connections there are.
        most: How many there may be.
        each: How many one console may take.
    """
    left = max(most - connected, 0)
    says = f"{connected:,} of {most:,} are taken; a further console takes up to {each}"
    if left < each:
        remedy = "raise max_connections in postgresql.conf, or close what is not needed"
        return Finding("connections", Level.WARN, says, remedy)
    return Finding("connections", Level.OK, says)


def on_durability(risks: dict[str, str]) -> Finding:
    """The server's settings without which something acknowledged may be lost, each with its value."""
    if not risks:
        return Finding("durability", Level.OK, "what is acknowledged is on the disk")
    said = ", ".join(f"{name} is {value}" for name, value in risks.items())
    return Finding(
        "durability",
        Level.FAIL,
        f"{said}:\na power cut loses bookings that were acknowledged",
        "; ".join(f"ALTER SYSTEM SET {name} = on" for name in risks) + "; SELECT pg_reload_conf()",
    )


def on_server_writing(only_reads: bool, standing: tuple[int | None, str, float] | None) -> Finding:
    """Whether anybody can write, and whether somebody began to and does not end.

    Args:
        only_reads: Whether the server takes no writes.
        standing: The process, program and age in seconds of the oldest transaction that has written; of a prepared
            one, which belongs to no process, its name.
    """
    if only_reads:
        return Finding("writing", Level.FAIL, "the server only reads, as a standby does", "let --db name the primary")
    if standing is not None and standing[2] > _STANDS_S:
        process, name, seconds = standing
        who, end = f"process {process} ({name or 'of some program'}) has a", f"SELECT pg_terminate_backend({process})"
        if process is None:
            who, end = f"somebody prepared {name}, a", f"ROLLBACK PREPARED {name}, or COMMIT PREPARED {name}"
        return Finding(
            "writing",
            Level.WARN,
            f"{who} transaction open for {seconds:,.0f} s:\nconsoles see nothing that was written after it began",
            end,
        )
    return Finding("writing", Level.OK, "the server takes writes, and no transaction stands still")


def on_server_clock(ahead_s: float) -> Finding:
    """The server's clock against this machine's."""
    says = f"{abs(ahead_s):.2f} s {'ahead of' if ahead_s > 0 else 'behind'} this machine's"
    if abs(ahead_s) > _APART_S:
        return Finding("server clock", Level.WARN, says, "set both clocks by NTP: events carry the consoles' times")
    return Finding("server clock", Level.OK, says)


def on_permissions(mode: int, mine: bool) -> Finding:
    """Who may read and write the file.

    Args:
        mode: The file's permission bits.
        mine: Whether this user may read and write it.
    """
    says = f"the file's mode is {mode & 0o777:03o}"
    if not mine:
        return Finding("permissions", Level.FAIL, f"{says}, and you may not write it", "give yourself rw on it")
    if mode & 0o022:
        return Finding("permissions", Level.WARN, f"{says}: others may write it", "chmod go-w on it")
    if mode & 0o004:
        return Finding("permissions", Level.WARN, f"{says}: everybody may read names and addresses", "chmod o-r on it")
    return Finding("permissions", Level.OK, says)


def on_checkpoints(taken: list[Checkpoint], newest_event: int, now: datetime) -> Finding:
    """Whether the log is covered by checkpoints."""
    if not taken:
        level = Level.WARN if newest_event else Level.OK
        remedy = "dispatcher audit checkpoint FILE, FILE on another machine" if newest_event else ""
        return Finding("checkpoints", level, "none was taken yet", remedy)
    last = taken[-1]
    behind = newest_event - last.last_event
    says = f"{len(taken):,}, the newest {_plain(now - last.at)} ago, up to event {last.last_event}"
    if behind and now - last.at > 2 * EVERY:
        return Finding(
            "checkpoints", Level.WARN, f"{says}; {behind:,} events since", "dispatcher audit checkpoint FILE"
        )
    return Finding("checkpoints", Level.OK, says)


def on_settings(changed: dict[str, object]) -> Finding:
    """The settings that are in force."""
    said = ", ".join(f"{name} {value}" for name, value in changed.items())
    return Finding("settings", Level.OK, f"all as they came, but {said}" if said else "all as they came")


def worst(findings: list[Finding]) -> Level:
    """The worst level among them."""
    order = list(Level)
    return max((one.level for one in findings), key=order.index, default=Level.OK)


def _plain(span: timedelta) -> str:
    return str(timedelta(seconds=round(span.total_seconds())))
