"""The keys of Providers and Services: who does the work, and what can be booked.

Only the registry imports this module.
"""

from __future__ import annotations

from typing import Final

from domain.lifecycle import Action, Subject
from screens.acting import ADMIN, KeyAction, LifecycleKeys, always, either, on_provider, on_service

_provider: Final = LifecycleKeys("provider", ("providers",), ADMIN, on_provider, Subject.PROVIDER)
_service: Final = LifecycleKeys("service", ("services",), ADMIN, on_service, Subject.SERVICE)
PROVIDER_ACTIONS: Final[tuple[KeyAction, ...]] = (
    KeyAction(
        id="providers.filter",
        key="f",
        label="filter",
        calls="filter",
        screens=("providers",),
        roles=ADMIN,
        tooltip="only those whose handle, name, skills, status or phone have these words",
    ),
    _provider("on", "o", "on", "on duty", Action.ON, says="on {provider}"),
    _provider("off", "x", "off", "off duty; present jobs stay", Action.OFF, says="off {provider}"),
    _provider(
        "break",
        "b",
        "break",
        "not available for a while: edit for how long",
        Action.BREAK,
        types="break {provider} 20m",
    ),
    _provider(
        "edit", "e", "edit", "change name, phone, email, skills, rating or place", Action.EDIT, calls="edit_provider"
    ),
    _provider(
        "new",
        "n",
        "new",
        "somebody new who does the work; off duty at first",
        Action.CREATE,
        calls="new_provider",
        why_not=always,
    ),
    _provider(
        "standing",
        "d",
        "(de)activate",
        "gets no new jobs, or takes jobs again",
        Action.DEACTIVATE,
        calls="toggle_standing",
        why_not=either(on_provider(Action.DEACTIVATE), on_provider(Action.ACTIVATE)),
    ),
)
SERVICE_ACTIONS: Final[tuple[KeyAction, ...]] = (
    _service("new", "n", "new", "something new that can be booked", Action.CREATE, calls="new_service", why_not=always),
    _service(
        "edit",
        "e",
        "edit",
        "change name, price, minutes, priority or description; bookings keep theirs",
        Action.EDIT,
        calls="edit_service",
    ),
    _service("activate", "a", "activate", "can be booked again", Action.ACTIVATE, says="service activate {service}"),
    _service(
        "deactivate",
        "d",
        "deactivate",
        "takes no new bookings; present ones go on",
        Action.DEACTIVATE,
        says="service deactivate {service}",
    ),
)
