import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatcher.cli import main
from dispatcher.demo import place
from domain.actors import Actor, Role
from domain.clock import SteppedClock
from domain.commands import CreateService
from domain.engine import Engine

SHORT = ("demo", "--headless", "--for", "5s")


def _ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_headless_demo_prints_its_summary_and_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    status, said, trouble = _ran(capsys, *SHORT)
    assert (status, trouble) == (0, "")
    assert "5 min in the city" in said
    assert "Every open booking has an owner, a timer or a place in the attention queue" in said
    assert list(tmp_path.iterdir()) == []


def test_the_summary_is_also_there_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    status, said, _ = _ran(capsys, *SHORT, "--json", "--speed", "30")
    found = json.loads(said)
    assert status == 0
    assert found["ended"] == "2026-08-03T09:02:30.000Z"
    assert found["forgotten"] == []
    assert sum(found["statuses"].values()) == found["bookings"]


def test_a_kept_demo_is_taken_up_where_it_ended(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(tmp_path / "kept.db")
    assert _ran(capsys, "demo", "--db", path, "--headless", "--for", "5s", "--seed", "3")[0] == 0
    status, said, _ = _ran(capsys, "--db", path, "demo", "--headless", "--for", "5s")
    assert status == 0
    assert "10 min in the city, 09:00 to 09:" in said
    with closing(Engine.open(path)) as engine:
        mark = engine.demo_mark()
        assert mark is not None
        assert (mark.seed, mark.speed) == (3, 60)
        assert len(engine.views.roster()) == 40


def test_a_database_of_somebody_else_is_refused_and_stays_as_it_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = str(tmp_path / "room.db")
    with closing(Engine.open(path)) as engine:
        engine.execute(CreateService.of(service="plumbing"), Actor(Role.ADMIN, "ana"))
    for flags in (("--headless",), ("--headless", "--tour")):
        status, said, trouble = _ran(capsys, "demo", "--db", path, *flags)
        assert (status, said) == (1, "")
        assert trouble.count("\n") == 1
        assert "not a demo's" in trouble
    with closing(Engine.open(path)) as engine:
        assert engine.views.last_event() == 1
        assert engine.demo_mark() is None


def test_the_variable_that_names_a_database_is_ignored(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPATCHER_DB", str(tmp_path / "mine.db"))
    assert _ran(capsys, *SHORT)[0] == 0
    assert not (tmp_path / "mine.db").exists()


def test_two_demos_do_not_live_on_one_database(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    with place.sole(path) as alone:
        assert alone
        status, _, trouble = _ran(capsys, *SHORT, "--db", str(path))
    assert status == 1
    assert "Another demo is running" in trouble


def test_the_tour_prints_captions_lines_and_answers(capsys: pytest.CaptureFixture[str]) -> None:
    status, said, trouble = _ran(capsys, "demo", "--tour", "--headless")
    assert (status, trouble) == (0, "")
    assert "admin:ana: assign 3 li" in said
    assert "3 assigned to li" in said


@pytest.mark.parametrize(
    ("flags", "status", "sentence"),
    [
        (("--seed", "-1"), 2, "no seed"),
        (("--speed", "0"), 2, "no speed"),
        (("--speed", "nan"), 2, "no speed"),
        (("--for", "soon", "--headless"), 2, "no length of time"),
        (("--for", "5s"), 1, "--for goes with --headless"),
        (("--tour", "--requests", "x.csv"), 1, "leave --requests out"),
        (("--headless", "--requests", "/nowhere/x.csv"), 1, "/nowhere/x.csv cannot be read"),
        (("--headless", "--db", " "), 1, "--db is empty"),
        (("--headless", "--as", "system"), 1, "Only the loop"),
    ],
)
def test_flags_that_make_no_sense_get_one_sentence(
    capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], status: int, sentence: str
) -> None:
    found, said, trouble = _ran(capsys, "demo", *flags)
    assert (found, said) == (status, "")
    assert sentence in trouble


def test_without_a_terminal_the_console_is_not_opened(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, trouble = _ran(capsys, "demo")
    assert status == 1
    assert "--headless" in trouble


def test_what_a_killed_demo_left_behind_is_removed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with place.database(None) as url:
        left = Path(url).parent.with_name("dispatcher-demo-left")
        running = Path(url).parent
        for folder in (left, running):
            folder.mkdir(exist_ok=True)
            with place.sole(folder / "demo.db"):
                pass
        with place.sole(running / "demo.db"), place.database(None):
            assert running.exists()
            assert not left.exists()


def test_whoever_opens_a_demo_reads_its_clock(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(tmp_path / "kept.db")
    _ran(capsys, *SHORT, "--db", path)
    with closing(Engine.open(path)) as engine:
        first = engine.clock.now()
    assert datetime(2026, 8, 3, 9, 5, tzinfo=UTC) <= first < datetime(2026, 8, 3, 9, 35, tzinfo=UTC)
    with closing(Engine.open(path, clock=SteppedClock(first))) as engine:
        assert engine.clock.now() == first
