"""A typed line, carried out: what the console's line, the shell and scripts all call.

It never raises a DispatchError: a refusal is an answer like any other.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from domain import asof, bulk, reports
from domain import commands as c
from domain.actors import Actor, Role
from domain.asking import next_for_people, next_for_programs, what_follows
from domain.bulk import Consent
from domain.clock import iso
from domain.criteria import Period
from domain.dryrun import Rehearsal
from domain.engine import Engine, Outcome
from domain.errors import Ambiguous, DispatchError, NotFound, NotUnderstood
from domain.finding import SHORT_TERMS, short_terms
from domain.inquiry import explained
from domain.line import queries as q
from domain.line.context import Context
from domain.line.helping import help_lines
from domain.line.prefixes import behind_tilde
from domain.line.reading import parse
from domain.line.scan import is_plain, quote, split
from domain.line.words import ALIASES
from domain.line.writing import render
from domain.nearest import propose, require_finished
from domain.views import Reads
from domain.visibility import may_see_event, require_admin, require_booking, sees_everything, within

_MOST_FOUND = 200
_MOST_EVENTS = 500
_ALWAYS_ANSWERED = (q.Find, q.ShowEvents, q.Help, q.What, q.Next)


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
        proposal: After a refusal, the nearest line that would work now; of `next`, the line that would help.
        asks: Whom a line about many would change; it is carried out when somebody agrees to these.
    """

    ok: bool
    understood: bool
    text: str
    lines: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    booking: int | None = None
    inverse: str | None = None
    choices: tuple[str, ...] = ()
    proposal: str | None = None
    asks: tuple[int, ...] = ()


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
    consent: Consent | None = None,
) -> list[Answer]:
    """Carry out a line, or a `;` chain up to its first refusal; behind a `~`, only try it.

    Args:
        engine: The domain.
        text: What was typed.
        actor: Who typed it.
        zone: The time zone of times of day.
        selected: The booking that `.` stands for.
        last: The booking that `..` stands for.
        seen: The version of the selected booking that the actor was looking at.
        consent: What the actor agrees to beforehand; without it, a line about many is answered by a question.
    """
    behind = behind_tilde(text)
    if behind is None:
        return _chain(_Said(engine, text, actor, zone, consent), selected, last, seen)
    said = _Said(engine, behind, actor, zone)
    try:
        return engine.trial(
            lambda trial: _chain(replace(said, rehearsal=Rehearsal(engine, trial, actor)), selected, last, seen)
        )
    except DispatchError as refusal:
        return [_refused(refusal)]


@dataclass(frozen=True, slots=True)
class _Said:
    """A chain, who said it, and whether it is meant or only tried."""

    engine: Engine
    text: str
    actor: Actor
    zone: tzinfo
    consent: Consent | None = None
    rehearsal: Rehearsal | None = None

    def context(self, selected: int | None, last: int | None) -> Context:
        context = context_of(self.engine, self.actor, self.zone, selected, last)
        return self.rehearsal.context(context) if self.rehearsal else context

    def carry_out(self, part: str, context: Context, seen: int | None) -> Answer:
        meant = parse(part, context)
        if isinstance(meant, q.Many) and len(split(self.text)) > 1:
            raise NotUnderstood("a line about many stands alone, without ;", 0, len(part))
        if self.rehearsal is not None:
            return _tried(self.engine, self.rehearsal, meant, context, seen)
        if isinstance(meant, q.DryRun):
            return self.engine.trial(
                lambda trial: _tried(self.engine, Rehearsal(self.engine, trial, self.actor), meant, context, seen)
            )
        return _carry_out(self.engine, meant, context, seen, self.consent)


def _chain(said: _Said, selected: int | None, last: int | None, seen: int | None) -> list[Answer]:
    answers: list[Answer] = []
    try:
        parts = split(said.text)
    except DispatchError as refusal:
        return [_refused(refusal)]
    for part, offset in parts:
        context = None
        try:
            context = said.context(selected, last)
            _require_known(said.engine, context)
            require_finished(part)
            answer = said.carry_out(part, context, seen)
        except DispatchError as refusal:
            answer = _refused(refusal, offset, said.text)
            if context is not None:
                answer = _with_proposal(answer, said.engine, part, refusal, context)
            answers.append(replace(answer, data=answer.data | {"dry_run": True}) if said.rehearsal else answer)
            break
        answers.append(answer)
        last = answer.booking or last
        if answer.booking == selected:
            seen = answer.data.get("version", seen)
    return answers


def _tried(
    engine: Engine, rehearsal: Rehearsal, said: c.Command | q.Query, context: Context, seen: int | None
) -> Answer:
    """What a line would come to; nothing of it is written."""
    meant = _meant(engine, rehearsal.command(said), context.actor)
    if isinstance(meant, q.What):
        return _answered(engine, meant, context)
    tried = rehearsal.carry_out(meant, context, seen)
    return Answer(True, True, tried.text, tried.lines, tried.data, tried.booking)


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


