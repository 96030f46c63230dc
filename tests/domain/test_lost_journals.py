"""The journal beside a database file, removed while the database is open: by a tidy person, or by a restore.

Who looks from another process sees what is really there; in this one, connections share what they know of a journal.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import StoreBusy, StoreUnavailable
from domain.store import backup, status
from tests.conftest import NewWorld
from tests.domain.test_lost_files import a_backup
from tests.domain.world import World, assert_sound, plain

_ASK = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1], isolation_level=None).execute(sys.argv[2]).fetchall())"


def elsewhere(path: Path, sql: str) -> str:
    """What another process is told."""
    return subprocess.run([sys.executable, "-c", _ASK, path, sql], capture_output=True, text=True, check=True).stdout


def services_seen_elsewhere(path: Path) -> list[str]:
    rows: list[tuple[str]] = eval(elsewhere(path, "SELECT name FROM services ORDER BY name"))  # noqa: S307, our own
    return [name for (name,) in rows]


def remove_journal(path: Path, *suffixes: str) -> None:
    for suffix in suffixes:
        path.with_name(path.name + suffix).unlink()


@pytest.fixture(params=[("-wal", "-shm"), ("-wal",)], ids=["all", "without its index"])
def tidied(world: World, request: pytest.FixtureRequest) -> World:
    """A room whose journal somebody removed when one service had been written."""
    world.service("plumbing")
    remove_journal(world.path, *request.param)
    return world


def test_what_a_removed_journal_held_is_saved_at_the_next_look(tidied: World) -> None:
    assert tidied.engine.newest() == 1
    tidied.service("locks")
    assert services_seen_elsewhere(tidied.path) == ["locks", "plumbing"]
    assert_sound(tidied)


def test_a_removed_journal_is_no_restored_backup(tidied: World) -> None:
    tail = tidied.engine.tail()
    tidied.service("locks")
    assert [row.subject_name for row in tail.more()] == ["locks"]
    assert tail.restorations == 0


def test_several_consoles_go_on_together_after_their_journal_was_removed(new_world: NewWorld, world: World) -> None:
    other = new_world(world.path)
    world.service("plumbing")
    remove_journal(world.path, "-wal", "-shm")
    for room, name in ((other, "locks"), (world, "paint"), (other, "roofs")):
        room.service(name)
    assert services_seen_elsewhere(world.path) == ["locks", "paint", "plumbing", "roofs"]


def test_a_long_read_puts_off_going_on_after_the_journal_was_removed(world: World) -> None:
    world.service("plumbing")
    with world.engine._store.read():
        remove_journal(world.path, "-wal", "-shm")
        with pytest.raises(StoreBusy, match="try again when a long read has ended"):
            world.engine.newest()
    world.service("locks")
    assert services_seen_elsewhere(world.path) == ["locks", "plumbing"]


def test_a_long_read_of_somebody_else_puts_it_off_too(world: World) -> None:
    world.service("plumbing")
    with plain(world.path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        world.service("locks")
        remove_journal(world.path, "-wal", "-shm")
        with pytest.raises(StoreBusy, match="try again when a long read has ended"):
            world.engine.newest()
        reader.execute("COMMIT")
    world.service("paint")
    assert services_seen_elsewhere(world.path) == ["locks", "paint", "plumbing"]


def test_a_console_does_not_go_on_beside_one_that_has_not_seen_what_the_removed_journal_held(world: World) -> None:
    world.service("plumbing")
    remove_journal(world.path, "-wal", "-shm")
    elsewhere(world.path, "INSERT INTO meta (key, value) VALUES ('stranger', '1')")
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="look whether event 1 and those before it are there"):
            world.service("locks")


def test_a_console_that_opens_while_a_backup_takes_the_place_writes_where_all_others_read(
    world: World, new_world: NewWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.service("plumbing")
    kept = a_backup(world, tmp_path / "backup.db")
    world.service("locks")
    put_in_place, opened = backup.put_in_place, []

    def open_then(copy: Path, to: Path) -> None:
        put_in_place(copy, to)
        opened.append(new_world(to))

    monkeypatch.setattr(backup, "put_in_place", open_then)
    backup.restore(kept, world.path, force=True, now=world.now, progress=lambda *_: None)
    opened[0].service("paint")
    assert services_seen_elsewhere(world.path) == ["paint", "plumbing"]
    world.service("roofs")
    assert services_seen_elsewhere(world.path) == ["paint", "plumbing", "roofs"]


def test_what_is_not_yet_moved_is_told_by_whichever_name_the_file_is_looked_at(world: World, tmp_path: Path) -> None:
    world.service("plumbing")
    link = tmp_path / "today.db"
    link.symlink_to(world.path)
    assert status.look(link).unmoved == status.look(world.path).unmoved > 0
