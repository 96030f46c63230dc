"""A line while it is typed: how its words are understood. What could follow is in `following`.

May be imported by screens and shell; it imports reading.
"""

from typing import Final

from domain.errors import DispatchError
from domain.line.context import Context
from domain.line.reading import Reading, Span
from domain.line.scan import split

_LINKS_COLOURED: Final = 50


def describe(text: str, context: Context) -> list[Span]:
    """Colour a line as it is understood.

    Args:
        text: One line or a chain; anything.
        context: What it is read against.

    Returns:
        For the first fifty links, parts that do not overlap, in order, of the kinds verb, booking, provider, time,
        text, word and wrong; a wrong one says why. Where something is only missing, it is an empty part at the end.
    """
    spans: list[Span] = []
    for link, offset in split(text)[:_LINKS_COLOURED]:
        spans += [
            Span(span.start + offset, span.end + offset, span.kind, span.message) for span in _link(link, context)
        ]
    return spans


def _link(text: str, context: Context) -> list[Span]:
    reading = Reading(text, context)
    spans = reading.spans
    try:
        reading.read()
    except DispatchError as error:
        length = error.details.get("length", 0)
        start = error.details.get("position", len(text)) if length else len(text)
        end = start + length
        spans = [span for span in spans if span.end <= start or span.start >= end]
        spans.append(Span(start, end, "wrong", error.message))
    return sorted(spans, key=lambda span: span.start)
