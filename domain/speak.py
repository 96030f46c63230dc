"""A typed line, carried out: what the console's line, the shell and scripts all call.

It never raises a DispatchError: a refusal is an answer like any other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from domain import commands as c
from domain import reports
from domain.actors import Actor, Role
from domain.engine import Engine, Outcome
from domain.errors import Ambiguous, DispatchError, Forbidden, IllegalTransition, NotFound, NotUnderstood
from domain.lifecycle import Action, Subject, actions_from, check
from domain.line import queries as q
from domain.line.context import Context
from domain.line.helping import help_lines
from domain.line.reading import parse
from domain.line.scan import is_plain, quote, split
from domain.line.words import ALIASES
from domain.line.writing import render
from domain.views import BookingFilter, EventFilter
from domain.visibility import may_see_event, require_admin, require_booking, sees_everything, within

_MOST_FOUND = 200
_MOST_EVENTS = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What one line came to.

    Attributes:
        ok: It was carried out, or answered.
        understood: It is in the language.
        text: One line for people.
        lines: The body of a read.
        data: The same for programs: what `--json` prints.
        booking: The booking it was about, which `..` stands for next.
        inverse: The line that takes it back.
        choices: Lines that the digits 1 to 9 stand for next.
    """

    ok: bool
    understood: bool
    text: str
    lines: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    booking: int | None = None
    inverse: str | None = None
    choices: tuple[str, ...] = ()


def context_of(
    engine: Engine, actor: Actor, zone: tzinfo, selected: int | None = None, last: int | None = None
) -> Context:
    """What a line means now, on this database, to this actor."""
    return Context(
        now=engine.clock.now(), actor=actor, zone=zone, directory=engine.views.directory(), selected=selected, last=last
    )


def speak(
    engine: Engine,
    text: str,
    actor: Actor,
    *,
    zone: tzinfo,
    selected: int | None = None,
    last: int | None = None,
    seen: int | None = None,
) -> list[Answer]:
    """Carry out a line, or a `;` chain up to its first refusal.

    Args:
        engine: The domain.
        text: What was typed.
        actor: Who typed it.
        zone: The time zone of times of day.
        selected: The booking that `.` stands for.
        last: The booking that `..` stands for.
        seen: The version of the selected booking that the actor was looking at.
    """
    answers: list[Answer] = []
    try:
        parts = split(text)
    except DispatchError as refusal:
        return [_refused(refusal)]
    for part, offset in parts:
        try:
            context = context_of(engine, actor, zone, selected, last)
            _require_known(engine, context)
            answer = _carry_out(engine, parse(part, context), context, seen)
        except DispatchError as refusal:
            answers.append(_refused(refusal, offset, text))
            break
        answers.append(answer)
        last = answer.booking or last
        if answer.booking == selected:
            seen = answer.data.get("version", seen)
    return answers


def _require_known(engine: Engine, context: Context) -> None:
    """Somebody who does not exist sees and does nothing, and is told so."""
    actor = context.actor
    if actor.role is Role.PROVIDER and actor.id not in context.directory.handles:
        raise NotFound(f"There is no provider {actor.id!r}; act as one that exists", provider=actor.id)
    if actor.customer_id is not None:
        engine.views.customer(actor.customer_id)


def _refused(refusal: DispatchError, offset: int = 0, text: str = "") -> Answer:
    understood = not isinstance(refusal, NotUnderstood)
    data = refusal.as_dict()
    details = data["details"]
    if "position" in details:
        details["position"] += offset
    choices: tuple[str, ...] = ()
    if isinstance(refusal, Ambiguous):
        before, after = text[offset : details["position"]], text[details["position"] + details["length"] :]
        names = [name if is_plain(name) else quote(name) for name in details["choices"][:9]]
        choices = tuple(f"{before}{name}{after}".strip() for name in names)
    return Answer(ok=False, understood=understood, text=refusal.message, data=data, choices=choices)


def _carry_out(engine: Engine, said: c.Command | q.Query, context: Context, seen: int | None) -> Answer:
    if isinstance(said, q.UndoLast):
        said = _own_last(engine, context.actor, said)
    if isinstance(said, c.Command):
        about_selected = isinstance(said, c.BookingCommand) and said.booking == context.selected
        outcome = engine.execute(said, context.actor, seen=seen if about_selected else None)
        customer = engine.views.booking(outcome.booking).customer if outcome.booking is not None else None
        return _accepted(outcome, render(said), customer)
    return _Reader(engine, context).answer(said)


