"""Keeping a database on a server from a shell: status, upgrade, backup, restore and the doctor."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from domain import doctor as d
from domain.store.migrate import HEAD
from domain.store.postgres_status import health_of
from domain.views import Lag
from tests.dispatcher.conftest import Ran, Run
from tests.dispatcher.test_shell_keeping import levels
from tests.postgres import Server

Keep = Callable[..., Ran]


@pytest.fixture
def address(postgres: Server, blank_postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty room on a server, which runs of the command use."""
    made = postgres.room(blank_postgres)
    monkeypatch.setenv("DISPATCHER_DB", made)
    yield made
    postgres.give_back(made)


@pytest.fixture
def room(run: Run, address: str) -> Run:
    """The command, in a room on a server with a service."""
    filled = run("do", "service new plumbing", 'provider new mira "Mira Sample" skills plumbing')
    assert filled.status == 0
    return run


def test_the_status_of_a_server_says_what_there_is(room: Run, address: str) -> None:
    (found,) = room("db", "status", "--json").objects
    assert (found["kind"], found["schema"], found["head"]) == ("PostgreSQL", HEAD, HEAD)
    assert (found["counts"]["events"], found["newest_event"]["event"], found["unfilled"]) == (2, 2, 0)
    assert found["texts"] in {"pg_trgm", "trigrams"}
    assert found["size"] > 0
    said = room("db", "status").out
    assert f"PostgreSQL {found['version']}, texts by {found['texts']}" in said
    assert "as before, 0 bookings filled" in room("db", "upgrade").out


def test_a_server_with_nothing_on_it_is_not_made_by_looking(run: Run, postgres: Server) -> None:
    empty = postgres.database()
    assert "none yet" in run("db", "status", "--db", empty).out
    assert "is empty" in run("db", "upgrade", "--db", empty).err
    assert levels(run("doctor", "--json", "--db", empty).objects)["schema"] == "warn"
    with psycopg.connect(empty) as link:
        assert link.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    postgres.drop(empty)


def test_a_room_is_backed_up_from_a_server_and_restored_as_a_file(room: Run, tmp_path: Path) -> None:
    copy, file = tmp_path / "copy.db", tmp_path / "room.db"
    assert "up to event 2, checked" in room("db", "backup", copy).out
    assert room("db", "restore", copy, "--db", file).status == 0
    assert room("verify", "--db", file).status == 0
    refused = room("db", "restore", copy)
    assert (refused.status, "restore into an empty database" in refused.err) == (1, True)


def test_passwords_are_not_printed(run: Run) -> None:
    for address in ("postgresql://ana:secret@127.0.0.1:1/room", "postgresql://ana@127.0.0.1:1/room?password=secret"):
        for words in (["db", "status"], ["db", "backup", "x"], ["doctor"]):
            ran = run(*words, "--db", address)
            assert ran.status == 1
            assert "127.0.0.1:1/room" in ran.out + ran.err
            assert "secret" not in ran.out + ran.err


# The doctor.


def test_the_doctor_finds_nothing_wrong_with_a_server_but_how_tests_run_it(room: Run) -> None:
    room("audit", "checkpoint")
    ran = room("doctor", "--json")
    found = levels(ran.objects)
    assert found.pop("durability") == ("fail" if ran.status else "ok")  # the tests' own server need not last
    assert found.pop("connections") in {"ok", "warn"}
    assert set(found.values()) == {"ok"}
    assert {"PostgreSQL", "connection", "server clock", "texts", "tail", "loop", "checkpoints"} <= found.keys()


@pytest.mark.parametrize(
    ("finding", "level", "saying"),
    [
        (d.on_postgres("17.2"), d.Level.OK, "17.2"),
        (d.on_postgres("14.9"), d.Level.WARN, "15 to 18"),
        (d.on_durability({}), d.Level.OK, "on the disk"),
        (d.on_durability({"fsync": "off"}), d.Level.FAIL, "ALTER SYSTEM SET fsync = on"),
        (d.on_connections(90, 97, 16), d.Level.WARN, "max_connections"),
        (d.on_connections(9, 97, 16), d.Level.OK, "9 of 97 are taken"),
        (d.on_server_clock(-3.0), d.Level.WARN, "3.00 s behind this machine's"),
        (d.on_server_writing(True, None), d.Level.FAIL, "primary"),
        (d.on_server_writing(False, (77, "psql", 90.0)), d.Level.WARN, "pg_terminate_backend(77)"),
        (d.on_server_writing(False, (77, "psql", 1.0)), d.Level.OK, "takes writes"),
        (d.on_server_writing(False, (None, "'stray'", 90.0)), d.Level.WARN, "ROLLBACK PREPARED 'stray'"),
        (d.on_tail(0.1, Lag(7, 60.0)), d.Level.WARN, "7 events cannot be read yet"),
        (d.on_connection(5.0, 150.0), d.Level.WARN, "nearer"),
    ],
)
def test_what_is_found_says_what_to_do(finding: d.Finding, level: d.Level, saying: str) -> None:
    assert finding.level is level
    assert saying in f"{finding.says} → {finding.remedy}"
    assert bool(finding.remedy) is (level is not d.Level.OK)


def test_a_transaction_that_stands_still_is_named(room: Run, address: str) -> None:
    with psycopg.connect(address) as link:
        link.execute("SELECT pg_current_xact_id()")
        standing = health_of(address).standing
        assert standing is not None
        assert standing[0] == link.info.backend_pid
