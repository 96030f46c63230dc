"""The one table: who may do what, from which status to which, and what it needs.

What screens offer, the keys they bind, the line's help, the database's own constraint, the documentation and the tests
are all derived from `RULES`. Anything may import this module; it imports only actors and errors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.actors import Role
from domain.errors import Forbidden, IllegalTransition


class Subject(StrEnum):
    """What an event is about."""

    BOOKING = "booking"
    PROVIDER = "provider"
    SERVICE = "service"
    CUSTOMER = "customer"
    SETTING = "setting"


class Status(StrEnum):
    """Where a booking stands."""

    PENDING = "PENDING"
    ASSIGNED = "ASSIGNED"
    ACCEPTED = "ACCEPTED"
    EN_ROUTE = "EN_ROUTE"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    NO_SHOW = "NO_SHOW"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Duty(StrEnum):
    """A provider's own switch; what the screens show (busy, available) is derived from it and the bookings."""

    OFF = "OFF"
    ON = "ON"
    BREAK = "BREAK"


class Standing(StrEnum):
    """Whether a service, customer or setting is in use."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


NEW = "NEW"
"""The from-status of a first event: a NULL there would switch the database's checks off."""

ACTIVE = frozenset({Status.ASSIGNED, Status.ACCEPTED, Status.EN_ROUTE, Status.IN_PROGRESS})
FINAL = frozenset({Status.COMPLETED, Status.CANCELLED, Status.FAILED})
NEEDS_PROVIDER = frozenset({Status.PENDING, Status.REJECTED, Status.NO_SHOW})
AT_WORK = frozenset({Status.EN_ROUTE, Status.IN_PROGRESS})
HAS_PROVIDER = ACTIVE | {Status.COMPLETED}


