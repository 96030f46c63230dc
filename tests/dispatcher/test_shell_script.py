"""The log as a script and back, exports, and drills, as commands of a shell."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dispatcher.conftest import Ran, Run

TABLES = ("events", "bookings", "providers", "services", "customers", "settings")
DRILLS = sorted((Path(__file__).resolve().parents[2] / "docs" / "drills").glob("*.drill"))
REQUESTS = """\
key,created_at,closed_at,category,detail,address,zip,borough,latitude,longitude
1,2026-08-01T00:00:00Z,2026-08-02T09:00:00+05:30,HEAT/HOT WATER,"cold; very
""cold"" \\ still",12 EXAMPLE STREET,00501,SAMPLETON,40.5,-74.0
2,2026-08-01T00:00:00.123Z,,plumbing,,7 SAMPLE ROAD,,,,
3,2026-08-01T00:00:00Z,,plumbing,for at until,7 SAMPLE ROAD,,,,
4,2026-08-01T00:00:00Z,,plumbing,,,,,,
"""
Say = Callable[..., Ran]


@pytest.fixture
def say(run: Run, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Run `dispatcher do -` with a script."""

    def say(script: str, *arguments: object) -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO(script))
        return run(*arguments, "do", "-")

    return say


def everything(run: Run, *arguments: object) -> list[str]:
    return [run(*arguments, "export", table).out for table in TABLES]


def assert_comes_back(run: Run, say: Say, original: Path, copy: Path) -> None:
    script = run("--db", original, "events", "--as-script").out
    again = say(script, "--db", copy)
    assert again.status == 0, again.err
    assert everything(run, "--db", copy) == everything(run, "--db", original)
    assert run("--db", copy, "events", "--as-script").out == script


def test_a_log_is_a_script_and_back(room: Run, say: Say, database: Path, tmp_path: Path) -> None:
    assert room("do", "assign 1 mira", 'note 1 "ring\\ntwice"', "set phone_region DE").status == 0
    assert room("--as", "provider:mira", "do", "acc 1").status == 0
    script = room("events", "--as-script").out.splitlines()
    assert script[-1].partition(" as ")[2] == "provider:mira: accept 1"
    assert script[-3].endswith('note 1 "ring\\ntwice"')
    assert_comes_back(room, say, database, tmp_path / "copy.db")


def test_imported_requests_come_back(run: Run, say: Say, database: Path, tmp_path: Path) -> None:
    file = tmp_path / "requests.csv"
    file.write_text(REQUESTS, encoding="utf-8")
    assert run("import", "requests", file).status == 0
    assert len(run("export", "bookings").objects) == 3
    assert_comes_back(run, say, database, tmp_path / "copy.db")


def test_a_demo_comes_back(run: Run, say: Say, tmp_path: Path) -> None:
    demo = tmp_path / "demo.db"
    assert run("demo", "--headless", "--for", "20s", "--seed", 7, "--db", demo).status == 0
    assert "system:loop: attempt" in run("--db", demo, "events", "--as-script").out
    assert_comes_back(run, say, demo, tmp_path / "copy.db")


def test_an_export_has_every_row_by_number(room: Run, tmp_path: Path) -> None:
    events = room("export", "events").objects
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    (booking,) = room("export", "bookings").objects
    assert (booking["id"], booking["status"], booking["excluded"], booking["forced"]) == (1, "PENDING", [], False)
    assert booking["recorded_at"] == events[-1]["at"]
    assert events[-1]["changes"]["customer_id"] == [None, 1]
    file = tmp_path / "bookings.jsonl"
    assert room("export", "bookings", file).out == ""
    assert json.loads(file.read_text(encoding="utf-8")) == booking
    assert room("export", "settings").out == ""
    assert room("export", "secrets").status == 2
    assert "cannot be written" in room("export", "bookings", tmp_path / "nowhere" / "file").err


