"""What a dispatcher asks of the line itself: `?` behind any words, and `next`. Pure but for the views that it asks.

`domain/speak.py` imports this module.
"""

from collections.abc import Sequence
from typing import Any

from domain.answers import reports
from domain.errors import DispatchError
from domain.line.context import Context
from domain.line.following import BookingFacts, Facts, Following, Item, follow
from domain.line.helping import help_lines
from domain.line.options import end_of
from domain.views import AlertRow, Views
from domain.visibility import require_booking, sees_everything

_WIDEST = 24


def what_follows(prefix: str, context: Context, views: Views) -> tuple[str, list[str]]:
    """What can follow some words of a line, and for what cannot, why not.

    Args:
        prefix: The words before the `?`.
        context: What they are read against.
        views: To look at the bookings and people that the answer is about.

    Returns:
        A sentence, and lines of text without markup.
    """
    end = end_of(f"{prefix} ", context)
    verb = end.verb if end is not None else None
    if not prefix or prefix == "help":
        return "Help", help_lines(None, context)
    told = follow(f"{prefix} ", context, _facts(follow(f"{prefix} ", context), context, views))
    lines = [*_listed(told.items)]
    if verb is not None:
        lines += [*([""] if lines else []), *help_lines(verb.name, context)]
    said = told.wrong or told.missing or ("Enter carries it out" if verb is not None else "a verb follows")
    return " · ".join(part for part in (prefix, told.note, said) if part), lines


def _listed(items: Sequence[Item]) -> list[str]:
    """What can follow, aligned; then what cannot, with the reason."""
    can = [item for item in items if item.why_not is None]
    width = min(_WIDEST, max((len(item.text) for item in can), default=0))
    lines = [f"{item.text:<{width}}  {item.about}" for item in can]
    return lines + [f"not {item.text}: {item.why_not}" for item in items if item.why_not is not None]


def _facts(wanted: Following, context: Context, views: Views) -> Facts:
    numbers = {*wanted.offered, *(() if wanted.booking is None else (wanted.booking,))}
    is_all = sees_everything(context.actor)
    people = {row.provider.handle: row for row in views.roster()} if wanted.wants_people and is_all else {}
    return Facts({number: _known(number, context, views) for number in numbers}, people)


def _known(number: int, context: Context, views: Views) -> BookingFacts:
    try:
        if sees_everything(context.actor):
            row, matching = views.weighed(number)
            return BookingFacts(row, matching, is_whole=True)
        return BookingFacts(require_booking(context.actor, views.booking(number)), is_whole=True)
    except DispatchError as refusal:
        return BookingFacts(unknown=refusal.message, is_whole=True)


def next_for_people(worst: AlertRow, waiting: int, context: Context) -> tuple[str, str]:
    """The worst of what needs a person on two lines: what would help first, then what it is about."""
    found = worst.alert
    late = f"{found.need}, {reports.span(found.slack)}"
    return f"{worst.line} · {late}, 1 of {waiting}", reports.booking_line(worst.row, context.now, context.zone)


def next_for_programs(worst: AlertRow, waiting: int) -> dict[str, Any]:
    """The same as `--json` prints it; slack in seconds, negative when it is too late."""
    return {
        "booking": worst.row.booking.id,
        "need": str(worst.alert.need),
        "slack_s": int(worst.alert.slack.total_seconds()),
        "line": worst.line,
        "waiting": waiting,
    }
