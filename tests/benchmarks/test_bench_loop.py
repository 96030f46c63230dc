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


async def _stalls_ms(busy: threading.Thread) -> tuple[list[float], list[float]]:
    """How much later than asked the event loop went on, again and again while a thread is busy.

    Returns:
        Each lateness, and as much of it as this process itself was at work: the rest is other people's work on the
        same processors.
    """
    busy.start()
    late: list[float] = []
    own: list[float] = []
    while busy.is_alive():
        wanted, worked = time.perf_counter() + BEAT_S, time.process_time()
        await asyncio.sleep(BEAT_S)
        late.append((time.perf_counter() - wanted) * 1000)
        own.append(min(late[-1], (time.process_time() - worked) * 1000))
    return late, own


def _told(figures: Figures, what: str, stalls: tuple[list[float], list[float]]) -> None:
    for said, found in ((what, stalls[0]), ("  as far as this process was at work", stalls[1])):
        late = sorted(found)
        p99 = late[int(len(late) * 0.99)]
        figures.add(said, f"p50 {statistics.median(late):.1f}, p99 {p99:.1f}, longest {late[-1]:.1f} ms")


def _count_for(seconds: float) -> None:
    """The least that a busy thread of Python can do to an event loop."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        sum(range(1000))


def test_the_event_loop_while_ten_thousand_attempts_are_made_in_a_thread(tmp_path: Path, figures: Figures) -> None:
    world = a_room_of_due_attempts(tmp_path)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_WITHIN_S)
    gc.collect()
    gc.freeze()  # as the console does once its screens and engine are imported
    idle = threading.Thread(target=time.sleep, args=(5,))
    _told(figures, "event loop late by, nothing beside it", asyncio.run(_stalls_ms(idle)))
    counting = threading.Thread(target=_count_for, args=(5,))
    _told(figures, "event loop late by, a thread that only counts beside it", asyncio.run(_stalls_ms(counting)))
    made: list[int] = []
    began = time.perf_counter()
    late = asyncio.run(_stalls_ms(threading.Thread(target=lambda: made.append(DueWork(world.engine).run()))))
    took = time.perf_counter() - began
    assert made == [ATTEMPTS]
    _told(figures, f"event loop late by, {ATTEMPTS:,} attempts beside it", late)
    figures.add("  attempts a second meanwhile", f"{ATTEMPTS / took:,.0f}")
    sys.setswitchinterval(usual)
    world.close()
