"""The tables, with every constraint that both databases can state; `guards` adds what needs triggers.

Times are whole milliseconds since 1970 (UTC), lists and objects are JSON text, money is in cents. The conditions of
partial indexes hold on both databases and stand as SQLite's: naming PostgreSQL here would load its dialect at every
start. Only `domain.store` imports this module.
"""

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

from domain.lifecycle import (
    ACTIVE,
    AT_WORK,
    FINAL,
    HAS_PROVIDER,
    NEEDS_PROVIDER,
    NEW,
    REASON_REQUIRED,
    Duty,
    Standing,
    Status,
    Subject,
)

metadata = MetaData()


def in_list(column: str, values: Iterable[str]) -> str:
    """`column IN ('A', 'B')`, in one order, so that partial indexes are recognised."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in sorted(values))})"


Millis = BigInteger
_Id = BigInteger().with_variant(Integer, "sqlite")

legal_transition = Table(
    "legal_transition",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("action", Text, primary_key=True),
    Column("from_status", Text, primary_key=True),
    Column("to_status", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", Millis, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("prev_version", Integer, Computed("nullif(version - 1, 0)", persisted=True)),
    Column("action", Text, nullable=False),
    Column("from_status", Text, nullable=False),
    Column("to_status", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("reason", Text),
    Column("line", Text),
    Column("changes", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("undoes", BigInteger),
    Column("hash", Text, nullable=False),
    UniqueConstraint("subject", "subject_id", "version", name="events_version"),
    UniqueConstraint("subject", "subject_id", "version", "to_status", name="events_state"),
    CheckConstraint("id >= 1", name="events_numbered_from_1"),
    CheckConstraint("version >= 1", name="events_version_from_1"),
    CheckConstraint("length(hash) = 64", name="events_hash_whole"),
    CheckConstraint(f"(version = 1) = (from_status = '{NEW}')", name="events_first_is_new"),
    CheckConstraint(
        f"NOT ({in_list('action', REASON_REQUIRED)}) OR (reason IS NOT NULL AND trim(reason) <> '')",
        name="events_reason_given",
    ),
    ForeignKeyConstraint(
        ["subject", "action", "from_status", "to_status", "role"],
        [f"legal_transition.{name}" for name in ("subject", "action", "from_status", "to_status", "role")],
        name="events_legal",
    ),
    ForeignKeyConstraint(
        ["subject", "subject_id", "prev_version", "from_status"],
        [f"events.{name}" for name in ("subject", "subject_id", "version", "to_status")],
        name="events_follow",
    ),
    ForeignKeyConstraint(["undoes"], ["events.id"], name="events_undoes"),
)


def _subject_columns(subject: Subject, status: str, statuses: Iterable[str]) -> tuple[SchemaItem, ...]:
    """What ties a row to its last event: kind, id, version and status, checked when the transaction commits."""
    name = f"{subject}s"
    return (
        Column("id", _Id, primary_key=True, autoincrement=True),
        Column("kind", Text, nullable=False, server_default=str(subject)),
        Column("version", Integer, nullable=False),
        Column("chain", Text, nullable=False),
        Column(status, Text, nullable=False),
        CheckConstraint(f"kind = '{subject}'", name=f"{name}_kind"),
        CheckConstraint("id >= 1", name=f"{name}_numbered_from_1"),
        CheckConstraint(in_list(status, statuses), name=f"{name}_{status}_known"),
        ForeignKeyConstraint(
            ["kind", "id", "version", status],
            ["events.subject", "events.subject_id", "events.version", "events.to_status"],
            name=f"{name}_log_is_state",
            deferrable=True,
            initially="DEFERRED",
        ),
    )


services = Table(
    "services",
    metadata,
    *_subject_columns(Subject.SERVICE, "status", Standing),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("base_price_cents", BigInteger, nullable=False),
    Column("duration_minutes", Integer, nullable=False),
    CheckConstraint("base_price_cents >= 0", name="services_price_not_negative"),
    CheckConstraint("duration_minutes >= 1", name="services_duration_positive"),
)
Index("services_name", text("lower(name)"), unique=True, _table=services)

providers = Table(
    "providers",
    metadata,
    *_subject_columns(Subject.PROVIDER, "duty", Duty),
    Column("handle", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("active", Boolean(create_constraint=False), nullable=False),
    Column("phone", Text),
    Column("email", Text),
    Column("skills", Text, nullable=False),
    Column("rating", Float, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("duty_since", Millis, nullable=False),
    Column("break_until", Millis),
    CheckConstraint("rating BETWEEN 0 AND 5", name="providers_rating_0_to_5"),
    CheckConstraint("active OR duty = 'OFF'", name="providers_inactive_is_off"),
    CheckConstraint("break_until IS NULL OR duty = 'BREAK'", name="providers_until_only_on_break"),
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="providers_place_whole"),
)
Index("providers_email", text("lower(email)"), unique=True, _table=providers)
Index("providers_break_end", "break_until", _table=providers, sqlite_where=text("break_until IS NOT NULL"))

customers = Table(
    "customers",
    metadata,
    *_subject_columns(Subject.CUSTOMER, "status", Standing),
    Column("name", Text, nullable=False),
    Column("phone", Text),
    Column("email", Text),
    Column("address", Text),
)
Index("customers_phone", "phone", _table=customers)
Index("customers_address", text("lower(address)"), _table=customers)

settings = Table(
    "settings",
    metadata,
    *_subject_columns(Subject.SETTING, "status", Standing),
    Column("policy", Text, nullable=False),
    CheckConstraint("id = 1", name="settings_one_row"),
)

_NEEDS = in_list("status", NEEDS_PROVIDER)
_ACTIVE = in_list("status", ACTIVE)
_AT_WORK = in_list("status", AT_WORK)
_OPEN = in_list("status", set(Status) - FINAL)

bookings = Table(
    "bookings",
    metadata,
    *_subject_columns(Subject.BOOKING, "status", Status),
    Column("customer_id", BigInteger, ForeignKey("customers.id", name="bookings_customer"), nullable=False),
    Column("service_id", BigInteger, ForeignKey("services.id", name="bookings_service"), nullable=False),
    Column("address", Text, nullable=False),
    Column("borough", Text, nullable=False, server_default=""),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("window_start", Millis),
    Column("window_end", Millis),
    Column("duration_minutes", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("notes", Text, nullable=False),
    Column("requested_at", Millis, nullable=False),
    Column("recorded_at", Millis, nullable=False),
    Column("promised_at", Millis, nullable=False),
    Column("status_since", Millis, nullable=False),
    Column("provider_id", BigInteger, ForeignKey("providers.id", name="bookings_provider")),
    Column("forced", Boolean(create_constraint=False), nullable=False),
    Column("assigned_at", Millis),
    Column("travel_s", Integer),
    Column("excluded", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("attempted_at", Millis),
    Column("attempt_at", Millis),
    Column("offer_until", Millis),
    Column("give_up_at", Millis),
    Column("parked_at", Millis),
    Column("held_since", Millis),
    Column("held_until", Millis),
    Column("held_reason", Text),
    Column("absent", Text),
    Column("was_cancelled", Boolean(create_constraint=False), nullable=False),
    Column("acked", Boolean(create_constraint=False), nullable=False),
    Column("source", Text),
    Column("external_key", Text),
    Column(
        "act_by",
        Millis,
        Computed(
            "CASE WHEN status = 'EN_ROUTE' THEN promised_at ELSE promised_at - 1000 * coalesce(travel_s, 0) END",
            persisted=True,
        ),
    ),
    UniqueConstraint("source", "external_key", name="bookings_source_key"),
    CheckConstraint(
        f"(provider_id IS NOT NULL) = ({in_list('status', HAS_PROVIDER)})", name="bookings_provider_where_due"
    ),
    CheckConstraint("provider_id IS NOT NULL OR NOT forced", name="bookings_forced_needs_provider"),
    CheckConstraint("(provider_id IS NULL) = (assigned_at IS NULL)", name="bookings_assigned_at_with_provider"),
    CheckConstraint("priority BETWEEN 1 AND 4", name="bookings_priority_1_to_4"),
    CheckConstraint("(window_start IS NULL) = (window_end IS NULL)", name="bookings_window_whole"),
    CheckConstraint("window_end > window_start", name="bookings_window_ends_after_start"),
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="bookings_place_whole"),
    CheckConstraint("(source IS NULL) = (external_key IS NULL)", name="bookings_source_with_key"),
    CheckConstraint("duration_minutes >= 1", name="bookings_duration_positive"),
    CheckConstraint("offer_until IS NULL OR status = 'ASSIGNED'", name="bookings_offer_only_assigned"),
    CheckConstraint(
        f"(attempt_at IS NULL AND parked_at IS NULL) OR ({_NEEDS})", name="bookings_ladder_only_unassigned"
    ),
    CheckConstraint(
        f"held_since IS NULL OR {in_list('status', NEEDS_PROVIDER | {Status.ASSIGNED, Status.ACCEPTED})}",
        name="bookings_held_where_it_can",
    ),
)


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    return Index(name, *columns, _table=bookings, unique=unique, sqlite_where=text(where))


_ASSIGNED = f"provider_id IS NOT NULL AND NOT forced AND {_ACTIVE}"
_partial("bookings_one_on_demand", "provider_id", where=f"{_ASSIGNED} AND window_start IS NULL", unique=True)
_partial("bookings_one_at_work", "provider_id", where=f"NOT forced AND {_AT_WORK}", unique=True)
_partial("bookings_jobs", "provider_id", "window_start", where=_ACTIVE)
_partial("bookings_last_used", "provider_id", "assigned_at", where="provider_id IS NOT NULL")
_partial("bookings_attempt_due", "attempt_at", where="attempt_at IS NOT NULL AND held_since IS NULL")
_partial("bookings_offer_due", "offer_until", where="offer_until IS NOT NULL AND held_since IS NULL")
_waits = f"give_up_at IS NOT NULL AND held_since IS NULL AND {_NEEDS}"
GIVE_UP_DUE = _partial("bookings_give_up_due", "give_up_at", where=_waits)
_partial("bookings_hold_ends", "held_until", where="held_until IS NOT NULL")
_partial("bookings_parked", "act_by", "service_id", where="parked_at IS NOT NULL AND held_since IS NULL")
_partial("bookings_open", "act_by", where=_OPEN)
_partial("bookings_held", "id", where="held_since IS NOT NULL")
_partial("bookings_parked_by_number", "id", where="parked_at IS NOT NULL")
_partial("bookings_by_provider", "provider_id", "id", where="provider_id IS NOT NULL")
Index("bookings_by_request", bookings.c.requested_at, bookings.c.id)
Index("bookings_by_status", bookings.c.status, bookings.c.id)
Index("bookings_by_service", bookings.c.service_id, bookings.c.id)
Index("bookings_by_customer", bookings.c.customer_id, bookings.c.id)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", Millis, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("last_event", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
)
"""What the whole log came to at a moment: the digest over its first `events` events (`domain.proof.chain.digest`)."""

answers = Table(
    "answers",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", Millis, nullable=False),
    Column("asked", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("events", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What was answered to a command that came with a key of its own, so that asking again does nothing twice."""
Index("answers_at", answers.c.at)

daily = Table(
    "daily",
    metadata,
    Column("dimension", Text, primary_key=True),
    Column("ref", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How many bookings came into a status on a local day: of all (`room`, 0), of a service, of a provider.

Writers on PostgreSQL count in slots of their own, so that they do not wait for each other; a sum is over all slots.
"""

IS_ACTIVE = text(in_list("bookings.status", ACTIVE))
IS_OPEN = text(in_list("bookings.status", set(Status) - FINAL))
NEEDS_SOMEBODY = text(in_list("bookings.status", NEEDS_PROVIDER))
"""Conditions in the words of the partial indexes, which SQLite recognises only so."""
