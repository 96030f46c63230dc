"""One command on many: who is meant, the question beforehand, the work in shares, and what could not be done.

`domain/speak.py` imports this module. Every single one is decided by the engine like any other command; together they
carry the number of their first event, by which one `undo` takes all of them back.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from domain import commands as c
from domain.actors import Actor
from domain.answers.reports import booking_line, event_line
from domain.engine import Engine
from domain.errors import DispatchError, InvalidInput, NotFound
from domain.lifecycle import Action
from domain.line.context import Context
from domain.line.many import MOST
from domain.line.queries import Many, UndoLast
from domain.outcome import Outcome
from domain.records import Event
from domain.slack import act_by
from domain.trial import Trial
from domain.views import BookingRow, EventFilter, EventRow
from domain.visibility import may_see_booking, may_see_event, within
from domain.wording import told

SHARE: Final = 50
"""Commands in one transaction: enough to share a disk flush, few enough not to keep others waiting."""
SAMPLE: Final = 5
MOST_TRIED: Final = 200
"""How many a dry run tries: it holds up other writers while it runs."""
_MOST_LISTED: Final = 200
_PAGE: Final = 1_000
_ALL: Final = 2**62

Progress = Callable[[int, int], None]
"""Told how many are done, and of how many."""


def no_progress(done: int, of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agrees to before a line about many is carried out.

    Attributes:
        numbers: These and no others, as they were shown; None agrees to whatever the line means.
        progress: Told how far it is.
    """

    numbers: tuple[int, ...] | None = None
    progress: Progress = no_progress


@dataclass(frozen=True, slots=True)
class Told:
    """What is said about many.

    Attributes:
        text: One line for people.
        lines: What could not be done and why, or a sample of what would be.
        data: The same for programs.
        inverse: The line that takes all of it back.
    """

    text: str
    lines: tuple[str, ...]
    data: dict[str, Any] = field(default_factory=dict)
    inverse: str | None = None


# Who is meant -------------------------------------------------------------------------------------------------------


def last_of(engine: Engine, actor: Actor, said: UndoLast) -> Many | c.Undo:
    """What `undo` alone takes back: the actor's last event, and all that was done together with it.

    Raises:
        NotFound: They have done nothing yet.
    """
    mine = engine.views.events(EventFilter(actor=str(actor)), before=_ALL, limit=1)
    if not mine:
        raise NotFound("You have done nothing yet that could be taken back")
    last = mine[0].event
    one = c.Undo.of(event=last.id, reason=said.reason)
    bulk = last.details.get("bulk")
    if bulk is None:
        return one
    own = _events(engine, range(bulk, last.id + 1), actor)
    return Many(one, tuple(row.event.id for row in reversed(own) if row.event.details.get("bulk") == bulk))


def meant(engine: Engine, many: Many, context: Context) -> tuple[int, ...]:
    """The numbers that a line about many means now: bookings with least slack first, events from the last backwards.

    Raises:
        NotFound: Nothing fits.
        InvalidInput: More than `MOST` fit.
    """
    if isinstance(many.which, tuple):
        return many.which
    if isinstance(many.which, range):
        return _to_take_back(engine, many, context.actor)
    which = within(context.actor, many.which, context.directory.handles.get(context.actor.id))
    count = engine.views.count(which)
    if not count:
        raise NotFound("No booking fits; nothing would be done")
    if count > MOST:
        raise InvalidInput(f"{count:,} bookings fit, and at most {MOST:,} are changed by one line; narrow it down")
    rows = _rows(engine, engine.views.booking_numbers(which))
    return tuple(row.booking.id for row in sorted(rows, key=lambda row: (act_by(row.booking), row.booking.id)))


def _to_take_back(engine: Engine, many: Many, actor: Actor) -> tuple[int, ...]:
    """The actor's own events in a range; with a reason, everybody's."""
    assert isinstance(many.which, range)
    assert isinstance(many.command, c.Undo)
    rows = _events(engine, many.which, None if many.command.reason else actor)
    found = tuple(row.event.id for row in reversed(rows) if row.event.action is not Action.ATTEMPT)
    if not found:
        whose = "that could be taken back" if many.command.reason else "of yours; undo! takes back what others did"
        raise NotFound(f"There is no event from {many.which[0]} to {many.which[-1]} {whose}")
    return found


def _events(engine: Engine, numbers: range, actor: Actor | None) -> list[EventRow]:
    which = EventFilter(actor=None if actor is None else str(actor))
    found: list[EventRow] = []
    after = numbers[0] - 1
    while page := engine.views.events(which, after=after, limit=_PAGE):
        found += [row for row in page if row.event.id <= numbers[-1]]
        after = page[-1].event.id
        if after > numbers[-1]:
            break
    return found


