"""What only PostgreSQL has: numbers that are committed out of order, attacks on its log, a server that dies."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC

import psycopg
import pytest

from domain import commands as c
from domain.answers.finding import matches
from domain.criteria import BookingFilter
from domain.errors import DispatchError, StoreUnavailable
from domain.lifecycle import Status
from domain.line import filters
from domain.speak import context_of
from tests.conftest import POSTGRES, NewWorld
from tests.domain.world import ANA, Row, World, assert_sound
from tests.postgres import Cluster, cluster

EVENT: Row = {
    "at": 1_785_747_600_000, "subject": "booking", "subject_id": 1, "version": 2, "action": "mark-failed",
    "from_status": "PENDING", "to_status": "FAILED", "role": "admin", "actor_id": "mallory", "reason": "because",
    "changes": "{}", "details": "{}", "hash": "0" * 64,
}  # fmt: skip
PAINT = c.CreateService.of(service="paint")
FAILED = "UPDATE bookings SET status = 'FAILED', version = 2, attempt_at = NULL, give_up_at = NULL WHERE id = 1"


@pytest.fixture
def database_kind() -> str:
    return POSTGRES


@pytest.fixture
def filled(world: World) -> World:
    """Booking 1 is PENDING at version 1; mira and tom are on duty."""
    world.service()
    world.provider("mira")
    world.provider("tom")
    world.booking()
    return world


def inserting(**given: object) -> str:
    row = EVENT | given
    values = ", ".join("NULL" if value is None else f"'{value}'" for value in row.values())
    return f"INSERT INTO events ({', '.join(row)}) VALUES ({values})"


@pytest.mark.parametrize(
    ("attack", "saying"),
    [
        ("UPDATE events SET reason = 'nicer' WHERE id = 1", "log_append_only"),
        ("DELETE FROM events WHERE id = 5", "log_append_only"),
        ("TRUNCATE events CASCADE", "log_append_only|never_deleted"),
        ("INSERT INTO events SELECT * FROM events WHERE id = 1 ON CONFLICT (id) DO UPDATE SET reason = 'x'", "."),
        ("SET session_replication_role = replica; DELETE FROM events WHERE id = 5", "log_append_only"),
        ("UPDATE checkpoints SET digest = 'x'; DELETE FROM bookings WHERE id = 1", "never_deleted"),
        ("TRUNCATE bookings CASCADE", "never_deleted"),
        ("INSERT INTO legal_transition VALUES ('booking', 'accept', 'NEW', 'ACCEPTED', 'admin')", "lifecycle_sealed"),
        ("DELETE FROM legal_transition", "lifecycle_sealed"),
        (FAILED, "bookings_log_is_state"),
        (f"{inserting(version=3)}; {FAILED.replace('version = 2', 'version = 3')}", "events_follow|version_jump"),
        (f"{inserting(from_status='ASSIGNED')}; {FAILED}", "events_legal|events_follow"),
        (f"{inserting(to_status='CANCELLED')}; {FAILED}", "events_legal"),
        (f"{inserting(action='accept', to_status='ACCEPTED')}", "events_legal"),
        (f"{inserting(reason=None)}; {FAILED}", "events_reason_given"),
        (f"{inserting(version=1, from_status='NEW')}", "events_"),
        ("UPDATE bookings SET provider_id = 1, assigned_at = 1, version = 2", "bookings_provider_where_due"),
        ("UPDATE bookings SET version = 7 WHERE id = 1", "version_jump"),
    ],
)  # fmt: skip
def test_the_database_refuses_whoever_asks(filled: World, attack: str, saying: str) -> None:
    before = filled.everything()

    def attack_and_commit() -> None:
        with closing(psycopg.connect(filled.url)) as link:
            for statement in attack.split("; "):
                link.execute(statement.encode())
            link.commit()

    with pytest.raises(psycopg.Error, match=saying):
        attack_and_commit()
    assert filled.everything() == before


def test_an_event_belongs_to_the_transaction_that_wrote_it_whatever_it_says(filled: World) -> None:
    with psycopg.connect(filled.url) as link:
        link.execute(inserting(tx="3").encode())
        link.execute(FAILED.encode())
        own = link.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    stored = filled.rows("SELECT tx::text::bigint AS transaction FROM events ORDER BY id DESC LIMIT 1")
    assert own is not None
    assert stored[0]["transaction"] == own[0]


def test_windows_of_one_provider_cannot_overlap_even_by_plain_sql(filled: World) -> None:
    first, second = (filled.booking(**filled.window(60, 120)) for _ in range(2))
    filled.do(c.Assign.of(booking=first, provider="mira"))
    columns = "provider_id = 1, assigned_at = 1, status = 'ASSIGNED', version = 2, attempt_at = NULL"
    with psycopg.connect(filled.url) as link, pytest.raises(psycopg.errors.ExclusionViolation, match="window_overlap"):
        link.execute(f"UPDATE bookings SET {columns} WHERE id = {second}".encode())


def test_the_tail_waits_for_a_number_that_is_committed_late(new_world: NewWorld) -> None:
    first = new_world()
    second = new_world(first.url, first.clock)
    first.service()
    customer = first.customer()
    tail = second.engine.tail()
    assert tail.more() == ()
    with ExitStack() as late:
        transaction = late.enter_context(first.engine._store.write())
        new = c.CreateBooking.of(service="plumbing", customer=customer, address="1 Example St")
        slow = first.engine._perform(transaction, new, ANA, None, "new")
        quick = second.do(c.CreateBooking.of(service="plumbing", customer=customer, address="2 Example St"))
        assert quick.event.id > slow.event.id
        assert second.engine.newest() == quick.event.id
        assert tail.more() == (), "the later number is there, but the earlier one may still come"
        assert tail.lag(second.now).events == 1, "which the lag tells"
    assert [row.event.id for row in tail.more()] == [slow.event.id, quick.event.id]
    assert tail.more() == ()


def test_a_number_that_never_comes_holds_nobody_up(new_world: NewWorld) -> None:
    world = new_world()
    world.service()
    tail = world.engine.tail()
    assert world.try_to(c.CreateService.of(service="plumbing")) is not None
    number = world.do(c.CreateService.of(service="locks")).event.id
    assert [row.event.id for row in tail.more()] == [number]


def test_a_free_provider_for_a_window_is_not_taken_on_demand_at_the_same_moment(new_world: NewWorld) -> None:
    """On demand against window is no constraint: the provider's row is locked, and what moved is decided anew."""
    first = new_world()
    second = new_world(first.url, first.clock)
    first.service()
    first.provider()
    on_demand, windowed = first.booking(), first.booking(**first.window(30, 90))
    with ExitStack() as slow:
        transaction = slow.enter_context(first.engine._store.write())
        first.engine._perform(transaction, c.Assign.of(booking=on_demand, provider="mira"), ANA, None, "a")
        with psycopg.connect(first.url) as link, pytest.raises(psycopg.errors.LockNotAvailable):
            link.execute("SELECT 1 FROM providers WHERE id = 1 FOR NO KEY UPDATE NOWAIT")
    refusal = second.try_to(c.Assign.of(booking=windowed, provider="mira"))
    assert refusal is not None
    assert second.status(windowed) is Status.PENDING
    assert_sound(first)


