"""What may be wrong with an installation, and what to do about it. Pure: whoever calls it has measured.

Anything may import this module.
"""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.proof.checkpoint import EVERY, Checkpoint

SOUND_SQLITE: Final = (3, 51, 3)
"""The first version without the WAL-reset corruption (https://www.sqlite.org/wal.html)."""
_LATE: Final = timedelta(seconds=5)
_LITTLE_BYTES: Final = 1 << 30
_NEXT_TO_NOTHING_BYTES: Final = 100 << 20
_DRIFT_S: Final = 0.05
_SLOW_MS: Final = 100


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


def on_tail(took_ms: float) -> Finding:
    """How long a look at the log takes, by which consoles notice what others did."""
    says = f"a look at the log takes {took_ms:.2f} ms"
    if took_ms > _SLOW_MS:
        return Finding("tail", Level.WARN, says, "see what else uses the disk; consoles show changes this much later")
    return Finding("tail", Level.OK, says)


def on_gate(held: str | None) -> Finding:
    """Whether anybody can write."""
    if held is not None:
        return Finding("writing", Level.FAIL, held, "end the process that it names, if it hangs")
    return Finding("writing", Level.OK, "the write gate opens")


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
