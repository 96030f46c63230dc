"""`dispatcher verify` finds what somebody did who went round the log, and nothing where nobody did."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.engine import Engine
from domain.errors import InvalidInput
from domain.proof.chain import COVERED, digest, link
from domain.proof.chain import START as BEFORE_ALL
from domain.proof.checkpoint import Checkpoint, written
from domain.store import proof, proof_reading
from tests.conftest import POSTGRES, SQLITE
from tests.domain.test_poked_rows import poke
from tests.domain.world import World, small_city

NewWorld = Callable[[], World]


def faults(engine: Engine, outside: Sequence[Checkpoint] = ()) -> list[str]:
    return [str(fault) for fault in engine.faults(lambda _: None, outside)]


def tamper(world: World, *statements: str, rehash: bool = False) -> None:
    """Raw SQL with every guard taken away, as somebody with the file and a shell could."""
    with closing(sqlite3.connect(world.path)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.row_factory = sqlite3.Row
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        if rehash:
            hash_again(raw)
        raw.commit()


def hash_again(raw: sqlite3.Connection) -> None:
    """Every chain anew, and its end in its row: what somebody would do who knows how it is made."""
    heads: dict[tuple[str, int], str] = {}
    for row in raw.execute("SELECT * FROM events ORDER BY id").fetchall():
        subject = (row["subject"], row["subject_id"])
        heads[subject] = link(heads.get(subject, BEFORE_ALL), dict(row))
        raw.execute("UPDATE events SET hash = ? WHERE id = ?", (heads[subject], row["id"]))
    for (kind, number), head in heads.items():
        raw.execute(f"UPDATE {kind}s SET chain = ? WHERE id = ?", (head, number))


def serve(world: World) -> None:
    """Booking 1 is with mira and accepted, booking 2 waits."""
    world.service()
    world.provider("mira")
    number = world.booking()
    world.do(c.Assign.of(booking=number, provider="mira"))
    world.by("mira", c.Accept.of(booking=number))
    world.booking()


@pytest.fixture
def served(world: World) -> World:
    serve(world)
    return world


def test_an_untouched_database_has_no_faults(served: World) -> None:
    told: list[int] = []
    assert [*served.engine.faults(told.append)] == []
    assert told[-1] == served.engine.newest()


LAST = "(SELECT max(id) FROM events WHERE subject = 'booking' AND subject_id = 1)"
TAMPERED = {
    "a row that was changed": (
        "UPDATE bookings SET priority = 4 WHERE id = 1",
        "booking 1: priority is 4, but its log says",
    ),
    "a status without its event": (
        "UPDATE bookings SET status = 'COMPLETED' WHERE id = 1",
        "booking 1: status is 'COMPLETED', but its log says 'ACCEPTED'",
    ),
    "a version that jumped": ("UPDATE bookings SET version = 9 WHERE id = 1", "booking 1: is at version 9"),
    "a row that is gone": ("DELETE FROM bookings WHERE id = 2", "booking 2: has events, but its row is gone"),
    "an event that is gone": (
        "DELETE FROM events WHERE subject = 'booking' AND subject_id = 1 AND version = 2",
        "version 3 follows 1",
    ),
    "a cut tail": (f"DELETE FROM events WHERE id = {LAST}", "booking 1: is at version 3, but its log at 2"),
    "an event by somebody who may not": (
        f"UPDATE events SET role = 'customer' WHERE id = {LAST}",
        "customer may not accept",
    ),
    "an event that lies about where it came from": (
        f"UPDATE events SET from_status = 'PENDING' WHERE id = {LAST}",
        "says it came from PENDING, but it was ASSIGNED",
    ),
    "rewritten changes": (
        f"UPDATE events SET changes = replace(changes, 'ASSIGNED', 'REJECTED') WHERE id = {LAST}",
        "says status was 'REJECTED', but it was 'ASSIGNED'",
    ),
    "an event whose reason was rewritten": (
        f"UPDATE events SET reason = 'something else' WHERE id = {LAST}",
        "its hash is not that of what it says after event",
    ),
    "an event whose time was moved": (
        f"UPDATE events SET at = at - 60000 WHERE id = {LAST}",
        "its hash is not that of what it says after event",
    ),
    "a hash that was rewritten": (
        f"UPDATE events SET hash = hex(randomblob(32)) WHERE id = {LAST}",
        "booking 1: its chain ends with",
    ),
    "changes that cannot be read": (f"UPDATE events SET changes = '[7' WHERE id = {LAST}", "cannot be read"),
    "changes of another form": (f"UPDATE events SET changes = '{{\"a\": 7}}' WHERE id = {LAST}", "cannot be read"),
    "changes that are bytes": (f"UPDATE events SET changes = x'00ff' WHERE id = {LAST}", "cannot be read"),
    "changes nested beyond all reading": (
        f"UPDATE events SET changes = '{'[' * 100_000}' WHERE id = {LAST}",
        "cannot be read",
    ),
    "a time beyond all days": (f"UPDATE events SET at = {2**62} WHERE id = {LAST}", "cannot be read"),
    "a field that nothing has": (
        f"UPDATE events SET changes = json_set(changes, '$.colour', json('[null, 7]')) WHERE id = {LAST}",
        "booking 1: its log tells of colour, which nothing has",
    ),
    "a version that is a word": (f"UPDATE events SET version = 'two' WHERE id = {LAST}", "version two follows 2"),
    "a booking of nobody": (
        "UPDATE bookings SET customer_id = 99 WHERE id = 2",
        "booking 2: refers to something in customers",
    ),
}


@pytest.mark.parametrize("at_once", [1, 5_000])
@pytest.mark.parametrize("case", TAMPERED)
def test_tampering_is_found_and_the_booking_named(
    served: World, case: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_reading, "_AT_ONCE", at_once)
    statement, wanted = TAMPERED[case]
    tamper(served, statement)
    found = faults(served.engine)
    assert any(wanted in fault and "booking" in fault for fault in found), found


def test_a_yes_that_no_look_for_a_one_would_find_is_found(served: World) -> None:
    tamper(served, "UPDATE providers SET active = 2 WHERE id = 1")
    assert faults(served.engine) == ["provider 1: active is 2, but its log says 1"]


def test_a_second_job_given_round_the_engine_is_found_at_its_moment(served: World) -> None:
    provider = served.engine.views.provider("mira").provider.id
    columns = "status = 'ASSIGNED', provider_id = {0}, assigned_at = recorded_at, attempt_at = NULL, version = 2"
    tamper(
        served,
        "DROP INDEX bookings_one_on_demand",
        "INSERT INTO events (at, subject, subject_id, version, action, from_status, to_status, role, actor_id,"
        " changes, details, hash) SELECT at, subject, subject_id, 2, 'assign', 'PENDING', 'ASSIGNED', 'admin', 'eve',"
        " json_object('status', json_array('PENDING', 'ASSIGNED'),"
        f" 'provider_id', json_array(NULL, {provider})), '{{}}', hash FROM events"
        " WHERE subject = 'booking' AND subject_id = 2",
        f"UPDATE bookings SET {columns.format(provider)} WHERE id = 2",
    )
    found = faults(served.engine)
    assert any("booking 2, event" in fault and "had 1 too: both on demand" in fault for fault in found), found


# What is at rest is let go before the log has ended.


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever can be let go is let go after each event."""
    monkeypatch.setattr(proof_reading, "_AT_ONCE", 1)