FILTERS = [
    "bro", "BROADWAY", "broadw", "xyz", "050", "cleo", "plumb", "mira", "2", "-bro", "bro -lane", "ürgüp", "ÜRGÜP",
    "100%", "a_b", "it's", "late", "-late", "risk", "held", "open", "active", "parked", "status:pending,assigned",
    "-status:pending", "service:plumbing", "provider:mira", "provider:none", "borough:bronx", "-borough:bronx",
    "priority:1", "source:requests", "waiting>1m", "age<1d", "slack<5h", "today", "2026-08-01..2026-08-03", "final",
    "forced", "br", "-br", "customer:1",
]  # fmt: skip


@pytest.fixture
def street(world: World) -> World:
    """A few bookings in every condition, with texts that are hard to find."""
    world.service()
    world.provider("mira")
    world.provider("tom")
    world.customer("Cleo Sample", phone="202 555 0101")
    texts = ("12 Broadway", "7 Cobra Lane", "1 ürgüp Sokak", "2 Ürgüp Sokak", "100% a_b", "it's here \\ there")
    for priority, text in enumerate(texts):
        for borough in ("Bronx", ""):
            more: Row = {"address": text, "borough": borough or None}
            world.booking(ANA, customer=1, notes="bell", priority=priority % 4 + 1, **more)
    world.booking(customer=1, source="requests", external_key="1")
    world.do(c.Assign.of(booking=1, provider="mira"))
    world.do(c.Hold.of(booking=2, reason="wait"))
    world.do(c.ForceAssign.of(booking=3, provider="mira", reason="asked for"))
    world.do(c.ForceCancel.of(booking=4, reason="twice"))
    world.clock.advance(7000)
    return world


def test_what_it_finds_is_what_the_predicate_says(street: World) -> None:
    views, policy = street.engine.views, street.engine.views.policy()
    rows = views.bookings(BookingFilter(), limit=500)
    context = context_of(street.engine, ANA, UTC)
    for text in FILTERS:
        which = filters.parse(text, context)
        wanted = [row.booking.id for row in rows if matches(which, row, street.now, policy)]
        assert list(views.booking_numbers(which)) == wanted, text
        assert views.count(which) == len(wanted), text
        assert [row.booking.id for row in views.bookings(which, limit=500)] == wanted, text


@pytest.fixture
def fragile() -> Iterator[tuple[World, Cluster]]:
    """A room on a server that the test may kill."""
    with cluster() as server:
        world = World.open(server.url)
        world.service()
        yield world, server
        world.close()


def until_it_answers(ask: Callable[[], object]) -> None:
    """Each connection finds out by itself that its server was another one."""
    for _ in range(10):
        try:
            ask()
        except DispatchError:
            continue
        return
    pytest.fail("it does not answer again")


def test_a_server_that_dies_is_a_typed_error_and_its_return_needs_no_restart(fragile: tuple[World, Cluster]) -> None:
    world, server = fragile
    engine, tail = world.engine, world.engine.tail()
    done = world.do(c.CreateService.of(service="locks")).event
    server.kill()
    asks = (engine.views.services, tail.more, engine.newest, lambda: engine.execute(PAINT, ANA))
    for ask in asks:
        with pytest.raises(StoreUnavailable):
            ask()
    server.start()
    assert [row.event.id for row in tail.more()] == [done.id], "what was acknowledged is there, and told once"
    for ask in (engine.views.services, engine.newest):
        until_it_answers(ask)
    engine.execute(PAINT, ANA)
    assert [row.subject_name for row in tail.more()] == ["paint"]
