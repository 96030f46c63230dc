"""Backups of a server, which are files of ours, and what comes of them: on a server again, or as a file."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from domain import commands as c
from domain.criteria import BookingFilter
from domain.engine import Engine
from domain.errors import DispatchError, InvalidInput, StoreUnavailable
from domain.store.keeping import back_up, restore
from domain.store.migrate import version_at
from tests.conftest import POSTGRES, SQLITE, NewWorld
from tests.domain.test_postgres_migrations import fill_at_the_first_step, schema_of, url_of
from tests.domain.world import ANA, START, World, assert_sound, plain, small_city
from tests.postgres import Server


@pytest.fixture
def database_kind() -> str:
    return POSTGRES


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    """A database on the server with nothing in it."""
    made = postgres.database()
    yield made
    postgres.drop(made)


def a_busy_city(world: World) -> World:
    small_city(world)
    world.booking(notes="ring twice", borough="Bronx")
    world.booking(service="locks", **world.window(60, 120))
    world.tick(3)
    world.engine.checkpoint()
    world.do(c.Note.of(booking=1, text="the blue door"), key="asked once")
    return world


def quietly(*_: object) -> None:
    """Nobody watches."""


def backed_up(world: World, to: Path, *, force: bool = False) -> Path:
    assert back_up(world.url, to, force=force, progress=quietly) == world.engine.newest()
    return to


def restored(source: Path, url: str) -> None:
    assert restore(source, url, force=False, now=START, progress=quietly) is None


def contents(world: World) -> object:
    """Everything, but what a database says of itself."""
    more = {
        table: world.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4, 5")
        for table in ("checkpoints", "answers", "daily")
    }
    return {**world.everything(), **more, "meta": None}


def assert_it_goes_on(world: World, before: World) -> None:
    """It is the same room, and what comes next has the next numbers."""
    assert contents(world) == contents(before)
    assert [*world.engine.faults(quietly)] == []
    tail = world.engine.tail()
    newest, booking = world.engine.newest(), before.value("SELECT max(id) AS id FROM bookings")
    done = world.do(c.CreateBooking.of(service="plumbing", customer=1, address="3 Cobra Lane"))
    assert (done.booking, done.event.id) == (booking + 1, newest + 1)
    assert [row.event.id for row in tail.more()] == [newest + 1]
    assert len(world.engine.tail(0).more()) == len(before.rows("SELECT id FROM events")) + 1
    assert world.do(c.Note.of(booking=1, text="the blue door"), key="asked once").again
    for text in ("twice", "cobra"):
        (found,) = world.engine.views.bookings(BookingFilter(words=(text,)), limit=9)
        assert text in f"{found.booking.address} {found.booking.notes}".lower()
    assert sum(sum(day.counts.values()) for day in world.engine.views.figures()) > 0
    assert [*world.engine.faults(quietly)] == []
    assert_sound(world)


@pytest.mark.parametrize("database_kind", [POSTGRES, SQLITE])
def test_a_backup_restored_on_a_server_goes_on_where_the_room_was(
    new_world: NewWorld, empty: str, tmp_path: Path
) -> None:
    world = a_busy_city(new_world())
    restored(backed_up(world, tmp_path / "copy.db"), empty)
    elsewhere = new_world(empty, world.clock)
    assert_it_goes_on(elsewhere, world)


def test_a_backup_of_a_server_is_a_database_by_itself(new_world: NewWorld, tmp_path: Path) -> None:
    world = a_busy_city(new_world())
    copy = backed_up(world, tmp_path / "copy.db")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]
    assert_it_goes_on(new_world(copy, world.clock), world)


def test_a_backup_is_of_one_moment_and_keeps_nobody_waiting(world: World, tmp_path: Path) -> None:
    world.service()

    def write_meanwhile(*_: object) -> None:
        world.service("locks")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("domain.store.transfer._AT_ONCE", 1)
        first = iter((write_meanwhile,))
        back_up(world.url, tmp_path / "copy.db", force=False, progress=lambda *_: next(first, quietly)())
    with plain(tmp_path / "copy.db") as copy:
        for table in ("events", "services"):
            assert copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 1
    assert world.engine.newest() == 2


def test_what_another_writer_had_not_committed_yet_is_no_fault_in_a_backup(new_world: NewWorld, tmp_path: Path) -> None:
    first = new_world()
    second = new_world(first.url, first.clock)
    first.service()
    first.provider("mira", at=(40.9, -74.0))
    number = first.booking(latitude=40.7, longitude=-74.0)
    with first.engine._store.write() as transaction:
        near = c.CreateProvider.of(provider="tom", name="Tom", skills=("plumbing",), latitude=40.7, longitude=-74.0)
        for command in (near, c.GoOn.of(provider="tom")):
            first.engine._perform(transaction, command, ANA, None, "late")
        second.do(c.Assign.of(booking=number))
    copy = new_world(backed_up(first, tmp_path / "copy.db"), first.clock)
    assert [*copy.engine.faults(quietly)] == []
    with plain(copy.path) as raw:
        raw.execute("DELETE FROM meta")
    assert [*copy.engine.faults(quietly)] != [], "who writes alone would have seen them"


def test_nothing_is_replaced_unasked(world: World, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("precious")
    world.service()
    with pytest.raises(InvalidInput, match="--force replaces it"):
        backed_up(world, copy)
    assert copy.read_text() == "precious"
    backed_up(world, copy, force=True)
    before = world.everything()
    for force in (False, True):
        with pytest.raises(InvalidInput, match="restore into an empty database"):
            restore(copy, world.url, force=force, now=START, progress=quietly)
    assert world.everything() == before


def cut_short(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:40_960])


def tampered(copy: Path) -> None:
    with plain(copy) as raw:
        raw.execute("DROP TRIGGER bookings_version")
        raw.execute("UPDATE bookings SET address = '13 Example St' WHERE id = 1")


@pytest.mark.parametrize(
    ("harm", "saying"),
    [(cut_short, "damaged|malformed"), (tampered, "not what its log says: booking 1: address is '13 Example St'")],
)
def test_a_backup_that_is_not_whole_is_refused_and_nothing_arrives(
    harm: Callable[[Path], None], saying: str, new_world: NewWorld, empty: str, tmp_path: Path
) -> None:
    copy = backed_up(a_busy_city(new_world()), tmp_path / "copy.db")
    harm(copy)
    with pytest.raises(DispatchError, match=saying):
        restored(copy, empty)
    with closing(Engine.open(empty)) as engine:
        assert engine.is_empty()


def test_what_the_server_refuses_half_way_leaves_it_empty_and_numbered_from_1(
    new_world: NewWorld, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = backed_up(a_busy_city(new_world()), tmp_path / "copy.db")
    monkeypatch.setattr("domain.store.transfer.TABLES", ("events", "customers", "settings", "bookings"))
    with pytest.raises(InvalidInput, match="The database refused it: bookings_"):
        restored(copy, empty)
    world = new_world(empty)
    assert world.engine.is_empty()
    assert world.do(c.CreateService.of(service="locks")).event.id == 1


def test_a_server_with_nothing_on_it_has_nothing_to_back_up(empty: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="nothing to back up"):
        back_up(empty, tmp_path / "copy.db", force=False, progress=quietly)
    assert [*tmp_path.iterdir()] == []


def test_an_older_database_is_backed_up_as_it_is(empty: str, tmp_path: Path) -> None:
    fill_at_the_first_step(empty)
    copy = tmp_path / "copy.db"
    assert back_up(empty, copy, force=False, progress=quietly) == 4
    assert version_at(url_of(empty)) == "0001"
    with plain(copy) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone()[0] == "0001"
        assert raw.execute("SELECT count(*) FROM bookings").fetchone()[0] == 2


def test_a_log_that_a_dump_brought_from_another_server_is_read_and_goes_on(new_world: NewWorld) -> None:
    """Such a dump brings the transaction numbers of the other server along, which may lie far ahead of this one's."""
    before = a_busy_city(new_world())
    with psycopg.connect(before.url, autocommit=True) as link:
        link.execute("ALTER TABLE events DISABLE TRIGGER events_sealed")
        link.execute("UPDATE events SET tx = (4000000000 + id % 3)::text::xid8")
        link.execute("ALTER TABLE events ENABLE ALWAYS TRIGGER events_sealed")
    assert before.engine.tail(0).more() == ()
    schema = schema_of(before.url)
    world = new_world(before.url, before.clock)
    assert world.engine.tail().lag(world.now).events == 0
    told = world.engine.tail(0).more()
    assert [row.event.id for row in told] == [row["id"] for row in world.rows("SELECT id FROM events ORDER BY id")]
    assert schema_of(world.url) == schema
    assert_it_goes_on_after_a_dump(world)


def assert_it_goes_on_after_a_dump(world: World) -> None:
    tail, since = world.engine.tail(), world.engine.tail(3)
    done = world.do(c.CreateService.of(service="paint")).event.id
    assert [row.event.id for row in tail.more()] == [done]
    assert [row.event.id for row in since.more()][-1] == done
    with psycopg.connect(world.url) as link, pytest.raises(psycopg.Error, match="log_append_only"):
        link.execute("UPDATE events SET reason = 'nicer' WHERE id = 1")
    assert world.value("SELECT count(*) AS n FROM booking_events") == world.value(
        "SELECT count(*) AS n FROM events WHERE subject = 'booking'"
    )
    assert [*world.engine.faults(quietly)] == []
