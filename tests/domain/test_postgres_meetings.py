"""Two writers that meet on PostgreSQL: whatever the server's settings, one waits for what the other is about to say.

The second runs in a thread of its own, and the first commits when the second is seen to wait for it.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pytest

from domain import commands as c
from domain.errors import DispatchError, Duplicate, StoreBusy, StoreUnavailable
from domain.lifecycle import Status
from domain.policy import Policy
from domain.store.bell import _CHANNEL, Listener
from domain.store.postgres_link import PostgresLink
from tests.conftest import POSTGRES, NewWorld
from tests.domain.world import ANA, START, World, assert_sound
from tests.postgres import Server

WITHIN_S = 20.0
_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def database_kind() -> str:
    return POSTGRES


@pytest.fixture
def both(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> tuple[World, World]:
    """Two consoles of one room, as two processes have them: each counts in a slot of its own."""
    first = new_world()
    own = os.getpid()
    monkeypatch.setattr("os.getpid", lambda: own + (threading.current_thread() is not threading.main_thread()))
    first.service()
    first.provider("mira")
    return first, new_world(first.url, first.clock)


def until_one_waits(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as link:
        tick = threading.Event()
        for _ in range(int(WITHIN_S / 0.01)):
            (waiting,) = link.execute(_WAITS.encode()).fetchone() or (0,)
            if waiting:
                return
            tick.wait(0.01)
    pytest.fail("it did not wait")


@contextmanager
def meanwhile(first: World, command: c.Command, second: Callable[[], object], key: str | None = None) -> Iterator[None]:
    """The first writes and commits late, when the second waits for it; then what the second came to is looked at."""
    with ThreadPoolExecutor(1) as pool, ExitStack() as late:
        transaction = late.enter_context(first.engine._store.write())
        if key is None:
            first.engine._perform(transaction, command, ANA, None, "first")
        else:
            first.engine._perform_once(key, transaction, command, ANA, None, "first")
        answer: Future[object] = pool.submit(second)
        until_one_waits(first.url)
        late.close()
        answer.result(WITHIN_S)
        yield


def test_who_asks_with_a_key_that_is_being_answered_gets_that_answer(both: tuple[World, World]) -> None:
    first, second = both
    number = first.booking()
    assign = c.Assign.of(booking=number, provider="mira")
    outcomes = []
    with meanwhile(first, assign, lambda: outcomes.append(second.engine.execute(assign, ANA, key="7")), key="7"):
        assert [outcome.again for outcome in outcomes] == [True]
    assert outcomes[0].event.id == first.last(number).id


def test_a_phone_number_given_to_two_customers_at_the_same_moment_is_given_to_one(both: tuple[World, World]) -> None:
    first, second = both
    phone = "+12125550100"
    refusals = []
    other = c.CreateCustomer.of(name="Dan Sample", phone=phone)
    with meanwhile(first, c.CreateCustomer.of(name="Cleo", phone=phone), lambda: refusals.append(second.try_to(other))):
        assert [type(refusal) for refusal in refusals] == [Duplicate]
    assert first.value("SELECT count(*) AS many FROM customers WHERE phone = ?", phone) == 1


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_a_provider_is_given_once_whatever_isolation_the_server_prefers(
    both: tuple[World, World], isolation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On demand against window is no constraint: whoever waited for the provider's row has to see what they got."""
    first, second = both
    on_demand, windowed = first.booking(), first.booking(**first.window(30, 90))
    monkeypatch.setenv("PGOPTIONS", f"-c default_transaction_isolation={isolation.replace(' ', chr(92) + ' ')}")
    second.engine._store._writer.close()  # type: ignore[attr-defined]  # it connects anew, with what is preferred now
    assign = c.Assign.of(booking=windowed, provider="mira")
    with meanwhile(first, c.Assign.of(booking=on_demand, provider="mira"), lambda: second.try_to(assign)):
        assert second.status(windowed) is Status.PENDING
    assert_sound(first)


def test_a_booking_is_counted_by_the_zone_that_holds_when_it_is_written(both: tuple[World, World]) -> None:
    """Nine in the morning here is the next day on Kiritimati; the log has the change of the zone after the booking."""
    first, second = both
    first.clock.set(START.replace(hour=12))
    far = c.Configure.of(setting="zone", value="Pacific/Kiritimati")
    new = c.CreateBooking.of(service="plumbing", customer_name="Cleo", address="12 Example St")
    with ExitStack() as late, ThreadPoolExecutor(1) as pool:
        transaction = late.enter_context(first.engine._store.write())
        assert transaction.policy().zone == Policy().zone
        changing = pool.submit(second.do, far)
        until_one_waits(first.url)
        first.engine._perform(transaction, new, ANA, None, "new")
        late.close()
        zone = changing.result(WITHIN_S).event
    assert zone.id == first.engine.newest()
    assert [*first.engine.faults(lambda _: None)] == []


