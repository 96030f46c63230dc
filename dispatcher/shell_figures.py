"""`dispatcher figures`: how many bookings came into each status, day by day.

Only `dispatcher/cli_keeping.py` imports this module, when it is asked for.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from typing import Final

from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.daily import DayFigures
from domain.engine import Engine
from domain.errors import InvalidInput
from domain.lifecycle import Status
from domain.visibility import require_admin

_HEADS: Final = {
    Status.PENDING: "pend.",
    Status.ASSIGNED: "assign",
    Status.ACCEPTED: "accept",
    Status.EN_ROUTE: "route",
    Status.IN_PROGRESS: "work",
    Status.COMPLETED: "done",
    Status.REJECTED: "reject",
    Status.NO_SHOW: "noshow",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancel",
}
_DAY: Final = 10
_COUNT: Final = 7
"""Columns of a day and of a count: together they fill the 80 of a small terminal."""


def figures(
    settings: Settings,
    output: Output,
    *,
    first: str | None,
    last: str | None,
    service: str | None,
    provider: str | None,
) -> int:
    """Print each day's figures; days on which nothing happened too."""
    require_admin(settings.actor, "figures")
    with closing(Engine.open(settings.url)) as engine:
        days = engine.views.figures(_day(first), _day(last), service=service, provider=provider)
        zone = engine.views.policy().zone
    for day in days:
        output.data({"day": day.day, "zone": zone, **{str(status): day.counts.get(status, 0) for status in Status}})
    if not output.json:
        _print(days, output)
        output.text(f"How many bookings came into each status; days of {zone}")
    return 0


def _print(days: Sequence[DayFigures], output: Output) -> None:
    output.text(" " * _DAY + "".join(f"{head:>{_COUNT}}" for head in _HEADS.values()))
    total: Counter[str] = Counter()
    for day in days:
        output.text(_line(day.day, day.counts))
        total.update(day.counts)
    if len(days) > 1:
        output.text(_line("all", total))


def _line(head: str, counts: Mapping[str, int]) -> str:
    """A day and its counts; what is nought is a dot, so that the rest stands out."""
    return f"{head:<{_DAY}}" + "".join(f"{counts.get(status) or '·':>{_COUNT}}" for status in _HEADS)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text[:40]!r} is no day; write it like 2026-08-03") from None
