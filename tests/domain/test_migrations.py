"""Bringing an older database to this version's schema: whole, once, and again after being cut off."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, nullcontext
from importlib.resources import files
from pathlib import Path

import pytest

from domain import commands as c
from domain.criteria import BookingFilter
from domain.proof.chain import START as BEFORE_ALL
from domain.proof.chain import link
from domain.proof.upcast import borough_of
from domain.store.backfill import fill_boroughs
from domain.store.migrate import HEAD, run_steps, sqlite_url, upgrade, version_at
from tests.conftest import NewWorld
from tests.domain.processes import ROOT, fills_two_at_a_time, processes, upgrades_when_told
from tests.domain.world import ANA, World, assert_sound, plain

Schema = tuple[list[tuple[str, ...]], list[tuple[str, ...]]]


def schema_of(path: Path) -> Schema:
    """Everything that the database is made of; SQLite itself chooses spaces and quotes."""
    with plain(path) as connection:
        made = connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version' ORDER BY 1, 2"
        ).fetchall()
        lawful = connection.execute("SELECT * FROM legal_transition ORDER BY 1, 2, 3, 4, 5").fetchall()
    return [(*row[:3], re.sub(r"\s+", " ", (row[3] or "").replace('"', ""))) for row in made], [*map(tuple, lawful)]


def as_the_first_version_wrote(world: World, path: Path) -> Path:
    """The room's database at step 0001: no borough on bookings, and none in what their first events changed."""
    run_steps(sqlite_url(path), "0001")
    heads: dict[tuple[str, int], str] = {}
    with plain(path, foreign_keys=False) as old:
        for event in world.rows("SELECT * FROM events ORDER BY id"):
            changes = json.loads(event["changes"])
            if event["subject"] == "booking":
                changes.pop("borough", None)
            event["changes"] = json.dumps(changes, ensure_ascii=False, separators=(",", ":"))
            subject = (event["subject"], event["subject_id"])
            heads[subject] = event["hash"] = link(heads.get(subject, BEFORE_ALL), event)
            insert(old, "events", event)
        for table in ("services", "customers", "providers", "settings", "bookings"):
            for row in world.rows(f"SELECT * FROM {table}"):
                insert(old, table, {**row, "chain": heads[row["kind"], row["id"]]})
        for row in world.rows("SELECT * FROM daily"):
            insert(old, "daily", row)
        assert old.execute("PRAGMA foreign_key_check").fetchall() == []
    return path


