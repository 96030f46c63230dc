"""What events of older versions of this program say, in today's words. The log itself stays as it was written.

Pure; whoever folds events into rows calls it: the auditor, the history, the backfill of a new column.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from domain.lifecycle import Action, Subject

BOROUGH: Final = "borough"
"""The field of a booking that first events did not always tell."""


class Told(Protocol):
    """What an event says of its subject; an `Event` does."""

    @property
    def subject(self) -> Subject:
        """Its kind."""

    @property
    def action(self) -> Action:
        """What was done."""

    @property
    def changes(self) -> Mapping[str, list[Any]]:
        """Each changed field, before and after."""

    @property
    def details(self) -> Mapping[str, Any]:
        """What else was recorded."""


def changes_of(event: Told) -> Mapping[str, list[Any]]:
    """An event's changes as this version would have written them."""
    if event.subject is Subject.BOOKING and event.action is Action.CREATE and BOROUGH not in event.changes:
        return {**event.changes, BOROUGH: [None, borough_of(event.details)]}
    return event.changes


def borough_of(details: Mapping[str, Any]) -> str:
    """A booking's borough, from before it was a field: what the source said, else empty."""
    said = details.get(BOROUGH)
    return said if isinstance(said, str) else ""
