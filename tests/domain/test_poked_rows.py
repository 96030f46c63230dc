"""Somebody changes a row with a shell, under all guards: who meets it says so, and nobody else waits for it."""

from contextlib import closing

import psycopg
import pytest

from domain import commands as c
from domain.errors import StoreUnavailable
from domain.lifecycle import Status
from tests.domain.world import World, plain

BOTH_DATABASES = True
FORGED = "e" * 64
NOTED = (
    "INSERT INTO events (at, subject, subject_id, version, action, from_status, to_status, role, actor_id, changes,"
    " details, hash) SELECT 1, 'booking', id, version + 1, 'note', status, status, 'admin', 'mallory', '{changes}',"
    f" '{{details}}', '{FORGED}' FROM bookings WHERE id = 1"
)


def poke(world: World, *statements: str) -> None:
    """What the shells of the two databases do as they come: SQLite's does not look at foreign keys."""
    if world.engine.path is None:
        with psycopg.connect(world.url) as link:
            for statement in statements:
                link.execute(statement.encode())
        return
    with plain(world.path, foreign_keys=False) as raw:
        for statement in statements:
            raw.execute(statement)


@pytest.fixture
def room(world: World) -> World:
    """Booking 1 and 2 wait for their first attempt; mira could take one of them."""
    world.service()
    world.provider("mira")
    world.booking(priority=1)
    world.booking(priority=4)
    return world


def put(field: str, value: str) -> tuple[str, str]:
    """An event that changes nothing, and a row that it is said to have led to."""
    noted = NOTED.format(changes="{}", details="{}")
    return noted, f"UPDATE bookings SET {field} = '{value}', version = version + 1 WHERE id = 1"


def test_a_booking_that_cannot_be_read_keeps_no_other_from_being_attempted(room: World) -> None:
    poke(room, *put("excluded", "nonsense"))
    with pytest.raises(StoreUnavailable, match="Booking 1 cannot be read: somebody changed it; dispatcher verify"):
        room.tick()
    assert room.status(2) is Status.ASSIGNED


@pytest.mark.sqlite_only
def test_a_booking_that_nothing_can_be_decided_on_keeps_no_other_from_being_attempted(room: World) -> None:
    poke(room, *put("attempt", "nonsense"))
    with pytest.raises(StoreUnavailable, match="attempt 1 cannot be done .*: somebody changed a row; dispatcher ver"):
        room.tick()
    assert room.status(2) is Status.ASSIGNED


@pytest.fixture
def parked(room: World) -> World:
    """The room when both bookings have run out of attempts."""
    room.do(c.GoOff.of(provider="mira"))
    for _ in range(4):
        room.tick(8)
    return room


def test_a_parked_booking_that_cannot_be_read_is_said_and_keeps_no_other_from_being_woken(parked: World) -> None:
    poke(parked, *put("excluded", "nonsense"))
    parked.do(c.GoOn.of(provider="mira"))
    with pytest.raises(StoreUnavailable, match="Booking 1 cannot be read: somebody changed it; dispatcher verify"):
        parked.tick()
    assert parked.status(2) is Status.ASSIGNED


@pytest.mark.sqlite_only
def test_a_parked_booking_that_nobody_can_be_chosen_for_keeps_no_other_from_being_woken(parked: World) -> None:
    poke(parked, *put("latitude", "nonsense', longitude = 'nonsense"))
    parked.do(c.GoOn.of(provider="mira"))
    with pytest.raises(StoreUnavailable, match="Nobody can be chosen for booking 1 .*: somebody changed a row"):
        parked.tick()
    assert parked.status(2) is Status.ASSIGNED


def test_whoever_asks_for_what_cannot_be_read_gets_a_typed_error_that_names_it(room: World) -> None:
    poke(room, *put("excluded", "nonsense"))
    with pytest.raises(StoreUnavailable, match="Booking 1 cannot be read"):
        room.engine.views.booking(1)
    with pytest.raises(StoreUnavailable, match="Booking 1 cannot be read"):
        room.do(c.Note.of(booking=1, text="hello"))
    room.do(c.Note.of(booking=2, text="hello"))


@pytest.mark.parametrize(("changes", "details"), [("nonsense", "{}"), ("{}", "nonsense")])
def test_the_tail_passes_over_an_event_that_cannot_be_read_and_says_so(
    room: World, changes: str, details: str, caplog: pytest.LogCaptureFixture
) -> None:
    tail = room.engine.tail()
    poke(room, NOTED.format(changes=changes, details=details))
    forged = room.engine.newest()
    number = room.do(c.Note.of(booking=2, text="hello")).event.id
    assert [row.event.id for row in tail.more()] == [number]
    assert [record.message for record in caplog.records] == [
        f"Event {forged} cannot be read: somebody changed it; dispatcher verify says where"
    ]
    assert tail.more() == ()
    assert tail.restorations == 0


def test_an_unreadable_event_that_comes_alone_does_not_look_like_a_restored_backup(room: World) -> None:
    tail = room.engine.tail()
    poke(room, NOTED.format(changes="nonsense", details="{}"))
    assert tail.more() == ()
    assert tail.more() == ()
    assert tail.restorations == 0


def test_settings_that_cannot_be_read_are_said_to_be(room: World) -> None:
    room.configure("at_risk_minutes", 20)
    changed = NOTED.format(changes="{}", details="{}").replace("'booking'", "'setting'").replace("bookings", "settings")
    changed = changed.replace("'note'", "'configure'")
    poke(room, changed, "UPDATE settings SET policy = '{', version = version + 1")
    with pytest.raises(StoreUnavailable, match="Setting 1 cannot be read"):
        room.booking()


def test_verify_names_every_one_of_them(room: World) -> None:
    poke(room, *put("excluded", "nonsense"))
    with closing(room.engine.faults(lambda _: None)) as faults:  # type: ignore[type-var]
        found = [str(fault) for fault in faults]
    assert any("booking 1: excluded is 'nonsense'" in fault for fault in found)


@pytest.mark.sqlite_only
def test_verify_names_what_the_database_permits_or_refuses_against_the_lifecycle(room: World) -> None:
    edge = "action = 'retry' AND from_status = 'FAILED' AND role = 'admin'"
    poke(
        room,
        "DROP TRIGGER legal_transition_no_update",
        f"UPDATE legal_transition SET to_status = 'COMPLETED' WHERE {edge}",
    )
    with closing(room.engine.faults(lambda _: None)) as faults:  # type: ignore[type-var]
        assert [str(fault) for fault in faults] == [
            "lifecycle: the database permits booking retry FAILED COMPLETED admin",
            "lifecycle: the database refuses booking retry FAILED PENDING admin",
        ]
