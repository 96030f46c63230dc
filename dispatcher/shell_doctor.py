"""`dispatcher doctor`: what may be wrong with this installation, each with what to do about it.

Only `dispatcher/cli_keeping.py` imports this module, when it is asked for.
"""

import os
import shutil
import sqlite3
import time
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from dispatcher.output import Output
from dispatcher.settings import Settings
from domain import doctor as d
from domain.engine import Engine
from domain.errors import DispatchError
from domain.policy import Policy
from domain.store.status import damage, file_of, look, writer_of
from domain.visibility import require_admin

_UNSOUND: Final = 1
_WATCHED_S: Final = 0.1
_GATE_WITHIN_S: Final = 1.0
_GLYPHS: Final = {d.Level.OK: "✓", d.Level.WARN: "!", d.Level.FAIL: "✗"}


def doctor(settings: Settings, output: Output) -> int:
    """Print each finding; 1 when one of them is a failure."""
    require_admin(settings.actor, "doctor")
    path = file_of(settings.url, "doctor")
    findings = [_program(), d.on_python(), d.on_sqlite(sqlite3.sqlite_version_info)]
    try:
        findings += _file(path)
        if d.worst(findings) is not d.Level.FAIL:
            with closing(Engine.open(settings.url)) as engine:
                findings += _work(engine)
    except DispatchError as error:
        findings.append(d.Finding("database", d.Level.FAIL, error.message, "dispatcher db restore BACKUP, or --db"))
    for one in findings:
        remedy = f"\n→ {one.remedy}" if one.remedy else ""
        output.text(f"{_GLYPHS[one.level]} {one.level:<5}{one.what:<12} {one.says}{remedy}")
        output.data({"what": one.what, "level": str(one.level), "says": one.says, "remedy": one.remedy})
    return _UNSOUND if d.worst(findings) is d.Level.FAIL else 0


def _program() -> d.Finding:
    try:
        return d.Finding("Dispatcher", d.Level.OK, version("dispatcher"))
    except PackageNotFoundError:
        return d.Finding("Dispatcher", d.Level.OK, "run from its source")


def _file(path: Path) -> list[d.Finding]:
    """What can be seen from outside; nothing is opened for work."""
    found = look(path)
    return [
        d.Finding("database", d.Level.OK, f"{path}, SQLite, journal {found.journal}"),
        d.on_schema(found.schema, found.head),
        d.on_permissions(path.stat().st_mode, os.access(path, os.R_OK | os.W_OK)),
        d.on_disk(shutil.disk_usage(path.parent).free, found.size + found.unmoved),
        d.on_integrity(list(damage(path))),
        d.on_gate(writer_of(path, _GATE_WITHIN_S)),
    ]


def _work(engine: Engine) -> list[d.Finding]:
    now = engine.clock.now()
    began = time.perf_counter()
    newest = engine.newest()
    took_ms = (time.perf_counter() - began) * 1000
    policy, usual = engine.views.policy().model_dump(mode="json"), Policy().model_dump(mode="json")
    last = engine.views.event(newest).event.at if newest else None
    return [
        d.on_settings({name: value for name, value in policy.items() if value != usual[name]}),
        d.on_clock(now, last, _drift_s()),
        d.on_loop(now, engine.timers.next_at()),
        d.on_tail(took_ms),
        d.on_checkpoints(engine.checkpoints(), newest, now),
    ]


def _drift_s() -> float:
    """How much further the wall clock moves than the steady one, watched for a moment."""
    wall, steady = time.time(), time.monotonic()
    time.sleep(_WATCHED_S)
    return (time.time() - wall) - (time.monotonic() - steady)
