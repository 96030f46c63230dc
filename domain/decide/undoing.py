"""Taking back: a compensating event that gives back what the undone one changed. Pure.

Timers come back with the time they had left when the undone event happened; a hold's or a break's end, which people
named by the clock, as it was named while it still lies ahead. A provider comes back only if free now. Whom the loop
chose and a person took away is not chosen again by the system for that booking.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain import commands as c
from domain.actors import Actor, Role
from domain.availability import clash
from domain.building import replace
from domain.codec import codec_of
from domain.decide.facts import Change, Facts
from domain.decide.settle import remaining, without
from domain.errors import Duplicate, Forbidden, IllegalTransition, InvalidInput, NotFound, ProviderBusy
from domain.ladder import give_up_time
from domain.lifecycle import Action, Subject, check
from domain.matching import RosterEntry
from domain.policy import Policy
from domain.records import Booking, Customer, Event, Provider, Record, Service, Setting
from domain.wording import ending

_TIMERS = ("attempt_at", "offer_until", "give_up_at")
_NAMED_ENDS = ("held_until", "break_until")
_LADDER = ("attempt", "attempted_at", "attempt_at", "parked_at", "give_up_at")
_MOVES_LADDER = {"status", "attempt_at", "parked_at"}


def undo(command: c.Undo, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Give back the state before an event.

    Raises:
        IllegalTransition: The world moved on, or it is COMPLETED; the sentence says what happened since.
        Forbidden: Somebody else did it, and no reason was given or the actor is no admin.
        ProviderBusy: The provider it would go back to is not free any more.
    """
    event, subject = facts.event, facts.subject
    if event is None or subject is None:
        raise NotFound(f"There is no event {command.event}", event=command.event)
    name = _called(subject)
    check(event.subject, Action.UNDO, subject.status, actor.role, name)
    if event.action is Action.ATTEMPT:
        raise InvalidInput("An attempt changed nothing that could be taken back", event=event.id)
    if event.version == 1 and event.subject is not Subject.SETTING:
        end = "cancel" if event.subject is Subject.BOOKING else "deactivate"
        raise InvalidInput(f"A create cannot be taken back; {end} it: {ending(event, actor.role)}", event=event.id)
    if event.actor != actor and (actor.role is not Role.ADMIN or command.reason is None):
        raise Forbidden(
            f'{event.actor} did that; an admin can take it back with a reason: undo! {event.id} "reason"',
            event=event.id,
        )
    _refuse_if_moved_on(event, facts.later, name)
    after = _given_back(subject, event, facts)
    if isinstance(subject, Booking) and isinstance(after, Booking):
        _refuse_if_taken(subject, after, facts.target, facts.now)
        if event.action is Action.ASSIGN and event.role is Role.SYSTEM:
            after = without(after, subject.provider_id)
        # Seen is seen, unless something came after that nobody has looked at.
        after = replace(after, acked=after.acked and not facts.later)
    _refuse_if_given_away(after, facts.taken)
    return (
        Change(
            action=Action.UNDO,
            before=subject,
            after=replace(after, version=subject.version + 1),
            reason=command.reason,
            details={"undid": str(event.action)},
            undoes=event.id,
        ),
    )


def _called(subject: Record) -> str:
    if isinstance(subject, Booking):
        return f"Booking {subject.id}"
    if isinstance(subject, Setting):
        return "The settings"
    return subject.handle if isinstance(subject, Provider) else f"{type(subject).__name__} {subject.name}"


def standing(event: Event, later: Sequence[Event]) -> list[Event]:
    """What of the later events stands in the way of taking an event back.

    Attempts and notes do not, nor does what was itself taken back since: an event and its undo come to nothing.
    """
    found: dict[int, Event] = {}
    gone: dict[int, Event] = {}
    for one in later:
        if one.undoes in found:
            gone[one.id] = found.pop(one.undoes)
        elif one.undoes in gone:
            again = gone.pop(one.undoes)
            found[again.id] = again
        else:
            found[one.id] = one
    return [one for one in found.values() if not _is_aside(one, event)]


