"""The filter of the Bookings screen: one text in the language of `find`, which the quick keys rewrite.

Screens may import this module; the language it imports only when a text is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from domain.errors import NotFound, NotUnderstood
from domain.lifecycle import ACTIVE, NEEDS_PROVIDER, Status

if TYPE_CHECKING:
    from domain.line.context import Context
    from domain.views import BookingFilter, BookingRow

HEAD: Final = "find "
GROUPS: Final[tuple[tuple[str, frozenset[Status]], ...]] = (
    ("all", frozenset()),
    ("waiting", NEEDS_PROVIDER),
    ("active", ACTIVE),
    ("done", frozenset({Status.COMPLETED})),
    ("failed and cancelled", frozenset({Status.FAILED, Status.CANCELLED})),
)
"""What the status key goes through."""


def read_filter(text: str, context: Context) -> BookingFilter:
    """What a text asks for.

    Raises:
        DispatchError: It is not in the language, or names what there is not; positions are within the text.
    """
    from domain.line.queries import Find
    from domain.line.reading import parse
    from domain.views import BookingFilter

    if not text.strip():
        return BookingFilter()
    try:
        query = parse(HEAD + text, context)
    except NotUnderstood as refusal:
        raise NotUnderstood(refusal.message, max(0, refusal.position - len(HEAD)), refusal.length) from refusal
    if not isinstance(query, Find):
        raise NotUnderstood("a filter is words, status:…, service:… and provider:…", 0, len(text))
    directory = context.directory
    for name in query.services:
        if name not in directory.services:
            raise NotFound(f"There is no service {name!r:.60}")
    if query.provider is not None and query.provider not in directory.handles:
        raise NotFound(f"No provider is called {query.provider!r:.60}")
    return BookingFilter(
        statuses=query.statuses,
        services=frozenset(directory.services[name] for name in query.services),
        provider_id=directory.handles[query.provider] if query.provider else None,
        words=query.words,
    )


def admits(which: BookingFilter, row: BookingRow) -> bool:
    """Whether a booking is among those asked for; words aside, which only the database can look for."""
    booking = row.booking
    return (
        (not which.statuses or booking.status in which.statuses)
        and (not which.services or booking.service_id in which.services)
        and (which.provider_id is None or booking.provider_id == which.provider_id)
        and (which.customer_id is None or booking.customer_id == which.customer_id)
    )


def with_statuses(text: str, statuses: Iterable[Status]) -> str:
    """The text, asking for these statuses instead."""
    wanted = set(statuses)
    written = ",".join(str(status).lower() for status in Status if status in wanted)
    return _with("status", written, text)


def with_service(text: str, name: str | None) -> str:
    """The text, asking for this service instead, or for any."""
    from domain.line.scan import quote

    return _with("service", "" if name is None else name if name.isalnum() else quote(name), text)


def _with(key: str, value: str, text: str) -> str:
    """Replace what the text asks for under a key; the rest stays as it was typed."""
    from domain.line.scan import scan

    kept = [token.raw for token in scan(text) if not (token.kind == "word" and token.low.startswith(f"{key}:"))]
    return " ".join([*kept, f"{key}:{value}"] if value else kept)


def next_group(statuses: frozenset[Status]) -> tuple[str, frozenset[Status]]:
    """The group after the present one; the first after what is none of them."""
    at = next((at for at, (_, group) in enumerate(GROUPS) if group == statuses), -1)
    return GROUPS[(at + 1) % len(GROUPS)]


def next_service(names: Sequence[str], present: str | None) -> str | None:
    """The service after the present one; after the last, any."""
    if present is None:
        return names[0] if names else None
    after = [name for name in names if name > present]
    return after[0] if after else None


def everything() -> BookingFilter:
    """The filter that every booking passes."""
    from domain.views import BookingFilter

    return BookingFilter()
