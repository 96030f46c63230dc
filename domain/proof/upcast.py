"""What events of older versions of this program say, in today's words. The log itself stays as it was written.

Pure; whoever folds events into rows calls it: the auditor, the looks back, the backfill of a new column.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

BOROUGH: Final = "borough"
"""The field of a booking that first events did not always tell."""


def changes_of_first(changes: dict[str, list[Any]], details: Callable[[], Mapping[str, Any]]) -> dict[str, list[Any]]:
    """What a booking's first event changed, as this version would have written it.

    Args:
        changes: Each field that it set, before and after.
        details: What else it recorded; asked for only where something is missing.
    """
    return changes if BOROUGH in changes else {**changes, BOROUGH: [None, borough_of(details())]}


def borough_of(details: Mapping[str, Any]) -> str:
    """A booking's borough, from before it was a field: what the source said, else empty."""
    said = details.get(BOROUGH)
    return said if isinstance(said, str) else ""
