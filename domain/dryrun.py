"""A dry run in words: what a line would change, field by field, and what that would do to others.

`domain/speak.py` imports this module. It asks a trial of the engine, and the views for what is waiting.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from domain import bulk
from domain import commands as c
from domain.actors import Actor
from domain.answers.difference import Wording, label
from domain.answers.reports import clock_time, span
from domain.codec import BOOKING, codec_of_type
from domain.criteria import BookingFilter
from domain.effects import Load, Loss, loads, losses, overlapping, touched
from domain.engine import Engine
from domain.errors import InvalidInput, NotUnderstood
from domain.lifecycle import FINAL, NEEDS_PROVIDER, Status, Subject
from domain.line import queries as q
from domain.line.context import Context
from domain.outcome import Outcome
from domain.policy import Policy
from domain.records import Booking, Customer, Event, Provider, Service
from domain.slack import slack
from domain.trial import Trial
from domain.visibility import details_for, sees_everything
from domain.wording import told

MARK: Final = "dry run, nothing was changed"
"""How every answer of a dry run begins."""
MOST_WAITING: Final = 500
"""How many waiting bookings, the newest first, are weighed for who loses by a change."""
_MOST_LOSSES: Final = 8
_RECORDS = {Subject.PROVIDER: Provider, Subject.SERVICE: Service, Subject.CUSTOMER: Customer}
_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Tried:
    """What one command would come to.

    Attributes:
        text: One line for people.
        lines: What would change, field by field, and what that does to others.
        data: The same for programs.
        booking: The booking it is about.
    """

    text: str
    lines: tuple[str, ...]
    data: dict[str, Any] = field(default_factory=dict)
    booking: int | None = None


class Rehearsal:
    """The lines of one dry run, each after those before it."""

    def __init__(self, engine: Engine, trial: Trial, actor: Actor) -> None:
        self._engine = engine
        self._views = engine.views
        self._trial = trial
        self._actor = actor
        self._waiting: list[Booking] | None = None

    def context(self, context: Context) -> Context:
        """What a line means after those before it: names that they brought are names."""
        handles, services = dict(context.directory.handles), dict(context.directory.services)
        for event in (event for outcome in self._trial.outcomes for event in outcome.events):
            if event.subject is Subject.PROVIDER and "handle" in event.changes:
                handles[event.changes["handle"][1]] = event.subject_id
            if event.subject is Subject.SERVICE and "name" in event.changes:
                services[event.changes["name"][1]] = event.subject_id
        return replace(context, directory=replace(context.directory, handles=handles, services=services))

    def command(self, said: c.Command | q.Query) -> c.Command | q.Query:
        """What a line means that names no number: taken back is what the lines before it did.

        Raises:
            InvalidInput: What it means could only be known once the lines before it were carried out.
        """
        if isinstance(said, q.DryRun):
            said = said.said
        if self._trial.outcomes and isinstance(said, q.UndoLast):
            return c.Undo.of(event=self._trial.outcomes[-1].event.id, reason=said.reason)
        if self._trial.outcomes and isinstance(said, q.AckWorst):
            raise InvalidInput("Behind another line of a dry run, ack needs a booking, as in ack 214")
        return said

    def carry_out(self, command: c.Command | q.Query, context: Context, seen: int | None) -> Tried:
        """Try one command.

        Raises:
            DispatchError: It would be refused, in these words.
        """
        if isinstance(command, q.Many):
            told_of_all = bulk.tried(self._trial, command, bulk.meant(self._engine, command, context), self._actor)
            return Tried(f"{MARK}: {told_of_all.text}", told_of_all.lines, told_of_all.data)
        if not isinstance(command, c.Command):
            raise NotUnderstood("a question changes nothing; leave the ~ out")
        before = self._trial.roster() if sees_everything(self._actor) else ()
        is_selected = isinstance(command, c.BookingCommand) and command.booking == context.selected
        is_as_seen = is_selected and context.selected not in self._own()
        outcome = self._trial.execute(command, self._actor, seen=seen if is_as_seen else None)
        after = self._trial.roster() if sees_everything(self._actor) else ()
        booking = self._trial.booking(outcome.booking) if outcome.booking is not None else None
        touches = bool(touched(before, after))
        policy = self._views.policy()
        found = _Found(
            outcome=outcome,
            booking=booking,
            people={entry.provider.id: entry.provider for entry in after},
            loads=loads(before, after, context.now),
            losses=losses(before, after, self._still_waiting(), context.now, policy) if touches else [],
            overlaps=overlapping(booking, after) if booking and "provider_id" in outcome.event.changes else [],
        )
        return found.tried(context, self._actor)

    def _still_waiting(self) -> list[Booking]:
        """The bookings that wait for somebody and that no line of this dry run is about."""
        if self._waiting is None:
            rows = self._views.bookings(BookingFilter(statuses=NEEDS_PROVIDER), limit=MOST_WAITING)
            self._waiting = [row.booking for row in rows]
        own = self._own()
        return [booking for booking in self._waiting if booking.id not in own]

    def _own(self) -> set[int | None]:
        """The bookings that lines of this dry run were about."""
        return {outcome.booking for outcome in self._trial.outcomes}


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything that is said of one tried command."""

    outcome: Outcome
    booking: Booking | None
    people: dict[int, Provider]
    loads: list[Load]
    losses: list[Loss]
    overlaps: list[int]

    def tried(self, context: Context, actor: Actor) -> Tried:
        outcome, event = self.outcome, self.outcome.event
        return Tried(
            f"{MARK}: {outcome.name} {told(event)}",
            tuple(self._lines(context)),
            self._data(context, actor),
            outcome.booking,
        )

    @property
    def inverse(self) -> str | None:
        """The line that would take it back; its event has no number yet."""
        line = self.outcome.inverse
        return "undo" if line is not None and line.startswith("undo ") else line

    def _slack(self, now: datetime) -> tuple[timedelta, timedelta] | None:
        """The booking's slack before and after, where it has one on both sides."""
        event = self.outcome.event
        if self.booking is None or event.version == 1:
            return None
        before = replace(self.booking, **BOOKING.fields({name: was for name, (was, _) in event.changes.items()}))
        if {before.status, self.booking.status} & (FINAL | {Status.IN_PROGRESS}):
            return None
        return slack(before, now), slack(self.booking, now)

    def _lines(self, context: Context) -> Iterator[str]:
        now, zone = context.now, context.zone
        for event in self.outcome.events:
            name = self.outcome.name if event is self.outcome.event else f"{event.subject} {event.subject_id}"
            status = (
                event.to_status if event.from_status == event.to_status else f"{event.from_status} → {event.to_status}"
            )
            reason = f' · "{" ".join(event.reason.split())}"' if event.reason else ""
            yield f"event    {name} {told(event)} · {status} · {event.actor}{reason}"
            yield from (f"         {change}" for change in _changes(event, self.people, context))
        if warning := self.outcome.event.details.get("warning"):
            yield f"although {warning}"
        change = self._slack(now)
        if change is not None and change[0] != change[1]:
            yield f"slack    {self.outcome.name}: {span(change[0])} → {span(change[1])}"
        for load in self.loads:
            until = f" until {clock_time(load.busy_until, now, zone)}" if load.busy_until else ""
            jobs = ", ".join(map(str, load.jobs)) or "nothing"
            before = f", {load.jobs_before} before" if load.jobs_before != len(load.jobs) else ""
            yield f"load     {load.handle} would be {load.shown}{until}, with {jobs} ({len(load.jobs)}{before})"
        if self.overlaps:
            yield f"overlaps {', '.join(map(str, self.overlaps))}, planned for the same time"
        yield from self._lost()
        final = "nothing takes it back" if self.inverse is None else self.inverse
        yield f"back     {final}"

    def _lost(self) -> Iterator[str]:
        for loss in self.losses[:_MOST_LOSSES]:
            if loss.then is None:
                yield f"loses    {loss.booking} loses {loss.lost}, the only one who could take it now"
            else:
                yield f"loses    {loss.booking} loses {loss.lost}; {loss.then} would be next{_slacks(loss)}"
        if len(self.losses) > _MOST_LOSSES:
            yield f"loses    and {len(self.losses) - _MOST_LOSSES} more"

    def _data(self, context: Context, actor: Actor) -> dict[str, Any]:
        event = self.outcome.event
        change = self._slack(context.now)
        return {
            "dry_run": True,
            "booking": self.outcome.booking,
            "action": str(event.action),
            "name": self.outcome.name,
            "line": event.line,
            "inverse": self.inverse,
            "would_write": [_as_data(one, actor) for one in self.outcome.events],
            "slack_s": None if change is None else [int(one.total_seconds()) for one in change],
            "load": [
                {"provider": load.handle, "shown": load.shown, "jobs": list(load.jobs), "busy_until": load.busy_until}
                for load in self.loads
            ],
            "overlaps": self.overlaps,
            "losses": [
                {"booking": loss.booking, "loses": loss.lost, "then": loss.then} | _slack_data(loss)
                for loss in self.losses
            ],
        }


