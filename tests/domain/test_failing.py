"""What a failing disk, a stopped process and a dying server leave: a typed error, no half, and work that goes on."""

import os
import resource
import signal
from pathlib import Path
from typing import Any

import apsw
import pytest

from domain import commands as c
from domain.errors import DispatchError, StoreBusy, StoreFull, StoreUnavailable
from tests.domain.faultydisk import faulty_disk
from tests.domain.killing import kill_the_server_again_and_again
from tests.domain.processes import context, holds_the_gate, processes
from tests.domain.world import World, assert_sound, plain


@pytest.fixture
def filled(world: World) -> World:
    """One booking, two who can do it."""
    world.service()
    world.provider("mira")
    world.provider("tom")
    world.booking()
    return world


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        (apsw.SQLITE_FULL, StoreFull),
        (apsw.SQLITE_IOERR_WRITE, StoreUnavailable),
        (apsw.SQLITE_IOERR_FSYNC, StoreUnavailable),
        (apsw.SQLITE_READONLY, StoreUnavailable),
    ],
    ids=["full", "write", "sync", "read-only"],
)
def test_whichever_write_or_sync_fails_the_error_is_typed_nothing_has_changed_and_it_goes_on(
    filled: World, code: int, typed: type[DispatchError]
) -> None:
    met = 0
    with faulty_disk(filled.engine) as trouble:
        for within in range(30):
            before = filled.everything()
            trouble.within, trouble.code = within, code
            refusal = filled.try_to(c.EditBooking.of(booking=1, address=f"{within} North Street"))
            trouble.within = None
            if refusal is not None:
                assert isinstance(refusal, typed), refusal
                assert filled.everything() == before, "what was refused has not happened"
                met += 1
            else:
                assert filled.get(1).address == f"{within} North Street", "what was acknowledged has"
            filled.do(c.Note.of(booking=1, text="it goes on"))
        assert met >= 5
    with plain(filled.path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert_sound(filled)
    assert list(filled.engine.faults(lambda _: None)) == []


def _writes_until_a_file_may_not_grow(path: str, answers: Any) -> None:
    """In a process of its own, since the limit is its too."""
    world = World.open(path)
    wal = Path(f"{path}-wal")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size + 100_000, hard))
    acknowledged, refusal = 0, None
    while refusal is None:
        before = world.everything()
        refusal = world.try_to(c.Note.of(booking=1, text="x" * 500))
        acknowledged += refusal is None
    unchanged = world.everything() == before
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    world.do(c.Note.of(booking=1, text="it goes on"))
    answers.send((acknowledged, refusal.kind, unchanged))
    world.close()


def test_a_file_that_may_not_grow_is_a_typed_error_and_needs_no_restart(filled: World) -> None:
    ours, theirs = context().Pipe(duplex=False)
    writer = context().Process(target=_writes_until_a_file_may_not_grow, args=(filled.url, theirs))
    writer.start()
    theirs.close()
    acknowledged, kind, unchanged = ours.recv()
    ours.close()
    writer.join()
    assert kind in {"StoreUnavailable", "StoreFull"}
    assert unchanged
    assert acknowledged > 0
    assert len(filled.log(1)) == 1 + acknowledged + 1
    assert_sound(filled)


def test_a_stopped_process_that_holds_the_gate_is_named_and_nobody_waits_for_it_for_ever(
    filled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.store.sqlite.WRITE_DEADLINE_S", 0.2)
    with processes(holds_the_gate, 1, filled.url) as (holder,):
        os.kill(holder.pid, signal.SIGSTOP)
        refusal = filled.try_to(c.Note.of(booking=1, text="now"))
        assert isinstance(refusal, StoreBusy)
        assert str(holder.pid) in refusal.message
        assert filled.engine.views.booking(1).booking.id == 1, "reading goes on"
        os.kill(holder.pid, signal.SIGCONT)
        holder.tell()
        assert holder.hear() == "released"
        filled.do(c.Note.of(booking=1, text="it goes on"))
    assert_sound(filled)


def test_a_server_killed_under_four_writers_loses_nothing_acknowledged_and_they_go_on_by_themselves(
    tmp_path: Path,
) -> None:
    unanswered = kill_the_server_again_and_again(tmp_path / "writers", kills=1)
    assert unanswered > 0, "some were under way when the server died"
