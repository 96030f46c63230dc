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
from domain.store.opening import is_on_server, path_of
from domain.store.status import damage, look, writer_of
from domain.visibility import require_admin

_UNSOUND: Final = 1
_GATE_WITHIN_S: Final = 1.0
_FILE_REMEDY: Final = "dispatcher db restore BACKUP, or let --db name another"
_SERVER_REMEDY: Final = "see that the server runs and lets you in, or let --db name another"
_GLYPHS: Final = {d.Level.OK: "✓", d.Level.WARN: "!", d.Level.FAIL: "✗"}


class _Clocks:
    """The wall clock, watched against the steady one for as long as the doctor works."""

    def __init__(self) -> None:
        self._apart_s = time.time() - time.monotonic()

    def drift_s(self) -> float:
        """How much further the wall clock has moved."""
        return time.time() - time.monotonic() - self._apart_s


def doctor(settings: Settings, output: Output) -> int:
    """Print each finding; 1 when one of them is a failure."""
    require_admin(settings.actor, "doctor")
    clocks, findings = _Clocks(), [_program(), d.on_python()]
    try:
        if is_on_server(settings.url):
            found, may_open = _server(settings.url)
        else:
            found, may_open = _file(path_of(settings.url))
        findings += found
        if may_open:
            with closing(Engine.open(settings.url)) as engine:
                findings += _work(engine, clocks)
    except DispatchError as error:
        remedy = _SERVER_REMEDY if is_on_server(settings.url) else _FILE_REMEDY
        findings.append(d.Finding("database", d.Level.FAIL, error.message, remedy))
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


def _file(path: Path) -> tuple[list[d.Finding], bool]:
    """What can be seen of a file from outside, and whether it can be opened without changing it."""
    found = look(path)
    findings = [
        d.on_sqlite(sqlite3.sqlite_version_info),
        d.Finding("database", d.Level.OK, f"{path}, {found.about}"),
        d.on_schema(found.schema, found.head),
        d.on_permissions(path.stat().st_mode, os.access(path, os.R_OK | os.W_OK)),
        d.on_disk(shutil.disk_usage(path.parent).free, found.size + found.unmoved),
        d.on_journal(found.unmoved),
        d.on_integrity(list(damage(path))),
        d.on_gate(writer_of(path, _GATE_WITHIN_S)),
    ]
    return findings, found.schema == found.head and d.worst(findings) is not d.Level.FAIL


def _server(url: str) -> tuple[list[d.Finding], bool]:
    """What can be seen of a server, whose disk only it knows, and whether the database can be opened as it is."""
    from domain.store.postgres_status import health_of, look_at_server

    health, found = health_of(url), look_at_server(url)
    findings = [
        d.on_postgres(found.version),
        d.Finding("database", d.Level.OK, f"{found.name}, {found.size / (1 << 20):,.1f} MB"),
        d.on_schema(found.schema, found.head),
        d.on_connection(health.connect_ms, health.answer_ms),
        d.on_connections(health.connected, health.most, health.each),
        d.on_durability(health.risks),
        d.on_server_writing(health.only_reads, health.standing),
        d.on_server_clock(health.ahead_s),
    ]
    if found.schema is not None:
        findings.append(d.on_texts(found.texts))
    return findings, found.schema == found.head


def _work(engine: Engine, clocks: _Clocks) -> list[d.Finding]:
    now = engine.clock.now()
    engine.newest()  # the first look connects
    began = time.perf_counter()
    newest = engine.newest()
    took_ms = (time.perf_counter() - began) * 1000
    policy, usual = engine.views.policy().model_dump(mode="json"), Policy().model_dump(mode="json")
    last = engine.views.event(newest).event.at if newest else None
    return [
        d.on_settings({name: value for name, value in policy.items() if value != usual[name]}),
        d.on_clock(now, last, clocks.drift_s()),
        d.on_loop(now, engine.timers.next_at()),
        d.on_tail(took_ms, engine.tail().lag(now)),
        d.on_checkpoints(engine.checkpoints(), newest, now),
    ]
