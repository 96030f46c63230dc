"""Driver errors become ours here and nowhere else: by code or constraint name, never by free text.

Only `domain.store` imports this module.
"""

import sqlite3

from domain.errors import (
    DispatchError,
    InvalidInput,
    StoreBusy,
    StoreFull,
    StoreUnavailable,
)
from domain.store.meanings import (
    OVERLAP,
    SAME_EMAIL,
    SAME_HANDLE,
    SAME_SERVICE,
    SAME_SOURCE_KEY,
    TAKEN,
    Meaning,
)

_PRIMARY = 0xFF
"""SQLite's extended error codes hold the primary code in their low byte."""

_BY_NAME: dict[str, Meaning] = {
    "window_overlap": OVERLAP,
    "bookings.provider_id": TAKEN,
    "bookings.source, bookings.external_key": SAME_SOURCE_KEY,
    "providers.handle": SAME_HANDLE,
    "index 'providers_email'": SAME_EMAIL,
    "index 'services_name'": SAME_SERVICE,
}
"""What follows `UNIQUE constraint failed: ` or is raised by a trigger, and what it means."""


def translate(error: sqlite3.Error, path: str) -> DispatchError:
    """The typed error for a driver's.

    Args:
        error: What SQLite said.
        path: The database's file, for the sentence.
    """
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    said = str(error)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusy("The database is busy; nothing was changed, try again", database=path)
    if code == sqlite3.SQLITE_FULL:
        return StoreFull(f"The disk is full; nothing was changed. Free some space where {path} lies", database=path)
    if code == sqlite3.SQLITE_CONSTRAINT:
        name = said.removeprefix("UNIQUE constraint failed: ")
        kind, sentence = _BY_NAME.get(name, (InvalidInput, f"The database refused it: {said}"))
        return kind(sentence, constraint=name)
    sentences = {
        sqlite3.SQLITE_NOTADB: f"{path} is not a Dispatcher database",
        sqlite3.SQLITE_CANTOPEN: f"{path} cannot be opened: check that the folder exists and you may write there",
        sqlite3.SQLITE_READONLY: f"{path} is read-only: check its permissions",
        sqlite3.SQLITE_CORRUPT: f"{path} is damaged: restore a backup",
        sqlite3.SQLITE_IOERR: f"{path} cannot be read or written: check the disk",
    }
    return StoreUnavailable(sentences.get(code, f"{path}: {said}"), database=path)
