"""SQLite's index of texts holds every row as it is at the end of each commit, whoever wrote it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.criteria import BookingFilter
from domain.errors import DispatchError
from domain.store.migrate import run_steps, sqlite_url
from tests.conftest import NewWorld
from tests.domain.world import ANA, World, astray_texts, plain


def found(world: World, word: str) -> list[int]:
    return [row.booking.id for row in world.engine.views.bookings(BookingFilter(words=(word,)))]


@pytest.fixture
def room(world: World) -> World:
    world.service()
    world.customer()
    return world


def new(**more: Any) -> c.CreateBooking:
    return c.CreateBooking.of(**{"service": "plumbing", "customer": 1, "address": "12 Example St", **more})


def test_a_booking_that_is_added_and_changed_in_one_commit_is_found_as_it_is_at_its_end(room: World) -> None:
    both = [new(notes="leak"), c.EditBooking.of(booking=1, notes="broken tap"), c.Note.of(booking=1, text="hm")]
    assert not any(isinstance(answer, DispatchError) for answer in room.engine.execute_all(both, ANA))
    assert (found(room, "broken"), found(room, "leak")) == ([1], [])
    assert astray_texts(room.path) == []


def test_a_refused_booking_among_others_leaves_nothing_to_find(room: World) -> None:
    answers = room.engine.execute_all([new(notes="leak"), new(service="flying"), new(notes="broken tap")], ANA)
    assert [isinstance(answer, DispatchError) for answer in answers] == [False, True, False]
    assert (found(room, "leak"), found(room, "broken")) == ([1], [2])
    assert astray_texts(room.path) == []


def test_a_trial_leaves_nothing_to_find(room: World) -> None:
    room.engine.trial(lambda trial: trial.execute(new(notes="leak"), ANA).name)
    assert found(room, "leak") == []
    assert room.booking(notes="broken tap") == 1
    assert (found(room, "leak"), found(room, "broken")) == ([], [1])
    assert astray_texts(room.path) == []


def test_what_somebody_else_adds_is_found_with_the_next_booking_and_may_be_changed_before(room: World) -> None:
    room.booking(notes="leak")
    with plain(room.path, foreign_keys=False) as connection:
        names = [row["name"] for row in connection.execute("PRAGMA table_info(bookings)") if row["name"] != "id"]
        copied = ", ".join(names)
        connection.execute(f"INSERT INTO bookings (id, {copied}) SELECT 2, {copied} FROM bookings WHERE id = 1")
        connection.execute("UPDATE bookings SET notes = 'broken tap', version = 2 WHERE id = 2")
    assert room.booking(notes="no heat") == 3
    assert (found(room, "leak"), found(room, "broken"), found(room, "heat")) == ([1], [2], [3])
    assert astray_texts(room.path) == []


def test_what_version_0004_held_is_found_after_the_upgrade_as_it_is_changed(
    room: World, tmp_path: Path, new_world: NewWorld
) -> None:
    room.booking(notes="leak")
    older = tmp_path / "older.db"
    run_steps(sqlite_url(older), "0004")
    with plain(older, foreign_keys=False) as connection:
        for table in ("events", "services", "customers", "bookings"):
            for row in room.rows(f"SELECT * FROM {table}"):
                kept = {name: value for name, value in row.items() if name not in {"prev_version", "act_by"}}
                places = ", ".join("?" for _ in kept)
                connection.execute(f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({places})", [*kept.values()])
    world = new_world(older)
    assert found(world, "leak") == [1]
    world.do(c.EditBooking.of(booking=1, notes="broken tap"))
    world.do(new(notes="no heat"))
    assert (found(world, "leak"), found(world, "broken"), found(world, "heat")) == ([], [1], [2])
    assert astray_texts(older) == []


@pytest.mark.parametrize("spoilt", ["('delete', 1, '12 Example St  leak')", "('delete', 1, 'something')"])
def test_an_index_that_lacks_a_row_or_holds_another_text_is_told(room: World, spoilt: str) -> None:
    room.booking(notes="leak")
    assert astray_texts(room.path) == []
    with plain(room.path) as connection:
        connection.execute(f"INSERT INTO bookings_text (bookings_text, rowid, body) VALUES {spoilt}")
    assert astray_texts(room.path) != []


texts = st.sampled_from(["leak", "leak under sink", "Größe", "été", "tap\nbroken", "x"])
one = st.one_of(
    texts.map(lambda text: new(notes=text)),
    st.builds(lambda text: new(customer=None, customer_name=text.split()[0]), texts),
    st.builds(lambda number, text: c.EditBooking.of(booking=number, notes=text), st.integers(1, 4), texts),
    st.builds(lambda number, text: c.EditCustomer.of(customer=number, name=text.split()[0]), st.integers(1, 4), texts),
    st.builds(lambda event: c.Undo.of(event=event), st.integers(1, 12)),
)


@given(st.lists(st.lists(one, min_size=1, max_size=5), max_size=5))
def test_however_rows_are_added_changed_and_taken_back_the_index_holds_them(
    new_world: NewWorld, shares: list[list[c.Command]]
) -> None:
    world = new_world()
    world.service()
    for share in shares:
        world.engine.execute_all(share, ANA)
    assert astray_texts(world.path) == []
