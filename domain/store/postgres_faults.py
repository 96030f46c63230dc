"""PostgreSQL's errors become ours here and nowhere else: by code and constraint name, never by free text.

Only `domain.store` imports this module.
"""

import psycopg
from psycopg import errors

from domain.errors import (
    DispatchError,
    InvalidInput,
    ProviderBusy,
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
from domain.store.postgres_guards import REFUSED
from domain.store.store import Moved

_BY_NAME: dict[str, Meaning] = {
    "window_overlap": OVERLAP,
    "bookings_one_on_demand": TAKEN,
    "bookings_one_at_work": (ProviderBusy, "The provider is at work on another booking"),
    "bookings_source_key": SAME_SOURCE_KEY,
    "providers_handle_key": SAME_HANDLE,
    "providers_email": SAME_EMAIL,
    "services_name": SAME_SERVICE,
    "answers_pkey": (Moved, "The same key was used at the same moment"),
    "events_version": (Moved, "Somebody changed it at the same moment"),
}
"""A constraint's name, and what it means."""


def translate(error: psycopg.Error, name: str) -> DispatchError:
    """The typed error for a driver's.

    Args:
        error: What PostgreSQL said.
        name: The database's name, for the sentence.
    """
    match error:
        case errors.DeadlockDetected() | errors.SerializationFailure():
            return Moved("Others were writing at the same moment; try again")
        case errors.LockNotAvailable() | errors.QueryCanceled():
            return StoreBusy("Others held these rows too long; nothing was changed, try again", database=name)
        case errors.DiskFull():
            return StoreFull("The database server's disk is full; nothing was changed", database=name)
        case errors.IntegrityError():
            found = error.diag.constraint_name or ""
            kind, sentence = _BY_NAME.get(found, (InvalidInput, f"The database refused it: {found}"))
            return kind(sentence, constraint=found)
    if error.sqlstate == REFUSED:
        said = error.diag.message_primary or ""
        return InvalidInput(f"The database refused it: {said}", constraint=said)
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return StoreUnavailable(f"{name} cannot be reached or used: {said}", database=name)