def _is_aside(one: Event, event: Event) -> bool:
    return one.action is Action.ATTEMPT or (one.action is Action.NOTE and "notes" not in event.changes)


def _refuse_if_moved_on(event: Event, later: Sequence[Event], name: str) -> None:
    in_the_way = standing(event, later)
    if not in_the_way:
        return
    last = max(in_the_way, key=lambda one: one.id)
    facts = {"event": last.id, "action": last.action, "by": str(last.actor)}
    if last.undoes == event.id:
        raise IllegalTransition(
            f"{last.actor} took that back already (event {last.id}); undo {last.id} brings it back", **facts
        )
    raise IllegalTransition(
        f"{name} moved on: {last.action} by {last.actor} (event {last.id}) came after; undo that first", **facts
    )


def _given_back(subject: Record, event: Event, facts: Facts) -> Any:
    """The subject with every field the event changed as it was before; running timers with the time they had left."""
    if isinstance(subject, Setting) and event.version == 1:
        return replace(subject, policy=Policy().model_dump(mode="json"))
    stored = {name: before for name, (before, _) in event.changes.items()}
    if not _MOVES_LADDER.isdisjoint(stored):
        stored = {**_ladder_before(facts.later), **stored}
    fields = codec_of(subject).fields(stored)
    for end in _NAMED_ENDS:
        if fields.get(end) is not None and fields[end] <= facts.now:
            left = fields[end] - event.at
            fields[end] = facts.now + left if left > timedelta(0) else None
    if isinstance(subject, Booking) and fields.get("held_since", subject.held_since) is None:
        fields |= _timers(subject, fields, event, facts)
    return replace(subject, **fields)


def _timers(subject: Booking, fields: Mapping[str, Any], event: Event, facts: Facts) -> dict[str, datetime]:
    """The timers of a booking that is not held then, none of them so that the loop would do again what was undone."""
    timers = {}
    for name in _TIMERS:
        moment: datetime | None = fields.get(name)
        if moment is not None:
            timers[name] = remaining(moment, event.at, facts.now)
            if moment <= event.at and name == "offer_until":
                timers[name] = facts.now + facts.policy.offer_timeout
            elif moment <= event.at and name == "give_up_at":
                timers[name] = give_up_time(replace(subject, **fields), facts.now, facts.policy)
        elif subject.held_since is not None and name not in fields and getattr(subject, name) is not None:
            timers[name] = getattr(subject, name) + (facts.now - subject.held_since)
    return timers


def _ladder_before(later: Sequence[Event]) -> dict[str, Any]:
    """Where the ladder stood before whatever came after an event."""
    stood: dict[str, Any] = {}
    for one in later:
        for name in _LADDER:
            if name in one.changes:
                stood.setdefault(name, one.changes[name][0])
    return stood


def _refuse_if_given_away(after: Record, taken: Mapping[str, int]) -> None:
    """A phone, an address or a name that somebody else has got meanwhile does not come back."""
    if isinstance(after, Customer) and "phone" in taken:
        raise Duplicate(f"{after.phone} is customer {taken['phone']}'s meanwhile", customer=taken["phone"])
    if isinstance(after, Provider) and "email" in taken:
        raise Duplicate(f"{after.email} is provider {taken['email']}'s meanwhile", provider=taken["email"])
    if isinstance(after, Service) and "service" in taken:
        raise Duplicate(f"Another service is called {after.name} meanwhile", service=taken["service"])


def _refuse_if_taken(before: Booking, after: Booking, entry: RosterEntry | None, now: datetime) -> None:
    if after.provider_id is None or not after.is_active or after.forced:
        return
    same = (before.provider_id, before.window_start, before.window_end, before.forced, before.is_active)
    if same == (after.provider_id, after.window_start, after.window_end, after.forced, after.is_active):
        return
    if entry is None:
        raise NotFound("The provider it would go back to does not exist")
    found = clash(after, entry.jobs, now)
    if found is not None:
        handle = entry.provider.handle
        raise ProviderBusy(
            f'{handle} is on {found.job.booking} since; assign! {after.id} {handle} "reason" would do it all the same',
            provider=handle,
            booking=found.job.booking,
            until=found.until,
        )
