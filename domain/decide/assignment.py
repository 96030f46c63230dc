"""Who gets a booking: the loop's attempts, a person's choice, force and override. Pure."""

from typing import Any

from domain import commands as c
from domain import ladder
from domain.actors import Actor, Role
from domain.building import replace
from domain.clock import to_ms
from domain.decide.facts import Change, Facts, authorise
from domain.decide.settle import change, enter, give
from domain.errors import Forbidden, IllegalTransition, InvalidInput, NoCandidate, ProviderBusy, WindowOverlap
from domain.lifecycle import ACTIVE, FINAL, HAS_PROVIDER, NEEDS_PROVIDER, Action, Status
from domain.matching import Candidate, Matching, RosterEntry, Skip, Why, candidate, match, summary, why_not
from domain.records import Booking


def attempt(command: c.Attempt, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """One rung of the ladder: an offer to the best, or the reasons why there is none and when the next try is."""
    booking = authorise(Action.ATTEMPT, actor, facts)
    if booking.held:
        raise IllegalTransition(f"Booking {booking.id} is held; nothing is attempted until it is resumed")
    woken = booking.parked_at is not None and command.woken_by is not None
    if not woken and not ladder.attempt_is_due(booking, facts.now, facts.policy):
        raise IllegalTransition(f"No attempt is due for booking {booking.id}", due=booking.attempt_at)
    if woken:
        given_up = booking.give_up_at
        begun = replace(ladder.begin(booking, facts.now, facts.policy), give_up_at=given_up)
    else:
        begun = booking
    tried = ladder.attempted(begun, facts.now)
    matching = match(booking, facts.roster, facts.now, facts.policy)
    details = {"attempt": tried.attempt, "of": facts.policy.attempts, **_weighed(booking, matching)}
    if woken:
        details["woken_by"] = command.woken_by
    if matching.best is not None:
        details["chosen"] = matching.best.handle
        after = give(tried, matching.best, facts.now, facts.policy, forced=False)
        return (change(Action.ASSIGN, booking, after, details=details),)
    after = ladder.go_on(tried, facts.now, facts.policy)
    details["why"] = summary(matching.skips)
    details["exhausted"] = after.parked_at is not None
    return (change(Action.ATTEMPT, booking, after, details=details, keep_ack=after.parked_at is None),)


def assign(command: c.Assign, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """To the provider named, if the rules allow; to the best now, if none is."""
    booking = authorise(Action.ASSIGN, actor, facts)
    if booking.held and actor.role is Role.SYSTEM:
        raise IllegalTransition(f"Booking {booking.id} is held; only a person assigns it", status=booking.status)
    if command.provider is None:
        matching = match(booking, facts.roster, facts.now, facts.policy)
        if matching.best is None:
            raise NoCandidate(
                f"Nobody can take booking {booking.id} now: {summary(matching.skips)}",
                booking=booking.id,
                skips={skip.handle: str(skip.why) for skip in matching.skips},
            )
        details = {**_weighed(booking, matching), "chosen": matching.best.handle}
        after = give(booking, matching.best, facts.now, facts.policy, forced=False)
        return (change(Action.ASSIGN, booking, after, details=details),)
    entry = _target(facts)
    if skip := why_not(booking, entry, facts.now, by_system=False):
        raise _refusal(skip, booking)
    chosen = candidate(booking, entry, facts.policy)
    after = give(booking, chosen, facts.now, facts.policy, forced=False)
    return (change(Action.ASSIGN, booking, after, details=_named(booking, chosen)),)


def force_assign(command: c.ForceAssign, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """To the provider named, whatever the rules say; what they would have said is in the event as a warning."""
    booking = authorise(Action.FORCE_ASSIGN, actor, facts)
    entry = _target(facts)
    provider = entry.provider
    if booking.provider_id == provider.id:
        raise InvalidInput(f"{provider.handle} has booking {booking.id} already", booking=booking.id)
    if not provider.active:
        raise Forbidden(
            f"{provider.handle} is inactive and gets no new jobs; provider activate {provider.handle} first"
        )
    chosen = candidate(booking, entry, facts.policy)
    details = _named(booking, chosen)
    if warning := why_not(booking, entry, facts.now):
        details["warning"] = str(warning)
    if facts.holder is not None:
        details["taken_from"] = facts.holder.provider.handle
    after = give(booking, chosen, facts.now, facts.policy, forced=True)
    return (change(Action.FORCE_ASSIGN, booking, after, reason=command.reason, details=details),)


def override(command: c.Override, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Into any other status, with a provider exactly where that status has one."""
    booking = authorise(Action.OVERRIDE, actor, facts)
    if command.to is booking.status:
        raise InvalidInput(f"Booking {booking.id} is {booking.status} already", booking=booking.id)
    details: dict[str, object] = {}
    if command.to in HAS_PROVIDER:
        after = _override_with_provider(command, booking, facts, details)
    else:
        if command.provider is not None:
            raise InvalidInput(f"A {command.to} booking has no provider; leave {command.provider} out")
        after = enter(booking, command.to, facts.now)
        if command.to in NEEDS_PROVIDER:
            after = ladder.begin(after, facts.now, facts.policy)
    if facts.holder is not None and after.provider_id != booking.provider_id:
        details["taken_from"] = facts.holder.provider.handle
    if command.to is Status.COMPLETED:
        details["final"] = "cannot be undone"
    return (change(Action.OVERRIDE, booking, after, reason=command.reason, details=details),)


def _override_with_provider(command: c.Override, booking: Booking, facts: Facts, details: dict[str, object]) -> Booking:
    entry = _target(facts) if command.provider is not None else facts.holder
    if entry is None:
        raise InvalidInput(
            f"A {command.to} booking has a provider: name one, as in "
            f'override! {booking.id} {command.to.lower().replace("_", "-")} HANDLE "reason"',
            booking=booking.id,
        )
    details["chosen"] = entry.provider.handle
    if entry.provider.id == booking.provider_id:
        after = enter(booking, command.to, facts.now)
        if command.to is Status.ASSIGNED:
            after = replace(after, offer_until=ladder.local_now(after, facts.now) + facts.policy.offer_timeout)
        warning = at_work_elsewhere(command.to, booking, entry)
        return replace(after, forced=booking.forced or warning is not None)
    if not entry.provider.active and command.to in ACTIVE:
        raise Forbidden(f"{entry.provider.handle} is inactive and gets no new jobs")
    skip = why_not(booking, entry, facts.now) if command.to in ACTIVE else None
    if skip is not None:
        details["warning"] = str(skip)
    given = give(
        booking,
        candidate(booking, entry, facts.policy),
        facts.now,
        facts.policy,
        forced=skip is not None,
        status=command.to,
    )
    return given if command.to not in FINAL else ladder.stop(given)


def at_work_elsewhere(status: Status, booking: Booking, entry: RosterEntry) -> int | None:
    """The other booking a provider is on the way to or working on, when this one would become such too."""
    if status not in {Status.EN_ROUTE, Status.IN_PROGRESS}:
        return None
    for job in entry.jobs:
        if job.booking != booking.id and job.status in {Status.EN_ROUTE, Status.IN_PROGRESS}:
            return job.booking
    return None


def _weighed(booking: Booking, matching: Matching) -> dict[str, Any]:
    """What the log keeps of a choice by the rules."""
    return {"promised": to_ms(booking.promised_at), **matching.as_details()}


def _named(booking: Booking, chosen: Candidate) -> dict[str, Any]:
    """What the log keeps of a person's choice, by which nobody else was weighed."""
    return {
        "promised": to_ms(booking.promised_at),
        "candidates": [chosen.as_details()],
        "chosen": chosen.handle,
    }


def _target(facts: Facts) -> RosterEntry:
    if facts.target is None:
        raise InvalidInput("Which provider?")
    return facts.target


def _refusal(skip: Skip, booking: Booking) -> Forbidden | ProviderBusy | WindowOverlap:
    force = f'assign! {booking.id} {skip.handle} "reason"'
    facts = {"provider": skip.handle, "why": str(skip.why), "booking": skip.booking, "until": skip.until}
    if skip.why is Why.INACTIVE:
        return Forbidden(
            f"{skip.handle} is inactive and gets no new jobs; provider activate {skip.handle} first", **facts
        )
    if skip.why is Why.UNSKILLED:
        return Forbidden(f"{skip.handle} does not have the skill; {force} would do it all the same", **facts)
    if skip.why is Why.OVERLAP:
        return WindowOverlap(f"{skip.handle} has booking {skip.booking} in that window; {force} would do it", **facts)
    if skip.why is Why.BUSY:
        return ProviderBusy(f"{skip.handle} is busy on {skip.booking}; {force} would do it all the same", **facts)
    return ProviderBusy(f"{skip.handle} is {skip.why}; say: on {skip.handle}, or {force}", **facts)
