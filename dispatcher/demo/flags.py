"""The flags of `dispatcher demo`, read and checked."""

import argparse
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from dispatcher.settings import login_name
from domain.actors import Actor, parse_actor
from domain.errors import InvalidInput

SEED = 7
SPEED = 60.0
LENGTH = timedelta(seconds=60)

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*(s|m|h|)")
_UNITS = {"s": 1, "": 1, "m": 60, "h": 3600}
_MOST_SEED = 2**53 - 1
_MOST_SPEED = 36_000.0


@dataclass(frozen=True, slots=True)
class Flags:
    """What was asked for.

    Attributes:
        seed: What the city and its people's lives are drawn from.
        speed: How many times as fast as real time every clock runs.
        requests: A file of requests that the jobs come from.
        tour: Whether to walk through with captions instead.
        headless: Whether to run without a screen, on a clock that waits for nothing.
        length: How much real time a headless run stands for.
        database: Where to keep it; None for a throw-away one.
        actor: Who the person at the console is.
        json: Whether the summary is an object for programs.
    """

    seed: int
    speed: float
    requests: Path | None
    tour: bool
    headless: bool
    length: timedelta
    database: str | None
    actor: Actor
    json: bool

    @property
    def covered(self) -> timedelta:
        """How much time passes in the city in a headless run."""
        return self.length * self.speed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give `dispatcher demo` its flags; `--db`, `--as` and `--json` are everybody's."""
    demo = parser.add_argument_group("the demo", "DISPATCHER_DB is ignored; --db keeps the database there.")
    demo.add_argument("--seed", type=_seed, default=SEED, metavar="N", help=f"which city and lives (default {SEED})")
    demo.add_argument(
        "--speed", type=_speed, default=SPEED, metavar="X", help=f"how fast every clock runs (default {SPEED:g})"
    )
    demo.add_argument("--requests", type=Path, metavar="FILE.csv", help="take the jobs from a file of real requests")
    demo.add_argument("--tour", action="store_true", help="walk through it with captions, step by step")
    demo.add_argument(
        "--headless", action="store_true", help="without a screen, waiting for nothing; prints a summary at the end"
    )
    demo.add_argument(
        "--for",
        dest="length",
        type=_duration,
        metavar="TIME",
        help="with --headless: how much real time to cover, such as 60s (default), 5m or 1h; times the speed",
    )


def flags_from(arguments: argparse.Namespace) -> Flags:
    """Check what was given.

    Raises:
        InvalidInput: Flags that do not go together, or `--as` names no possible actor.
    """
    if arguments.length is not None and (arguments.tour or not arguments.headless):
        raise InvalidInput("--for goes with --headless, and not with --tour")
    if arguments.tour and arguments.requests is not None:
        raise InvalidInput("--tour has its own bookings; leave --requests out")
    if arguments.db is not None and not arguments.db.strip():
        raise InvalidInput("--db is empty; give it a path, such as --db demo.db, or leave it out")
    return Flags(
        seed=arguments.seed,
        speed=arguments.speed,
        requests=arguments.requests,
        tour=arguments.tour,
        headless=arguments.headless,
        length=arguments.length or LENGTH,
        database=arguments.db,
        actor=parse_actor(arguments.actor, login_name()),
        json=arguments.json,
    )


def _seed(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,16}", text) or int(text) > _MOST_SEED:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no seed: a whole number from 0 to {_MOST_SEED}")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0
    if not 0 < speed <= _MOST_SPEED:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no speed: a number above 0, at most {_MOST_SPEED:g}")
    return speed


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text.strip())
    length = timedelta(seconds=float(found[1]) * _UNITS[found[2]]) if found else timedelta(0)
    if not timedelta(0) < length <= timedelta(days=7):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no length of time such as 60s, 5m or 1h, at most 168h")
    return length