@pytest.mark.usefixtures("one_at_a_time")
@pytest.mark.parametrize("database_kind", [SQLITE, POSTGRES])
def test_a_booking_that_was_reopened_at_its_end_is_proved_to_its_last_event(served: World) -> None:
    served.do(c.ForceCancel.of(booking=2, reason="duplicate"))
    served.by("mira", c.Depart.of(booking=1))
    served.do(c.ForceAssign.of(booking=2, provider="mira", reason="not a duplicate"))
    served.by("mira", c.Accept.of(booking=2))
    for number in (1, 2):
        served.by("mira", c.Start.of(booking=number))
        served.by("mira", c.Complete.of(booking=number))
    assert faults(served.engine) == []


@pytest.mark.usefixtures("one_at_a_time")
@pytest.mark.parametrize("case", ["priority = 4", "address = 'elsewhere'", "version = version - 1", "chain = 'gone'"])
def test_a_booking_that_was_reopened_at_its_end_is_held_against_its_row(served: World, case: str) -> None:
    served.do(c.ForceCancel.of(booking=2, reason="duplicate"))
    served.do(c.Undo.of(event=served.engine.newest()))
    served.do(c.ForceCancel.of(booking=2, reason="a duplicate after all"))
    tamper(served, f"UPDATE bookings SET {case} WHERE id = 2")
    assert any(fault.startswith("booking 2: ") for fault in faults(served.engine))


