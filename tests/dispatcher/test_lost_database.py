"""A console whose database is lost: it says so, keeps what it shows and what was typed, and comes back by itself."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from itertools import cycle
from pathlib import Path

import pytest

from dispatcher.app import ConsoleApp
from domain import commands as c
from domain.actors import parse_actor
from domain.engine import Engine
from domain.errors import StoreFull
from domain.speak import speak
from screens.widgets.form import Form
from screens.widgets.topbar import TopBar
from tests.domain.test_lost_files import delete
from tests.domain.world import ANA
from tests.postgres import cluster
from tests.screens.console_room import ROOM, ZONE, Room, type_in
from tests.screens.stage import Stage, until

BACK_WITHIN_S = 10
BOOKING = 'new plumbing "leak" at "12 Example St" for "{}"'


@pytest.fixture
def room(tmp_path: Path) -> Room:
    made = Room(tmp_path / "room.db")
    for line in ROOM:
        made.do(line)
    made.do(BOOKING.format("Ana Diaz"))
    return made


def a_backup(path: Path, to: Path) -> Path:
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(to)) as copy:
        live.backup(copy)
    return to


@contextmanager
def full_disk(engine: Engine) -> Iterator[None]:
    """While the block runs, an engine's file may not grow, and nothing more fits into it."""
    with engine._store.write() as transaction:
        pages = transaction._connection.execute("PRAGMA page_count").fetchone()[0]
        transaction._connection.execute(f"PRAGMA max_page_count = {pages}")
    with suppress(StoreFull):
        for word in cycle("ab"):
            engine.execute(c.EditService.of(service="plumbing", description=word), ANA)
    yield
    with engine._store.write() as transaction:
        transaction._connection.execute(f"PRAGMA max_page_count = {2 * pages}")


async def test_a_deleted_file_is_said_with_the_time_of_what_is_shown_and_taken_up_when_it_is_put_back(
    room: Room, tmp_path: Path
) -> None:
    backup = a_backup(room.path, tmp_path / "backup.db")
    async with room.console() as console:
        await console.shows("Ana Diaz", "● live")
        delete(room.path)
        await console.shows("○ database lost · showing ")
        await console.shows("Ana Diaz")
        await console.line("hold 1 -- later")
        await console.until(lambda: "is gone" in console.said)
        assert console.frame.line.text == "hold 1 -- later"
        shutil.copyfile(backup, room.path)
        await console.until(lambda: "● live" in console.painted, BACK_WITHIN_S)
        assert console.frame.line.text == "hold 1 -- later"
        await console.pilot.press("enter")
        await console.until(lambda: console.frame.line.text == "")
        assert "put on hold" in console.said


@pytest.mark.parametrize(
    ("who", "place", "key", "typed", "came_of_it"),
    [
        ("customer:1", "customer", "n", ("plumbing", "", "tomorrow 9-11", "ring twice"), "ring twice"),
        ("admin:ana", "providers", "e", (" of Brooklyn", "+1 202 555 0137"), "Mira Sample of Brooklyn"),
    ],
    ids=["a booking", "a provider's edit"],
)
async def test_a_form_keeps_every_field_while_the_database_is_gone_and_is_saved_when_it_is_back(
    room: Room, tmp_path: Path, who: str, place: str, key: str, typed: tuple[str, ...], came_of_it: str
) -> None:
    backup = a_backup(room.path, tmp_path / "backup.db")
    async with room.console(who, place=place) as console:
        await console.shows("● live", {"customer": "leak"}.get(place, "plumbing"))
        await console.pilot.press(key)
        form = console.frame.query_one("#form", Form)
        await console.until(lambda: form.is_open and form.values)
        delete(room.path)
        await console.shows("○ database lost · showing ")
        for text in typed:
            type_in(console, text)
            await console.pilot.press("tab")
        filled = form.values
        await console.pilot.press("ctrl+s")
        await console.shows("Nothing was written", "is gone")
        assert form.is_open
        assert form.values == filled
        shutil.copyfile(backup, room.path)
        await console.until(lambda: "● live" in console.painted, BACK_WITHIN_S)
        assert form.values == filled
        await console.pilot.press("ctrl+s")
        await console.until(lambda: not form.is_open)
        await console.shows(came_of_it)