def test_logs_longer_than_a_page_are_written_whole(room: Run, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatcher.shell_events.PAGE", 2)
    monkeypatch.setattr("dispatcher.shell_export.PAGE", 2)
    events = room("export", "events").objects
    assert [event["id"] for event in events] == list(range(1, 6))
    assert len(room("events", "--as-script").out.splitlines()) == 4  # the customer came with the booking


def test_a_script_holds_what_is_asked_for(room: Run, say: Say, database: Path, tmp_path: Path) -> None:
    whole = room("events", "--as-script").out
    room("do", "assign 1 mira")
    file = tmp_path / "log.txt"
    assert room("events", "--as-script", file).out == ""
    assert file.read_text(encoding="utf-8").startswith(whole)
    (only,) = room("events", "--since", 5, "--as-script").out.splitlines()
    assert only.endswith(": assign 1 mira")
    assert len(room("events", "--booking", 1, "--as-script").out.splitlines()) == 2
    (as_object,) = room("events", "--since", 5, "--as-script", "--json").objects
    assert (as_object["event"], as_object["line"]) == (6, "assign 1 mira")
    copy = tmp_path / "copy.db"
    assert say(whole, "--db", copy).status == 0
    assert say(only, "--db", copy).status == 0
    assert everything(room, "--db", copy) == everything(room)


@pytest.mark.parametrize("actor", ["customer:1", "provider:mira"])
def test_only_dispatchers_export_and_replay(room: Run, say: Say, actor: str) -> None:
    script = room("events", "--as-script").out
    assert room("--as", actor, "events", "--as-script").status == 1
    assert room("--as", actor, "export", "customers").status == 1
    assert say(script, "--as", actor).status == 1


def test_a_replay_stops_at_the_first_line_that_cannot_be(run: Run, say: Say) -> None:
    at = "at 2026-08-03T12:00:00Z as admin:ana"
    ran = say(f"# a log\n{at}: service new plumbing\n\n{at}: service new plumbing\n{at}: service new locks\n")
    assert (ran.status, ran.err) == (1, "line 4: plumbing exists already\n")
    assert [row["name"] for row in run("export", "services").objects] == ["plumbing"]
    ran = say(f"{at}: service new locks\n{at}: dance\n{at}: service new painting\n")
    assert ran.status == 2
    assert ran.err.startswith("line 2: ")
    assert len(run("export", "services").objects) == 2
    assert say("service new painting\n").status == 0
    ran = say(f"{at}: service new heating\n")
    assert ran.status == 1
    assert "later events" in ran.err


def test_lines_that_are_said_now_are_no_replay(room: Run, say: Say) -> None:
    ran = say("assign 1 mira\nat 2026-08-03T12:00:00Z as provider:mira: accept 1\n")
    assert ran.status == 2
    assert ran.err.startswith("line 2: ")
    assert room("export", "bookings").objects[0]["status"] == "ASSIGNED"


@pytest.mark.parametrize("file", DRILLS, ids=lambda file: file.stem)
def test_the_drills_of_the_docs_go_as_they_say(run: Run, file: Path) -> None:
    ran = run("drill", file)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("all as expected\n")


def test_there_are_drills_in_the_docs() -> None:
    assert len(DRILLS) >= 3


def test_a_drill_is_played_from_standard_input_and_can_be_replayed(
    run: Run, say: Say, database: Path, tmp_path: Path
) -> None:
    ran = say(DRILLS[0].read_text(encoding="utf-8"))
    assert (ran.status, ran.err) == (0, "")
    assert_comes_back(run, say, database, tmp_path / "copy.db")


def test_what_is_not_as_expected_says_what_it_is(run: Run, say: Say) -> None:
    ran = say(
        """drill from 2026-08-03T12:00:00Z
        service new plumbing
        # A call
        new plumbing at "12 Example St" for "Ana Diaz"
        expect 1 assigned within 5s
        expect 1 provider mira
        expect 1 not pending
        expect 1 held
        expect 1 priority 1
        expect 2 pending
        expect says "leak"
        expect refused
        show 1
        expect 1 pending
        assign 1 mira
        expect refused ProviderBusy
        accept 1
        """
    )
    assert ran.status == 1
    assert [line.partition(": ")[2] for line in ran.err.splitlines()] == [
        "expected 1 assigned within 5s, but it is PENDING",
        "expected 1 provider mira, but its provider is none",
        "expected 1 not pending, but it is PENDING",
        "expected 1 held, but it is not held",
        "expected 1 priority 1, but its priority is 2",
        "expected 2 pending, but There is no booking 2",
        "expected says \"leak\", but it says '3 ✓ 1 created · Ana Diaz'",
        "expected refused, but it was accepted: 3 ✓ 1 created · Ana Diaz",
        "expected refused ProviderBusy, but it was refused as NotFound: There is no provider 'mira'",
        "refused: Only a provider may accept a booking; an admin can override! it, with a reason",
    ]
    assert [line.partition(":")[0] for line in ran.err.splitlines()] == [f"line {n}" for n in (*range(5, 13), 16, 17)]
    assert "# A call" in ran.out
    assert ran.out.endswith("10 not as expected\n")


def test_a_drill_that_does_not_parse_changes_nothing(run: Run, say: Say) -> None:
    ran = say("drill from 2026-08-03T12:00:00Z\nservice new plumbing\nexpect 1 glory\n")
    assert ran.status == 2
    assert ran.err.startswith("line 3: ")
    assert run("export", "services").out == ""


def test_a_drill_needs_a_room_of_its_own(room: Run, say: Say, database: Path, tmp_path: Path) -> None:
    assert "empty database" in say("drill from 2026-08-03T12:00:00Z\n").err
    assert room("drill", *DRILLS[:2], "--db", tmp_path / "one.db").status == 1
    assert room("drill", tmp_path / "nowhere").status == 1


def test_a_drill_as_json_is_one_object_a_step(run: Run) -> None:
    *steps, end = run("drill", DRILLS[0], "--json").objects
    assert end["ok"] is True
    assert all(step["mismatches"] == [] for step in steps)
    assert steps[0]["at"] == "2026-08-03T12:00:00.000Z"
