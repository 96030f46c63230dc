"""The nearest line that would work, for one that was refused. Pure but for the views that it asks.

`domain/speak.py` imports this module. A line is proposed only after it was weighed like any other: it would be
accepted now. Where only the dispatcher knows the reason, `"…"` stands for it, and such a line is to be finished first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from itertools import islice
from string import Formatter
from typing import Any, Final, NamedTuple

from domain import commands as c
from domain.errors import DispatchError, InvalidInput, NotFound, NotUnderstood, ProviderBusy, StaleVersion
from domain.lifecycle import ACTIVE, Action, Status
from domain.line.context import Context
from domain.line.queries import Query
from domain.line.reading import Reading, parse
from domain.line.scan import UNSAID, is_unfinished, quote, scan
from domain.line.table import BY_NAME, Kind
from domain.line.values import name
from domain.matching import Matching, Skip, Why
from domain.records import Absent
from domain.views import Views

_MOST_TRIED = 10
_LONGEST_WORD = 40
_CLOSE = 0.6
"""How alike two words must be (difflib's ratio); its own default."""


class _Wish(NamedTuple):
    """What may have been meant: a line with gaps, and the statuses from which it comes near (none: all)."""

    line: str
    only_from: frozenset[Status] = frozenset()


_IN_PROGRESS = frozenset({Status.IN_PROGRESS})
_ENDED = frozenset({Status.CANCELLED, Status.FAILED})
_REOPEN = _Wish("override! {n} pending {why}", _ENDED | _IN_PROGRESS)

NEAREST: Final[Mapping[Action, tuple[_Wish, ...]]] = {
    Action.ASSIGN: (
        _Wish("assign {n} {best}"),
        _Wish("assign! {n} {provider} {why}"),
        _Wish("release {n} {why}"),
        _Wish("retry {n}"),
        _Wish("assign! {n} {soonest} {why}"),
    ),
    Action.FORCE_ASSIGN: (_Wish("assign! {n} {best} {why}"),),
    Action.ACCEPT: (
        _Wish("depart {n}"),
        _Wish("start {n}"),
        _Wish("complete {n}"),
        _Wish("override! {n} accepted {why}"),
        _Wish("override! {n} accepted {best} {why}"),
    ),
    Action.DEPART: (
        _Wish("complete {other}"),
        _Wish("accept {n}"),
        _Wish("start {n}"),
        _Wish("complete {n}"),
        _Wish("override! {n} en-route {why}", ACTIVE),
    ),
    Action.START: (
        _Wish("complete {other}"),
        _Wish("accept {n}"),
        _Wish("complete {n}"),
        _Wish("override! {n} in-progress {why}", ACTIVE),
    ),
    Action.COMPLETE: (_Wish("start {n}"), _Wish("accept {n}"), _Wish("override! {n} completed {why}", ACTIVE)),
    Action.REJECT: (_Wish("release {n} {why}"), _Wish("override! {n} rejected {why}", ACTIVE)),
    Action.NO_SHOW: (_Wish("start {n}"), _Wish("accept {n}")),
    Action.CANCEL: (_Wish("cancel! {n} {why}"),),
    Action.FORCE_CANCEL: (_Wish("cancel {n}"),),
    Action.MARK_FAILED: (_Wish("reject {n} {why}"),),
    Action.RETRY: (_Wish("assign {n} {best}"), _Wish("release {n} {why}"), _REOPEN),
    Action.RELEASE: (
        _Wish("assign {n} {best}"),
        _Wish("retry {n}"),
        _Wish("override! {n} pending {why}", _IN_PROGRESS),
        _Wish("reject {n} {why}"),
    ),
    Action.HOLD: (_Wish("release {n} {why}", frozenset({Status.EN_ROUTE})),),
    Action.RESUME: (_Wish("assign {n} {best}"), _Wish("retry {n}")),
    Action.RESCHEDULE: (_Wish("release {n} {why}", ACTIVE), _Wish("retry {n}", _ENDED), _REOPEN),
    Action.OVERRIDE: (_Wish("override! {n} {to} {best} {why}"), _Wish("override! {n} {to} {why}")),
}
"""What comes near to each action, the nearest first; the first that would be accepted is proposed."""

_PROVIDER_ABSENT = (_Wish("reject {n} {why}"),)


def propose(
    line: str, refusal: DispatchError, context: Context, views: Views, works: Callable[[c.Command | Query], bool]
) -> str | None:
    """The nearest line that would be accepted now.

    Args:
        line: What was refused: one link, without `;`.
        refusal: Why.
        context: What it was read against.
        views: To look at the booking, and who could take it.
        works: Whether what a line means would be accepted, or answered.

    Returns:
        A line that differs from the refused one (after a StaleVersion it may be the same), or None.
    """
    if is_unfinished(line):
        return None
    for near in islice(_nearest(line, refusal, context, views), _MOST_TRIED):
        meant = _read(near, context)
        if meant is not None and works(meant) and (near != line or isinstance(refusal, StaleVersion)):
            return near
    return None


def require_finished(line: str) -> None:
    """Refuse a line in which a reason still has to be put in.

    Raises:
        NotUnderstood: It ends with the dots that stand for one.
    """
    if is_unfinished(line):
        raise NotUnderstood(f"put the reason in place of {UNSAID}", line.rindex(UNSAID), len(UNSAID))


def _read(line: str, context: Context) -> c.Command | Query | None:
    try:
        return parse(line, context)
    except DispatchError:
        return None


def _nearest(line: str, refusal: DispatchError, context: Context, views: Views) -> Iterator[str]:
    if isinstance(refusal, NotUnderstood):
        yield from _understood(line, refusal, context, views)
        return
    said = _read(line, context)
    if isinstance(refusal, StaleVersion):
        yield line
        if isinstance(said, c.Command) and (refused_now := views.refusal(said, context.actor)) is not None:
            refusal = refused_now
    if isinstance(refusal, NotFound):
        yield from _spelled(line, refusal, context)
    elif isinstance(said, c.BookingCommand):
        yield from _instead(said, refusal, views)
    elif isinstance(said, c.Undo):
        yield from _undone(said, refusal)
    elif isinstance(said, c.GoOn | c.TakeBreak):
        yield f"provider activate {name(said.provider)}"


def _understood(line: str, refusal: NotUnderstood, context: Context, views: Views) -> Iterator[str]:
    """A word put right, or what is missing put in."""
    reading = Reading(line, context)
    with suppress(DispatchError):
        reading.read()
    start, end = refusal.position, refusal.position + refusal.length
    if start == end:
        yield from _completed(line, reading, context, views)
        return
    if refusal.details.get("near"):
        yield f"{line[:start]}{refusal.details['near']}{line[end:]}"
    verb = next((span for span in reading.spans if span.kind == "verb"), None)
    if reading.verb is not None and verb is not None and f"{reading.verb.name}!" in BY_NAME:
        yield f"{line[: verb.start]}{reading.verb.name}!{line[verb.end :]}"
    if reading.verb is not None and not reading.open:
        yield f"{line[:start].rstrip()} {line[end:].lstrip()}".strip()
    word = line[start:end].lower()
    directory = context.directory
    yield from (f"{line[:start]}{near}{line[end:]}" for near in _alike(word, [*BY_NAME, *directory.handles]))
    yield from (f"{line[:start]}{name(near)}{line[end:]}" for near in _alike(word, list(directory.services)))


def _completed(line: str, reading: Reading, context: Context, views: Views) -> Iterator[str]:
    """Everything that is missing put in: the selected booking, the best provider, a reason to be said."""
    verb = next((span for span in reading.spans if span.kind == "verb"), None)
    if verb is None or reading.wanted is not None:
        return
    missing = [slot.kind for slot in reading.open if slot.required]
    number = context.selected
    if Kind.BOOKING in missing:
        if number is None:
            return
        line = f"{line[: verb.end]} {number}{line[verb.end :]}"
        missing.remove(Kind.BOOKING)
    else:
        number = reading.booking
    if Kind.PROVIDER in missing:
        best = _Weighed(views, number).best if number is not None else None
        if best is None:
            return
        line = f"{line} {best}"
        missing.remove(Kind.PROVIDER)
    if missing in ([], [Kind.REASON]):
        yield f"{line} {UNSAID}" if missing else line


def _alike(word: str, words: Sequence[str]) -> list[str]:
    return get_close_matches(word, words, 3, _CLOSE) if len(word) <= _LONGEST_WORD else []


def _spelled(line: str, refusal: NotFound, context: Context) -> Iterator[str]:
    """A name as it is written in the directory."""
    directory = context.directory
    for kind, names in (("provider", directory.handles), ("service", directory.services)):
        wrong = refusal.details.get(kind)
        if not isinstance(wrong, str):
            continue
        folded = {known.lower(): known for known in names}
        for near in _alike(wrong.lower(), list(folded)):
            for token in scan(line):
                if token.text.lower() == wrong.lower():
                    yield f"{line[: token.start]}{name(folded[near])}{line[token.end :]}"


def _instead(said: c.BookingCommand, refusal: DispatchError, views: Views) -> Iterator[str]:
    """What comes near to an action that may not be done to a booking now."""
    if isinstance(refusal, InvalidInput) and not isinstance(said, c.Override):
        return  # a value that cannot be is not mended by another action
    booking = views.booking(said.booking).booking
    weighed = _Weighed(views, said.booking)
    gaps: dict[str, Callable[[], str | None]] = {
        "n": lambda: str(said.booking),
        "why": lambda: quote(reason) if (reason := getattr(said, "reason", None)) else UNSAID,
        "provider": lambda: getattr(said, "provider", None),
        "to": lambda: str(said.to).lower().replace("_", "-") if isinstance(said, c.Override) else None,
        "other": lambda: _number(refusal.details.get("booking")) if isinstance(refusal, ProviderBusy) else None,
        "best": lambda: weighed.best,
        "soonest": lambda: weighed.soonest,
    }
    is_provider_absent = isinstance(said, c.NoShow) and said.absent is Absent.PROVIDER
    for wish in _PROVIDER_ABSENT if is_provider_absent else NEAREST.get(said.action, ()):
        if not wish.only_from or booking.status in wish.only_from:
            filled = _filled(wish.line, gaps)
            if filled is not None:
                yield filled


def _filled(line: str, gaps: Mapping[str, Callable[[], str | None]]) -> str | None:
    """A line without gaps, or None when there is nothing to put into one."""
    values: dict[str, Any] = {}
    for _, gap, _, _ in Formatter().parse(line):
        if gap is not None:
            values[gap] = gaps[gap]()
            if values[gap] is None:
                return None
    return line.format_map(values)


def _undone(said: c.Undo, refusal: DispatchError) -> Iterator[str]:
    """With a reason where it is another's; what came after it, where it is not the last; never its creation."""
    why = quote(said.reason) if said.reason else UNSAID
    event = refusal.details.get("event")
    if event is not None:
        yield f"undo {event}"
        yield f"undo! {event} {why}"


def _number(value: object) -> str | None:
    return None if value is None else str(value)


class _Weighed:
    """Who could take a booking, asked only when a line needs it."""

    def __init__(self, views: Views, number: int) -> None:
        self._views = views
        self._number = number
        self._found: Matching | None = None

    @property
    def _matching(self) -> Matching:
        if self._found is None:
            self._found = self._views.candidates(self._number)
        return self._found

    @property
    def best(self) -> str | None:
        """The best who does not have it."""
        holder = self._views.booking(self._number).provider
        return next((one.handle for one in self._matching.candidates if one.handle != holder), None)

    @property
    def soonest(self) -> str | None:
        """The one at work who is free first, as planned."""
        busy = [skip for skip in self._matching.skips if skip.why in {Why.BUSY, Why.OVERLAP}]
        return min(busy, key=_free_at).handle if busy else None


def _free_at(skip: Skip) -> float:
    return skip.until.timestamp() if skip.until is not None else float("inf")
