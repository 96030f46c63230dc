"""The same steps on PostgreSQL: brought up step by step it is what it would have been made at once."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import URL, make_url

from domain.errors import StoreUnavailable
from domain.store import keeping
from domain.store.keeping import look
from domain.store.migrate import HEAD, run_steps, upgrade, version_at
from domain.store.postgres_migrate import bring_up
from tests.postgres import Server

_FACTS = (
    "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name <> 'alembic_version'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " AND tablename <> 'alembic_version' AND indexname NOT LIKE '%_text_trigrams'",
    "SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'dispatcher%'",
    "SELECT subject, action, from_status, to_status, role FROM legal_transition",
)
_BORN = (
    "INSERT INTO events (at, subject, subject_id, version, action, from_status, to_status, role, actor_id, changes,"
    f" details, hash) VALUES (1, %s, %s, 1, 'create', 'NEW', %s, 'admin', 'ana', '{{}}', %s, '{'0' * 64}')"
)


def schema_of(address: str) -> list[list[tuple[object, ...]]]:
    with psycopg.connect(address) as link:
        return [sorted(map(tuple, link.execute(query).fetchall()), key=str) for query in _FACTS]


def url_of(address: str) -> URL:
    return make_url(address).set(drivername="postgresql+psycopg")


@pytest.fixture
def address(postgres: Server) -> Iterator[str]:
    """An empty database."""
    made = postgres.database()
    yield made
    postgres.drop(made)


def test_a_database_made_at_once_is_the_same_as_one_brought_up_step_by_step(
    address: str, postgres: Server, blank_postgres: str
) -> None:
    upgrade(url_of(address))
    assert schema_of(address) == schema_of(postgres.address(blank_postgres))
    assert version_at(url_of(address)) == HEAD


def fill_at_the_first_step(address: str) -> None:
    """A database with two bookings, one of them with a borough in its first event, as it was before boroughs."""
    run_steps(url_of(address), "0001")
    with psycopg.connect(address) as link:
        link.execute(_BORN, ("service", 1, "ACTIVE", "{}"))
        link.execute(
            "INSERT INTO services (version, chain, status, name, description, priority, base_price_cents,"
            " duration_minutes) VALUES (1, '', 'ACTIVE', 'plumbing', '', 'LOW', 0, 60)"
        )
        link.execute(_BORN, ("customer", 1, "ACTIVE", "{}"))
        link.execute("INSERT INTO customers (version, chain, status, name) VALUES (1, '', 'ACTIVE', 'Cleo Sample')")
        for number, details in enumerate(({"borough": "BRONX"}, {}), 1):
            link.execute(_BORN, ("booking", number, "PENDING", json.dumps(details)))
            link.execute(
                "INSERT INTO bookings (id, version, chain, status, customer_id, service_id, address, duration_minutes,"
                " priority, notes, requested_at, recorded_at, promised_at, status_since, forced, excluded, attempt,"
                " was_cancelled, acked) VALUES (%s, 1, '', 'PENDING', 1, 1, '12 Example St', 60, 1, '', 1, 1, 1, 1,"
                " false, '[]', 0, false, false)",
                (number,),
            )


def test_boroughs_are_filled_and_then_always_there(address: str) -> None:
    fill_at_the_first_step(address)
    told: list[int] = []
    assert look(address).contents.unfilled == 0
    assert keeping.bring_up(address, progress=told.append, rest=False) == 2
    assert (told, look(address).schema) == ([2], "0002")
    with psycopg.connect(address) as link, pytest.raises(psycopg.Error, match="version_jump"):
        link.execute("UPDATE bookings SET borough = 'QUEENS' WHERE id = 1")
    with psycopg.connect(address, autocommit=True) as link:
        rows = link.execute("SELECT borough FROM bookings ORDER BY id").fetchall()
        assert rows == [("BRONX",), ("",)]
        bring_up(link, address, "the room")
    assert version_at(url_of(address)) == HEAD


def test_two_that_upgrade_at_once_do_it_once(address: str) -> None:
    fill_at_the_first_step(address)
    with ThreadPoolExecutor(2) as both:
        upgrades = [both.submit(keeping.bring_up, address, progress=lambda _: None, rest=True) for _ in range(2)]
        assert sorted(one.result() for one in upgrades) == [0, 2]
    assert (look(address).schema, look(address).contents.unfilled) == (HEAD, 0)


_IS_BUILT = (
    "SELECT indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = 'events_by_time'"
)
_WAITS_FOR_SOMEBODY = "SELECT 1 FROM pg_locks WHERE locktype = 'virtualxid' AND NOT granted"
_CUT_OFF = _WAITS_FOR_SOMEBODY.replace("1", "pg_terminate_backend(pid)", 1)


def test_an_index_that_a_cut_off_upgrade_left_half_built_is_built_anew(address: str) -> None:
    run_steps(url_of(address), "0003")
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("CREATE INDEX events_by_time ON events USING brin (at, (id + 0)) WITH (autosummarize = on)")
        link.execute(
            "UPDATE pg_index SET indisvalid = false FROM pg_class"
            " WHERE pg_class.oid = indexrelid AND relname = 'events_by_time'"
        )
        upgrade(url_of(address))
        assert link.execute(_IS_BUILT).fetchall() == [(True,)]
    assert version_at(url_of(address)) == HEAD


def test_an_upgrade_that_loses_its_connection_is_a_typed_error_and_goes_on_at_the_next_try(address: str) -> None:
    run_steps(url_of(address), "0003")
    with psycopg.connect(address) as slow, psycopg.connect(address, autocommit=True) as other:
        slow.execute(_BORN, ("customer", 1, "ACTIVE", "{}"))
        with ThreadPoolExecutor(1) as beside:
            upgrading = beside.submit(keeping.bring_up, address, progress=lambda _: None, rest=True)
            end = time.monotonic() + 20
            while other.execute(_CUT_OFF).fetchone() is None:
                assert time.monotonic() < end
            with pytest.raises(StoreUnavailable, match="cannot be reached or used: terminating connection"):
                upgrading.result()
        slow.commit()
        assert other.execute(_IS_BUILT).fetchall() == [(False,)]
        keeping.bring_up(address, progress=lambda _: None, rest=True)
        assert other.execute(_IS_BUILT).fetchall() == [(True,)]
    assert version_at(url_of(address)) == HEAD


def test_others_write_while_the_index_of_times_is_built(address: str) -> None:
    run_steps(url_of(address), "0003")
    with psycopg.connect(address) as slow, psycopg.connect(address) as other, ThreadPoolExecutor(1) as beside:
        slow.execute(_BORN, ("customer", 1, "ACTIVE", "{}"))
        upgrading = beside.submit(upgrade, url_of(address))
        try:
            end = time.monotonic() + 20
            while other.execute(_WAITS_FOR_SOMEBODY).fetchone() is None:
                assert time.monotonic() < end
            other.execute("SET LOCAL lock_timeout = '1s'")
            other.execute(_BORN, ("customer", 2, "ACTIVE", "{}"))
            other.commit()
            assert not upgrading.done()
        finally:
            slow.commit()
        upgrading.result()
        assert version_at(url_of(address)) == HEAD
