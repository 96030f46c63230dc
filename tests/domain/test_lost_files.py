"""A database file that is deleted, moved, put back or replaced while it is open."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from domain import commands as c
from domain.errors import DispatchError, StoreUnavailable
from domain.store.backup import restore
from domain.store.points import Point
from tests.conftest import NewWorld
from tests.domain.world import ANA, World, assert_sound, plain

SIDES = ("", "-wal", "-shm", ".gate")


def a_backup(world: World, path: Path) -> Path:
    with closing(sqlite3.connect(world.path)) as live, closing(sqlite3.connect(path)) as copy:
        live.backup(copy)
    return path


def delete(path: Path) -> None:
    for side in SIDES:
        path.with_name(path.name + side).unlink(missing_ok=True)


def test_reads_writes_and_looks_say_that_the_file_is_gone(world: World) -> None:
    world.service()
    tail = world.engine.tail(0)
    delete(world.path)
    for ask in (
        world.engine.newest,
        tail.more,
        world.engine.views.kpis,
        lambda: world.engine.execute(c.CreateService.of(service="locks"), ANA),
    ):
        with pytest.raises(StoreUnavailable, match="is gone; put it back or restore a backup"):
            ask()


def test_a_file_whose_folder_became_something_else_is_a_lost_database_and_no_crash(
    new_world: NewWorld, blank: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    shutil.copyfile(blank, folder / "room.db")
    world = new_world(folder / "room.db")
    folder.rename(tmp_path / "elsewhere")
    folder.write_text("a file now")
    with pytest.raises(StoreUnavailable):
        world.engine.newest()
    folder.unlink()
    (tmp_path / "elsewhere").rename(folder)
    world.service()
    assert_sound(world)


def test_a_restored_backup_is_taken_up_and_the_tail_goes_on_at_its_end(world: World, tmp_path: Path) -> None:
    world.service("plumbing")
    backup = a_backup(world, tmp_path / "backup.db")
    world.service("locks")
    tail = world.engine.tail()
    delete(world.path)
    shutil.copyfile(backup, world.path)
    assert tail.more() == ()
    assert tail.restorations == 1
    world.service("roofs")
    assert [row.subject_name for row in tail.more()] == ["roofs"]
    assert tail.restorations == 1
    assert world.engine.newest() == 2


def test_a_backup_copied_to_where_a_file_was_moved_away_from_is_not_ruined_by_the_journal_that_stayed(
    new_world: NewWorld, world: World, tmp_path: Path
) -> None:
    other = new_world(world.path)
    world.service("plumbing")
    backup = a_backup(world, tmp_path / "backup.db")
    world.service("locks")
    moved = world.path.rename(tmp_path / "moved.db")
    shutil.copyfile(backup, world.path)
    assert (world.engine.newest(), other.engine.newest()) == (1, 1)
    for room, name in ((world, "roofs"), (other, "paint")):
        room.service(name)
    assert_sound(new_world(world.path))
    assert [service.name for service in new_world(world.path).engine.views.services()] == ["paint", "plumbing", "roofs"]
    assert [service.name for service in new_world(moved).engine.views.services()] == ["locks", "plumbing"]


def test_a_journal_that_a_reader_keeps_from_being_saved_is_kept_beside(world: World, tmp_path: Path) -> None:
    world.service("plumbing")
    backup = a_backup(world, tmp_path / "backup.db")
    with plain(world.path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM services").fetchall()
        world.service("locks")
        moved = world.path.rename(tmp_path / "moved.db")
        shutil.copyfile(backup, world.path)
        assert world.engine.newest() == 1
        world.service("roofs")
    (kept,) = tmp_path.glob(f"{world.path.name}-wal-of-*")
    shutil.copyfile(moved, tmp_path / "whole.db")
    kept.rename(tmp_path / "whole.db-wal")
    with plain(tmp_path / "whole.db") as whole:
        assert [name for (name,) in whole.execute("SELECT name FROM services ORDER BY id")] == ["plumbing", "locks"]


def test_a_restored_database_is_for_whom_it_was_before_and_lies_where_its_link_leads(
    world: World, tmp_path: Path
) -> None:
    world.service("plumbing")
    backup = a_backup(world, tmp_path / "backup.db")
    backup.chmod(0o600)
    world.service("locks")
    world.path.chmod(0o664)
    before = world.path.stat()
    link = tmp_path / "today.db"
    link.symlink_to(world.path)
    kept = restore(backup, link, force=True, now=world.now, progress=lambda *_: None)
    after = world.path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert kept is not None
    assert kept.parent == world.path.parent
    assert link.is_symlink()
    assert [service.name for service in world.engine.views.services()] == ["plumbing"]


def test_a_replaced_file_is_noticed_even_where_it_has_as_many_events(world: World, tmp_path: Path) -> None:
    backup = a_backup(world, tmp_path / "backup.db")
    world.service("plumbing")
    tail = world.engine.tail()
    other = World.open(backup, world.clock)
    other.service("locks")
    other.service("roofs")
    other.close()
    delete(world.path)
    shutil.move(backup, world.path)
    assert tail.more() == ()
    assert tail.restorations == 1


def test_what_was_written_into_a_file_that_was_taken_away_meanwhile_is_not_acknowledged(world: World) -> None:
    def take_away(point: Point) -> None:
        if point is Point.FINISHED:
            delete(world.path)

    world.engine._store.reached = take_away
    with pytest.raises(StoreUnavailable, match="taken away while it was written"):
        world.engine.execute(c.CreateService.of(service="locks"), ANA)


def test_a_lost_database_has_no_lag_but_a_reason(world: World) -> None:
    tail = world.engine.tail()
    delete(world.path)
    with pytest.raises(DispatchError):
        tail.lag(world.now)


def test_an_emptied_file_is_not_taken_up_and_goes_on_when_the_database_is_put_back(
    world: World, tmp_path: Path
) -> None:
    world.service("plumbing")
    backup = a_backup(world, tmp_path / "backup.db")
    delete(world.path)
    world.path.touch()
    with pytest.raises(StoreUnavailable, match="is empty now; put the database back"):
        world.engine.newest()
    assert world.path.stat().st_size == 0
    shutil.move(backup, world.path)
    assert world.engine.newest() == 1


def test_a_folder_in_the_place_of_the_file_is_called_one(world: World) -> None:
    delete(world.path)
    world.path.mkdir()
    with pytest.raises(StoreUnavailable, match="is a folder; name a file in it"):
        world.engine.newest()