def test_what_the_server_took_back_without_an_error_is_not_acknowledged(both: tuple[World, World]) -> None:
    first, _ = both
    before = first.everything()

    def swallow_an_error() -> None:
        with first.engine._store.write() as transaction:
            transaction.set_meta("colour", '"blue"')
            with suppress(psycopg.Error):
                transaction._connection.execute("nonsense")

    with pytest.raises(StoreUnavailable, match="took the change back"):
        swallow_an_error()
    assert first.everything() == before
    first.service("locks")


def test_a_server_lost_between_a_commit_and_its_answer_is_said_to_be_and_the_key_tells_what_became_of_it(
    both: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = both
    new = c.CreateService.of(service="locks")
    execute = PostgresLink.execute

    def committed_but_never_said_so(link: PostgresLink, *asked: Any) -> Any:
        said = execute(link, *asked)
        if asked[0] != "COMMIT":
            return said
        link.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(PostgresLink, "execute", committed_but_never_said_so)
    with pytest.raises(StoreUnavailable, match="was lost while it committed; look whether the change is there"):
        first.engine.execute(new, ANA, key="7")
    monkeypatch.undo()
    assert first.engine.execute(new, ANA, key="7").again


def test_a_checkpoint_that_waits_for_a_long_write_gives_up_before_other_writers_do(both: tuple[World, World]) -> None:
    first, second = both
    with psycopg.connect(first.url) as slow, psycopg.connect(first.url) as other, ThreadPoolExecutor(1) as beside:
        slow.execute("LOCK TABLE events IN ROW EXCLUSIVE MODE")
        waiting = beside.submit(second.engine.checkpoint)
        until_one_waits(first.url)
        other.execute("SET LOCAL lock_timeout = '3s'")
        other.execute("LOCK TABLE events IN ROW EXCLUSIVE MODE")
        with pytest.raises(StoreBusy, match="try again"):
            waiting.result(WITHIN_S)
    assert second.engine.checkpoint() is not None


def test_two_rooms_in_schemas_of_one_database_are_two_rooms(postgres: Server) -> None:
    address = postgres.database()
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("CREATE SCHEMA one; CREATE SCHEMA two")
    join = "&" if urlsplit(address).query else "?"
    for name in ("one", "two"):
        world = World.open(f"{address}{join}options={quote(f'-csearch_path={name}')}")
        world.service(name)
        assert [service.name for service in world.engine.views.services()] == [name]
        world.close()


def test_another_database_in_the_place_of_the_one_that_was_read_is_taken_up_and_told(
    new_world: NewWorld, postgres: Server
) -> None:
    """Events of the same numbers and providers of the same versions, and yet others: nothing remembered may count."""
    worlds = [World.open(postgres.database()) for _ in range(2)]
    for world, skill in zip(worlds, ("plumbing", "locks"), strict=True):
        world.service("plumbing")
        world.service("locks")
        world.provider("mira", skill)
        world.booking()
    world, other = worlds
    tail = world.engine.tail()
    assert world.do(c.Assign.of(booking=1)).event.id == other.do(c.Note.of(booking=1, text="other")).event.id
    other.close()
    put_in_place(postgres, other.url, world.url)
    world.booking(service="locks")
    with suppress(DispatchError):
        tail.more()
    assert tail.more() == ()
    assert tail.restorations == 1
    assert world.do(c.Assign.of(booking=2)).event.details["chosen"] == "mira"
    assert [row.event.subject_id for row in tail.more()] == [2]
    world.close()


def put_in_place(server: Server, new: str, old: str) -> None:
    """What an operator does who restored a backup beside the database that was lost."""
    names = [urlsplit(url).path.removeprefix("/") for url in (new, old)]
    server._run(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{names[1]}'")
    server._run(f"ALTER DATABASE {names[1]} RENAME TO {names[1]}_lost")
    server._run(f"ALTER DATABASE {names[0]} RENAME TO {names[1]}")
    server._run(f"ALTER DATABASE {names[1]}_lost RENAME TO {names[0]}")


def test_who_listens_goes_on_when_the_connection_was_lost_and_the_server_is_there(new_world: NewWorld) -> None:
    url = new_world().url
    listener = Listener(lambda: psycopg.connect(url, autocommit=True))
    with closing(listener), psycopg.connect(url, autocommit=True) as link:
        listener.wait(0.01)
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        link.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}".encode())
        listener.wait(0.01)
        link.execute(f"NOTIFY {_CHANNEL}".encode())
        listener.wait(WITHIN_S)
