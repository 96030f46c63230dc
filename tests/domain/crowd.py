"""Crowds of real processes at work on one database, and what came of it."""

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from domain.engine import Engine
from tests.domain.checker import Asked, Row
from tests.domain.client import Part, live
from tests.domain.processes import context
from tests.domain.world import World

_LOG = "SELECT id, at, subject, subject_id, version, action, line, changes, details FROM events ORDER BY id"


def history(folder: Path) -> list[Asked]:
    """What all diaries in and below a folder tell."""
    asked: dict[str, Asked] = {}
    for diary in sorted(folder.rglob("*.diary")):
        for line in diary.read_text().splitlines():
            said = json.loads(line)
            if "ended" in said:
                said["began"] = asked[said["mark"]].began
            asked[said["mark"]] = Asked(**said)
    return list(asked.values())


def started(part: Part, url: str, moment: datetime, diary: Path, seed: int, start: Any = None) -> ForkServerProcess:
    """One client, running."""
    process = context().Process(target=live, args=(part, url, moment, diary, seed, start), daemon=True)
    process.start()
    return process


@contextmanager
def running(part: Part, count: int, world: World, folder: Path, seed: int) -> Iterator[None]:
    """So many clients, all beginning at once; at the end of the block all have ended well."""
    folder.mkdir(exist_ok=True)
    start = context().Barrier(count)
    clients = [started(part, world.url, world.now, folder / f"client{n}.diary", seed + n, start) for n in range(count)]
    try:
        yield
        for client in clients:
            client.join()
        assert [client.exitcode for client in clients] == [0] * count
    finally:
        for client in clients:
            client.kill()
            client.join()


@dataclass
class Follower:
    """Reads the log while it grows, by its own engine, in pieces and with pauses of random sizes."""

    url: str
    random: random.Random
    read: list[int] = field(default_factory=list)
    _written: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        engine = Engine.open(self.url)
        try:
            tail = engine.tail(0)
            while True:
                last_look = self._written.is_set()
                rows = tail.more(self.random.choice([1, 2, 7, 50, 500]))
                self.read += [row.event.id for row in rows]
                if last_look and not rows:
                    return
                if not rows or self.random.random() < 0.3:
                    tail.wait(self.random.random() * 0.05)
        finally:
            engine.close()

    def finish(self) -> list[int]:
        """Everything is written: what it read in the end."""
        self._written.set()
        self._thread.join()
        return self.read


@dataclass
class Seen:
    """What came of a crowd."""

    history: list[Asked]
    log: list[Row]
    followed: list[list[int]]


def crowd(world: World, part: Part, count: int, folder: Path, *, seed: int = 1, followers: int = 0) -> Seen:
    """Let so many clients do their part, followed by some."""
    following = [Follower(world.url, random.Random(seed + n)) for n in range(followers)]
    try:
        with running(part, count, world, folder, seed):
            pass
    finally:
        followed = [one.finish() for one in following]
    return Seen(history(folder), log_of(world), followed)


def log_of(world: World) -> list[Row]:
    """The whole log, as the checker takes it."""
    return list(world.rows(_LOG))
