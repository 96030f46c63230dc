"""A typed line, carried out: what the console's line, the shell and scripts all call.

It never raises a DispatchError: a refusal is an answer like any other.
"""

from dataclasses import dataclass, replace
from datetime import tzinfo

from domain import bulk
from domain import commands as c
from domain.actors import Actor, Role
from domain.answers import reports
from domain.answers.answer import Answer
from domain.answers.answering import answered
from domain.answers.nearest import propose, require_finished
from domain.bulk import Consent
from domain.dryrun import Rehearsal
from domain.engine import Engine
from domain.errors import Ambiguous, DispatchError, NotFound, NotUnderstood
from domain.line import queries as q
from domain.line.context import Context
from domain.line.prefixes import behind_tilde
from domain.line.reading import parse
from domain.line.scan import is_plain, quote, split
from domain.line.writing import render
from domain.outcome import Outcome
from domain.visibility import require_admin

_ALWAYS_ANSWERED = (q.Find, q.ShowEvents, q.Help, q.What, q.Next)


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
    key: str | None = None,
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
        key: The asker's own name for this asking (`Engine.execute`); lines about many are not kept by it.
    """
    behind = behind_tilde(text)
    if behind is None:
        return _chain(_Said(engine, text, actor, zone, consent, key=key), selected, last, seen)
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
    key: str | None = None

    def context(self, selected: int | None, last: int | None) -> Context:
        context = context_of(self.engine, self.actor, self.zone, selected, last)
        return self.rehearsal.context(context) if self.rehearsal else context

    def carry_out(self, part: str, offset: int, context: Context, seen: int | None) -> Answer:
        meant = parse(part, context)
        if isinstance(meant, q.Many) and len(split(self.text)) > 1:
            raise NotUnderstood("a line about many stands alone, without ;", 0, len(part))
        if self.rehearsal is not None:
            return _tried(self.engine, self.rehearsal, meant, context, seen)
        if isinstance(meant, q.DryRun):
            return self.engine.trial(
                lambda trial: _tried(self.engine, Rehearsal(self.engine, trial, self.actor), meant, context, seen)
            )
        return self.execute(meant, context, seen, offset)

    def execute(self, said: c.Command | q.Query, context: Context, seen: int | None, offset: int) -> Answer:
        said = _meant(self.engine, said, self.actor)
        if isinstance(said, q.Many):
            return _many(self.engine, said, context, self.consent)
        if not isinstance(said, c.Command):
            return answered(self.engine, said, context)
        about_selected = isinstance(said, c.BookingCommand) and said.booking == context.selected
        key = None if self.key is None else f"{self.key}+{offset}"
        outcome = self.engine.execute(said, self.actor, seen=seen if about_selected else None, key=key)
        customer = self.engine.views.booking(outcome.booking).customer if outcome.booking is not None else None
        return _accepted(outcome, render(said), customer)


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
            answer = said.carry_out(part, offset, context, seen)
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
        return answered(engine, meant, context)
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
        return isinstance(meant, _ALWAYS_ANSWERED) or answered(engine, meant, context).ok
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


def _many(engine: Engine, said: q.Many, context: Context, consent: Consent | None) -> Answer:
    """Done if it was agreed to, else the question."""
    if consent is None:
        numbers = bulk.meant(engine, said, context)
        asked = bulk.asked(engine, said, numbers, context)
        return Answer(False, True, asked.text, asked.lines, asked.data, asks=numbers)
    numbers = bulk.meant(engine, said, context) if consent.numbers is None else consent.numbers
    done = bulk.carry_out(engine, said, numbers, context.actor, consent.progress)
    return Answer(bool(done.inverse), True, done.text, done.lines, done.data, inverse=done.inverse)


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
