"""`dispatcher db`: what the database is like, bringing it up to date, backing it up and restoring it.

Only `dispatcher/cli_keeping.py` imports this module, when it is asked for.
"""

from pathlib import Path

from dispatcher.meter import Meter
from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.clock import SystemClock, iso
from domain.store.keeping import back_up, bring_up, called, look, restore
from domain.store.opening import is_on_server
from domain.visibility import require_admin


def status(settings: Settings, output: Output) -> int:
    """Print what the database is like; nothing is changed, not even its schema."""
    require_admin(settings.actor, "db status")
    found = look(settings.url)
    behind = "" if found.schema == found.head else f" · this program wants {found.head}: dispatcher db upgrade"
    contents = found.contents
    event, checkpoint = contents.newest_event, contents.newest_checkpoint
    facts = {
        "database": found.name,
        "kind": found.about,
        "schema": f"{found.schema or 'none yet'}{behind}",
        "size": found.about_size,
        **{name: f"{count:,}" for name, count in contents.counts.items()},
        "newest event": f"{event[0]} at {iso(event[1])}" if event else "none",
        "newest checkpoint": (
            f"{checkpoint[0]} at {iso(checkpoint[1])}, up to event {checkpoint[2]}" if checkpoint else "none"
        ),
    }
    if contents.unfilled:
        facts["to be filled"] = f"{contents.unfilled:,} bookings; dispatcher db backfill goes on with it"
    for name, value in facts.items():
        output.text(f"{name:<18} {value}")
    output.data(
        {
            "database": found.name,
            "kind": found.kind,
            "schema": found.schema,
            "head": found.head,
            "size": found.size,
            **found.own,
            "counts": contents.counts,
            "newest_event": event and {"event": event[0], "at": iso(event[1])},
            "newest_checkpoint": checkpoint
            and {"checkpoint": checkpoint[0], "at": iso(checkpoint[1]), "last_event": checkpoint[2]},
            "unfilled": contents.unfilled,
        }
    )
    return 0


def upgrade(settings: Settings, output: Output, *, rest: bool) -> int:
    """Bring the schema up to this program's, or with `rest` false only fill what the next step needs."""
    require_admin(settings.actor, "db upgrade")
    before = look(settings.url)
    meter = Meter()
    total = before.contents.counts.get("bookings", 0)
    filled = bring_up(settings.url, progress=lambda done: meter.show(done, total, "bookings"), rest=rest)
    meter.wipe()
    now = look(settings.url).schema
    moved = f"schema {before.schema} → {now}" if now != before.schema else f"schema {now} as before"
    output.text(f"{before.name}: {moved}, {filled:,} bookings filled")
    output.data({"database": before.name, "from": before.schema, "to": now, "filled": filled})
    return 0


def backup(settings: Settings, output: Output, *, file: str, force: bool) -> int:
    """Copy the database while everybody works on it."""
    require_admin(settings.actor, "db backup")
    to, meter = Path(file).expanduser(), Meter()
    newest = back_up(settings.url, to, force=force, progress=meter.show)
    meter.wipe()
    size = to.stat().st_size
    output.text(f"{to}: {size:,} bytes, up to event {newest}, checked")
    output.data({"backup": str(to), "database": called(settings.url), "size": size, "newest_event": newest})
    return 0


def put_back(settings: Settings, output: Output, *, file: str, force: bool) -> int:
    """Put a backup in the database's place; only a server's is proven first, so a file's proof is named."""
    require_admin(settings.actor, "db restore")
    name, source, meter = called(settings.url), Path(file).expanduser(), Meter()
    kept = restore(source, settings.url, force=force, now=SystemClock().now(), progress=meter.show)
    meter.wipe()
    beside = f"; what was there is kept as {kept}" if kept else ""
    is_proven = is_on_server(settings.url)
    then = "" if is_proven else "; its file is whole, and dispatcher verify proves its log"
    output.text(f"{name} is {source} now{beside}{then}")
    output.data(
        {"database": name, "backup": str(source), "replaced": str(kept) if kept else None, "is_proven": is_proven}
    )
    return 0
