"""Questions answered, of now and of the past, within what the actor may see.

Only `domain.speak` imports this module.
"""

from dataclasses import replace
from datetime import datetime

from domain.actors import Role
from domain.answers import asof, reports
from domain.answers.answer import Answer, read_out
from domain.answers.asking import next_for_people, next_for_programs, what_follows
from domain.answers.finding import SHORT_TERMS, short_terms
from domain.answers.inquiry import explained
from domain.clock import iso
from domain.criteria import Period
from domain.engine import Engine
from domain.errors import NotFound, NotUnderstood
from domain.line import queries as q
from domain.line.context import Context
from domain.line.helping import help_lines
from domain.line.words import ALIASES
from domain.views import Reads
from domain.visibility import may_see_event, require_admin, require_booking, sees_everything, within

_MOST_FOUND = 200
_MOST_EVENTS = 500


def answered(engine: Engine, said: q.Query, context: Context) -> Answer:
    """A question's answer.

    Raises:
        DispatchError: It does not exist, or is not theirs to see.
    """
    if isinstance(said, q.AsOf):
        return _looked_back(engine, said, context)
    return _Reader(engine, context).answer(said)


def _looked_back(engine: Engine, said: q.AsOf, context: Context) -> Answer:
    """A question answered from the past: marked so, and nothing in it stands for a next line."""
    judged = asof.judged(said.at, context.now, context.zone)
    with engine.views.as_of(said.at) as past:
        answer = _Reader(engine, replace(context, now=said.at), past, judged).answer(said.query)
    text = f"{asof.mark(said.at, context.now, context.zone)}: {answer.text}"
    return replace(answer, text=text, data={"as_of": iso(said.at)} | answer.data, booking=None, choices=())


class _Reader:
    """Answers queries, within what the actor may see."""

    def __init__(self, engine: Engine, context: Context, past: Reads | None = None, judged: str = "now") -> None:
        self._present = engine.views
        self._views: Reads = engine.views if past is None else past
        self._is_past = past is not None
        self._judged = judged
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
            case q.Diff():
                text, lines, data = asof.changes(self._present, query, self._context)
                return read_out(text, lines, data=data)
            case q.Candidates(booking=number):
                return self._candidates(number)
            case q.Next():
                return self._next()
            case q.WhyAsked():
                found, booking = explained(query, self._context, self._views, self._present.roster())
                return read_out(found.text, found.lines, booking=booking, data={"booking": booking} | found.data)
            case q.Help(topic=topic):
                return read_out("Help", help_lines(topic, self._context))
            case q.What(prefix=prefix):
                return self._what(prefix)
            case _:
                raise NotUnderstood("That cannot be asked here")

    def _booking(self, number: int) -> Answer:
        sheet = self._views.sheet(number)
        require_booking(self._actor, sheet.row)
        if not sees_everything(self._actor):
            sheet = replace(sheet, candidates=None)
        head, *lines = reports.booking_report(sheet, self._views.policy().attempts, self._now, self._zone, self._judged)
        row = sheet.row
        return read_out(
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
        return read_out(
            f"{handle} is {row.shown}", reports.provider_report(row, jobs, self._now, self._zone), data=data
        )

    def _customer(self, number: int) -> Answer:
        if self._actor.customer_id != number:
            require_admin(self._actor, "Another customer's sheet")
        customer = self._views.customer(number)
        rows = self._views.bookings_of(number, limit=20)
        contact = " · ".join(part for part in (customer.phone, customer.email, customer.address) if part)
        lines = [f"{number} · {customer.name} · {contact}"]
        lines += [f"  {reports.booking_line(row, self._now, self._zone)}" for row in rows]
        return read_out(
            f"{customer.name} has {len(rows)} bookings", lines, data={"customer": number, "name": customer.name}
        )

    def _service(self, name: str) -> Answer:
        for service in self._views.services():
            if service.name.lower() == name.lower():
                line = (
                    f"{service.name} · {service.status} · {service.priority} · "
                    f"{service.base_price_cents / 100:.2f} · {service.duration_minutes} min · {service.description}"
                )
                return read_out(line, (), data={"service": service.name, "status": str(service.status)})
        raise NotFound(f"There is no service {name!r}", service=name)

    def _find(self, query: q.Find) -> Answer:
        directory = self._context.directory
        which = within(self._actor, query.which, directory.handles.get(self._actor.id))
        count = self._views.count(which)
        rows = self._views.bookings(which, limit=_MOST_FOUND)
        more = f", the newest {_MOST_FOUND} shown" if count > _MOST_FOUND else ""
        short = f"; {SHORT_TERMS}" if short_terms(which.all_words) else ""
        return read_out(
            f"{count} found{more}{short}",
            (reports.booking_line(row, self._now, self._zone) for row in rows),
            data={"count": count, "bookings": [row.booking.id for row in rows]},
        )

    def _events(self, query: q.ShowEvents) -> Answer:
        if query.booking is not None:
            require_booking(self._actor, self._views.booking(query.booking))
        periods = query.which.periods | ({Period(query.since)} if query.since is not None else frozenset())
        which = replace(query.which, booking=query.booking, periods=periods)
        newest = self._views.events(which, before=2**62, limit=_MOST_EVENTS)
        found = [row for row in newest if may_see_event(self._actor, row)]
        lines = (reports.event_line(row, self._now, self._zone) for row in found)
        only = f" among the newest {_MOST_EVENTS}" if len(newest) == _MOST_EVENTS else ""
        return read_out(f"{len(found)} events{only}", lines, data={"events": [row.event.id for row in found]})

    def _candidates(self, number: int) -> Answer:
        require_admin(self._actor, "Who could do it")
        booking = self._views.booking(number).booking
        matching = self._views.candidates(number)
        best = f", best {matching.best.handle}" if matching.best else ""
        then = "a digit assigns" if booking.needs_provider else f"it is {booking.status}: release it first, or assign!"
        if self._is_past:
            then = f"{self._judged}, when it was {booking.status}"
        return read_out(
            f"{number}: {len(matching.candidates)} could{best}; {then}",
            reports.candidate_lines(matching, self._now, self._zone),
            booking=number,
            data={"booking": number, **matching.as_details()},
            choices=tuple(f"assign {number} {one.handle}" for one in matching.candidates[:9])
            if booking.needs_provider
            else (),
        )

    def _next(self) -> Answer:
        require_admin(self._actor, "What needs somebody")
        queue, count = self._present.attention(1)
        if not queue:
            return read_out("Nothing needs you", (), data={"booking": None, "waiting": 0})
        (worst,) = queue
        text, about = next_for_people(worst, count, self._context)
        read = read_out(text, [about], booking=worst.row.booking.id, data=next_for_programs(worst, count))
        return replace(read, proposal=worst.line)

    def _what(self, prefix: str) -> Answer:
        """What can follow; of `assign`, the candidates, with digits that take them."""
        words = prefix.lower().split()
        number = next((int(word[:15]) for word in words if word.isdecimal()), self._context.selected)
        if number is not None and {word.rstrip("!") for word in words} & {"assign", *ALIASES["assign"]}:
            return self._candidates(number)
        text, lines = what_follows(prefix.strip(), self._context, self._present)
        return read_out(text, lines)