def _own_last(engine: Engine, actor: Actor, said: q.UndoLast) -> c.Undo:
    mine = engine.views.events(EventFilter(actor=str(actor)), before=2**62, limit=1)
    if not mine:
        raise NotFound("You have done nothing yet that could be taken back")
    return c.Undo.of(event=mine[0].event.id, reason=said.reason)


def _accepted(outcome: Outcome, line: str, customer: str | None) -> Answer:
    """The result line names event, booking and customer, so that a wrong number shows at once."""
    event = outcome.event
    text = f"{outcome.summary} · {' '.join(customer.split())}" if customer else outcome.summary
    data = {
        "event": event.id,
        "booking": outcome.booking,
        "action": str(event.action),
        "subject": str(event.subject),
        "id": event.subject_id,
        "name": outcome.name,
        "customer": customer,
        "from": event.from_status,
        "to": event.to_status,
        "version": event.version,
        "line": line,
        "inverse": outcome.inverse,
        "details": event.details,
    }
    return Answer(ok=True, understood=True, text=text, data=data, booking=outcome.booking, inverse=outcome.inverse)


class _Reader:
    """Answers queries, within what the actor may see."""

    def __init__(self, engine: Engine, context: Context) -> None:
        self._views = engine.views
        self._context = context
        self._actor = context.actor
        self._now: datetime = context.now
        self._zone = context.zone

    def answer(self, query: q.Query) -> Answer:
        """One query's answer.

        Raises:
            DispatchError: It does not exist, or is not theirs to see.
        """
        match query:
            case q.ShowBooking(booking=number):
                return self._booking(number)
            case q.ShowProvider(handle=handle):
                return self._provider(handle)
            case q.ShowCustomer(number=number):
                return self._customer(number)
            case q.ShowService(name=name):
                return self._service(name)
            case q.Find():
                return self._find(query)
            case q.ShowEvents():
                return self._events(query)
            case q.Candidates(booking=number):
                return self._candidates(number)
            case q.Help(topic=topic):
                return _read("Help", help_lines(topic, self._context))
            case q.What(prefix=prefix):
                return self._what(prefix)
            case _:
                raise NotUnderstood("That cannot be asked here")

    def _booking(self, number: int) -> Answer:
        sheet = self._views.sheet(number)
        require_booking(self._actor, sheet.row)
        if not sees_everything(self._actor):
            sheet = replace(sheet, candidates=None)
        head, *lines = reports.booking_report(sheet, self._views.policy().attempts, self._now, self._zone)
        row = sheet.row
        return _read(
            head,
            lines,
            booking=number,
            data={
                "booking": number,
                "status": str(row.booking.status),
                "version": row.booking.version,
                "service": row.service,
                "customer": row.customer,
                "provider": row.provider,
                "priority": row.booking.priority,
                "address": row.booking.address,
                "events": [entry.event.id for entry in sheet.events],
            },
        )

    def _provider(self, handle: str) -> Answer:
        if self._actor.role is not Role.PROVIDER or self._actor.id != handle:
            require_admin(self._actor, "Another provider's sheet")
        row = self._views.provider(handle)
        jobs = self._views.jobs_of(handle)
        data = {"provider": handle, "shown": row.shown, "jobs": list(row.jobs), "skills": list(row.skills)}
        return _read(f"{handle} is {row.shown}", reports.provider_report(row, jobs, self._now, self._zone), data=data)

    def _customer(self, number: int) -> Answer:
        if self._actor.customer_id != number:
            require_admin(self._actor, "Another customer's sheet")
        customer = self._views.customer(number)
        rows = self._views.bookings_of(number, limit=20)
        contact = " · ".join(part for part in (customer.phone, customer.email, customer.address) if part)
        lines = [f"{number} · {customer.name} · {contact}"]
        lines += [f"  {reports.booking_line(row, self._now, self._zone)}" for row in rows]
        return _read(
            f"{customer.name} has {len(rows)} bookings", lines, data={"customer": number, "name": customer.name}
        )

    def _service(self, name: str) -> Answer:
        for service in self._views.services():
            if service.name.lower() == name.lower():
                line = (
                    f"{service.name} · {service.status} · {service.priority} · "
                    f"{service.base_price_cents / 100:.2f} · {service.duration_minutes} min · {service.description}"
                )
                return _read(line, (), data={"service": service.name, "status": str(service.status)})
        raise NotFound(f"There is no service {name!r}", service=name)

    def _find(self, query: q.Find) -> Answer:
        directory = self._context.directory
        which = BookingFilter(
            statuses=query.statuses,
            services=frozenset(_known(directory.services, name, "service") for name in query.services),
            provider_id=_known(directory.handles, query.provider, "provider") if query.provider else None,
            words=query.words,
        )
        which = within(self._actor, which, directory.handles.get(self._actor.id))
        count = self._views.count(which)
        rows = self._views.bookings(which, limit=_MOST_FOUND)
        more = f", the newest {_MOST_FOUND} shown" if count > _MOST_FOUND else ""
        return _read(
            f"{count} found{more}",
            (reports.booking_line(row, self._now, self._zone) for row in rows),
            data={"count": count, "bookings": [row.booking.id for row in rows]},
        )

    def _events(self, query: q.ShowEvents) -> Answer:
        if query.booking is not None:
            require_booking(self._actor, self._views.booking(query.booking))
        which = EventFilter(booking=query.booking)
        newest = self._views.events(which, before=2**62, limit=_MOST_EVENTS)
        found = [row for row in newest if may_see_event(self._actor, row)]
        if query.since is not None:
            found = [row for row in found if row.event.at >= query.since]
        lines = (reports.event_line(row, self._now, self._zone) for row in found)
        only = f" among the newest {_MOST_EVENTS}" if len(newest) == _MOST_EVENTS else ""
        return _read(f"{len(found)} events{only}", lines, data={"events": [row.event.id for row in found]})

    def _candidates(self, number: int) -> Answer:
        require_admin(self._actor, "Who could do it")
        booking = self._views.booking(number).booking
        matching = self._views.candidates(number)
        best = f", best {matching.best.handle}" if matching.best else ""
        then = "a digit assigns" if booking.needs_provider else f"it is {booking.status}: release it first, or assign!"
        return _read(
            f"{number}: {len(matching.candidates)} could{best}; {then}",
            reports.candidate_lines(matching, self._now, self._zone),
            booking=number,
            data={"booking": number, **matching.as_details()},
            choices=tuple(f"assign {number} {one.handle}" for one in matching.candidates[:9])
            if booking.needs_provider
            else (),
        )

    def _what(self, prefix: str) -> Answer:
        """What can follow: for a booking, what the lifecycle lets this actor do with it, and why not the rest."""
        number = self._context.selected
        words = prefix.split()
        for word in words:
            if word.isdecimal():
                number = int(word[:15])
        if number is not None and {word.lower().rstrip("!") for word in words} & {"assign", *ALIASES["assign"]}:
            return self._candidates(number)
        if number is None or prefix.strip() in {"", "help"}:
            return _read("Help", help_lines(prefix.strip() or None, self._context))
        row = require_booking(self._actor, self._views.booking(number))
        status = row.booking.status
        can = [str(action) for action in actions_from(Subject.BOOKING, status, self._actor.role)]
        return _read(
            f"{number} is {status}: {', '.join(can) or 'nothing'}", _why_not(status, self._actor), booking=number
        )


def _known(numbers: Mapping[str, int], name: str, kind: str) -> int:
    """A name's number, whatever the case."""
    for known, number in numbers.items():
        if known.lower() == name.lower():
            return number
    raise NotFound(f"There is no {kind} {name!r}", **{kind: name})


def _why_not(status: str, actor: Actor) -> Iterator[str]:
    for action in Action:
        try:
            check(Subject.BOOKING, action, status, actor.role, "It")
        except IllegalTransition as refusal:
            if action is not Action.CREATE:
                yield f"not {action}: needs {' or '.join(refusal.details.get('needs', ['another status']))}"
        except Forbidden:
            continue


def _read(
    text: str,
    lines: Any,
    *,
    data: dict[str, Any] | None = None,
    booking: int | None = None,
    choices: tuple[str, ...] = (),
) -> Answer:
    body = tuple(lines)
    return Answer(
        ok=True,
        understood=True,
        text=text,
        lines=body,
        data=data if data is not None else {"text": list(body)},
        booking=booking,
        choices=choices,
    )
