"""A file system that can lose its power: it records what SQLite writes and syncs, and shows what a cut may leave.

What was synced is there after a cut. Of what was not, any part may be, in any order, torn where disks tear: at sectors.
"""

import random
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import apsw

from domain.engine import Engine

SECTOR: Final = 512
Statement = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes that came to a place in a file; None in place of bytes is where the file was cut off."""

    file: str
    at: int
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Synced:
    """Everything written to a file so far is on the disk."""

    file: str


@dataclass(frozen=True, slots=True)
class Told:
    """So many commits were acknowledged."""

    commits: int


Happened = Written | Synced | Told


class Recording(apsw.VFS):
    """The machine's file system, and what was asked of it; `refuse` may stop a write or a sync."""

    def __init__(self, name: str, refuse: Callable[[], None] = lambda: None) -> None:
        self.tape: list[Happened] = []
        self.refuse = refuse
        self.name = name
        super().__init__(name, "", iVersion=3)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        """SQLite's name for it."""
        return _File(self, name, flags)


class _File(apsw.VFSFile):
    def __init__(self, disk: Recording, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name = Path(path or "").name
        self._disk = disk
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.refuse()
        self._disk.tape.append(Written(self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.tape.append(Written(self._name, newsize, None))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.refuse()
        super().xSync(flags)
        self._disk.tape.append(Synced(self._name))


class _Recorder:
    """A driver's connection that remembers what was asked of it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.said: list[Statement] = []

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        self.said.append((sql, values))
        return self._connection.execute(sql, values)

    def executemany(self, sql: str, rows: list[Any]) -> None:
        for row in rows:
            self.execute(sql, row)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def said_by(engine: Engine, work: Sequence[Callable[[], object]]) -> list[list[Statement]]:
    """The statements of each piece of work, as the store says them."""
    recorder = _Recorder(engine._store._writer)  # type: ignore[attr-defined]
    engine._store._writer = recorder  # type: ignore[attr-defined]
    said = []
    for piece in work:
        piece()
        said.append(recorder.said)
        recorder.said = []
    engine._store._writer = recorder._connection  # type: ignore[attr-defined]
    return said


def played(path: Path, said: Sequence[Sequence[Statement]], pragmas: Sequence[str]) -> list[Happened]:
    """Say it all again on the recording file system; what that came to."""
    disk = Recording(f"recording-{path.name}")
    with closing(apsw.Connection(str(path), vfs=disk.name)) as connection:
        for pragma in pragmas:
            connection.execute(pragma).fetchall()
        for commits, statements in enumerate(said, 1):
            for sql, values in statements:
                connection.execute(sql, values).fetchall()
            disk.tape.append(Told(commits))
    disk.unregister()
    return disk.tape


@dataclass
class Disk:
    """Files as a disk has them: what is surely there, and what was written since and may be."""

    sure: dict[str, bytearray]
    pending: dict[str, list[Written]] = field(default_factory=lambda: defaultdict(list))
    told: int = 0

    def take(self, happened: Happened) -> None:
        """Go on by one step."""
        if isinstance(happened, Told):
            self.told = happened.commits
        elif isinstance(happened, Written):
            self.pending[happened.file].append(happened)
        else:
            content = self.sure.setdefault(happened.file, bytearray())
            for written in self.pending.pop(happened.file, []):
                _apply(content, written)

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        """What the disk may hold when the power goes now."""
        found = {}
        for name in self.sure.keys() | self.pending.keys():
            content = bytearray(self.sure.get(name, b""))
            for part in _survivors(self.pending.get(name, []), chance):
                _apply(content, part)
            found[name] = bytes(content)
        return found


def _survivors(pending: Sequence[Written], chance: random.Random) -> Iterator[Written]:
    """All, none, the first few, or any sectors of what was not synced."""
    how = chance.randrange(4)
    if how == 1:
        return
    if how == 2:
        pending = pending[: chance.randint(0, len(pending))]
    share = chance.random()
    for written in pending:
        if how != 3:
            yield written
        elif written.content is None:
            if chance.random() < share:
                yield written
        else:
            first = SECTOR - written.at % SECTOR
            for start, end in _sectors(len(written.content), first):
                if chance.random() < share:
                    yield Written(written.file, written.at + start, written.content[start:end])


def _sectors(length: int, first: int) -> Iterator[tuple[int, int]]:
    """Where to tear so many bytes of which the first so many end a sector."""
    start, end = 0, min(first, length)
    while start < length:
        yield start, end
        start, end = end, min(end + SECTOR, length)


def _apply(content: bytearray, written: Written) -> None:
    if written.content is None:
        del content[written.at :]
        return
    end = written.at + len(written.content)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[written.at : end] = written.content


@dataclass
class Losses:
    """What cuts did: how many there were, how many lost an acknowledged commit, and what else was wrong."""

    cuts: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)


def cut_again_and_again(
    start: Path, tape: Sequence[Happened], ends: Sequence[int], folder: Path, *, cuts: int, seed: int, deep: int
) -> Losses:
    """Cut the power at random places of what happened, and look at what is left each time.

    Args:
        start: The database before any of it.
        tape: What happened.
        ends: The newest event's number before all, and after each commit.
        folder: Where what is left is laid out.
        cuts: How often.
        seed: Of the chance that decides where, and what survives.
        deep: Every how many cuts the whole log is proved, and a write made.
    """
    chance = random.Random(seed)
    places = sorted(chance.choices(range(len(tape)), k=cuts))
    disk, losses, at = Disk({start.name: bytearray(start.read_bytes())}), Losses(), 0
    for place in places:
        for happened in tape[at : place + 1]:
            disk.take(happened)
        at = max(at, place + 1)
        losses.cuts += 1
        for old in folder.iterdir():
            old.unlink()
        for name, content in disk.after_a_cut(chance).items():
            (folder / name).write_bytes(content)
        there, wrong = _looked_at(folder / start.name, ends, disk.told)
        losses.lost += there is not None and there < disk.told
        losses.wrong += [f"cut at {place}: {one}" for one in wrong]
        if not wrong and losses.cuts % deep == 0:
            losses.wrong += [f"cut at {place}: {one}" for one in _proved(folder / start.name)]
    return losses


def _looked_at(path: Path, ends: Sequence[int], told: int) -> tuple[int | None, list[str]]:
    """How many commits are there, and what is wrong, by a plain connection."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        try:
            wrong = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            wrong += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
            newest, count = connection.execute("SELECT max(id), count(*) FROM events").fetchone()
        except sqlite3.DatabaseError as error:
            return None, [str(error)]
    if newest != count or newest not in ends:
        return None, [*wrong, f"half a transaction: {count} events up to {newest}"]
    there = max(commits for commits, end in enumerate(ends) if end == newest)
    if there > told + 1:
        wrong.append(f"{there} commits are there, but only {told} were made and one more begun")
    return there, wrong


def _proved(path: Path) -> list[str]:
    engine = Engine.open(str(path))
    try:
        return [str(fault) for fault in engine.faults(lambda _: None)]
    finally:
        engine.close()
