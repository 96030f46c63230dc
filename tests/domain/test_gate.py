"""The write gate: one for a database, whatever becomes of its files and by whichever name it is opened."""

import errno
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from domain.errors import StoreBusy
from domain.store.gate import Gate
from tests.conftest import NewWorld
from tests.domain.world import World


@pytest.fixture
def database(world: World) -> Path:
    return world.path


@pytest.fixture
def gate(database: Path) -> Iterator[Gate]:
    with closing(Gate(database)) as made:
        yield made


def is_open(gate: Gate) -> bool:
    try:
        gate.acquire(0)
    except StoreBusy:
        return False
    gate.release()
    return True


def test_all_names_of_a_database_have_one_gate(gate: Gate, database: Path, tmp_path: Path) -> None:
    other_name = tmp_path / "today.db"
    other_name.symlink_to(database)
    with closing(Gate(other_name)) as other:
        gate.acquire(0)
        assert not is_open(other)
        gate.release()
        assert is_open(other)


def test_a_gate_whose_file_was_tidied_away_is_made_anew_and_is_one_again(gate: Gate, database: Path) -> None:
    path = database.with_name(f"{database.name}.gate")
    path.unlink()
    with closing(Gate(database)) as other:
        gate.acquire(0)
        assert not is_open(other)
        gate.release()
        path.unlink()
        other.acquire(0)
        assert not is_open(gate)
        other.release()
        assert is_open(gate)


def test_a_gate_that_cannot_be_made_anew_leaves_nothing_locked(gate: Gate, database: Path) -> None:
    folder = database.parent
    elsewhere = folder.rename(folder.with_name("elsewhere"))
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            gate.acquire(0)
    elsewhere.rename(folder)
    with closing(Gate(database)) as other:
        assert is_open(other)
    assert is_open(gate)


def test_a_disk_too_full_to_write_who_holds_the_gate_does_not_shut_it_for_ever(
    world: World, new_world: NewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    for room in (world, new_world(world.path), world):
        room.service(f"service {room.engine.newest()}")
    assert world.engine.newest() == 3


def test_whoever_may_write_the_database_may_pass_its_gate(database: Path) -> None:
    for suffix in (".gate", ".gate.next"):
        database.with_name(database.name + suffix).unlink()
    database.chmod(0o660)
    os.chown(database, -1, (os.getgroups() or [os.getgid()])[-1])
    Gate(database).close()
    for suffix in (".gate", ".gate.next"):
        made = database.with_name(database.name + suffix).stat()
        assert made.st_mode & 0o777 == 0o660
        assert (made.st_uid, made.st_gid) == (database.stat().st_uid, database.stat().st_gid)