@pytest.mark.usefixtures("one_at_a_time")
def test_a_row_put_back_to_an_end_from_which_its_log_goes_on_is_found(served: World) -> None:
    served.do(c.ForceCancel.of(booking=2, reason="duplicate"))
    (ended,) = served.rows("SELECT * FROM bookings WHERE id = 2")
    served.do(c.Undo.of(event=served.engine.newest()))
    columns = ended.keys() - {"id", "act_by"}
    said = ", ".join(f"{name} = {'NULL' if ended[name] is None else repr(ended[name])}" for name in sorted(columns))
    tamper(served, f"UPDATE bookings SET {said} WHERE id = 2")
    found = faults(served.engine)
    assert "booking 2: is at version 2, but its log at 3" in found
    assert "booking 2: status is 'CANCELLED', but its log says 'PENDING'" in found
    assert not any("booking 2, event" in fault for fault in found)


FIGURES = {
    "one too many": ("UPDATE daily SET count = count + 1 WHERE dimension = 'room' AND status = 'PENDING'", "kept as 3"),
    "one taken away": ("DELETE FROM daily WHERE dimension = 'provider' AND status = 'ACCEPTED'", "kept as 0"),
    "one that never was": (
        "INSERT INTO daily VALUES ('service', 7, '2026-08-03', 'PENDING', 0, 5)",
        "service 7 on 2026-08-03: PENDING is kept as 5, but the log says 0",
    ),
    "one of a day that is none": (
        "INSERT INTO daily VALUES ('service', 7, x'00ff', 'PENDING', 0, 5)",
        "PENDING is kept as 5, but the log says 0",
    ),
}


@pytest.mark.parametrize("case", FIGURES)
def test_a_figure_that_the_log_does_not_come_to_is_found(served: World, case: str) -> None:
    statement, wanted = FIGURES[case]
    tamper(served, statement)
    (found,) = faults(served.engine)
    assert found.startswith("figures: ")
    assert wanted in found


def test_figures_are_counted_by_the_zone_that_was_set_at_each_moment(served: World) -> None:
    served.configure("zone", "Asia/Tokyo")
    served.clock.advance(8 * 3600)
    served.booking()
    moved = served.do(c.Configure.of(setting="zone", value="America/New_York")).event
    served.booking()
    served.do(c.Undo.of(event=moved.id))
    served.booking()
    days = served.rows("SELECT day, sum(count) AS n FROM daily WHERE status = 'PENDING' AND ref = 0 GROUP BY day")
    assert days == [{"day": "2026-08-03", "n": 3}, {"day": "2026-08-04", "n": 2}]
    assert faults(served.engine) == []


ANSWERS = {
    "an event that is gone": ("[1, 999]", "answer: the key 'call 7' was answered with event 999, which is not there"),
    "a number that no event can have": (f"[{2**70}]", "answer: what the key 'call 7' was answered cannot be read"),
    "a yes": ("[true]", "answer: what the key 'call 7' was answered cannot be read"),
    "no list": ("seven", "answer: what the key 'call 7' was answered cannot be read"),
}


@pytest.mark.parametrize("database_kind", [SQLITE, POSTGRES])
@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_that_names_what_is_not_in_the_log_is_found(
    served: World, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "_ANSWERS_AT_ONCE", 1)
    for key in ("call 6", "call 7", "call 8"):
        served.do(c.Note.of(booking=2, text="ring twice"), key=key)
    assert faults(served.engine) == []
    told, wanted = ANSWERS[case]
    poke(served, f"UPDATE answers SET events = '{told}' WHERE key = 'call 7'")
    assert faults(served.engine) == [wanted]


# Checkpoints.


