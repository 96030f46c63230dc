"""`dispatcher verify`: the proof that the log is whole and every row is what its log says.

Only `dispatcher/cli.py` imports this module, when it is asked for.
"""

from contextlib import closing

from dispatcher.meter import Meter
from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.engine import Engine
from domain.visibility import require_admin

_FAULTY = 1


def verify(settings: Settings, output: Output) -> int:
    """Print every fault with its booking and event; 1 when there is one."""
    require_admin(settings.actor, "verify")
    meter = Meter()
    found = 0
    with closing(Engine.open(settings.url)) as engine:
        events = engine.newest()
        for fault in engine.faults(lambda taken: meter.show(taken, events, "events")):
            found += 1
            meter.wipe()
            output.text(str(fault))
            output.data({"subject": fault.subject, "id": fault.id, "event": fault.event, "fault": fault.what})
    meter.wipe()
    good = "every row is what its log says, and nobody had two jobs at once"
    output.text(f"{events:,} events: {f'{found:,} faults' if found else good}")
    output.data({"events": events, "faults": found})
    return _FAULTY if found else 0