class Action(StrEnum):
    """Everything that can be done, to any subject."""

    CREATE = "create"
    ATTEMPT = "attempt"
    ASSIGN = "assign"
    FORCE_ASSIGN = "force-assign"
    ACCEPT = "accept"
    REJECT = "reject"
    DEPART = "depart"
    START = "start"
    COMPLETE = "complete"
    NO_SHOW = "no-show"
    CANCEL = "cancel"
    FORCE_CANCEL = "force-cancel"
    MARK_FAILED = "mark-failed"
    RETRY = "retry"
    RELEASE = "release"
    OVERRIDE = "override"
    HOLD = "hold"
    RESUME = "resume"
    RESCHEDULE = "reschedule"
    EDIT = "edit"
    PRIORITISE = "prioritise"
    NOTE = "note"
    ACK = "ack"
    UNDO = "undo"
    ON = "on"
    OFF = "off"
    BREAK = "break"
    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    CONFIGURE = "configure"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    Attributes:
        subject: What it changes.
        action: What is done.
        sources: The statuses it may start from.
        targets: The statuses it may lead to; empty means the status stays as it is.
        roles: Who may do it; a customer or provider only to what is their own.
        reason: Whether an event of this action must carry one.
        needs: What else it needs, in words for people.
    """

    subject: Subject
    action: Action
    sources: frozenset[str]
    targets: frozenset[str]
    roles: frozenset[Role]
    reason: bool = False
    needs: str = ""

    def edges(self) -> Iterator[tuple[str, str]]:
        """Each (from, to) that the rule allows."""
        for source in sorted(self.sources):
            for target in sorted(self.targets) or [source]:
                if self.action is not Action.OVERRIDE or source != target:
                    yield source, target


_ALL = frozenset(Status)
_NOT_FINAL = _ALL - FINAL
_NOT_COMPLETED = _ALL - {Status.COMPLETED}
_ADMIN = frozenset({Role.ADMIN})
_SYSTEM = frozenset({Role.SYSTEM})
_CUSTOMER = frozenset({Role.CUSTOMER})
_PROVIDER = frozenset({Role.PROVIDER})
_DUTIES = frozenset(Duty)
_STANDINGS = frozenset(Standing)
_STAYS: frozenset[str] = frozenset()


def _booking(
    action: Action,
    sources: frozenset[Status],
    targets: Status | frozenset[str],
    roles: frozenset[Role],
    *,
    reason: bool = False,
    needs: str = "",
) -> Rule:
    to = frozenset({str(targets)}) if isinstance(targets, Status) else targets
    return Rule(Subject.BOOKING, action, frozenset(sources), to, roles, reason, needs)


def _other(
    subject: Subject, action: Action, sources: frozenset[str], targets: frozenset[str], roles: frozenset[Role] = _ADMIN
) -> Rule:
    return Rule(subject, action, sources, targets, roles)


_ASSIGNED_OR_ACCEPTED = frozenset({Status.ASSIGNED, Status.ACCEPTED})

RULES: tuple[Rule, ...] = (
    Rule(
        Subject.BOOKING,
        Action.CREATE,
        frozenset({NEW}),
        frozenset({Status.PENDING}),
        _CUSTOMER | _ADMIN,
        needs="customer, service, address; optional window, phone, email, notes, priority",
    ),
    _booking(Action.ATTEMPT, NEEDS_PROVIDER, _STAYS, _SYSTEM, needs="attempt n of N, candidates, skips"),
    _booking(
        Action.ASSIGN,
        NEEDS_PROVIDER,
        Status.ASSIGNED,
        _ADMIN | _SYSTEM,
        needs="a provider who is skilled, on duty and free; without one, the best now",
    ),
    _booking(
        Action.FORCE_ASSIGN,
        _NOT_COMPLETED,
        Status.ASSIGNED,
        _ADMIN,
        reason=True,
        needs="a provider other than the present one",
    ),
    _booking(Action.ACCEPT, frozenset({Status.ASSIGNED}), Status.ACCEPTED, _PROVIDER),
    _booking(Action.REJECT, _ASSIGNED_OR_ACCEPTED, Status.REJECTED, _PROVIDER, reason=True),
    _booking(
        Action.REJECT, frozenset({Status.ASSIGNED}), Status.REJECTED, _SYSTEM, reason=True, needs="an unanswered offer"
    ),
    _booking(Action.DEPART, frozenset({Status.ACCEPTED}), Status.EN_ROUTE, _PROVIDER),
    _booking(Action.START, frozenset({Status.ACCEPTED, Status.EN_ROUTE}), Status.IN_PROGRESS, _PROVIDER),
    _booking(Action.COMPLETE, frozenset({Status.IN_PROGRESS}), Status.COMPLETED, _PROVIDER),
    _booking(Action.NO_SHOW, ACTIVE, Status.NO_SHOW, _ADMIN, needs="who was absent: provider or customer"),
    _booking(Action.NO_SHOW, AT_WORK, Status.NO_SHOW, _PROVIDER, needs="the customer was absent"),
    _booking(Action.CANCEL, _NOT_FINAL, Status.CANCELLED, _CUSTOMER),
    _booking(Action.FORCE_CANCEL, _ALL - {Status.COMPLETED, Status.CANCELLED}, Status.CANCELLED, _ADMIN, reason=True),
    _booking(Action.MARK_FAILED, _NOT_FINAL, Status.FAILED, _ADMIN | _SYSTEM, reason=True),
    _booking(
        Action.RETRY,
        frozenset({Status.REJECTED, Status.NO_SHOW, Status.FAILED}),
        Status.PENDING,
        _ADMIN | _SYSTEM,
        needs="not cancelled before it failed",
    ),
    _booking(
        Action.RELEASE,
        frozenset({Status.ASSIGNED, Status.ACCEPTED, Status.EN_ROUTE}),
        Status.PENDING,
        _ADMIN,
        reason=True,
    ),
    _booking(
        Action.OVERRIDE,
        _NOT_COMPLETED,
        frozenset(_ALL),
        _ADMIN,
        reason=True,
        needs="a provider where the new status has one; COMPLETED cannot be undone",
    ),
    _booking(
        Action.HOLD, NEEDS_PROVIDER | _ASSIGNED_OR_ACCEPTED, _STAYS, _ADMIN, reason=True, needs="optional: until when"
    ),
    _booking(Action.RESUME, NEEDS_PROVIDER | _ASSIGNED_OR_ACCEPTED, _STAYS, _ADMIN | _SYSTEM, needs="a held booking"),
    _booking(Action.RESCHEDULE, _NOT_FINAL, _STAYS, _ADMIN | _CUSTOMER, needs="a window, or now"),
    _booking(Action.EDIT, _NOT_FINAL, _STAYS, _ADMIN, needs="what to change"),
    _booking(Action.PRIORITISE, _NOT_FINAL, _STAYS, _ADMIN, needs="a priority from 1 (highest) to 4"),
    _booking(Action.NOTE, _NOT_FINAL, _STAYS, _ADMIN | _CUSTOMER, needs="a text"),
    _booking(Action.ACK, _ALL, _STAYS, _ADMIN),
    _booking(
        Action.UNDO,
        _NOT_COMPLETED,
        frozenset(_NOT_COMPLETED),
        _ADMIN | _CUSTOMER | _PROVIDER,
        needs="the booking's last event but for attempts and notes; another's with a reason",
    ),
    _other(Subject.PROVIDER, Action.CREATE, frozenset({NEW}), frozenset({Duty.OFF})),
    _other(Subject.PROVIDER, Action.EDIT, _DUTIES, _STAYS),
    _other(Subject.PROVIDER, Action.ON, frozenset({Duty.OFF, Duty.BREAK}), frozenset({Duty.ON}), _ADMIN | _PROVIDER),
    _other(Subject.PROVIDER, Action.ON, frozenset({Duty.BREAK}), frozenset({Duty.ON}), _SYSTEM),
    _other(Subject.PROVIDER, Action.OFF, frozenset({Duty.ON, Duty.BREAK}), frozenset({Duty.OFF}), _ADMIN | _PROVIDER),
    _other(
        Subject.PROVIDER, Action.BREAK, frozenset({Duty.ON, Duty.BREAK}), frozenset({Duty.BREAK}), _ADMIN | _PROVIDER
    ),
    _other(Subject.PROVIDER, Action.ACTIVATE, frozenset({Duty.OFF}), _STAYS),
    _other(Subject.PROVIDER, Action.DEACTIVATE, _DUTIES, frozenset({Duty.OFF})),
    _other(Subject.PROVIDER, Action.UNDO, _DUTIES, _DUTIES, _ADMIN | _PROVIDER),
    *(
        rule
        for subject in (Subject.SERVICE, Subject.CUSTOMER)
        for rule in (
            _other(subject, Action.CREATE, frozenset({NEW}), frozenset({Standing.ACTIVE})),
            _other(subject, Action.EDIT, _STANDINGS, _STAYS),
            _other(subject, Action.ACTIVATE, frozenset({Standing.INACTIVE}), frozenset({Standing.ACTIVE})),
            _other(subject, Action.DEACTIVATE, frozenset({Standing.ACTIVE}), frozenset({Standing.INACTIVE})),
            _other(subject, Action.UNDO, _STANDINGS, _STANDINGS),
        )
    ),
    _other(Subject.SETTING, Action.CONFIGURE, frozenset({NEW}), frozenset({Standing.ACTIVE})),
    _other(Subject.SETTING, Action.CONFIGURE, frozenset({Standing.ACTIVE}), _STAYS),
    _other(Subject.SETTING, Action.UNDO, frozenset({Standing.ACTIVE}), _STAYS),
)

REASON_REQUIRED = frozenset(rule.action for rule in RULES if rule.reason)
"""Actions whose event the database refuses without a reason."""


def rules(subject: Subject, action: Action) -> tuple[Rule, ...]:
    """The rows for one action on one subject, in the table's order."""
    return _BY_ACTION.get((subject, action), ())


