"""The lifecycle as architecture.md's table states it, written down a second time by hand.

Deliberately not derived from `domain.lifecycle.RULES`: a wrong rule there has to show here.
"""

from functools import cache

PENDING, ASSIGNED, ACCEPTED, EN_ROUTE = "PENDING", "ASSIGNED", "ACCEPTED", "EN_ROUTE"
IN_PROGRESS, COMPLETED, REJECTED, NO_SHOW = "IN_PROGRESS", "COMPLETED", "REJECTED", "NO_SHOW"
FAILED, CANCELLED = "FAILED", "CANCELLED"
STATUSES = (
    PENDING, ASSIGNED, ACCEPTED, EN_ROUTE, IN_PROGRESS, COMPLETED, REJECTED, NO_SHOW, FAILED, CANCELLED,
)  # fmt: skip
ACTIVE = (ASSIGNED, ACCEPTED, EN_ROUTE, IN_PROGRESS)
UNASSIGNED = (PENDING, REJECTED, NO_SHOW)
OPEN = UNASSIGNED + ACTIVE
NOT_COMPLETED = (*OPEN, FAILED, CANCELLED)
HOLDABLE = (PENDING, REJECTED, NO_SHOW, ASSIGNED, ACCEPTED)

CUSTOMER, PROVIDER, ADMIN, SYSTEM = "customer", "provider", "admin", "system"
ROLES = (CUSTOMER, PROVIDER, ADMIN, SYSTEM)
SAME = ("=",)

Table = dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]]

# action: rows of (from, to, who); `=` as target: the status stays.
BOOKING_TABLE: Table = {
    "create": ((("NEW",), (PENDING,), (CUSTOMER, ADMIN)),),
    "attempt": ((UNASSIGNED, SAME, (SYSTEM,)),),
    "assign": ((UNASSIGNED, (ASSIGNED,), (ADMIN, SYSTEM)),),
    "force-assign": ((NOT_COMPLETED, (ASSIGNED,), (ADMIN,)),),
    "accept": (((ASSIGNED,), (ACCEPTED,), (PROVIDER,)),),
    "reject": (((ASSIGNED, ACCEPTED), (REJECTED,), (PROVIDER,)), ((ASSIGNED,), (REJECTED,), (SYSTEM,))),
    "depart": (((ACCEPTED,), (EN_ROUTE,), (PROVIDER,)),),
    "start": (((ACCEPTED, EN_ROUTE), (IN_PROGRESS,), (PROVIDER,)),),
    "complete": (((IN_PROGRESS,), (COMPLETED,), (PROVIDER,)),),
    "no-show": ((ACTIVE, (NO_SHOW,), (ADMIN,)), ((EN_ROUTE, IN_PROGRESS), (NO_SHOW,), (PROVIDER,))),
    "cancel": ((OPEN, (CANCELLED,), (CUSTOMER,)),),
    "force-cancel": (((*OPEN, FAILED), (CANCELLED,), (ADMIN,)),),
    "mark-failed": ((OPEN, (FAILED,), (ADMIN, SYSTEM)),),
    "retry": (((REJECTED, NO_SHOW, FAILED), (PENDING,), (ADMIN, SYSTEM)),),
    "release": (((ASSIGNED, ACCEPTED, EN_ROUTE), (PENDING,), (ADMIN,)),),
    "override": ((NOT_COMPLETED, STATUSES, (ADMIN,)),),
    "hold": ((HOLDABLE, SAME, (ADMIN,)),),
    "resume": ((HOLDABLE, SAME, (ADMIN, SYSTEM)),),
    "reschedule": ((OPEN, SAME, (ADMIN, CUSTOMER)),),
    "edit": ((OPEN, SAME, (ADMIN,)),),
    "prioritise": ((OPEN, SAME, (ADMIN,)),),
    "note": ((OPEN, SAME, (ADMIN, CUSTOMER)),),
    "ack": ((STATUSES, SAME, (ADMIN,)),),
    "undo": ((NOT_COMPLETED, NOT_COMPLETED, (ADMIN, CUSTOMER, PROVIDER)),),
}

REASON = {"force-assign", "reject", "force-cancel", "mark-failed", "release", "override", "hold"}
"""Actions whose events carry a reason, always."""

DUTIES = ("OFF", "ON", "BREAK")
STANDINGS = ("ACTIVE", "INACTIVE")
_CATALOGUE: Table = {
    "create": ((("NEW",), ("ACTIVE",), (ADMIN,)),),
    "edit": ((STANDINGS, SAME, (ADMIN,)),),
    "activate": ((("INACTIVE",), ("ACTIVE",), (ADMIN,)),),
    "deactivate": ((("ACTIVE",), ("INACTIVE",), (ADMIN,)),),
    "undo": ((STANDINGS, STANDINGS, (ADMIN,)),),
}
OTHER_TABLES: dict[str, Table] = {
    "provider": {
        "create": ((("NEW",), ("OFF",), (ADMIN,)),),
        "edit": ((DUTIES, SAME, (ADMIN,)),),
        "on": ((("OFF", "BREAK"), ("ON",), (PROVIDER, ADMIN)), (("BREAK",), ("ON",), (SYSTEM,))),
        "off": ((("ON", "BREAK"), ("OFF",), (PROVIDER, ADMIN)),),
        "break": ((("ON", "BREAK"), ("BREAK",), (PROVIDER, ADMIN)),),
        "activate": ((("OFF",), SAME, (ADMIN,)),),
        "deactivate": ((DUTIES, ("OFF",), (ADMIN,)),),
        "undo": ((DUTIES, DUTIES, (ADMIN, PROVIDER)),),
    },
    "service": _CATALOGUE,
    "customer": _CATALOGUE,
    "setting": {
        "configure": ((("NEW",), ("ACTIVE",), (ADMIN,)), (("ACTIVE",), SAME, (ADMIN,))),
        "undo": ((("ACTIVE",), SAME, (ADMIN,)),),
    },
}


@cache
def edges(subject: str) -> set[tuple[str, str, str, str]]:
    """Every (action, from, to, role) that the tables allow."""
    table = BOOKING_TABLE if subject == "booking" else OTHER_TABLES[subject]
    return {
        (action, source, target if target != "=" else source, role)
        for action, rows in table.items()
        for sources, targets, roles in rows
        for source in sources
        for target in targets
        for role in roles
        if action != "override" or source != target
    }


@cache
def _permitted() -> set[tuple[str, str, str]]:
    return {(action, source, role) for action, source, _, role in edges("booking")}


def may(action: str, status: str, role: str) -> bool:
    """Whether a role may do it to a booking in a status, facts about people aside."""
    return (action, status, role) in _permitted()


def allowed_now(status: str, role: str) -> set[str]:
    """Everything a role may do to a booking in a status."""
    return {action for action in BOOKING_TABLE if may(action, status, role)}
