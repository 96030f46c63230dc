"""Opening, refusing, upgrading and sharing the file."""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from domain import commands as c
from domain.codec import BOOKING, CUSTOMER, PROVIDER, SERVICE
from domain.decide import decide
from domain.engine import Engine
from domain.errors import (
    DispatchError,
    InvalidInput,
    NoCandidate,
    SchemaTooNew,
    StaleVersion,
    StoreFull,
    StoreUnavailable,
)
from domain.lifecycle import Status
from domain.store.migrate import HEAD, sqlite_url, upgrade
from domain.store.schema import metadata
from tests.conftest import NewWorld
from tests.domain.processes import ROOT
from tests.domain.world import ANA, BEN, START, World, assert_sound, plain


def refusal_of(path: Path | str) -> DispatchError:
    with pytest.raises(DispatchError) as caught:
        Engine.open(str(path)).close()
    return caught.value


# What cannot be opened.


def test_a_folder_is_refused(tmp_path: Path) -> None:
    refusal = refusal_of(tmp_path)
    assert isinstance(refusal, StoreUnavailable)
    assert "is a folder" in refusal.message


@pytest.mark.parametrize("content", [b"Dear diary, this is no database at all. " * 30, b"\x00" * 5000, b"xy"])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    refusal = refusal_of(path)
    assert isinstance(refusal, StoreUnavailable)
    assert "is not a Dispatcher database" in refusal.message
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_another_programs_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY)")
        connection.commit()
    before = path.read_bytes()
    refusal = refusal_of(path)
    assert isinstance(refusal, StoreUnavailable)
    assert "another program" in refusal.message
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_of_a_newer_program_is_refused_in_a_sentence_and_left_as_it_is(world: World) -> None:
    with plain(world.path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    refusal = refusal_of(world.path)
    assert isinstance(refusal, SchemaTooNew)
    assert "newer Dispatcher" in refusal.message
    assert refusal.details == {"schema": "9999", "known": HEAD}


def test_a_damaged_database_is_refused(tmp_path: Path, blank: Path) -> None:
    path = tmp_path / "room.db"
    content = bytearray(blank.read_bytes())
    content[100:3000] = b"\xff" * 2900
    path.write_bytes(content)
    assert isinstance(refusal_of(path), StoreUnavailable)


@pytest.mark.parametrize("url", ["", "  ", ":memory:", "sqlite:///", "mysql://host/db", "a\0b"])
def test_a_url_that_names_no_file_is_refused(url: str) -> None:
    assert isinstance(refusal_of(url), InvalidInput)


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert isinstance(refusal_of(tmp_path / "file" / "room.db"), StoreUnavailable)


_AS_SOMEBODY = """
import os, sys
from domain.engine import Engine
from domain.errors import DispatchError
if os.geteuid() == 0:
    # Permissions do not bind root: become nobody in particular.
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for path in sys.argv[1:]:
    try:
        Engine.open(path)
        print("opened")
    except DispatchError as refusal:
        print(refusal.kind, refusal.message)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def opened_by_somebody(*paths: Path) -> list[str]:
    """What opening each says to a user whom permissions bind."""
    command = [sys.executable, "-c", _AS_SOMEBODY, *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.splitlines()


def test_what_may_not_be_written_is_refused(open_folder: Path, blank: Path) -> None:
    file = open_folder / "locked.db"
    shutil.copyfile(blank, file)
    file.chmod(0o444)
    folder = open_folder / "folder"
    folder.mkdir()
    beside = folder / "room.db"
    shutil.copyfile(blank, beside)
    beside.chmod(0o666)
    folder.chmod(0o555)
    said = opened_by_somebody(file, folder / "new.db", folder / "sub" / "new.db", beside)
    assert said[0].startswith(f"StoreUnavailable {file} is read-only")
    assert said[1].startswith(f"StoreUnavailable {folder} is read-only")
    assert [line.split()[0] for line in said] == ["StoreUnavailable"] * 4


def test_a_file_with_two_names_is_refused_since_each_name_has_a_journal_of_its_own(
    new_world: NewWorld, world: World, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    other.hardlink_to(world.path)
    for path in (other, world.path):
        with pytest.raises(StoreUnavailable, match=r"has another name, a hard link: .*remove one of the two"):
            Engine.open(str(path))
    other.unlink()
    new_world(world.path).service()


# Creating.


def test_a_new_file_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "some" / "where" / "room.db"
    engine = Engine.open(f"sqlite:///{path}")
    assert engine.is_empty()
    engine.close()
    Engine.open(str(path)).close()


@pytest.mark.parametrize("name", ["room & board?.db", "50%.db", "a#b.db", "ünï cødé 🚰.db", "'quoted'.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    world = World.open(tmp_path / name)
    world.service()
    world.close()
    assert (tmp_path / name).stat().st_size > 0
    upgraded = tmp_path / "new" / name
    upgraded.parent.mkdir()
    upgrade(sqlite_url(upgraded))
    assert upgraded.stat().st_size > 0


def test_every_field_of_a_record_is_a_column_of_the_same_name() -> None:
    for table, codec in (
        ("bookings", BOOKING),
        ("providers", PROVIDER),
        ("services", SERVICE),
        ("customers", CUSTOMER),
    ):
        columns = {column.name for column in metadata.tables[table].columns}
        assert columns - set(codec.names) <= {"kind", "act_by"}
        assert set(codec.names) <= columns


def test_writes_are_durable_when_acknowledged(world: World) -> None:
    with world.engine._store.write() as transaction:
        connection = transaction._connection
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


# Sharing.


def test_a_command_on_an_older_version_is_refused_with_who_when_and_from_what_to_what(world: World) -> None:
    world.service()
    world.provider()
    number = world.booking()
    seen = world.get(number).version
    world.clock.advance(60)
    done = world.do(c.Assign.of(booking=number, provider="mira"), BEN).event
    before = world.everything()
    world.clock.advance(20)
    with pytest.raises(StaleVersion) as caught:
        world.do(c.ForceCancel.of(booking=number, reason="not needed"), ANA, seen=seen)
    refusal = caught.value
    assert refusal.code == 409
    assert refusal.details == {
        "booking": number,
        "version": seen + 1,
        "seen": seen,
        "by": "admin:ben",
        "at": "2026-08-03T09:01:00.000Z",
        "from_status": "PENDING",
        "to_status": "ASSIGNED",
        "event": done.id,
    }
    for said in ("PENDING → ASSIGNED", "admin:ben 20 s ago"):
        assert said in refusal.message
    assert world.everything() == before
    world.do(c.ForceCancel.of(booking=number, reason="not needed"), ANA, seen=seen + 1)


def test_what_was_rolled_back_is_not_remembered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A roster read inside a transaction that fails holds versions that never came to be."""
    world.service()
    world.provider()
    number = world.booking()

    def fails(command: c.Command, *rest: object) -> object:
        if isinstance(command, c.Ack):
            raise RuntimeError("the power went")
        return decide(command, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr("domain.engine.decide", fails)
        commands = [c.GoOff.of(provider="mira"), c.Assign.of(booking=number), c.Ack.of(booking=number)]
        with pytest.raises(RuntimeError):
            world.engine.execute_all(commands, ANA)
    world.do(c.EditProvider.of(provider="mira", rating=5.0))
    world.do(c.Assign.of(booking=number))
    assert world.holder(number) == "mira"


def test_everything_read_in_one_view_is_from_one_moment(new_world: NewWorld) -> None:
    world = new_world()
    other = new_world(world.path, world.clock)
    world.service()
    world.provider()
    store = world.engine._store
    with store.read() as connection:
        (before,) = store.facts(connection).roster()
        other.do(c.GoOff.of(provider="mira"))
        other.booking()
        (after,) = store.facts(connection).roster()
        assert before == after
        assert store.facts(connection).booking(1) is None
    assert world.engine.views.provider("mira").shown == "off"


def test_a_refused_command_among_many_leaves_nothing_of_itself(world: World) -> None:
    world.service()
    number = world.booking()
    results = world.engine.execute_all(
        [c.Note.of(booking=number, text="one"), c.Assign.of(booking=number), c.Note.of(booking=number, text="two")], ANA
    )
    assert isinstance(results[1], NoCandidate)
    assert world.get(number).notes == "one\ntwo"
    assert [event.version for event in world.log(number)] == [1, 2, 3]
    assert_sound(world)


def test_a_full_disk_is_one_typed_error_loses_nothing_and_ends_when_there_is_space(world: World) -> None:
    world.service()
    number = world.booking()
    store = world.engine._store
    with store.write() as transaction:
        pages = transaction._connection.execute("PRAGMA page_count").fetchone()[0]
        transaction._connection.execute(f"PRAGMA max_page_count = {pages}")
    before = world.everything()
    refusal = None
    for _ in range(200):
        refusal = world.try_to(c.EditBooking.of(booking=number, notes="x" * 2_000))
        if refusal is not None:
            break
        world.do(c.EditBooking.of(booking=number, notes="y"))
        before = world.everything()
    assert isinstance(refusal, StoreFull)
    assert refusal.code == 507
    assert world.everything() == before
    with store.write() as transaction:
        transaction._connection.execute("PRAGMA max_page_count = 1000000")
    world.do(c.EditBooking.of(booking=number, notes="x" * 2_000))
    assert_sound(world)


def test_a_closed_engine_and_its_file_can_be_opened_again(new_world: NewWorld, world: World) -> None:
    world.service()
    number = world.booking()
    world.close()
    again = new_world(world.path)
    assert again.status(number) is Status.PENDING
    assert again.engine.views.last_event() == 3


def test_the_same_commands_at_the_same_times_give_the_same_log_byte_for_byte(new_world: NewWorld) -> None:
    def play(world: World) -> list[dict[str, object]]:
        world.service()
        world.provider("mira", at=(40.7, -74.0))
        world.provider("tom", at=(40.8, -74.0))
        for place in (40.71, 40.79, 40.75):
            world.booking(latitude=place, longitude=-74.0)
        for passed in (0, 2, 4, 300, 9, 600):
            world.tick(passed)
        assert world.now > START
        return world.rows("SELECT * FROM events ORDER BY id")

    assert play(new_world()) == play(new_world())
