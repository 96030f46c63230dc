"""What PostgreSQL refuses by triggers and an exclusion constraint, whoever asks: the twin of `guards`.

A refusal's message is the name that `domain.store.faults` knows it by. Only `domain.store` imports this module.
"""

from domain.lifecycle import ACTIVE
from domain.store.textindex import INDEXED, body_of

_ACTIVE = ", ".join(repr(str(status)) for status in sorted(ACTIVE))
_ROWS = ("bookings", "providers", "services", "customers", "settings")
REFUSED = "DSP01"
"""The error code of what our triggers refuse."""
TRANSACTION = (
    "ALTER TABLE events ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()",
    "CREATE INDEX events_tail ON events (tx, id)",
)
"""By which transaction of this server each event came to be: what the tail reads by. No part of the log."""
OF_BOOKINGS = "CREATE VIEW booking_events AS SELECT subject_id AS booking_id, * FROM events WHERE subject = 'booking'"


def _functions() -> list[str]:
    refuse = f"RAISE EXCEPTION USING ERRCODE = '{REFUSED}', MESSAGE = TG_ARGV[0]"
    return [
        f"CREATE FUNCTION dispatcher_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse}; END $$",
        "CREATE FUNCTION dispatcher_next_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id THEN {refuse}; END IF; RETURN NEW; END $$",
        # Whoever writes, the tail has to find the event under the transaction that committed it.
        "CREATE FUNCTION dispatcher_own_transaction() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " NEW.tx := pg_current_xact_id(); RETURN NEW; END $$",
        "CREATE FUNCTION dispatcher_trigrams(body text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS"
        " $$ SELECT coalesce(array_agg(DISTINCT substr(lower(body), place, 3)), '{}')"
        " FROM generate_series(1, length(body) - 2) AS place $$",
    ]


def _always(table: str, name: str, when: str, each: str, call: str) -> list[str]:
    """A trigger that also fires for replication roles, which switch ordinary ones off."""
    return [
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {call}",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]


def _sealed(table: str, verbs: str, refusal: str) -> list[str]:
    call = f"dispatcher_refuse('{refusal}')"
    return [
        *_always(table, f"{table}_sealed", verbs, "ROW", call),
        *_always(table, f"{table}_no_truncate", "TRUNCATE", "STATEMENT", call),
        f"REVOKE DELETE, TRUNCATE ON {table} FROM CURRENT_USER",
    ]


def _log() -> list[str]:
    return [
        *TRANSACTION,
        *_always("events", "events_own_transaction", "INSERT", "ROW", "dispatcher_own_transaction()"),
        *_sealed("events", "UPDATE OR DELETE", "log_append_only"),
        *_sealed("checkpoints", "UPDATE OR DELETE", "log_append_only"),
        *_sealed("legal_transition", "INSERT OR UPDATE OR DELETE", "lifecycle_sealed"),
        OF_BOOKINGS,
    ]


def _rows() -> list[str]:
    statements = []
    for table in _ROWS:
        statements += _sealed(table, "DELETE", "never_deleted")
        statements += _always(table, f"{table}_version", "UPDATE", "ROW", "dispatcher_next_version('version_jump')")
    return statements


def _overlap() -> str:
    return (
        "ALTER TABLE bookings ADD CONSTRAINT window_overlap EXCLUDE USING gist"
        " (int8range(provider_id, provider_id, '[]') WITH &&, int8range(window_start, window_end) WITH &&)"
        f" WHERE (provider_id IS NOT NULL AND NOT forced AND window_start IS NOT NULL AND status IN ({_ACTIVE}))"
    )


def _text_index(has_pg_trgm: bool) -> list[str]:
    """Trigrams of what people look for: the extension's where it is installed, else an array's.

    The text has a table of its own, since every update of a row would put it into the index again.
    """
    statements = ["CREATE EXTENSION IF NOT EXISTS pg_trgm"] if has_pg_trgm else []
    indexed = "lower(body) gin_trgm_ops" if has_pg_trgm else "dispatcher_trigrams(body)"
    for table, columns in INDEXED.items():
        index, body = f"{table}_text", body_of(columns, "NEW.")
        keep = f"INSERT INTO {index} (id, body) VALUES (NEW.id, {body})"
        keep += " ON CONFLICT (id) DO UPDATE SET body = excluded.body"
        statements += [
            f"CREATE TABLE {index} (id BIGINT PRIMARY KEY, body TEXT NOT NULL)",
            f"CREATE INDEX {index}_trigrams ON {index} USING gin ({indexed})",
            f"CREATE FUNCTION {index}_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {keep}; RETURN NULL; END $$",
            f"CREATE TRIGGER {index} AFTER INSERT OR UPDATE OF {', '.join(columns)} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {index}_keep()",
        ]
    return statements


def postgres_guards(*, has_pg_trgm: bool) -> list[str]:
    """Everything that only PostgreSQL has, in creation order; run after the lifecycle's rows are in."""
    return [*_functions(), *_log(), *_rows(), _overlap(), *_text_index(has_pg_trgm)]