def edges() -> Iterator[tuple[Subject, Action, str, str, Role]]:
    """Every allowed (subject, action, from, to, role): what the database holds in `legal_transition`."""
    seen: set[tuple[Subject, Action, str, str, Role]] = set()
    for rule in RULES:
        for source, target in rule.edges():
            for role in sorted(rule.roles):
                edge = (rule.subject, rule.action, source, target, role)
                if edge not in seen:
                    seen.add(edge)
                    yield edge


def permits(subject: Subject, action: Action, status: str, role: Role) -> bool:
    """Whether the table lets a role do an action from a status, facts about people aside."""
    return (subject, action, status, role) in _PERMITTED


def actions_from(subject: Subject, status: str, role: Role) -> tuple[Action, ...]:
    """What a role may do from a status, in the table's order."""
    return tuple(action for action in Action if permits(subject, action, status, role))


def check(subject: Subject, action: Action, status: str, role: Role, name: str) -> None:
    """Refuse what the table does not allow.

    Args:
        subject: What would change.
        action: What would be done.
        status: The present status.
        role: Who asks.
        name: What to call the subject in the refusal, such as `214`.

    Raises:
        Forbidden: The role may never do this.
        IllegalTransition: The role may, but not from this status; details name what is allowed now.
    """
    if permits(subject, action, status, role):
        return
    allowed = [str(possible) for possible in actions_from(subject, status, role)]
    facts = {"action": str(action), "role": str(role), "status": str(status), "allowed": allowed}
    possible = rules(subject, action)
    if not any(role in rule.roles for rule in possible):
        who = " or ".join(sorted({_CALLED[r] for rule in possible for r in rule.roles})) or "nobody"
        what = f"{action} a {subject}" if subject is Subject.BOOKING else f"do that to a {subject} ({action})"
        raise Forbidden(f"Only {who} may {what}{_own_way(action, subject, role)}", **facts)
    if status == Status.COMPLETED:
        raise IllegalTransition(f"{name} is COMPLETED, and that stays so for everyone", **facts)
    starts = sorted({source for rule in possible if role in rule.roles for source in rule.sources})
    now = f"now: {', '.join(allowed)}" if allowed else f"{role} can do nothing with it now"
    raise IllegalTransition(f"{name} is {status}; {action} needs {' or '.join(starts)}; {now}", needs=starts, **facts)


_CALLED = {
    Role.ADMIN: "an admin",
    Role.CUSTOMER: "a customer",
    Role.PROVIDER: "a provider",
    Role.SYSTEM: "the loop",
}


def _own_way(action: Action, subject: Subject, role: Role) -> str:
    """What an admin says instead of what only a customer or provider may."""
    if role is not Role.ADMIN or subject is not Subject.BOOKING:
        return ""
    return "; an admin says cancel!" if action is Action.CANCEL else "; an admin can override! it, with a reason"


_BY_ACTION: dict[tuple[Subject, Action], tuple[Rule, ...]] = {
    key: tuple(rule for rule in RULES if (rule.subject, rule.action) == key)
    for key in {(rule.subject, rule.action) for rule in RULES}
}
_PERMITTED = frozenset((subject, action, source, role) for subject, action, source, _, role in edges())
