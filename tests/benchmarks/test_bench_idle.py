"""What a console costs while nothing happens: its share of one core, with nobody waiting and with two hundred."""

import os
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.conftest import Figures
from tests.benchmarks.test_bench_console import _filled
from tests.terminal import Terminal, dispatcher

SETTLED_AFTER_S = 70
"""Ladders have run out by then, ages are told in minutes, and the tail looks quietly."""
WATCHED_S = 30


def _spent_s(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _share(terminal: Terminal) -> float:
    """The share of a core that a program takes from now on."""
    before, began = _spent_s(terminal.pid), time.monotonic()
    _watch(terminal, WATCHED_S)
    return (_spent_s(terminal.pid) - before) / (time.monotonic() - began)


def _watch(terminal: Terminal, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.pump(0.2)


def test_the_least_textual_app_with_nothing_to_do(figures: Figures) -> None:
    with Terminal([sys.executable, str(Path(__file__).with_name("bare_app.py"))]) as terminal:
        terminal.until("bare ready")
        figures.add("idle, the least Textual app", f"{_share(terminal):.2%} of a core")


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("bookings", "is_watched"), [(0, True), (0, False), (200, True)])
def test_a_console_with_nothing_to_do(tmp_path: Path, figures: Figures, bookings: int, is_watched: bool) -> None:
    path = tmp_path / "room.db"
    _filled(path, bookings)
    with Terminal(dispatcher("--db", str(path), "--as", "admin:ana")) as terminal:
        terminal.until("live")
        if not is_watched:
            terminal.send(b"\x1b[O")
        _watch(terminal, SETTLED_AFTER_S)
        share = _share(terminal)
        terminal.press("ctrl+q")
    looked_at = "" if is_watched else ", terminal without focus"
    figures.add(f"idle, {bookings} waiting{looked_at}", f"{share:.2%} of a core")