def _slacks(loss: Loss) -> str:
    if loss.slack_before is None or loss.slack_after is None:
        return ""
    return f", slack {span(loss.slack_before)} → {span(loss.slack_after)}"


def _slack_data(loss: Loss) -> dict[str, Any]:
    pair = (loss.slack_before, loss.slack_after)
    return {"slack_s": [None if one is None else int(one.total_seconds()) for one in pair]}


def _as_data(event: Event, actor: Actor) -> dict[str, Any]:
    return {
        "action": str(event.action),
        "subject": str(event.subject),
        "id": event.subject_id,
        "version": event.version,
        "from": event.from_status,
        "to": event.to_status,
        "actor": str(event.actor),
        "reason": event.reason,
        "line": event.line,
        "changes": event.changes,
        "details": details_for(actor, event),
        "undoes": event.undoes,
    }


def _changes(event: Event, people: dict[int, Provider], context: Context) -> Iterator[str]:
    """Each field that would change, before and after, in people's words."""
    if event.subject is Subject.BOOKING:
        wording = Wording(people, context.now, context.zone)
        words = [(name, [wording.value(name, one) for one in pair]) for name, pair in event.changes.items()]
    elif event.subject is Subject.SETTING:
        before, after = (_settings(one) for one in event.changes["policy"])
        words = [(name, [str(before[name]), str(after[name])]) for name in after]
    else:
        codec = codec_of_type(_RECORDS[event.subject])
        words = [
            (name, [_in_words(codec.fields({name: one})[name], context) for one in pair])
            for name, pair in event.changes.items()
        ]
    yield from (f"{label(name)} {before} → {after}" for name, (before, after) in words if before != after)


def _settings(stored: str | None) -> dict[str, Any]:
    """The room's settings by name; the defaults until somebody changed one."""
    return (Policy() if stored is None else Policy.model_validate_json(stored)).model_dump(mode="json")


def _in_words(value: Any, context: Context) -> str:
    if value is None or value == "" or value == ():
        return _NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return clock_time(value, context.now, context.zone)
    if isinstance(value, tuple):
        names = {number: name for name, number in context.directory.services.items()}
        return ", ".join(names.get(one, str(one)) for one in value)
    return " ".join(str(value).split())
