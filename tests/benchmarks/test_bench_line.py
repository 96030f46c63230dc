"""The line while it is typed: key to paint in a real terminal, building the list, and parsing generated lines."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from domain import commands as c
from domain.actors import Actor, Role
from domain.commands import Command
from domain.engine import Engine
from domain.line.context import Context
from domain.line.following import BookingFacts, Facts, follow
from domain.line.reading import parse
from domain.line.writing import render
from domain.views import Directory
from tests.domain.line.strategies import any_command
from tests.terminal import KEYS, Terminal, dispatcher

_ANA = Actor(Role.ADMIN, "ana")
_BOOKINGS = 100_000
_PROVIDERS = 40
_PRESSES = 120
_LINES = 10_000
_LINES_SAID = 40
_TYPED = (
    "",
    "a",
    "assign ",
    "assign 7 ",
    "assign 7 p1",
    "7 ",
    "release 7",
    "new plumbing at 12",
    "find status:",
    "on p",
)


def _filled(path: Path) -> Engine:
    engine = Engine.open(str(path))
    engine.execute(c.CreateService.of(service="plumbing"), _ANA)
    for number in range(_PROVIDERS):
        engine.execute(c.CreateProvider.of(provider=f"p{number}x", name="Sample", skills=("plumbing",)), _ANA)
        engine.execute(c.GoOn.of(provider=f"p{number}x"), _ANA)
    for first in range(0, _BOOKINGS, 500):
        engine.execute_all(
            [
                c.CreateBooking.of(service="plumbing", address=f"{n} Example St", customer_name=f"Customer {n}")
                for n in range(first, first + 500)
            ],
            _ANA,
        )
    return engine


def _told(what: str, milliseconds: list[float]) -> None:
    ranked = sorted(milliseconds)
    p95, p99 = ranked[int(len(ranked) * 0.95) - 1], ranked[int(len(ranked) * 0.99) - 1]
    print(f"\n{what}: p50 {statistics.median(ranked):.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


@pytest.mark.timeout(1_200)
def test_key_to_paint_and_the_list_with_a_hundred_thousand_bookings(tmp_path: Path) -> None:
    path = tmp_path / "line.db"
    engine = _filled(path)
    views = engine.views
    row, matching = views.weighed(7)
    facts = Facts(
        {7: BookingFacts(row, matching, is_whole=True)},
        {one.provider.handle: one for one in views.roster()},
        tuple(range(1, 13)),
    )
    context = Context(now=engine.clock.now(), actor=_ANA, directory=views.directory(), selected=7, last=8)
    _told("building the list", [_timed(lambda: follow(text, context, facts)) for text in _TYPED * 50])  # noqa: B023
    _told("reading its facts, in a thread", [_timed(lambda: (views.weighed(7), views.roster())) for _ in range(50)])
    engine.close()
    with Terminal(dispatcher("--db", str(path), "--as", "admin:ana")) as terminal:
        terminal.until("live")
        terminal.press(":")
        terminal.settle(1.0, 10.0)
        _told(f"key to paint on the line, {_BOOKINGS:,} bookings", _keys_ms(terminal, "assign 7 p12x"))
        terminal.press("ctrl+u")
        terminal.settle(0.5, 10.0)
        _told("Enter to the result of a line on the screen", [_result_ms(terminal, n) for n in range(_LINES_SAID)])
        terminal.press("ctrl+q")


def _result_ms(terminal: Terminal, number: int) -> float:
    """Enter a line that changes something, and wait for its answer."""
    terminal.type(f'note {number + 1} "ring twice"')
    terminal.settle(0.1, 1.0)
    start = time.monotonic()
    terminal.send(KEYS["enter"].encode())
    while f"{number + 1} noted" not in terminal.text:
        assert time.monotonic() - start < 10, terminal.text
        terminal.pump(0.05)
    return (time.monotonic() - start) * 1000


def _keys_ms(terminal: Terminal, text: str) -> list[float]:
    """Type a text, take it back, and again, at the pace of a quick person."""
    chance = random.Random(7)
    keys = [*text, *["backspace"] * len(text)]
    times = []
    for press in range(_PRESSES):
        terminal.settle(0.03 + chance.random() * 0.04, 0.2)
        start = time.monotonic()
        key = keys[press % len(keys)]
        terminal.send(KEYS.get(key, key).encode())
        if terminal.pump(1.0):
            times.append((time.monotonic() - start) * 1000)
    return times


def test_parsing_generated_lines() -> None:
    lines: list[str] = []

    @settings(max_examples=1_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(command=any_command)
    def collect(command: Command) -> None:
        lines.append(render(command))

    collect()
    context = Context(
        now=datetime(2026, 8, 3, 12, tzinfo=UTC),
        actor=_ANA,
        directory=Directory(handles={f"p{number}x": number for number in range(_PROVIDERS)}, services={"plumbing": 1}),
    )
    many = (lines * (_LINES // len(lines) + 1))[:_LINES]
    _told(f"parsing {_LINES:,} generated lines", [_timed(lambda: parse(line, context)) for line in many])  # noqa: B023