def _rows(engine: Engine, numbers: Sequence[int]) -> Iterator[BookingRow]:
    for start in range(0, len(numbers), _PAGE):
        yield from engine.views.bookings_numbered(numbers[start : start + _PAGE])


# What is said and done ----------------------------------------------------------------------------------------------


def asked(engine: Engine, many: Many, numbers: Sequence[int], context: Context) -> Told:
    """What it would be about: how many, and a sample."""
    now, zone, actor = context.now, context.zone, context.actor
    if isinstance(many.command, c.Undo):
        rows = [engine.views.event(number) for number in numbers[:SAMPLE]]
        sample = [event_line(row, now, zone) for row in rows if may_see_event(actor, row)]
        counted, what = "", "events"
    else:
        found = [row for row in _rows(engine, numbers) if may_see_booking(actor, row)]
        sample = [booking_line(row, now, zone) for row in found[:SAMPLE]]
        by_status = Counter(row.booking.status for row in found)
        counted = f": {', '.join(f'{count} {status}' for status, count in by_status.most_common())}"
        what = "bookings"
    more = [f"and {len(numbers) - SAMPLE:,} more"] if len(numbers) > SAMPLE else []
    text = f"{many.command.action} {len(numbers):,} {what.removesuffix('s') if len(numbers) == 1 else what}{counted}"
    data = {"asks": True, "message": text, "count": len(numbers), what: list(numbers[:_MOST_LISTED])}
    return Told(text, (*sample, *more), data)


def carry_out(engine: Engine, many: Many, numbers: Sequence[int], actor: Actor, progress: Progress) -> Told:
    """Do it, share by share; what is refused does not keep the rest from being done."""
    bulk = engine.newest() + 1
    done: list[Event] = []
    refused: list[tuple[int, DispatchError]] = []
    for start in range(0, len(numbers), SHARE):
        share = numbers[start : start + SHARE]
        try:
            results = engine.execute_all([_on(many, number, bulk) for number in share], actor)
        except DispatchError as failure:
            refused += [(number, failure) for number in numbers[start:]]
            break
        for number, result in zip(share, results, strict=True):
            if isinstance(result, DispatchError):
                refused.append((number, result))
            else:
                done.append(result.event)
        progress(start + len(share), len(numbers))
    return _done(many, len(numbers), bulk, done, refused)


def _on(many: Many, number: int, bulk: int) -> c.Command:
    field_name = "event" if isinstance(many.command, c.Undo) else "booking"
    return many.command.model_copy(update={field_name: number, "bulk": bulk})


def _done(
    many: Many, count: int, bulk: int, done: Sequence[Event], refused: Sequence[tuple[int, DispatchError]]
) -> Told:
    numbers = dict.fromkeys([done[0].id, done[-1].id]) if done else {}
    span = "..".join(map(str, numbers))
    inverse = f"undo {span}" if done else None
    left = f", {len(refused):,} refused" if refused else ""
    text = f"{f'{span} ✓ ' if done else ''}{many.command.action}: {len(done):,} of {count:,} done{left}"
    return Told(
        text,
        tuple(_refusals(refused)),
        {
            "message": text,
            "bulk": bulk if done else None,
            "count": count,
            "done": [event.subject_id for event in done],
            "events": [event.id for event in done],
            "refused": [{"number": number} | refusal.as_dict() for number, refusal in refused],
            "inverse": inverse,
        },
        inverse,
    )


def _refusals(refused: Iterable[tuple[int, DispatchError]]) -> Iterator[str]:
    listed = list(refused)
    yield from (f"not {number}: {refusal.message}" for number, refusal in listed[:_MOST_LISTED])
    if len(listed) > _MOST_LISTED:
        yield f"and {len(listed) - _MOST_LISTED:,} more"


def tried(trial: Trial, many: Many, numbers: Sequence[int], actor: Actor) -> Told:
    """What it would come to, for the first of them."""
    outcomes: list[Outcome] = []
    refused: list[tuple[int, DispatchError]] = []
    for number in numbers[:MOST_TRIED]:
        try:
            outcomes.append(trial.execute(_on(many, number, numbers[0]), actor))
        except DispatchError as refusal:
            refused.append((number, refusal))
    of = f" of the first {MOST_TRIED}" if len(numbers) > MOST_TRIED else f" of {len(numbers):,}"
    return Told(
        f"{many.command.action}: {len(outcomes):,}{of} accepted, {len(refused):,} refused",
        (*(f"{outcome.name} {told(outcome.event)}" for outcome in outcomes), *_refusals(refused)),
        {
            "dry_run": True,
            "count": len(numbers),
            "done": [outcome.event.subject_id for outcome in outcomes],
            "refused": [{"number": number} | refusal.as_dict() for number, refusal in refused],
        },
    )
