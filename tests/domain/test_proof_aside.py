"""A long log is proved by two processes: they find what one finds, and one that ends before it is done is said."""

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from domain import commands as c
from domain.errors import StoreUnavailable
from domain.proof.audit import EVERY, SOME, Auditor, Fault
from domain.store import proof, proof_aside
from domain.store.proof_reading import log, rows_of
from tests.domain.test_audit import TAMPERED, serve, tamper
from tests.domain.test_why import AT
from tests.domain.world import World, small_city

Program = Callable[[str], None]
_READY = "read -r asked; echo '\"ready\"'"


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any log is long enough for two processes, and there are two processors."""
    monkeypatch.setattr(proof, "FEWEST", 0)
    monkeypatch.setattr(proof, "cores", lambda: 2)


@pytest.fixture
def second(two: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Lets the second process be a shell's script, which is quicker started and does what it is told."""

    def instead(script: str) -> None:
        program = tmp_path / "second"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(program))

    return instead


@pytest.fixture
def forged(world: World) -> World:
    """Five choices, four of which were changed; a row was changed too, and an event that is no choice."""
    small_city(world)
    for _ in range(5):
        world.booking(**AT)
        world.tick()
    world.do(c.ForceCancel.of(booking=2, reason="duplicate"))
    choice = "(SELECT id FROM events WHERE action = 'assign' ORDER BY id LIMIT 1)"
    tamper(
        world,
        f"UPDATE events SET details = json_set(details, '$.chosen', 'mira') WHERE id = {choice}",
        "UPDATE events SET details = json_set(details, '$.attempt', 9) WHERE action = 'attempt' AND subject_id = 4",
        "UPDATE events SET details = '{' WHERE action = 'attempt' AND subject_id = 5",
        "UPDATE events SET subject_id = x'05' WHERE action = 'attempt' AND subject_id = 3",
        "UPDATE bookings SET priority = 4 WHERE id = 1",
        "UPDATE events SET reason = 'another' WHERE action = 'force-cancel'",
    )
    return world


@pytest.fixture
def served(world: World) -> World:
    """Booking 1 is with mira and accepted, 3 was called off and opened again; nobody can take it, nor 2."""
    serve(world)
    world.do(c.ForceCancel.of(booking=world.booking(), reason="duplicate"))
    world.do(c.Undo.of(event=world.engine.newest()))
    world.tick()
    return world


def found(world: World) -> list[Fault]:
    return [*world.engine.faults(lambda _: None)]


def test_two_processes_find_what_one_finds_in_the_same_order(
    forged: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = found(forged)
    request.getfixturevalue("two")
    heard: list[int] = []
    taken = proof_aside.Aside.taken

    def noted(aside: proof_aside.Aside) -> int:
        heard.append(taken(aside))
        return heard[-1]

    monkeypatch.setattr(proof_aside.Aside, "taken", noted)
    told: list[int] = []
    assert [*forged.engine.faults(told.append)] == alone
    assert heard, "there was no second process"
    assert told == sorted(told)
    assert told[-1] == len(forged.rows("SELECT id FROM events"))
    wanted = {"chose mira, but by what it recorded the best was tom", "says attempt 9, but its changes say 1"}
    assert wanted <= {fault.what for fault in alone}


@pytest.mark.parametrize("case", TAMPERED)
def test_two_auditors_who_share_the_work_find_what_one_finds(served: World, case: str) -> None:
    tamper(served, TAMPERED[case][0], "UPDATE events SET details = '[]' WHERE action = 'attempt'")
    whole, choices = audited(served)
    for share in (EVERY - EVERY, SOME, frozenset({1, 3})):
        of_log, of_share = audited(served, remakes=share)
        nothing, of_others = audited(served, proves_log=False, remakes=EVERY - share)
        assert (of_log, nothing) == (whole, [])
        assert sorted(of_share + of_others, key=lambda fault: fault.event or 0) == choices
    assert [fault.id for fault in choices if fault.id != 1] == [2, 3]


def audited(
    world: World, *, proves_log: bool = True, remakes: frozenset[int] = EVERY
) -> tuple[list[Fault], list[Fault]]:
    """What an auditor finds in the log and in the choices, if it lets go of what is at rest after every event."""
    with closing(sqlite3.connect(world.path)) as raw:
        auditor = Auditor(rows_of=partial(rows_of, raw), proves_log=proves_log, remakes=remakes)
        found: list[Fault] = []
        for part in log(raw):
            for row in part:
                found += auditor.take(row)
                auditor.let_go()
        return found, [*auditor.choices()]


def test_a_second_process_that_is_killed_proves_nothing_and_is_said(forged: World, second: Program) -> None:
    second(f"{_READY}; echo 2; printf '[1, \"of no ac'; kill -KILL $$")
    with pytest.raises(
        StoreUnavailable, match=r"ended by signal 9 before it was done, so nothing is proved: try again"
    ):
        found(forged)


def test_what_a_second_process_complained_of_as_it_ended_is_said(forged: World, second: Program) -> None:
    second(f"{_READY}; echo 'no more' >&2; echo 'disk I/O error' >&2; exit 3")
    with pytest.raises(StoreUnavailable, match=r"with status 3 \(disk I/O error\) before it was done"):
        found(forged)


@pytest.mark.parametrize("script", ["exit 1", "read -r asked; exit 0", "echo Python 3", "read -r asked; echo '\"rea'"])
def test_without_a_second_process_there_is_one(forged: World, second: Program, script: str) -> None:
    second(script)
    assert any(fault.what.startswith("chose mira") for fault in found(forged))


def test_a_second_process_that_finds_another_database_is_not_used(forged: World, two: None) -> None:
    newest = forged.engine.newest()
    with proof_aside.begun(forged.path, newest, "another hash", 0) as aside:
        assert aside is None


def test_whoever_breaks_off_leaves_no_second_process_behind(forged: World, second: Program, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    second(f"echo $$ > {pid}; {_READY}; exec sleep 1000")

    def break_off(_: int) -> None:
        os.kill(int(pid.read_text()), 0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        [*forged.engine.faults(break_off)]
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_short_log_or_one_processor_takes_one_process(
    world: World, second: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    second(f"{_READY}; exit 3")
    world.service()
    for fewest, cores in ((world.engine.newest(), 2), (0, 1)):
        monkeypatch.setattr(proof, "FEWEST", fewest)
        monkeypatch.setattr(proof, "cores", lambda cores=cores: cores)
        assert found(world) == []
