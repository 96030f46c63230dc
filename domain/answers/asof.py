"""Answers about the past: how they are marked, and what changed between two moments.

`domain.speak` imports this module; it imports the views' shapes and the line's.
"""

from datetime import datetime, tzinfo
from typing import Any

from domain.answers import difference
from domain.answers.reports import clock_time
from domain.clock import iso
from domain.errors import InvalidInput
from domain.line.context import Context
from domain.line.queries import Diff
from domain.views import Views
from domain.visibility import require_admin, require_booking
from domain.wording import ago


def mark(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """What marks an answer from the past: `as of 14:05:00 (23 min ago)`."""
    return f"as of {clock_time(moment, now, zone)} ({ago(now - moment)})"


def judged(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """What marks a judgement that was not made then: candidates are weighed anew."""
    return f"as it would have been judged at {clock_time(moment, now, zone)}"


def changes(views: Views, asked: Diff, context: Context) -> tuple[str, list[str], dict[str, Any]]:
    """What changed between two moments: one line, the lines below it, and the same as data.

    Raises:
        InvalidInput: The second moment is not after the first.
        NotFound: There was no such booking at the second moment.
        Forbidden: It is somebody else's, or the board is asked for by somebody who is no dispatcher.
    """
    until = context.now if asked.until is None else asked.until
    start, end = (clock_time(moment, context.now, context.zone) for moment in (asked.since, until))
    if until < asked.since:
        raise InvalidInput(
            f"diff goes forward, and {end} is before {start}; a time of day is the last such time, so name the day"
        )
    times = {"since": iso(asked.since), "until": iso(until)}
    if asked.booking is None:
        require_admin(context.actor, "What changed on the board")
        board = views.board_changes(asked.since, until)
        head = f"{start} → {end}: {difference.board_head(board)}"
        return head, difference.board_lines(board, context.now, context.zone), times | difference.board_data(board)
    found = views.booking_changes(asked.booking, asked.since, until)
    require_booking(context.actor, found.row)
    lines = [*difference.booking_lines(found, context.now, context.zone)]
    if found.difference is None:
        head = f"{start} → {end}: nothing happened to booking {asked.booking}"
        nothing = {"booking": asked.booking, "created": False, "events": [], "changes": {}}
        return head, lines, times | nothing
    created = "created, " if found.difference.created else ""
    head = (
        f"{start} → {end}: booking {asked.booking}: {created}{len(found.difference.fields)} fields "
        f"changed by {len(found.difference.events)} events"
    )
    return head, lines, times | difference.as_data(asked.booking, found.difference)
