"""`dispatcher verify`: the proof that the log is whole and every row is what its log says.

Only `dispatcher/cli.py` imports this module, when it is asked for.
"""

from contextlib import closing

from dispatcher.meter import Meter
from dispatcher.output import Output
from dispatcher.settings import Settings
from dispatcher.shell_audit import outside
from domain.engine import Engine
from domain.visibility import require_admin

_FAULTY = 1


def verify(settings: Settings, output: Output, *, checkpoints: str | None = None) -> int:
    """Print every fault with its booking and event; 1 when there is one.

    Args:
        settings: The database, and who asks.
        output: Where it goes.
        checkpoints: A file of checkpoints that were written outside the database.
    """
    require_admin(settings.actor, "verify")
    known = outside(checkpoints) if checkpoints is not None else []
    meter = Meter()
    found = 0
    with closing(Engine.open(settings.url)) as engine:
        events = engine.newest()
        for fault in engine.faults(lambda taken: meter.show(taken, events, "events"), known):
            found += 1
            meter.wipe()
            output.text(str(fault))
            output.data({"subject": fault.subject, "id": fault.id, "event": fault.event, "fault": fault.what})
    meter.wipe()
    fits = f", it fits {len(known):,} checkpoints from outside" if known else ""
    good = f"every row is what its log says, and nobody had two jobs at once{fits}"
    output.text(f"{events:,} events: {f'{found:,} faults' if found else good}")
    output.data({"events": events, "faults": found})
    return _FAULTY if found else 0
