"""For every guard of the database an attack that it alone refuses: plain SQL, lawful in everything else.

The guards are told from the schema, so a new one without an attack, or without a reason to need none, is noticed.
"""

import re
from typing import Final

from sqlalchemy import CheckConstraint, Constraint, ForeignKeyConstraint, Table, UniqueConstraint

from domain import commands as c
from domain.lifecycle import Status
from domain.store import schema
from domain.store.guards import sqlite_guards
from domain.store.postgres_guards import postgres_guards
from tests.domain.world import World

Attack = tuple[str, ...]
ROWS: Final = ("bookings", "providers", "services", "customers", "settings")
FORGED: Final = "f" * 64


def besieged(world: World) -> World:
    """A room with something in it for each attack; what is what, the attacks say by number."""
    world.service("plumbing")
    world.service("locks")
    world.provider("mira", email="mira@example.org")
    world.provider("tom", email="tom@example.org")
    world.provider("zoe")
    for name in ("Cleo Sample", "Dan Sample"):
        world.customer(name)
    world.configure("at_risk_minutes", 20)
    on_demand, early = {"customer": 1}, {"customer": 1, **world.window(60, 120)}
    late = {"customer": 1, **world.window(600, 660)}
    for more in (on_demand, on_demand, early, early, late, early, {**on_demand, "source": "file", "external_key": "7"}):
        world.booking(**more)
    world.bring(2, Status.ASSIGNED, "mira")
    world.bring(3, Status.ASSIGNED, "mira")
    world.bring(4, Status.IN_PROGRESS, "tom")
    world.bring(5, Status.ACCEPTED, "tom")
    world.bring(world.booking(customer=1), Status.CANCELLED)
    world.do(c.EditService.of(service="plumbing", duration_minutes=50))
    world.engine.checkpoint()
    return world


def named_constraints(table: Table) -> dict[str, Constraint]:
    """A table's checks, foreign keys and unique constraints, by the names that PostgreSQL gives them."""
    return {
        str(one.name or f"{table.name}_{next(iter(one.columns)).name}_key"): one
        for one in table.constraints
        if isinstance(one, CheckConstraint | ForeignKeyConstraint | UniqueConstraint)
    }


def guards_of_tables() -> set[str]:
    """What both databases have: constraints and unique indexes."""
    tables = schema.metadata.sorted_tables
    indexes = {str(index.name) for table in tables for index in table.indexes if index.unique}
    return indexes.union(*(named_constraints(table) for table in tables))


def guards_of_sqlite() -> set[str]:
    """Every one of SQLite's."""
    return guards_of_tables() | {name for sql in sqlite_guards() for name in re.findall(r"^CREATE TRIGGER (\w+)", sql)}


def guards_of_postgres() -> set[str]:
    """Every one of PostgreSQL's: triggers that refuse, and its exclusion constraint."""
    sql = "\n".join(postgres_guards(has_pg_trgm=False))
    triggers = re.findall(r"CREATE TRIGGER (\w+) BEFORE .*? EXECUTE FUNCTION dispatcher_(?:refuse|next_version)", sql)
    return guards_of_tables() | set(triggers) | set(re.findall(r"ADD CONSTRAINT (\w+) EXCLUDE", sql))


def event(subject: str, number: str, version: str, way: str, **more: str) -> str:
    """An event, lawful in all that is not given otherwise; the way is `action FROM TO role`."""
    action, source, target, role = way.split()
    values = {
        "at": "1", "subject": f"'{subject}'", "subject_id": number, "version": version, "action": f"'{action}'",
        "from_status": f"'{source}'", "to_status": f"'{target}'", "role": f"'{role}'", "actor_id": "'mallory'",
        "reason": "'because'", "changes": "'{}'", "details": "'{}'", "hash": f"'{FORGED}'", **more,
    }  # fmt: skip
    return f"INSERT INTO events ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def change(table: str, number: int, what: str, way: str, **more: str) -> Attack:
    """A row's next version with its event."""
    version = f"(SELECT version FROM {table} WHERE id = {number})"
    update = f"UPDATE {table} SET version = version + 1, {what} WHERE id = {number}"
    return update, event(table.removesuffix("s"), str(number), version, way, **more)


def _edit(number: int, what: str, status: str = "PENDING") -> Attack:
    return change("bookings", number, what, f"note {status} {status} admin")


def _assigned(number: int, provider: int) -> Attack:
    taken = f"status = 'ASSIGNED', provider_id = {provider}, assigned_at = 1, attempt_at = NULL"
    return change("bookings", number, taken, "assign PENDING ASSIGNED admin")


_EDITED = {"providers": "edit ON ON admin", "services": "edit ACTIVE ACTIVE admin"}


def _row(table: str, what: str) -> Attack:
    return change(table, 1, what, _EDITED[table])


_TAKEN = {"handle": "'other'", "email": "NULL", "source": "NULL", "external_key": "NULL"}


