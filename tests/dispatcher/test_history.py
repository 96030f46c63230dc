"""The line's history on disk: kept for each actor, bounded, and never in anybody's way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dispatcher.history import COMPACTED_ABOVE, KEPT, LONGEST, HistoryFolder
from dispatcher.settings import HISTORY_VARIABLE, history_folder
from domain.actors import Actor, Role

ANA, BO = Actor(Role.ADMIN, "ana"), Actor(Role.ADMIN, "bo")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history"


def test_lines_are_found_again_by_their_own_actor_only(folder: Path) -> None:
    HistoryFolder(folder).append(ANA, "assign 214 mira")
    HistoryFolder(folder).append(BO, 'note 214 "ring twice — ½"')
    assert HistoryFolder(folder).read(ANA) == ["assign 214 mira"]
    assert HistoryFolder(folder).read(BO) == ['note 214 "ring twice — ½"']


def test_nobody_else_may_read_the_files(folder: Path) -> None:
    HistoryFolder(folder).append(ANA, "find +12025550134")
    [path] = folder.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_two_consoles_keep_their_lines_in_one_file(folder: Path) -> None:
    one, other = HistoryFolder(folder), HistoryFolder(folder)
    for number in range(20):
        (one if number % 2 else other).append(ANA, f"ack {number}")
    assert one.read(ANA) == [f"ack {number}" for number in range(20)]


def test_a_long_file_is_written_anew_with_its_last_lines(folder: Path) -> None:
    history = HistoryFolder(folder)
    history.append(ANA, "ack 0")
    [path] = folder.iterdir()
    path.write_text("".join(f"ack {number}\n" for number in range(COMPACTED_ABOVE + 10)))
    last = [f"ack {number}" for number in range(COMPACTED_ABOVE + 10 - KEPT, COMPACTED_ABOVE + 10)]
    assert history.read(ANA) == last
    assert path.read_text().splitlines() == last
    assert [*folder.iterdir()] == [path]


APPENDS_AND_COMPACTS = """
import sys
from pathlib import Path
from dispatcher import history
from domain.actors import Actor, Role
folder, ana, name = history.HistoryFolder(Path(sys.argv[1])), Actor(Role.ADMIN, "ana"), sys.argv[2]
history.COMPACTED_ABOVE = 1  # every look has it written anew
print("ready", flush=True)
sys.stdin.readline()
for number in range(150):
    folder.append(ana, f"{name} {number}")
    folder.read(ana)
"""


def test_two_consoles_that_write_it_anew_at_once_lose_no_line(folder: Path) -> None:
    names = ("note", "ack")
    both = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDS_AND_COMPACTS, str(folder), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in both:
        one.communicate(timeout=30)
    kept = HistoryFolder(folder).read(ANA)
    for name in names:
        assert [line for line in kept if line.startswith(name)] == [f"{name} {number}" for number in range(150)]
    assert len([*folder.iterdir()]) == 1, "nothing is left lying about"


def test_damage_is_left_out(folder: Path) -> None:
    history = HistoryFolder(folder)
    history.append(ANA, "ack 1")
    [path] = folder.iterdir()
    with path.open("ab") as file:
        file.write(b"\xff\xfe\x00\n\n" + b"x" * (LONGEST + 1) + b"\nack \x1b[31m2\nack 3\nack 4")
    assert history.read(ANA) == ["ack 1", "ack 3", "ack 4"]


def test_what_is_no_single_line_is_not_kept(folder: Path) -> None:
    history = HistoryFolder(folder)
    history.append(ANA, "one\ntwo")
    history.append(ANA, "x" * (LONGEST + 1))
    assert history.read(ANA) == []


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    for history in (HistoryFolder(blocked), HistoryFolder(blocked / "below"), HistoryFolder(None)):
        history.append(ANA, "ack 1")
        assert history.read(ANA) == []


def test_the_folder_is_the_variables_else_one_of_the_users() -> None:
    assert history_folder({HISTORY_VARIABLE: f"{os.sep}somewhere"}) == Path(f"{os.sep}somewhere")
    assert history_folder({HISTORY_VARIABLE: ""}) is None
    kept = history_folder({})
    assert kept is not None
    assert kept.parts[-2:] == ("dispatcher", "history")
