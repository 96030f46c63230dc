"""`dispatcher db`: what the database is like, bringing it up to date, backing it up and restoring it.

Only `dispatcher/cli_keeping.py` imports this module, when it is asked for.
"""

from pathlib import Path

from dispatcher.meter import Meter
from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.clock import SystemClock, iso
from domain.store.backup import back_up, restore
from domain.store.status import bring_file_up, file_of, look
from domain.visibility import require_admin


def status(settings: Settings, output: Output) -> int:
    """Print what the database is like; nothing is changed, not even its schema."""
    require_admin(settings.actor, "db status")
    found = look(file_of(settings.url, "db status"))
    behind = "" if found.schema == found.head else f" · this program wants {found.head}: dispatcher db upgrade"
    event, checkpoint = found.newest_event, found.newest_checkpoint
    facts = {
        "database": str(found.path),
        "kind": f"SQLite, journal {found.journal}",
        "schema": f"{found.schema or 'none yet'}{behind}",
        "size": f"{found.size:,} bytes, and {found.unmoved:,} not yet moved into the file",
        **{name: f"{count:,}" for name, count in found.counts.items()},
        "newest event": f"{event[0]} at {iso(event[1])}" if event else "none",
        "newest checkpoint": (
            f"{checkpoint[0]} at {iso(checkpoint[1])}, up to event {checkpoint[2]}" if checkpoint else "none"
        ),
    }
    if found.unfilled:
        facts["to be filled"] = f"{found.unfilled:,} bookings; dispatcher db backfill goes on with it"
    for name, value in facts.items():
        output.text(f"{name:<18} {value}")
    output.data(
        {
            "database": str(found.path),
            "kind": "SQLite",
            "journal": found.journal,
            "schema": found.schema,
            "head": found.head,
            "size": found.size,
            "unmoved": found.unmoved,
            "counts": found.counts,
            "newest_event": event and {"event": event[0], "at": iso(event[1])},
            "newest_checkpoint": checkpoint
            and {"checkpoint": checkpoint[0], "at": iso(checkpoint[1]), "last_event": checkpoint[2]},
            "unfilled": found.unfilled,
        }
    )
    return 0


def upgrade(settings: Settings, output: Output, *, rest: bool) -> int:
    """Bring the schema up to this program's, or with `rest` false only fill what the next step needs."""
    require_admin(settings.actor, "db upgrade")
    path = file_of(settings.url, "db upgrade")
    before = look(path)
    meter = Meter()
    total = before.counts.get("bookings", 0)
    filled = bring_file_up(path, progress=lambda done: meter.show(done, total, "bookings"), rest=rest)
    meter.wipe()
    now = look(path).schema
    moved = f"schema {before.schema} → {now}" if now != before.schema else f"schema {now} as before"
    output.text(f"{path}: {moved}, {filled:,} bookings filled")
    output.data({"database": str(path), "from": before.schema, "to": now, "filled": filled})
    return 0


def backup(settings: Settings, output: Output, *, file: str, force: bool) -> int:
    """Copy the database while everybody works on it."""
    require_admin(settings.actor, "db backup")
    path, to, meter = file_of(settings.url, "db backup"), Path(file).expanduser(), Meter()
    newest = back_up(path, to, force=force, progress=lambda done, of: meter.show(done, of, "pages"))
    meter.wipe()
    size = to.stat().st_size
    output.text(f"{to}: {size:,} bytes, up to event {newest}, checked")
    output.data({"backup": str(to), "database": str(path), "size": size, "newest_event": newest})
    return 0


def put_back(settings: Settings, output: Output, *, file: str, force: bool) -> int:
    """Put a backup in the database's place."""
    require_admin(settings.actor, "db restore")
    path, source, meter = file_of(settings.url, "db restore"), Path(file).expanduser(), Meter()
    kept = restore(
        source, path, force=force, now=SystemClock().now(), progress=lambda done, of: meter.show(done, of, "pages")
    )
    meter.wipe()
    beside = f"; what was there is kept as {kept}" if kept else ""
    output.text(f"{path} is {source} now{beside}")
    output.data({"database": str(path), "backup": str(source), "replaced": str(kept) if kept else None})
    return 0
