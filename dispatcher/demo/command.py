"""`dispatcher demo`: a generated city with people who act in it, on a screen or without one."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo

from dispatcher.demo.arrivals import RequestsFile
from dispatcher.demo.flags import Flags, add_arguments, flags_from
from dispatcher.demo.headless import run_until
from dispatcher.demo.live import LiveDemo
from dispatcher.demo.place import database, seat_of, sole
from dispatcher.demo.simulation import Simulation
from dispatcher.demo.summary import summarise
from dispatcher.demo.tour import Tour, the_tour
from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.clock import SteppedClock, SystemClock
from domain.due import DueWork
from domain.engine import DemoMark, Engine
from domain.errors import InvalidInput, StoreBusy

__all__ = ["add_arguments", "run"]

MORNING = datetime(2026, 8, 3, 9, tzinfo=UTC)
"""When headless runs begin, a Monday: the same log wherever and whenever they run."""
WARM_UP = timedelta(minutes=42)
"""What the city has lived through when the console opens, so that the Desk is alive at once."""

_REFUSED = 1


def run(arguments: argparse.Namespace) -> int:
    """Run the demo.

    Returns:
        The exit status: 0; 1 when a tour did not go as it should, or somebody was forgotten.

    Raises:
        DispatchError: The flags, the file or the database are of no use.
    """
    flags = flags_from(arguments)
    output = Output(json=flags.json)
    if not flags.headless and not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        output.complain("dispatcher: the demo's console needs a terminal; without one, use: dispatcher demo --headless")
        return _REFUSED
    with database(flags.database) as url, _ended_by_signals():
        if flags.tour:
            return _tour(flags, url, output)
        return _headless(flags, url, output) if flags.headless else _console(flags, url, output)


def _headless(flags: Flags, url: str, output: Output) -> int:
    with ExitStack() as stack:
        clock = SteppedClock(MORNING)
        engine = stack.enter_context(closing(_open(url, clock)))
        if not stack.enter_context(sole(seat_of(engine))):
            raise StoreBusy("Another demo is running on that database; wait for it to end, or name another with --db")
        simulation = _city(flags, engine, clock, UTC, output)
        run_until(clock.now() + flags.covered, clock, simulation, DueWork(engine))
        _mark(engine, flags, clock.now())
        summary = summarise(engine, simulation.refused)
    for line in summary.lines():
        output.text(line)
    output.data(summary.as_dict())
    return _REFUSED if summary.forgotten else 0


def _console(flags: Flags, url: str, output: Output) -> int:
    from tzlocal import get_localzone

    zone = get_localzone()
    today = SystemClock().now().astimezone(zone).replace(hour=9, minute=0, second=0, microsecond=0)
    clock = SteppedClock(today.astimezone(UTC))
    with ExitStack() as stack:
        with closing(_open(url, clock)) as engine:
            alone = stack.enter_context(sole(seat_of(engine)))
            warm_up = WARM_UP if engine.is_empty() else timedelta(0)
            simulation = _city(flags, engine, clock, zone, output) if alone else None
            if simulation is not None:
                run_until(clock.now() + warm_up, clock, simulation, DueWork(engine))
                _mark(engine, flags, clock.now())
        engine = Engine.open(url)  # the console closes it
        live = None
        if simulation is not None:
            simulation.take_over(engine)
            live = LiveDemo(engine, simulation, flags.speed)
        from dispatcher.app import run_console

        status = run_console(Settings(url, flags.actor, flags.json), engine=engine, beside=live)
        if live is not None and live.failure is not None:
            output.complain(f"dispatcher: the demo's people stopped acting: {live.failure!r}")
    return status


def _tour(flags: Flags, url: str, output: Output) -> int:
    clock = SteppedClock(MORNING)
    with ExitStack() as stack:
        engine = _open(url, clock)
        closing_engine = stack.enter_context(ExitStack())
        closing_engine.callback(engine.close)
        stack.enter_context(sole(seat_of(engine)))
        if not engine.is_empty():
            raise InvalidInput("The tour needs an empty database; leave --db out, or name a new file")
        _mark(engine, flags, clock.now())
        tour = Tour(engine, the_tour())
        tour.begin()
        if flags.headless:
            _tell(tour, output)
            return _REFUSED if tour.mismatches else 0
        closing_engine.pop_all()  # the console closes it
        from dispatcher.app import run_console

        return run_console(Settings(url, flags.actor, flags.json), engine=engine, tour=tour)


def _tell(tour: Tour, output: Output) -> None:
    while not tour.finished:
        step = {"step": tour.number, "caption": tour.caption, "actor": tour.actor, "line": tour.line}
        output.text(f"{tour.number}/{tour.total}  {tour.caption}")
        if tour.wait_s:
            output.text(f"      {tour.wait_s:g} s pass")
        output.text(f"  {tour.actor}: {tour.line}")
        told = tour.step()
        text, lines = (told.answer.text, told.answer.lines) if told.answer else ("", ())
        for part in (text, *lines):
            output.text(f"      {part}")
        for mismatch in told.mismatches:
            output.complain(f"      not as expected: {mismatch}")
        output.text("")
        output.data({**step, "answer": text, "lines": lines, "mismatches": told.mismatches})


def _city(flags: Flags, engine: Engine, clock: SteppedClock, zone: tzinfo, output: Output) -> Simulation:
    """The city, set up, or taken up where its log ends."""
    requests = RequestsFile(flags.requests) if flags.requests is not None else None
    if requests is not None and requests.left_out:
        output.complain(f"{requests.left_out} rows of {flags.requests} cannot be taken and are left out")
    mark = engine.demo_mark()
    if mark is not None and (last := engine.views.last_event()):
        clock.set(max(mark.anchor_shown, engine.views.event(last).event.at))
    simulation = Simulation(engine, mark.seed if mark else flags.seed, zone=zone, requests=requests)
    if mark is None:
        _mark(engine, flags, clock.now())
    simulation.begin()
    return simulation


def _open(url: str, clock: SteppedClock) -> Engine:
    """The demo's database; anybody else's is refused, unread but for this question."""
    engine = Engine.open(url, clock=clock)
    if engine.is_empty() or engine.demo_mark() is not None:
        return engine
    name = engine.name
    engine.close()
    raise InvalidInput(
        f"{name} holds bookings that are not a demo's, and the demo does not touch them; name another file with --db",
        database=name,
    )


def _mark(engine: Engine, flags: Flags, shown: datetime) -> None:
    """From now on whoever opens the database reads the demo's clock, which shows this moment now."""
    before = engine.demo_mark()
    seed = before.seed if before else flags.seed
    engine.mark_demo(DemoMark(seed, flags.speed, SystemClock().now(), shown))


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A closed terminal and a polite kill end the demo like Ctrl+C, so that the throw-away folder goes too."""

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
