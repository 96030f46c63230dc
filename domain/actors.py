"""Who acts: a role and an id, as every event carries them.

Anything may import this module; it imports only errors.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidInput

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class Role(StrEnum):
    """What an actor may be. A dispatcher is an admin with a name; only the loop is system."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    ADMIN = "admin"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in a role: `admin:ana`, `provider:mira` (a handle), `customer:17` (a number), `system:loop`."""

    role: Role
    id: str

    def __str__(self) -> str:
        return f"{self.role}:{self.id}"

    @property
    def customer_id(self) -> int | None:
        """The customer's number, for a customer."""
        return int(self.id) if self.role is Role.CUSTOMER else None


LOOP = Actor(Role.SYSTEM, "loop")


def parse_actor(text: str | None, login: str) -> Actor:
    """Read the value of `--as`.

    Args:
        text: `role:id`, a plain `admin`, or nothing: the last two take the login name.
        login: The name that the operating system knows the user by.

    Raises:
        InvalidInput: For an unknown role, a missing or malformed id, or `system`, which only the loop is.
    """
    role_text, _, name = (text or "admin").strip().partition(":")
    if role_text == Role.SYSTEM:
        raise InvalidInput("Only the loop acts as system; say who you are: --as admin:NAME")
    if role_text not in {Role.CUSTOMER, Role.PROVIDER, Role.ADMIN}:
        raise InvalidInput(f"{role_text!r} is no role; use admin:NAME, provider:HANDLE or customer:NUMBER")
    role = Role(role_text)
    if role is Role.ADMIN and not name:
        name = login
    if role is Role.CUSTOMER and not re.fullmatch(r"[1-9][0-9]{0,17}", name):
        raise InvalidInput(f"A customer is given by number, as in customer:17, not {name!r}")
    if role is Role.PROVIDER and not name:
        raise InvalidInput("Which provider? Use provider:HANDLE, as in provider:mira")
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"{name!r} cannot be a name here; letters, digits, '.', '_', '@' and '-' can")
    return Actor(role, name.lower() if role is Role.PROVIDER else name)
