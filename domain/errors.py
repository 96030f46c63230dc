"""The closed set of refusals: each says what is wrong and what to do instead.

Anything may import this module; it imports nothing of ours.
"""

from typing import Any, ClassVar


class DispatchError(Exception):
    """A command or query that was refused; nothing was changed.

    Attributes:
        code: The number that `--json` and an API carry, after HTTP's meaning.
        message: One sentence for people.
        details: The same facts for programs.
    """

    code: ClassVar[int] = 400

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: dict[str, Any] = details

    @property
    def kind(self) -> str:
        """The error's name in the closed set, such as `StaleVersion`."""
        return type(self).__name__

    def as_dict(self) -> dict[str, Any]:
        """The form that `--json` prints."""
        return {"error": self.kind, "code": self.code, "message": self.message, "details": self.details}


class InvalidInput(DispatchError):
    """A value that cannot be: an empty address, a window that ends before it starts, a negative price."""


class IllegalTransition(DispatchError):
    """The lifecycle has no such edge from the present status."""


class Forbidden(DispatchError):
    """Not your role, or not your booking."""

    code = 403


class NotFound(DispatchError):
    """No booking, provider, service, customer or event of that name or number."""

    code = 404


class Ambiguous(DispatchError):
    """A shortened name that fits several; details hold the choices."""


class NoCandidate(DispatchError):
    """Nobody can take the booking now; details say why not, for each provider."""

    code = 403


class ProviderBusy(DispatchError):
    """The provider is at work, off duty or otherwise not free for this booking."""

    code = 403


class WindowOverlap(ProviderBusy):
    """The provider has another booking in that window."""


class StaleVersion(DispatchError):
    """Somebody was faster; details say who, when, and from what to what."""

    code = 409


class Duplicate(DispatchError):
    """It exists already: a handle, an email, a source's key."""

    code = 409


class StoreBusy(DispatchError):
    """Other writers held the database for longer than the deadline."""

    code = 503


class StoreFull(DispatchError):
    """The disk is full; nothing was lost, and it works again when there is space."""

    code = 507


class StoreUnavailable(DispatchError):
    """The database cannot be opened, read or written."""

    code = 503


class SchemaTooNew(StoreUnavailable):
    """The database was made by a newer version of this program."""


class NotUnderstood(InvalidInput):
    """A line that is not in the language: `position` and `length` mark the first wrong word, in characters."""

    def __init__(self, message: str, position: int = 0, length: int = 0, **details: Any) -> None:
        super().__init__(message, position=position, length=length, **details)
        self.position = position
        self.length = length
