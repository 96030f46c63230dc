"""Start to first content, and key to paint, in a real terminal; beside the least Textual app in the same run."""

import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from domain import commands as c
from domain.actors import Actor, Role
from domain.engine import Engine
from tests.terminal import KEYS, Terminal, dispatcher

_BARE = [sys.executable, str(Path(__file__).with_name("bare_app.py"))]
_ROUNDS = 5
_PRESSES = 60


def _start_ms(argv: Sequence[str], wanted: str) -> float:
    start = time.monotonic()
    with Terminal(argv) as terminal:
        while wanted not in terminal.text:
            terminal.pump(0.01)
            assert time.monotonic() - start < 20, terminal.text
        took = (time.monotonic() - start) * 1000
        terminal.press("ctrl+q")
    return took


def _key_ms(terminal: Terminal, key: str) -> list[float]:
    chance = random.Random(7)
    times = []
    for _ in range(_PRESSES):
        terminal.settle(0.03 + chance.random() * 0.04, 0.2)
        start = time.monotonic()
        terminal.send(KEYS[key].encode())
        if terminal.pump(1.0):
            times.append((time.monotonic() - start) * 1000)
    return sorted(times)


def _filled(path: Path, bookings: int) -> None:
    engine = Engine.open(str(path))
    ana = Actor(Role.ADMIN, "ana")
    engine.execute(c.CreateService.of(service="plumbing"), ana)
    for first in range(0, bookings, 500):
        engine.execute_all(
            [
                c.CreateBooking.of(service="plumbing", address=f"{n} Example St", customer_name=f"Customer {n}")
                for n in range(first, min(first + 500, bookings))
            ],
            ana,
        )
    engine.close()


def test_start_to_first_content(tmp_path: Path) -> None:
    path = tmp_path / "start.db"
    _filled(path, 2_000)
    ours, bare = [], []
    for _ in range(_ROUNDS):
        bare.append(_start_ms(_BARE, "bare ready"))
        ours.append(_start_ms(dispatcher("--db", str(path), "--as", "admin:ana"), "DISPATCHER"))
    ratio = statistics.median(ours) / statistics.median(bare)
    print(f"\nstart to first content: {statistics.median(ours):.0f} ms, bare Textual {statistics.median(bare):.0f} ms,"
          f" ratio {ratio:.2f}")  # fmt: skip


def test_key_to_paint(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    _filled(path, 20_000)
    with Terminal(_BARE) as terminal:
        terminal.until("bare ready")
        bare = _key_ms(terminal, "down")
    with Terminal(dispatcher("--db", str(path), "--as", "admin:ana")) as terminal:
        terminal.until("live")
        terminal.press("2")
        terminal.settle(1.0, 10.0)
        ours = _key_ms(terminal, "down")
    p95 = int(len(ours) * 0.95) - 1
    middle, floor = statistics.median(ours), statistics.median(bare)
    print(f"\nkey to paint, Bookings of 20,000: p50 {middle:.1f} ms, p95 {ours[p95]:.1f} ms;"
          f" bare Textual p50 {floor:.1f} ms; ratio {middle / floor:.2f}")  # fmt: skip