def insert(connection: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    computed = {"prev_version", "act_by"}
    there = {found["name"] for found in connection.execute(f"PRAGMA table_info({table})")} - computed
    names = [name for name in row if name in there]
    places = ", ".join(f":{name}" for name in names)
    connection.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", row)


@pytest.fixture
def imported(world: World) -> World:
    """Bookings from a source that names boroughs, two that it names none for, and one that somebody has."""
    world.service()
    world.provider()
    for number, borough in enumerate(["QUEENS", "BRONX", None, None, "BROOKLYN"]):
        details = {} if borough is None else {"borough": borough}
        world.booking(source="city", external_key=str(number), details=details)
    world.do(c.Assign.of(booking=1, provider="mira"))
    return world


@pytest.fixture
def old(imported: World, tmp_path: Path) -> Path:
    return as_the_first_version_wrote(imported, tmp_path / "old.db")


BOROUGHS = ["QUEENS", "BRONX", "", "", "BROOKLYN"]


def boroughs(path: Path) -> list[str | None]:
    with plain(path) as connection:
        return [row[0] for row in connection.execute("SELECT borough FROM bookings ORDER BY id")]


def test_a_database_made_at_once_is_the_same_as_one_brought_up_step_by_step(tmp_path: Path, blank: Path) -> None:
    path = tmp_path / "upgraded.db"
    upgrade(sqlite_url(path))
    assert schema_of(path) == schema_of(blank)
    assert version_at(sqlite_url(path)) == HEAD
    world = World.open(path)
    world.service()
    assert_sound(world)
    world.close()


def test_a_database_of_the_first_version_is_brought_up_when_it_is_opened(
    old: Path, blank: Path, new_world: NewWorld
) -> None:
    world = new_world(old)
    assert boroughs(old) == BOROUGHS
    assert schema_of(old) == schema_of(blank)
    assert [str(fault) for fault in world.engine.faults(lambda _: None)] == []


def test_what_was_brought_up_goes_on_as_if_it_had_always_been_so(old: Path, new_world: NewWorld) -> None:
    world = new_world(old)
    world.do(c.EditBooking.of(booking=2, notes="under the sink"))
    world.do(c.Release.of(booking=1, reason="too far"))
    number = world.booking(borough="STATEN ISLAND")
    assert boroughs(old) == [*BOROUGHS, "STATEN ISLAND"]
    assert world.get(number).borough == "STATEN ISLAND"
    assert [str(fault) for fault in world.engine.faults(lambda _: None)] == []


@pytest.mark.parametrize("events_since", [1, 50], ids=["told from the end", "told from the beginning"])
def test_a_look_back_behind_the_upgrade_tells_the_boroughs_too(
    old: Path, new_world: NewWorld, events_since: int
) -> None:
    world = new_world(old)
    then = world.now
    world.clock.advance(60)
    world.engine.execute_all([c.Note.of(booking=2, text=str(number)) for number in range(events_since)], ANA)
    with world.engine.views.as_of(then) as past:
        page = past.bookings(BookingFilter())
    assert sorted((row.booking.id, row.booking.borough) for row in page) == list(enumerate(BOROUGHS, 1))


def test_a_search_finds_what_the_old_database_held_and_the_boroughs_too(old: Path, new_world: NewWorld) -> None:
    new_world(old)
    with plain(old) as connection:
        for wanted, count in (("Exa", len(BOROUGHS)), ("BRO", 2), ("EEN", 1)):
            found = connection.execute("SELECT count(*) FROM bookings_text WHERE bookings_text MATCH ?", (wanted,))
            assert found.fetchone()[0] == count
        connection.execute("INSERT INTO bookings_text (bookings_text, rank) VALUES ('integrity-check', 1)")


def test_a_backfill_that_is_killed_goes_on_where_it_was(old: Path, blank: Path, new_world: NewWorld) -> None:
    with processes(fills_two_at_a_time, 1, old) as (first,):
        assert first.hear() == "2"
        first.kill()
    assert version_at(sqlite_url(old)) == "0002"
    assert boroughs(old) == ["QUEENS", "BRONX", None, None, None]
    with processes(fills_two_at_a_time, 1, old) as (second,):
        assert second.hear() == "2"
        second.kill()
    assert boroughs(old) == ["QUEENS", "BRONX", "", "", None]
    world = new_world(old)
    assert boroughs(old) == BOROUGHS
    assert schema_of(old) == schema_of(blank)
    assert [str(fault) for fault in world.engine.faults(lambda _: None)] == []


def test_while_the_column_is_filled_nothing_else_of_a_booking_can_be_changed_with_it(old: Path) -> None:
    run_steps(sqlite_url(old), "0002")
    for change in (
        "borough = 'BRONX', priority = 4",
        "borough = 'BRONX', status = 'COMPLETED'",
        "borough = NULL",
        "chain = upper(chain)",
        "borough = 'BRONX', id = 99",
    ):
        with plain(old) as connection, pytest.raises(sqlite3.IntegrityError, match="version_jump"):
            connection.execute(f"UPDATE bookings SET {change} WHERE id = 2")
    with plain(old) as connection:
        connection.execute("UPDATE bookings SET borough = 'BRONX' WHERE id = 2")
        with pytest.raises(sqlite3.IntegrityError, match="version_jump"):
            connection.execute("UPDATE bookings SET borough = 'QUEENS' WHERE id = 2")


def test_once_all_is_filled_the_leave_to_fill_is_gone(old: Path, new_world: NewWorld) -> None:
    new_world(old)
    with plain(old) as connection, pytest.raises(sqlite3.IntegrityError, match="version_jump"):
        connection.execute("UPDATE bookings SET borough = 'BRONX' WHERE id = 2")
    with plain(old) as connection, pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        connection.execute("UPDATE bookings SET borough = NULL, version = version + 1 WHERE id = 2")


def test_a_step_that_finds_rows_unfilled_leaves_everything_as_it_was(old: Path) -> None:
    run_steps(sqlite_url(old), "0002")
    before = schema_of(old)
    with pytest.raises(Exception, match="NOT NULL constraint failed"):
        run_steps(sqlite_url(old), "head")
    assert schema_of(old) == before
    assert version_at(sqlite_url(old)) == "0002"


def test_filling_twice_fills_once(old: Path) -> None:
    run_steps(sqlite_url(old), "0002")
    turns: list[str] = []
    assert upgrade(sqlite_url(old), rest=False, progress=lambda filled: turns.append(str(filled))) == len(BOROUGHS)
    assert upgrade(sqlite_url(old), rest=False) == 0
    assert turns == [str(len(BOROUGHS))]
    assert upgrade(sqlite_url(old)) == 0
    assert upgrade(sqlite_url(old)) == 0
    assert version_at(sqlite_url(old)) == HEAD


def test_others_write_between_two_batches(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older program that is still running changes bookings while they are filled."""
    monkeypatch.setattr("domain.store.backfill.BATCH", 2)
    run_steps(sqlite_url(old), "0002")
    batches = fill_boroughs(sqlite_url(old), nullcontext)
    assert next(batches) == 2
    with plain(old, foreign_keys=False) as connection:
        connection.execute("UPDATE bookings SET version = version + 1, notes = 'seen' WHERE id = 3")
    assert [*batches] == [4, 5]
    assert boroughs(old) == BOROUGHS


@pytest.mark.parametrize("details", [{}, {"borough": None}, {"borough": 7}, {"borough": ["BRONX"]}, {"other": "x"}])
def test_a_first_event_that_names_no_borough_means_an_empty_one(details: dict[str, object]) -> None:
    assert borough_of(details) == ""


def test_two_that_open_an_old_database_at_once_bring_it_up_once(old: Path, blank: Path) -> None:
    with processes(upgrades_when_told, 2, old) as both:
        for one in both:
            one.tell()
        assert sorted(one.hear() for one in both) == ["", "0002,head"]
    assert boroughs(old) == BOROUGHS
    assert schema_of(old) == schema_of(blank)


def test_the_frozen_steps_lie_in_the_package() -> None:
    folder = Path(str(files("domain.store"))) / "migrations" / "versions"
    steps = sorted(path.stem for path in folder.glob("m*.py"))
    assert steps[-1].startswith(f"m{HEAD}")
    for step in steps:
        assert (folder / f"{step}.sqlite.sql").stat().st_size > 0


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "room.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIEW booking_events AS SELECT 1 AS one")
        connection.commit()
    with pytest.raises(Exception, match="already exists"):
        upgrade(sqlite_url(path))
    with plain(path) as connection:
        assert [row["name"] for row in connection.execute("SELECT name FROM sqlite_master")] == ["booking_events"]


def test_alembic_is_not_imported_when_there_is_nothing_to_upgrade(blank: Path, tmp_path: Path) -> None:
    path = tmp_path / "room.db"
    shutil.copyfile(blank, path)
    code = """import sys; from domain.engine import Engine
for path in sys.argv[1:]: Engine.open(path)
print('alembic' in sys.modules)"""
    command = [sys.executable, "-c", code, str(path), str(tmp_path / "new.db")]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout.strip() == "False"