@pytest.fixture
def checked(served: World) -> tuple[World, list[Checkpoint]]:
    """Three checkpoints, each with something that happened before it; the last covers everything."""
    taken = []
    for text in ("one", "two", "three"):
        served.clock.advance(60)
        served.do(c.Note.of(booking=1, text=text))
        served.do(c.Note.of(booking=2, text=text))
        checkpoint = served.engine.checkpoint()
        assert checkpoint is not None
        taken.append(checkpoint)
    return served, taken


def test_a_checkpoint_covers_everything_so_far_and_is_taken_once(checked: tuple[World, list[Checkpoint]]) -> None:
    world, taken = checked
    hashes = [row["hash"] for row in world.rows("SELECT hash FROM events ORDER BY id")]
    assert [one.number for one in taken] == [1, 2, 3]
    assert taken[-1].last_event == world.engine.newest()
    for one in taken:
        assert one.digest == digest(BEFORE_ALL, hashes[: one.events])
    assert world.engine.checkpoint() is None
    assert faults(world.engine, taken) == []


@pytest.mark.parametrize("name", ["room.db", "a\u2028room\x85.db"])
def test_what_is_written_outside_reads_back(checked: tuple[World, list[Checkpoint]], name: str) -> None:
    _, taken = checked
    assert written("".join(one.as_line(name) for one in taken) + "\n", "FILE") == taken


OF_NO_TIME = '{"checkpoint": 1, "events": 1, "last_event": 1, "digest": "", "at": "0001-01-01T00:00:00+14:00"}'
NO_CHECKPOINTS = ["nonsense", "{}", "[]", '{"events": 1}', "7", '{"checkpoint": "x"}']


@pytest.mark.parametrize("line", [*NO_CHECKPOINTS, '{"events": Infinity, "last_event": 1}', OF_NO_TIME])
def test_a_line_that_is_no_checkpoint_is_refused_by_its_number(
    line: str, checked: tuple[World, list[Checkpoint]]
) -> None:
    with pytest.raises(InvalidInput, match="FILE, line 2: is no checkpoint"):
        written(checked[1][0].as_line("room.db") + line, "FILE")


OLDER = "(SELECT id FROM events WHERE subject = 'booking' AND subject_id = 1 AND action = 'note' ORDER BY id LIMIT 1)"
OTHERS = "(SELECT id FROM events WHERE subject = 'booking' AND subject_id = 2 AND action = 'note' ORDER BY id LIMIT 1)"
CUT = (
    "DELETE FROM events WHERE id > (SELECT last_event - 1 FROM checkpoints WHERE id = 3)",
    "UPDATE bookings SET version = version - 1, notes = 'one\ntwo' WHERE id = 2",
)
ATTACKS: dict[str, tuple[tuple[str, ...], str]] = {
    "history rewritten and hashed anew": (
        (f"UPDATE events SET line = 'note 1 \"other\"' WHERE id = {OLDER}",),
        "checkpoint 1: (in the database, 2026-08-03T09:01:00.000Z) does not fit: between event 0 and event",
    ),
    "later history rewritten and hashed anew": (
        ("UPDATE events SET at = at + 1 WHERE id = (SELECT max(id) FROM events)",),
        "checkpoint 3: (in the database, 2026-08-03T09:03:00.000Z) does not fit: between event",
    ),
    "the tail cut and all made to fit": (CUT, "and ends with"),
    "the order of two events swapped": (
        (
            f"CREATE TEMP TABLE swap AS SELECT {OLDER} AS one, {OTHERS} AS two",
            "UPDATE events SET id = 1000 WHERE id = (SELECT one FROM swap)",
            "UPDATE events SET id = (SELECT one FROM swap) WHERE id = (SELECT two FROM swap)",
            "UPDATE events SET id = (SELECT two FROM swap) WHERE id = 1000",
        ),
        "checkpoint 1: (in the database, 2026-08-03T09:01:00.000Z) does not fit",
    ),
    "an event taken out of the middle": (
        (f"DELETE FROM events WHERE id = {OLDER}",),
        "checkpoint 1: (in the database, 2026-08-03T09:01:00.000Z) does not fit",
    ),
    "a checkpoint changed": (
        ("UPDATE checkpoints SET digest = upper(digest) WHERE id = 2",),
        "checkpoint 2: (in the database) was changed: the log fits later ones",
    ),
    "a checkpoint taken out": (
        ("DELETE FROM checkpoints WHERE id = 2",),
        "checkpoint 2: is gone from the database, where 3 follows 1",
    ),
}


