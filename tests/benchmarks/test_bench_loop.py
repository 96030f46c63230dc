"""How long the console's event loop is held up while ten thousand attempts are due at once beside it."""

import asyncio
import gc
import statistics
import sys
import threading
import time
from pathlib import Path

from dispatcher.app import SWITCH_WITHIN_S
from domain import commands as c
from domain.due import DueWork
from tests.benchmarks.conftest import Figures
from tests.domain.world import ANA, World

ATTEMPTS = 10_000
BEAT_S = 0.002


def a_room_of_due_attempts(folder: Path) -> World:
    world = World.open(folder / "room.db")
    world.service()
    for number in range(40):
        world.provider(f"p{number:03}", on=False)
    customer = world.customer()
    new = c.CreateBooking.of(service="plumbing", customer=customer, address="12 Example St")
    for _ in range(ATTEMPTS // 500):
        world.engine.execute_all([new] * 500, ANA)
    return world


async def _stalls_ms(busy: threading.Thread) -> list[float]:
    """How much later than asked the event loop went on, again and again while a thread is busy."""
    busy.start()
    late: list[float] = []
    while busy.is_alive():
        wanted = time.perf_counter() + BEAT_S
        await asyncio.sleep(BEAT_S)
        late.append((time.perf_counter() - wanted) * 1000)
    return sorted(late)


def _told(figures: Figures, what: str, late: list[float]) -> None:
    p99 = late[int(len(late) * 0.99)]
    figures.add(what, f"p50 {statistics.median(late):.1f}, p99 {p99:.1f}, longest {late[-1]:.1f} ms")


def test_the_event_loop_while_ten_thousand_attempts_are_made_in_a_thread(tmp_path: Path, figures: Figures) -> None:
    world = a_room_of_due_attempts(tmp_path)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_WITHIN_S)
    gc.collect()
    gc.freeze()  # as the console does once its screens and engine are imported
    idle = threading.Thread(target=lambda: time.sleep(5))
    _told(figures, "event loop late by, nothing beside it", asyncio.run(_stalls_ms(idle)))
    made: list[int] = []
    began = time.perf_counter()
    late = asyncio.run(_stalls_ms(threading.Thread(target=lambda: made.append(DueWork(world.engine).run()))))
    took = time.perf_counter() - began
    assert made == [ATTEMPTS]
    _told(figures, f"event loop late by, {ATTEMPTS:,} attempts beside it", late)
    figures.add("  attempts a second meanwhile", f"{ATTEMPTS / took:,.0f}")
    sys.setswitchinterval(usual)
    world.close()
