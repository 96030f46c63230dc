"""Decisions: a command, an actor and the facts in; changes or a typed refusal out. Pure.

The engine gathers the facts, calls `decide`, and writes what comes out. One module for each subject.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from domain import commands as c
from domain.actors import Actor
from domain.decide import assignment, bookings, catalogue, creation, people, undoing
from domain.decide.facts import Change, Facts

_DECISIONS: Mapping[type[c.Command], Callable[[Any, Actor, Facts], tuple[Change, ...]]] = {
    c.CreateBooking: creation.create,
    c.Attempt: assignment.attempt,
    c.Assign: assignment.assign,
    c.ForceAssign: assignment.force_assign,
    c.Accept: bookings.accept,
    c.Reject: bookings.reject,
    c.Depart: bookings.depart,
    c.Start: bookings.start,
    c.Complete: bookings.complete,
    c.NoShow: bookings.no_show,
    c.Cancel: bookings.cancel,
    c.ForceCancel: bookings.cancel,
    c.MarkFailed: bookings.mark_failed,
    c.Retry: bookings.retry,
    c.Release: bookings.release,
    c.Override: assignment.override,
    c.Hold: bookings.hold,
    c.Resume: bookings.resume,
    c.Reschedule: bookings.reschedule,
    c.EditBooking: bookings.edit,
    c.Prioritise: bookings.prioritise,
    c.Note: bookings.note,
    c.Ack: bookings.ack,
    c.Undo: undoing.undo,
    c.CreateProvider: people.create_provider,
    c.EditProvider: people.edit_provider,
    c.GoOn: people.go_on,
    c.GoOff: people.go_off,
    c.TakeBreak: people.take_break,
    c.ActivateProvider: people.activate_provider,
    c.DeactivateProvider: people.activate_provider,
    c.CreateCustomer: people.create_customer,
    c.EditCustomer: people.edit_customer,
    c.ActivateCustomer: people.activate_customer,
    c.DeactivateCustomer: people.activate_customer,
    c.CreateService: catalogue.create_service,
    c.EditService: catalogue.edit_service,
    c.ActivateService: catalogue.activate_service,
    c.DeactivateService: catalogue.activate_service,
    c.Configure: catalogue.configure,
}


def decide(command: c.Command, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """What a command changes.

    Args:
        command: What is asked for.
        actor: Who asks.
        facts: What is true now, as gathered for this command.

    Raises:
        DispatchError: It may not be done; the sentence says why and what may.
    """
    changes = _DECISIONS[type(command)](command, actor, facts)
    bulk: int | None = vars(command).get("bulk")  # pydantic takes long to say that it has no such attribute
    if bulk is None:
        return changes
    *others, asked_for = changes
    return (*others, replace(asked_for, details={**asked_for.details, "bulk": bulk}))


__all__ = ["Change", "Facts", "decide"]