def copied(table: str, verb: str = "INSERT", like: int | str = 1, **given: str) -> str:
    """A copy of a row, with what is given in place of its values."""
    names = [column.name for column in schema.metadata.tables[table].columns if column.computed is None]
    taken = {**_TAKEN, **({"name": "'Other'"} if table == "services" else {}), **given}
    values = ", ".join(taken.get(name, name) for name in names)
    return f"{verb} INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE id = {like}"


_FIRST = {"bookings": "create NEW PENDING admin", "providers": "create NEW OFF admin"}


def _created(table: str, number: int) -> Attack:
    first = {"version": "1", "id": str(number), **({"duty": "'OFF'"} if table == "providers" else {})}
    way = "configure NEW ACTIVE admin" if table == "settings" else _FIRST.get(table, "create NEW ACTIVE admin")
    return copied(table, **first), event(table.removesuffix("s"), str(number), "1", way)


_FAILED = "status = 'FAILED', attempt_at = NULL, give_up_at = NULL"
_FAIL = "mark-failed PENDING FAILED admin"
_INSERTED_ASSIGNED: Attack = (
    copied("bookings", like=6, id="99", version="2", status="'ASSIGNED'", provider_id="1", assigned_at="1",
           attempt_at="NULL"),
    event("booking", "99", "1", "create NEW PENDING admin"),
    event("booking", "99", "2", "assign PENDING ASSIGNED admin"),
)  # fmt: skip
_FORGED_FIRST: Attack = (
    copied("bookings", id="99", status="'FAILED'", attempt_at="NULL", give_up_at="NULL"),
    event("booking", "99", "1", _FAIL),
)

ON_BOTH: Final[dict[str, Attack]] = {
    "bookings_window_whole": _edit(1, "window_start = 5"),
    "bookings_window_ends_after_start": _edit(1, "window_start = 5, window_end = 5"),
    "bookings_held_where_it_can": _edit(4, "held_since = 5", "IN_PROGRESS"),
    "bookings_duration_positive": _edit(1, "duration_minutes = 0"),
    "bookings_assigned_at_with_provider": _edit(1, "assigned_at = 5"),
    "bookings_source_key": _edit(1, "source = 'file', external_key = '7'"),
    "bookings_source_with_key": _edit(1, "source = 'file'"),
    "bookings_offer_only_assigned": _edit(1, "offer_until = 5"),
    "bookings_place_whole": _edit(1, "latitude = 40.5"),
    "bookings_priority_1_to_4": _edit(1, "priority = 5"),
    "bookings_provider_where_due": _edit(1, "provider_id = 3, assigned_at = 5"),
    "bookings_ladder_only_unassigned": _edit(2, "attempt_at = 5", "ASSIGNED"),
    "bookings_forced_needs_provider": _edit(1, "forced = true"),
    "bookings_customer": _edit(1, "customer_id = 99"),
    "bookings_service": _edit(1, "service_id = 99"),
    "bookings_provider": _edit(2, "provider_id = 99", "ASSIGNED"),
    "bookings_one_on_demand": _assigned(1, provider=1),
    "bookings_one_at_work": change("bookings", 5, "status = 'EN_ROUTE'", "depart ACCEPTED EN_ROUTE provider"),
    "providers_rating_0_to_5": _row("providers", "rating = 5.1"),
    "providers_until_only_on_break": _row("providers", "break_until = 5"),
    "providers_inactive_is_off": _row("providers", "active = false"),
    "providers_place_whole": _row("providers", "latitude = 40.5"),
    "providers_handle_key": _row("providers", "handle = 'tom'"),
    "providers_email": _row("providers", "email = 'TOM@example.org'"),
    "services_price_not_negative": _row("services", "base_price_cents = -1"),
    "services_duration_positive": _row("services", "duration_minutes = 0"),
    "services_name": _row("services", "name = 'LOCKS'"),
    "settings_one_row": _created("settings", 2),
    "events_legal": change("bookings", 1, _FAILED, "mark-failed PENDING FAILED customer"),
    "events_follow": change("bookings", 1, _FAILED, "mark-failed ASSIGNED FAILED admin"),
    "events_undoes": change("bookings", 1, _FAILED, _FAIL, undoes="9999"),
    "events_hash_whole": change("bookings", 1, _FAILED, _FAIL, hash="'short'"),
    "events_reason_given": change("bookings", 1, _FAILED, _FAIL, reason="' '"),
    "events_first_is_new": _FORGED_FIRST,
    # Another subject's event of the same number and version stands in for an event of its own.
    "customers_kind": ("UPDATE customers SET kind = 'service', version = 2, name = 'Eve' WHERE id = 1",),
    "settings_kind": ("UPDATE settings SET kind = 'service', version = 2, policy = '{}' WHERE id = 1",),
    "services_kind": (
        *change("customers", 2, "name = 'Dan'", "edit ACTIVE ACTIVE admin"),
        "UPDATE services SET kind = 'customer', version = 2, name = 'Eve' WHERE id = 2",
    ),
    **{f"{table}_numbered_from_1": _created(table, 0) for table in ROWS if table != "settings"},
    **{f"{table}_log_is_state": (f"UPDATE {table} SET version = version + 1 WHERE id = 1",) for table in ROWS},
    **{f"{table}_version": (f"UPDATE {table} SET chain = '{FORGED}' WHERE id = 1",) for table in ROWS},
}
"""By the name of the guard."""

