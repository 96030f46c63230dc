"""What only a process of its own can show: signals, pipes, streams."""

import json
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.dispatcher.conftest import Run, Start


def test_following_shows_what_happens_elsewhere_and_ctrl_c_ends_it(room: Run, start: Start) -> None:
    follower = start("events", "--follow", "--json")
    assert follower.stdout is not None
    seen = [json.loads(follower.stdout.readline())["action"] for _ in range(5)]
    assert seen[-1] == "create"
    room("do", "assign 1 mira")
    assert json.loads(follower.stdout.readline())["action"] == "assign"
    follower.send_signal(signal.SIGINT)
    assert follower.communicate(timeout=20) == ("", "")
    assert follower.returncode == 130


def test_a_reader_that_goes_away_ends_it_quietly(room: Run, start: Start) -> None:
    for follow in ([], ["--follow"]):
        printer = start("events", *follow, bufsize=0)
        assert printer.stdout is not None
        assert printer.stderr is not None
        printer.stdout.readline()
        printer.stdout.close()
        assert printer.wait(timeout=20) in ({141} if follow else {0, 141})
        assert printer.stderr.read() == ""
        printer.stderr.close()


def test_the_loop_alone_stops_cleanly_when_asked_to(room: Run, start: Start) -> None:
    for sign in (signal.SIGTERM, signal.SIGINT):
        worker = start("work")
        assert worker.stderr is not None
        assert worker.stderr.readline().startswith("Working on")
        worker.send_signal(sign)
        out, err = worker.communicate(timeout=20)
        assert (worker.returncode, out, err) == (0, "", "Stopped\n")


def test_a_script_with_bytes_that_are_no_text_is_refused_line_by_line(room: Run, start: Start, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_bytes(b'note 1 "\xff\xfe"\nnote 1 "\xe2\x9c\x93 fine"\n')
    with script.open() as stdin:
        done = start("do", "-", stdin=stdin)
        out, err = done.communicate(timeout=20)
    assert done.returncode in {1, 2}
    assert (len(out.splitlines()), len(err.splitlines())) == (1, 1)
    assert err.startswith("line 1: ")


def test_a_full_disk_behind_standard_output_is_one_line(room: Run, start: Start) -> None:
    full = Path("/dev/full")
    if not full.exists():
        return
    with full.open("w") as stdout:
        done = start("events", stdout=stdout, stderr=subprocess.PIPE)
        _, err = done.communicate(timeout=20)
    assert done.returncode == 1
    assert len(err.splitlines()) == 1


def test_a_loop_that_was_stopped_and_goes_on_makes_each_attempt_once(room: Run, start: Start, database: Path) -> None:
    with start("work") as working:
        try:
            with closing(sqlite3.connect(database)) as sql:

                def attempts() -> int:
                    asked = "SELECT count(*) FROM events WHERE subject_id = 2 AND action IN ('attempt', 'assign')"
                    return int(sql.execute(asked).fetchone()[0])

                assert room("do", 'n plumbing "tap" at "1 Example St" for "Cleo Sample"').status == 0
                _until(lambda: attempts() == 1)
                working.send_signal(signal.SIGSTOP)
                _until(lambda: _seconds_since_attempt(sql) > 2.5)
                assert attempts() == 1
                working.send_signal(signal.SIGCONT)
                _until(lambda: attempts() == 2)
                assert sql.execute("SELECT attempt FROM bookings WHERE id = 2").fetchone() == (2,)
        finally:
            working.send_signal(signal.SIGCONT)
            working.terminate()


def _seconds_since_attempt(sql: sqlite3.Connection) -> float:
    at: int = sql.execute("SELECT attempted_at FROM bookings WHERE id = 2").fetchone()[0]
    return time.time() - at / 1000


def _until(holds: Callable[[], bool], within_s: float = 20) -> None:
    """Wait for what another process brings about."""
    waiting, end = threading.Event(), time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "did not come true"
        waiting.wait(0.02)