@pytest.mark.parametrize("case", ATTACKS)
def test_an_attack_on_the_whole_log_is_found_by_the_checkpoints(
    checked: tuple[World, list[Checkpoint]], case: str
) -> None:
    world, taken = checked
    statements, wanted = ATTACKS[case]
    tamper(world, *statements, rehash=True)
    assert any(wanted in fault for fault in faults(world.engine)), faults(world.engine)
    assert faults(world.engine, taken)


def test_who_also_makes_the_checkpoints_anew_is_found_by_those_outside(
    checked: tuple[World, list[Checkpoint]],
) -> None:
    world, taken = checked
    tamper(world, f"UPDATE events SET line = 'note 1 \"other\"' WHERE id = {OLDER}", rehash=True)
    hashes = [row["hash"] for row in world.rows("SELECT hash FROM events ORDER BY id")]
    tamper(
        world,
        *(
            f"UPDATE checkpoints SET digest = '{digest(BEFORE_ALL, hashes[: one.events])}' WHERE id = {one.number}"
            for one in taken
        ),
    )
    assert faults(world.engine) == []
    found = faults(world.engine, taken)
    assert found[0].startswith(
        "checkpoint 1: (written outside, 2026-08-03T09:01:00.000Z) does not fit: between event 0"
    )
    assert found[1] == (
        "checkpoint 1: is another one in the database than was written outside at 2026-08-03T09:01:00.000Z"
    )


def test_who_also_takes_the_newest_checkpoints_out_is_found_by_those_outside(
    checked: tuple[World, list[Checkpoint]],
) -> None:
    world, taken = checked
    tamper(world, *CUT, "DELETE FROM checkpoints WHERE id = 3", rehash=True)
    assert faults(world.engine) == []
    found = faults(world.engine, taken)
    assert "events are gone" in found[0]
    assert found[1].startswith("checkpoint 3: was written outside at 2026-08-03T09:03:00.000Z, but is gone")


@given(
    st.tuples(*[st.one_of(st.text(max_size=20), st.none()) for _ in range(2)]),
    st.text(max_size=30),
    st.one_of(st.none(), st.integers(1, 2**53)),
)
def test_an_events_hash_is_that_of_a_json_array(texts: tuple[str | None, str | None], name: str, undoes: int) -> None:
    row: dict[str, object] = dict.fromkeys(COVERED, name)
    row |= {"subject_id": 7, "version": 3, "at": -5, "reason": texts[0], "line": texts[1], "undoes": undoes}
    array = json.dumps([row[column] for column in COVERED], ensure_ascii=False, separators=(",", ":"))
    assert link("before", row) == sha256(f"before{array}".encode()).hexdigest()


ROOM: list[Callable[[World], c.Command]] = [
    lambda world: c.Assign.of(booking=1, provider="mira"),
    lambda world: c.Release.of(booking=1, reason="too far"),
    lambda world: c.ForceAssign.of(booking=2, provider="mira", reason="insists"),
    lambda world: c.Assign.of(booking=2),
    lambda world: c.ForceCancel.of(booking=1, reason="duplicate"),
    lambda world: c.Undo.of(event=world.engine.newest(), reason="slip"),
    lambda world: c.Override.of(booking=2, to="EN_ROUTE", provider="mira", reason="paper"),
    lambda world: c.GoOff.of(provider="mira"),
    lambda world: c.GoOn.of(provider="mira"),
]


@pytest.mark.usefixtures("one_at_a_time")
@given(st.lists(st.sampled_from(range(len(ROOM))), max_size=8))
def test_whatever_the_engine_does_has_no_faults(new_world: NewWorld, steps: list[int]) -> None:
    world = small_city(new_world())
    world.booking()
    world.booking()
    for step in steps:
        world.try_to(ROOM[step](world))
    assert faults(world.engine) == []