def _with_proposal(answer: Answer, engine: Engine, part: str, refusal: DispatchError, context: Context) -> Answer:
    """The refusal, with the nearest line that would work: in what people read, for programs, and as the digit 1."""
    if answer.choices:
        return answer
    try:
        line = propose(part, refusal, context, engine.views, lambda said: _would_work(engine, said, context))
    except DispatchError:
        line = None  # what was refused is to be told, whatever happens to the help
    if line is None:
        return answer
    data = answer.data | {"details": answer.data["details"] | {"proposal": line}}
    text = reports.refusal_with_proposal(refusal, line, context.now, context.zone)
    return replace(answer, text=text, data=data, choices=(line,), proposal=line)


def _would_work(engine: Engine, said: c.Command | q.Query, context: Context) -> bool:
    try:
        meant = _meant(engine, said, context.actor)
        if isinstance(meant, c.Command):
            return engine.views.refusal(meant, context.actor) is None
        return isinstance(meant, _ALWAYS_ANSWERED) or _answered(engine, meant, context).ok
    except DispatchError:
        return False


def _meant(engine: Engine, said: c.Command | q.Query, actor: Actor) -> c.Command | q.Query:
    """The command that a verb without its number stands for."""
    if isinstance(said, q.UndoLast):
        return bulk.last_of(engine, actor, said)
    if isinstance(said, q.AckWorst):
        require_admin(actor, "The attention queue")
        queue, _ = engine.views.attention(1)
        if not queue:
            raise NotFound("Nothing needs you")
        return c.Ack.of(booking=queue[0].row.booking.id)
    return said


def _carry_out(
    engine: Engine, said: c.Command | q.Query, context: Context, seen: int | None, consent: Consent | None
) -> Answer:
    said = _meant(engine, said, context.actor)
    if isinstance(said, q.Many):
        return _many(engine, said, context, consent)
    if isinstance(said, c.Command):
        about_selected = isinstance(said, c.BookingCommand) and said.booking == context.selected
        outcome = engine.execute(said, context.actor, seen=seen if about_selected else None)
        customer = engine.views.booking(outcome.booking).customer if outcome.booking is not None else None
        return _accepted(outcome, render(said), customer)
    return _answered(engine, said, context)


def _many(engine: Engine, said: q.Many, context: Context, consent: Consent | None) -> Answer:
    """Done if it was agreed to, else the question."""
    if consent is None:
        numbers = bulk.meant(engine, said, context)
        asked = bulk.asked(engine, said, numbers, context)
        return Answer(False, True, asked.text, asked.lines, asked.data, asks=numbers)
    numbers = bulk.meant(engine, said, context) if consent.numbers is None else consent.numbers
    done = bulk.carry_out(engine, said, numbers, context.actor, consent.progress)
    return Answer(bool(done.inverse), True, done.text, done.lines, done.data, inverse=done.inverse)


def _answered(engine: Engine, said: q.Query, context: Context) -> Answer:
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
                return _read(text, lines, data=data)
            case q.Candidates(booking=number):
                return self._candidates(number)
            case q.Next():
                return self._next()
            case q.WhyAsked():
                found, booking = explained(query, self._context, self._present)
                return _read(found.text, found.lines, booking=booking, data={"booking": booking} | found.data)
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
        head, *lines = reports.booking_report(sheet, self._views.policy().attempts, self._now, self._zone, self._judged)
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
        which = within(self._actor, query.which, directory.handles.get(self._actor.id))
        count = self._views.count(which)
        rows = self._views.bookings(which, limit=_MOST_FOUND)
        more = f", the newest {_MOST_FOUND} shown" if count > _MOST_FOUND else ""
        short = f"; {SHORT_TERMS}" if short_terms(which.all_words) else ""
        return _read(
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
        return _read(f"{len(found)} events{only}", lines, data={"events": [row.event.id for row in found]})

    def _candidates(self, number: int) -> Answer:
        require_admin(self._actor, "Who could do it")
        booking = self._views.booking(number).booking
        matching = self._views.candidates(number)
        best = f", best {matching.best.handle}" if matching.best else ""
        then = "a digit assigns" if booking.needs_provider else f"it is {booking.status}: release it first, or assign!"
        if self._is_past:
            then = f"{self._judged}, when it was {booking.status}"
        return _read(
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
            return _read("Nothing needs you", (), data={"booking": None, "waiting": 0})
        (worst,) = queue
        text, about = next_for_people(worst, count, self._context)
        read = _read(text, [about], booking=worst.row.booking.id, data=next_for_programs(worst, count))
        return replace(read, proposal=worst.line)

    def _what(self, prefix: str) -> Answer:
        """What can follow; of `assign`, the candidates, with digits that take them."""
        words = prefix.lower().split()
        number = next((int(word[:15]) for word in words if word.isdecimal()), self._context.selected)
        if number is not None and {word.rstrip("!") for word in words} & {"assign", *ALIASES["assign"]}:
            return self._candidates(number)
        text, lines = what_follows(prefix.strip(), self._context, self._present)
        return _read(text, lines)


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