async def test_on_a_full_disk_a_line_and_a_form_keep_what_was_typed_and_work_when_there_is_room_again(
    room: Room,
) -> None:
    async with room.console(place="services") as console:
        await console.shows("● live", "plumbing")
        engine = console.app.room.engine
        assert engine is not None
        with full_disk(engine):
            await console.line("hold 1 -- later")
            await console.until(lambda: console.said.startswith("✕") or "disk" in console.said)
            assert "full" in console.said
            assert console.frame.line.text == "hold 1 -- later"
            await console.pilot.press("escape", "escape", "n")
            form = console.frame.query_one("#form", Form)
            await console.until(lambda: form.is_open and form.values)
            type_in(console, "locks")
            await console.pilot.press("ctrl+s")
            await console.shows("✕", "full")
            assert form.values["name"] == "locks"
            await console.shows("● live")
        await console.pilot.press("ctrl+s")
        await console.until(lambda: not form.is_open)
        await console.shows("locks")
        await console.pilot.press("colon")
        assert console.frame.line.text == "hold 1 -- later"
        await console.pilot.press("enter")
        await console.until(lambda: "put on hold" in console.said)


async def test_what_happened_meanwhile_is_caught_up_with(room: Room, tmp_path: Path) -> None:
    async with room.console() as console:
        await console.shows("Ana Diaz", "● live")
        aside = a_backup(room.path, tmp_path / "aside.db")
        delete(room.path)
        await console.shows("○ database lost · showing ")
        with closing(Engine.open(str(aside))) as elsewhere:
            speak(elsewhere, BOOKING.format("Cleo Sample"), parse_actor("admin:ben", "ben"), zone=ZONE)
        aside.rename(room.path)
        await console.until(lambda: "Cleo Sample" in console.painted and "● live" in console.painted, BACK_WITHIN_S)


@pytest.mark.parametrize("place", ["desk", "log", "bookings"])
async def test_a_restored_backup_that_ends_before_what_was_shown_has_every_screen_read_anew(
    room: Room, tmp_path: Path, place: str
) -> None:
    backup = a_backup(room.path, tmp_path / "backup.db")
    room.do(BOOKING.format("Never Was"))
    async with room.console() as console:
        for one in ("log", "bookings", "desk", place):
            console.app.go(one)
            await console.shows("● live")
            await console.until(lambda: "2" in console.painted)
        await console.until(lambda: console.app.room.recent[-1].event.subject_id == 2)
        delete(room.path)
        await console.shows("○ database lost · showing ")
        shutil.copyfile(backup, room.path)
        await console.shows("● live")
        await console.until(lambda: console.app.room.recent[-1].event.subject_id == 1)
        for one in (place, "log", "bookings", "desk"):
            console.app.go(one)
            await console.shows("● live")
            await console.until(lambda: "Never Was" not in console.painted)
            await console.until(lambda: "plumbing" in console.painted)


@asynccontextmanager
async def console_on(url: str) -> AsyncIterator[Stage]:
    app = ConsoleApp(lambda: Engine.open(url), parse_actor("admin:ana", "ana"), zone=ZONE, works=False)
    async with app.run_test(size=(160, 45)) as pilot:
        on = Stage(app, pilot)
        await until(lambda: app.room.engine is not None and on.frame.is_ready)
        yield on


def lamp(console: Stage) -> str:
    return console.part("TopBar", TopBar).lamp.state


@pytest.mark.timeout(120)
async def test_a_server_that_dies_and_comes_back_is_said_and_caught_up_with() -> None:
    with cluster() as server:
        with closing(Engine.open(server.url)) as engine:
            for line in ROOM:
                speak(engine, line, parse_actor("admin:ben", "ben"), zone=ZONE)
        async with console_on(server.url) as console:
            await until(lambda: lamp(console) == "live")
            await asyncio.to_thread(server.kill)
            await until(lambda: lamp(console) == "lost")
            console.frame.type_line("service new locks")
            await console.press("enter")
            await until(lambda: "Nothing was written" in console.answer)
            assert console.line == "service new locks"
            await asyncio.to_thread(server.start)
            await until(lambda: lamp(console) == "live", BACK_WITHIN_S)
            await console.press("enter")
            await until(lambda: console.line == "")
            await until(lambda: any(row.subject_name == "locks" for row in console.app.room.recent))
