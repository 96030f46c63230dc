"""What the database refuses by triggers, whoever asks: rewriting the log, jumping versions, overlapping windows.

SQLite's own; `INSERT OR REPLACE` skips delete triggers, so inserts are checked too. The first word of each message is
the name that `domain.store.faults` knows it by. Only `domain.store` imports this module.
"""

from domain.lifecycle import ACTIVE

_ACTIVE = ", ".join(repr(str(status)) for status in sorted(ACTIVE))
_ROWS = ("bookings", "providers", "services", "customers", "settings")


def _abort(trigger: str, when: str, condition: str, message: str) -> str:
    clause = f" WHEN {condition}" if condition else ""
    return f"CREATE TRIGGER {trigger} {when}{clause} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def _append_only() -> list[str]:
    exists = "EXISTS (SELECT 1 FROM events WHERE id = NEW.id)"
    again = (
        "EXISTS (SELECT 1 FROM events WHERE subject = NEW.subject AND subject_id = NEW.subject_id"
        " AND version = NEW.version)"
    )
    return [
        _abort("events_no_update", "BEFORE UPDATE ON events", "", "log_append_only"),
        _abort("events_no_delete", "BEFORE DELETE ON events", "", "log_append_only"),
        _abort("events_no_replace", "BEFORE INSERT ON events", f"{exists} OR {again}", "log_append_only"),
        # A tail has read past lower numbers; before an insert, SQLite does not know the number that it will give.
        _abort(
            "events_no_late_comer",
            "AFTER INSERT ON events",
            "EXISTS (SELECT 1 FROM events WHERE id > NEW.id)",
            "log_append_only",
        ),
    ]


def _sealed_table() -> list[str]:
    return [
        _abort(f"legal_transition_no_{verb}", f"BEFORE {verb.upper()} ON legal_transition", "", "lifecycle_sealed")
        for verb in ("insert", "update", "delete")
    ]


def _rows() -> list[str]:
    triggers = []
    for table in _ROWS:
        triggers += [
            _abort(f"{table}_no_delete", f"BEFORE DELETE ON {table}", "", "never_deleted"),
            _abort(
                f"{table}_no_replace",
                f"BEFORE INSERT ON {table}",
                f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)",
                "never_deleted",
            ),
            _abort(
                f"{table}_version",
                f"BEFORE UPDATE ON {table}",
                "NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id",
                "version_jump",
            ),
        ]
    return triggers


def _overlap() -> list[str]:
    condition = (
        f"NEW.provider_id IS NOT NULL AND NOT NEW.forced AND NEW.window_start IS NOT NULL"
        f" AND NEW.status IN ({_ACTIVE}) AND EXISTS (SELECT 1 FROM bookings AS other"
        f" WHERE other.provider_id = NEW.provider_id AND other.status IN ({_ACTIVE}) AND NOT other.forced"
        f" AND other.id <> NEW.id AND other.window_start < NEW.window_end AND NEW.window_start < other.window_end)"
    )
    columns = "provider_id, status, forced, window_start, window_end"
    return [
        _abort("bookings_overlap_insert", "BEFORE INSERT ON bookings", condition, "window_overlap"),
        _abort("bookings_overlap_update", f"BEFORE UPDATE OF {columns} ON bookings", condition, "window_overlap"),
    ]


def _checkpoints() -> list[str]:
    return [
        _abort("checkpoints_no_update", "BEFORE UPDATE ON checkpoints", "", "log_append_only"),
        _abort("checkpoints_no_delete", "BEFORE DELETE ON checkpoints", "", "log_append_only"),
        _abort(
            "checkpoints_no_replace",
            "BEFORE INSERT ON checkpoints",
            "EXISTS (SELECT 1 FROM checkpoints WHERE id >= NEW.id)",
            "log_append_only",
        ),
    ]


def sqlite_guards() -> list[str]:
    """Every trigger and the view of bookings' events, in creation order; run after the lifecycle's rows are in."""
    return [
        *_append_only(),
        *_checkpoints(),
        *_sealed_table(),
        *_rows(),
        *_overlap(),
        "CREATE VIEW booking_events AS SELECT subject_id AS booking_id, * FROM events WHERE subject = 'booking'",
    ]
