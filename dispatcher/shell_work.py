"""`dispatcher work`: the loop without a screen.

Only `dispatcher/cli.py` imports this module, when it is asked for.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from dispatcher.loop import work as run_loop
from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.actors import Role
from domain.engine import Engine
from domain.errors import Forbidden


def work(settings: Settings, output: Output) -> int:
    """Run the loop until SIGINT or SIGTERM asks it to stop; what is under way is finished first."""
    if settings.actor.role is not Role.ADMIN:
        raise Forbidden(f"Only an admin may run the loop, and you act as {settings.actor}", role=settings.actor.role)
    stop = threading.Event()
    with closing(Engine.open(settings.url)) as engine, _stopped_by_signals(stop):
        output.complain(f"Working on {settings.url}; Ctrl+C stops it")
        run_loop(engine, stop)
    output.complain("Stopped")
    return 0


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    def asked(*_: object) -> None:
        stop.set()

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