_UNUSED = {"bookings": 8, "providers": 3, "services": 2, "customers": 2, "settings": 1}
_NEWEST = "(SELECT max(id) + {} FROM events)"
_WITHOUT_KEYS = "PRAGMA foreign_keys = OFF"
_FORGERY = "INSERT INTO legal_transition VALUES ('booking', 'accept', 'PENDING', 'ACCEPTED', 'admin')"
_UNUSED_RULE = "WHERE subject = 'booking' AND action = 'ack' AND from_status = 'NO_SHOW'"

ON_SQLITE: Final[dict[str, Attack]] = {
    "events_no_update": ("UPDATE events SET actor_id = 'nobody' WHERE id = 1",),
    "events_no_delete": (_WITHOUT_KEYS, "DELETE FROM events WHERE id = 1"),
    "events_no_replace": (copied("events", "REPLACE", "(SELECT max(id) FROM events)", actor_id="'nobody'"),),
    "events_no_late_comer": (
        *change("bookings", 1, _FAILED, _FAIL, id=_NEWEST.format(9)),
        *change("bookings", 6, _FAILED, _FAIL, id=_NEWEST.format(-5)),
    ),
    # With foreign keys off, as they are on any connection that does not ask for them.
    "events_version_from_1": (_WITHOUT_KEYS, event("booking", "99", "0", _FAIL)),
    "checkpoints_no_update": ("UPDATE checkpoints SET digest = 'other'",),
    "checkpoints_no_delete": ("DELETE FROM checkpoints",),
    "checkpoints_no_replace": (copied("checkpoints", "REPLACE", digest="'other'"),),
    "legal_transition_no_insert": (_FORGERY,),
    "legal_transition_no_update": (f"UPDATE legal_transition SET action = 'nod' {_UNUSED_RULE}",),
    "legal_transition_no_delete": (f"DELETE FROM legal_transition {_UNUSED_RULE}",),
    "bookings_overlap_insert": _INSERTED_ASSIGNED,
    "bookings_overlap_update": _assigned(6, provider=1),
    **{f"{table}_no_delete": (f"DELETE FROM {table} WHERE id = {n}",) for table, n in _UNUSED.items()},
    **{
        f"{table}_no_replace": (
            copied(table, "REPLACE", n, handle="handle", email="email", name="name", chain=f"'{FORGED}'"),
        )
        for table, n in _UNUSED.items()
    },
}
"""Of guards that only SQLite has, or that only there stand alone."""

ON_POSTGRES: Final[dict[str, Attack]] = {
    "events_version": (event("booking", "8", "2", _FAIL),),
    "events_numbered_from_1": change("bookings", 1, _FAILED, _FAIL, id="0"),
    "events_sealed": ("UPDATE events SET actor_id = 'nobody' WHERE id = 1",),
    "checkpoints_sealed": ("DELETE FROM checkpoints",),
    "legal_transition_sealed": (_FORGERY,),
    "window_overlap": _assigned(6, provider=1),
    **{f"{table}_sealed": (f"DELETE FROM {table} WHERE id = {n}",) for table, n in _UNUSED.items()},
    **{f"{table}_no_truncate": (f"TRUNCATE {table}",) for table in ("bookings", "settings", "checkpoints")},
}
"""Of guards that only PostgreSQL has, or that only there stand alone."""

_BY_THE_TABLE = "the lifecycle's edges know no other status, so an event that leads there is refused too"
_NO_SUCH_EVENT = "nothing else has its statuses, so no other subject's event can stand in for its own"
SPARE: Final[dict[str, str]] = {
    "bookings_kind": _NO_SUCH_EVENT,
    "providers_kind": _NO_SUCH_EVENT,
    "bookings_status_known": _BY_THE_TABLE,
    "providers_duty_known": _BY_THE_TABLE,
    "services_status_known": _BY_THE_TABLE,
    "customers_status_known": _BY_THE_TABLE,
    "settings_status_known": _BY_THE_TABLE,
    "settings_numbered_from_1": "its only number is 1",
    "events_state": "events_version is stricter; this is what the rows' foreign keys point at",
}
"""Guards behind which another stands, and which; they are kept, since they say what is meant."""
SPARE_ON_SQLITE: Final[dict[str, str]] = {
    "events_version": "events_no_replace refuses the same before it, for REPLACE would take the older row away",
    "events_numbered_from_1": "events_no_late_comer refuses it too, in every log but an empty one",
}
_CASCADES = "only TRUNCATE ... CASCADE gets past the references, and that reaches the bookings, which refuse it"
SPARE_ON_POSTGRES: Final[dict[str, str]] = {
    "events_version_from_1": "foreign keys cannot be switched off, and events_follow knows no version 0",
    **{
        f"{table}_no_truncate": _CASCADES
        for table in ("events", "legal_transition", "providers", "services", "customers")
    },
}
