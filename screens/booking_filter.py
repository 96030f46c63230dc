"""The text of a filter bar: read in the language of `find`, coloured, and rewritten by the quick keys and chips.

Screens may import this module; the language it imports only when a text is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal

from domain.lifecycle import ACTIVE, NEEDS_PROVIDER, Status

if TYPE_CHECKING:
    from domain.line.context import Context
    from domain.views import BookingFilter

Finds = Literal["bookings", "events", "providers"]

GROUPS: Final[tuple[tuple[str, frozenset[Status]], ...]] = (
    ("all", frozenset()),
    ("waiting", NEEDS_PROVIDER),
    ("active", ACTIVE),
    ("done", frozenset({Status.COMPLETED})),
    ("failed and cancelled", frozenset({Status.FAILED, Status.CANCELLED})),
)
"""What the status key goes through."""
_SHADES: Final = {"words": "text", "providers": "provider", "periods": "time", "limits": "time", "bookings": "booking"}
"""How the parts of a filter are coloured; what is not named here is a term of its own, as a verb is."""


def read_filter(text: str, context: Context) -> BookingFilter:
    """What a text asks for.

    Raises:
        DispatchError: It is not in the language, or names what there is not; positions are within the text.
    """
    from domain.line.filters import parse

    return parse(text, context)


def shades(text: str, finds: Finds, context: Context | None) -> Iterator[tuple[int, int, str]]:
    """The parts of a filter with what they are; the wrong one last."""
    if context is None:
        return
    from domain.line.filters import BOOKINGS, EVENTS, PROVIDERS, places

    grammar = {"bookings": BOOKINGS, "events": EVENTS, "providers": PROVIDERS}[finds]
    found, refusal = places(text, grammar, context)
    for place in found:
        yield place.start, place.end, _SHADES.get(place.field, "verb")
    if refusal is not None:
        start = refusal.details["position"]
        yield start, start + refusal.details["length"], "wrong"


def with_statuses(text: str, statuses: Iterable[Status], context: Context) -> str:
    """The text, asking for these statuses instead."""
    wanted = set(statuses)
    written = ",".join(str(status).lower() for status in Status if status in wanted)
    return _with("status", "statuses", written, text, context)


def with_service(text: str, name: str | None, context: Context) -> str:
    """The text, asking for this service instead, or for any."""
    from domain.line.filter_writing import written

    return _with("service", "services", "" if name is None else written(name), text, context)


def _with(key: str, field: str, value: str, text: str, context: Context) -> str:
    """Replace what the text asks for of one kind, however it was written; the rest stays as it was typed."""
    from domain.line.filters import BOOKINGS, places
    from domain.line.scan import scan

    found, _ = places(text, BOOKINGS, context)
    for place in reversed(found):
        if place.field == field and not place.is_negated:
            text = f"{text[: place.start].rstrip()} {text[place.end :].lstrip()}".strip()
    if not value:
        return text
    swallows = any(token.kind in {"rest", "open"} for token in scan(text))
    return f"{key}:{value} {text}" if swallows else f"{text} {key}:{value}".strip()


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
