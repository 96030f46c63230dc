"""A booking on its way: the provider's answers, trouble, putting aside, and changes of what was agreed. Pure."""

from datetime import datetime

from domain import commands as c
from domain import ladder
from domain.actors import Actor, Role
from domain.availability import clash
from domain.building import replace
from domain.decide.assignment import at_work_elsewhere
from domain.decide.facts import Change, Facts, authorise
from domain.decide.settle import change, enter, revise, without
from domain.errors import Forbidden, IllegalTransition, InvalidInput, ProviderBusy, WindowOverlap
from domain.lifecycle import Action, Status
from domain.records import Absent, Booking
from domain.slack import promise


def accept(command: c.Accept, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """The offer is taken."""
    booking = authorise(Action.ACCEPT, actor, facts)
    return (change(Action.ACCEPT, booking, enter(booking, Status.ACCEPTED, facts.now)),)


def reject(command: c.Reject, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """The offer is not taken, or lapsed; the ladder goes on with somebody else."""
    booking = authorise(Action.REJECT, actor, facts)
    if actor.role is Role.SYSTEM and not ladder.offer_has_lapsed(booking, facts.now, facts.policy):
        raise IllegalTransition(f"The offer of booking {booking.id} still runs", until=booking.offer_until)
    after = without(enter(booking, Status.REJECTED, facts.now), booking.provider_id)
    after = ladder.go_on(after, facts.now, facts.policy)
    return (change(Action.REJECT, booking, after, reason=command.reason, details=_by_whom(facts)),)


def depart(command: c.Depart, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """On the way."""
    return _go_to_work(Action.DEPART, Status.EN_ROUTE, actor, facts)


def start(command: c.Start, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """At work."""
    return _go_to_work(Action.START, Status.IN_PROGRESS, actor, facts)


def _go_to_work(action: Action, status: Status, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    booking = authorise(action, actor, facts)
    other = at_work_elsewhere(status, booking, facts.holder) if facts.holder else None
    if other is not None and not booking.forced:
        raise ProviderBusy(f"{actor.id} is at work on {other}; complete that first", booking=other)
    return (change(action, booking, enter(booking, status, facts.now)),)


def complete(command: c.Complete, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Done."""
    booking = authorise(Action.COMPLETE, actor, facts)
    return (change(Action.COMPLETE, booking, enter(booking, Status.COMPLETED, facts.now)),)


def no_show(command: c.NoShow, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Somebody was absent: after a provider's the ladder goes on, after a customer's a person decides."""
    booking = authorise(Action.NO_SHOW, actor, facts)
    if actor.role is Role.PROVIDER and command.absent is Absent.PROVIDER:
        raise Forbidden("A provider can only report that the customer was absent; to give the job back: reject")
    after = replace(enter(booking, Status.NO_SHOW, facts.now), absent=command.absent)
    if command.absent is Absent.PROVIDER:
        after = ladder.go_on(without(after, booking.provider_id), facts.now, facts.policy)
    else:
        after = ladder.stop(after)
    details = {"absent": str(command.absent), **_by_whom(facts)}
    return (change(Action.NO_SHOW, booking, after, reason=command.reason, details=details),)


def cancel(command: c.Cancel | c.ForceCancel, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Not wanted any more."""
    booking = authorise(command.action, actor, facts)
    after = enter(booking, Status.CANCELLED, facts.now)
    return (change(command.action, booking, after, reason=command.reason, details=_by_whom(facts)),)


def mark_failed(command: c.MarkFailed, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """It cannot be done; the loop says so only when its time is up."""
    booking = authorise(Action.MARK_FAILED, actor, facts)
    if actor.role is Role.SYSTEM and not (booking.needs_provider and _is_due(booking, booking.give_up_at, facts.now)):
        raise IllegalTransition(f"Booking {booking.id} still has time", until=booking.give_up_at)
    after = enter(booking, Status.FAILED, facts.now)
    return (change(Action.MARK_FAILED, booking, after, reason=command.reason, details=_by_whom(facts)),)


def retry(command: c.Retry, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """A new ladder."""
    booking = authorise(Action.RETRY, actor, facts)
    if booking.was_cancelled:
        raise IllegalTransition(
            f"Booking {booking.id} was cancelled; only assign! or override! reopen it, with a reason",
            status=booking.status,
        )
    if command.at is not None and command.at < facts.now:
        raise InvalidInput("That time has passed; leave it out to retry now", at=command.at)
    after = ladder.begin(enter(booking, Status.PENDING, facts.now), facts.now, facts.policy, command.at)
    return (change(Action.RETRY, booking, after, reason=command.reason),)


def release(command: c.Release, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Taken from its provider, whom the system does not choose for it again, and a new ladder."""
    booking = authorise(Action.RELEASE, actor, facts)
    after = without(enter(booking, Status.PENDING, facts.now), booking.provider_id)
    after = ladder.begin(after, facts.now, facts.policy)
    return (change(Action.RELEASE, booking, after, reason=command.reason, details=_by_whom(facts)),)


def hold(command: c.Hold, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Put aside; on a held booking, only reason and end change."""
    booking = authorise(Action.HOLD, actor, facts)
    if command.until is not None and command.until <= facts.now:
        raise InvalidInput("A hold cannot end in the past", until=command.until)
    after = replace(
        booking,
        held_since=booking.held_since or facts.now,
        held_until=command.until,
        held_reason=command.reason,
    )
    return (change(Action.HOLD, booking, after, reason=command.reason),)


def resume(command: c.Resume, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Taken up again."""
    booking = authorise(Action.RESUME, actor, facts)
    if not booking.held:
        raise IllegalTransition(f"Booking {booking.id} is not held", status=booking.status)
    if actor.role is Role.SYSTEM and (booking.held_until is None or booking.held_until > facts.now):
        raise IllegalTransition(f"The hold of booking {booking.id} has not ended", until=booking.held_until)
    return (change(Action.RESUME, booking, ladder.thaw(booking, facts.now)),)


def reschedule(command: c.Reschedule, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Another window, or on demand from now; a provider who has it must be free then."""
    booking = authorise(Action.RESCHEDULE, actor, facts)
    if command.window_end is not None and command.window_end <= facts.now:
        raise InvalidInput("That window has passed", window_end=command.window_end)
    after = replace(
        booking,
        window_start=command.window_start,
        window_end=command.window_end,
        promised_at=promise(facts.now, booking.priority, command.window_start, facts.policy),
    )
    if booking.is_active and not booking.forced and facts.holder is not None:
        found = clash(after, facts.holder.jobs, facts.now)
        if found is not None:
            handle = facts.holder.provider.handle
            raise WindowOverlap(
                f"{handle} has booking {found.job.booking} then; release {booking.id} first, or take another window",
                provider=handle,
                booking=found.job.booking,
                until=found.until,
            )
    if booking.give_up_at is not None:
        start = ladder.local_now(after, facts.now)
        after = replace(after, give_up_at=ladder.give_up_time(after, start, facts.policy))
    return (change(Action.RESCHEDULE, booking, after),)


def edit(command: c.EditBooking, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """What was taken down, corrected; a new address without a place forgets the old place."""
    booking = authorise(Action.EDIT, actor, facts)
    given = command.model_dump(exclude={"booking", "bulk"}, exclude_none=True)
    if ("latitude" in given) != ("longitude" in given):
        raise InvalidInput("A place needs both latitude and longitude")
    if "address" in given and "latitude" not in given and given["address"] != booking.address:
        given |= {"latitude": None, "longitude": None}
    after = replace(booking, **given)
    if after == booking:
        raise InvalidInput(f"Nothing would change on booking {booking.id}")
    return (change(Action.EDIT, booking, after),)


def prioritise(command: c.Prioritise, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Another priority; on demand, the promise moves with it."""
    booking = authorise(Action.PRIORITISE, actor, facts)
    if command.priority == booking.priority:
        raise InvalidInput(f"Booking {booking.id} has priority {booking.priority} already")
    promised = booking.promised_at
    if booking.on_demand:
        promised += facts.policy.response(command.priority) - facts.policy.response(booking.priority)
    after = revise(booking, priority=command.priority, promised_at=promised)
    return (change(Action.PRIORITISE, booking, after),)


def note(command: c.Note, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Added below the notes there are."""
    booking = authorise(Action.NOTE, actor, facts)
    after = replace(booking, notes=f"{booking.notes}\n{command.text}".strip())
    return (change(Action.NOTE, booking, after),)


def ack(command: c.Ack, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Seen."""
    booking = authorise(Action.ACK, actor, facts)
    if booking.acked:
        raise InvalidInput(f"Booking {booking.id} is acknowledged already")
    return (change(Action.ACK, booking, replace(booking, acked=True), keep_ack=True),)


def _is_due(booking: Booking, moment: datetime | None, now: datetime) -> bool:
    return moment is not None and not booking.held and moment <= now


def _by_whom(facts: Facts) -> dict[str, str]:
    """Who had it, for the log's readers."""
    return {"provider": facts.holder.provider.handle} if facts.holder else {}
