"""Every change that can be asked for, as a validated value. `Engine.execute` is the only taker.

Anything may import this module; it imports errors, lifecycle and records. References are the ones people use: a
booking's number, a provider's handle, a service's name, a customer's number. It is long because it is a list: one small
class for each command, and nothing else.
"""

import re
import unicodedata
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.clock import whole_ms
from domain.errors import InvalidInput
from domain.lifecycle import Action, Status, Subject
from domain.records import Absent, Urgency

HANDLE = re.compile(r"[a-z][a-z0-9_-]{1,15}")
DETAIL_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
LARGEST_ID = 2**53 - 1
MAX_TEXT = 2_000
MAX_NAME = 200

_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _no_controls(text: str) -> str:
    if text.isprintable():  # nothing refused below is printable
        return text
    for character in text:
        if (
            (character != "\n" and unicodedata.category(character) == "Cc")
            or character in _BIDI_CONTROLS
            or "\ud800" <= character <= "\udfff"
        ):
            raise ValueError(f"contains the control character U+{ord(character):04X}; type it again without it")
    return text


def _one_line(text: str) -> str:
    if "\n" in text:
        raise ValueError("must be one line")
    return text


def _said(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        raise ValueError("must not be empty")
    return stripped


def _text(text: str) -> str:
    return _said(_no_controls(text))


def _name(text: str) -> str:
    return _said(_one_line(_no_controls(text)))


def _handle(text: str) -> str:
    if not HANDLE.fullmatch(text):
        raise ValueError("must be 2 to 16 of a-z, 0-9, '_' and '-', beginning with a letter")
    return text


def _detail_name(text: str) -> str:
    if not DETAIL_NAME.fullmatch(text):
        raise ValueError("must be a word of a-z, 0-9 and '_', beginning with a letter")
    return text


Text = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_text)]
"""Free text that says something: a reason, a note."""
Name = Annotated[str, Field(max_length=MAX_NAME), AfterValidator(_name)]
"""One line that names or describes a thing."""
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Handle = Annotated[str, AfterValidator(_handle)]
DetailName = Annotated[str, AfterValidator(_detail_name)]
Moment = Annotated[AwareDatetime, AfterValidator(whole_ms)]
Priority = Annotated[int, Field(ge=1, le=4)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Cents = Annotated[int, Field(ge=0, le=100_000_000)]
Minutes = Annotated[int, Field(ge=1, le=7 * 24 * 60)]
Rating = Annotated[float, Field(ge=0, le=5)]


_PLAINLY = {
    "string_too_long": "is too long: at most {max_length} characters",
    "less_than_equal": "is too much: at most {le}",
    "greater_than_equal": "is too little: at least {ge}",
    "missing": "is needed",
}
"""Pydantic's kinds of errors in the words of people at a keyboard; the others say it well enough themselves."""


def _as_sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    plain = _PLAINLY.get(first["type"])
    what = plain.format_map(first.get("ctx", {})) if plain else str(first["msg"]).removeprefix("Value error, ")
    value = first.get("input")
    shown = "" if isinstance(value, dict) else f" (got {value!r:.60})"
    return f"{where}: {what}{shown}" if where else what


class Command(BaseModel):
    """What every command has: an action on a subject."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # built when used: a start uses few

    subject: ClassVar[Subject] = Subject.BOOKING
    action: ClassVar[Action]

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Build one from values.

        Raises:
            InvalidInput: The first thing that is wrong, in a sentence; details hold the field.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            raise InvalidInput(_as_sentence(error), field=".".join(map(str, first["loc"]))) from error


class _Together(Command):
    """One that may be given to many at once; `bulk` is then the same number for all, that of their first event."""

    bulk: Number | None = None


class BookingCommand(_Together):
    """A command on one booking."""

    booking: Number


class _Window(Command):
    """A window has both ends, the later last."""

    window_start: Moment | None = None
    window_end: Moment | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if (self.window_start is None) != (self.window_end is None):
            raise ValueError("a window needs both a start and an end")
        if self.window_start and self.window_end and self.window_end <= self.window_start:
            raise ValueError("the window ends before it starts")
        return self


class CreateBooking(_Window):
    """A new booking. Without a window it is on demand: as soon as somebody can come.

    The customer is `customer` (a number), else the one with that phone, else a new one of that name. A customer who
    books is themselves, and their own address counts when none is given. `source` with `external_key` makes it
    idempotent: a second one is refused as Duplicate. `details` is what else the source said, by name.
    """

    action: ClassVar[Action] = Action.CREATE

    service: Name
    address: Name | None = None
    borough: Name | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    customer: Number | None = None
    customer_name: Name | None = None
    phone: Name | None = None
    email: Name | None = None
    priority: Priority | None = None
    notes: Text | None = None
    requested_at: Moment | None = None
    source: Name | None = None
    external_key: Name | None = None
    details: dict[DetailName, Text] = Field(default_factory=dict)


class Attempt(BookingCommand):
    """The loop's try to find somebody; refused when none is due. `woken_by` names whom a parked booking waits for."""

    action: ClassVar[Action] = Action.ATTEMPT
    woken_by: Handle | None = None


class Assign(BookingCommand):
    """Give it to a provider by the rules; without one, to the best now."""

    action: ClassVar[Action] = Action.ASSIGN
    provider: Handle | None = None


class ForceAssign(BookingCommand):
    """Give it to a provider whatever the rules say."""

    action: ClassVar[Action] = Action.FORCE_ASSIGN
    provider: Handle
    reason: Text


class Accept(BookingCommand):
    """The provider takes the offer."""

    action: ClassVar[Action] = Action.ACCEPT


class Reject(BookingCommand):
    """The provider does not take it, or nobody answered in time (by the loop)."""

    action: ClassVar[Action] = Action.REJECT
    reason: Text


class Depart(BookingCommand):
    """The provider is on the way."""

    action: ClassVar[Action] = Action.DEPART


class Start(BookingCommand):
    """Work begins."""

    action: ClassVar[Action] = Action.START


class Complete(BookingCommand):
    """Work is done; nothing changes this booking afterwards."""

    action: ClassVar[Action] = Action.COMPLETE


class NoShow(BookingCommand):
    """Somebody was not there."""

    action: ClassVar[Action] = Action.NO_SHOW
    absent: Absent
    reason: Text | None = None


class Cancel(BookingCommand):
    """The customer does not want it any more."""

    action: ClassVar[Action] = Action.CANCEL
    reason: Text | None = None


class ForceCancel(BookingCommand):
    """An admin cancels it."""

    action: ClassVar[Action] = Action.FORCE_CANCEL
    reason: Text


class MarkFailed(BookingCommand):
    """It cannot be done."""

    action: ClassVar[Action] = Action.MARK_FAILED
    reason: Text


class Retry(BookingCommand):
    """A new ladder, now or at a time."""

    action: ClassVar[Action] = Action.RETRY
    at: Moment | None = None
    reason: Text | None = None


class Release(BookingCommand):
    """Take it from its provider and find another."""

    action: ClassVar[Action] = Action.RELEASE
    reason: Text


class Override(BookingCommand):
    """Put it into a status whatever the table says about the way there."""

    action: ClassVar[Action] = Action.OVERRIDE
    to: Status
    provider: Handle | None = None
    reason: Text


class Hold(BookingCommand):
    """Put it aside: its timers stand still."""

    action: ClassVar[Action] = Action.HOLD
    until: Moment | None = None
    reason: Text


class Resume(BookingCommand):
    """Take it up again: its timers go on where they stood."""

    action: ClassVar[Action] = Action.RESUME


class Reschedule(BookingCommand, _Window):
    """Another window, or none: on demand from now."""

    action: ClassVar[Action] = Action.RESCHEDULE


class EditBooking(BookingCommand):
    """Correct what was taken down."""

    action: ClassVar[Action] = Action.EDIT
    address: Name | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    notes: Text | None = None


class Prioritise(BookingCommand):
    """Another priority: 1 is highest."""

    action: ClassVar[Action] = Action.PRIORITISE
    priority: Priority


class Note(BookingCommand):
    """Something worth knowing; it is added below the notes there are."""

    action: ClassVar[Action] = Action.NOTE
    text: Text


class Ack(BookingCommand):
    """Seen: off the attention queue until something changes."""

    action: ClassVar[Action] = Action.ACK


class Undo(_Together):
    """Take back an event by a compensating one; another person's with a reason. The event says which subject."""

    action: ClassVar[Action] = Action.UNDO
    event: Number
    reason: Text | None = None


class ProviderCommand(Command):
    """A command on one provider."""

    subject: ClassVar[Subject] = Subject.PROVIDER
    provider: Handle


class CreateProvider(ProviderCommand):
    """Somebody new who does the work; off duty at first. `skills` are service names."""

    action: ClassVar[Action] = Action.CREATE
    name: Name
    phone: Name | None = None
    email: Name | None = None
    skills: tuple[Name, ...] = ()
    rating: Rating = 0.0
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class EditProvider(ProviderCommand):
    """Change what is given; the rest stays."""

    action: ClassVar[Action] = Action.EDIT
    name: Name | None = None
    phone: Name | None = None
    email: Name | None = None
    skills: tuple[Name, ...] | None = None
    rating: Rating | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class GoOn(ProviderCommand):
    """On duty."""

    action: ClassVar[Action] = Action.ON


class GoOff(ProviderCommand):
    """Off duty; present jobs stay."""

    action: ClassVar[Action] = Action.OFF


class TakeBreak(ProviderCommand):
    """Not available for a while; back on duty by itself at `until`, when given."""

    action: ClassVar[Action] = Action.BREAK
    until: Moment | None = None


class ActivateProvider(ProviderCommand):
    """Takes jobs again, once on duty."""

    action: ClassVar[Action] = Action.ACTIVATE


class DeactivateProvider(ProviderCommand):
    """Gets no new jobs; present ones stay."""

    action: ClassVar[Action] = Action.DEACTIVATE


class ServiceCommand(Command):
    """A command on one service, by name (case does not count)."""

    subject: ClassVar[Subject] = Subject.SERVICE
    service: Name


class CreateService(ServiceCommand):
    """Something new that can be booked."""

    action: ClassVar[Action] = Action.CREATE
    description: Name | None = None
    priority: Urgency = Urgency.MEDIUM
    base_price_cents: Cents = 0
    duration_minutes: Minutes = 60


class EditService(ServiceCommand):
    """Change what is given; bookings there are keep their own duration and priority."""

    action: ClassVar[Action] = Action.EDIT
    name: Name | None = None
    description: Name | None = None
    priority: Urgency | None = None
    base_price_cents: Cents | None = None
    duration_minutes: Minutes | None = None


class ActivateService(ServiceCommand):
    """Can be booked again."""

    action: ClassVar[Action] = Action.ACTIVATE


class DeactivateService(ServiceCommand):
    """Takes no new bookings; present ones go on."""

    action: ClassVar[Action] = Action.DEACTIVATE


class CreateCustomer(Command):
    """Somebody new who books."""

    subject: ClassVar[Subject] = Subject.CUSTOMER
    action: ClassVar[Action] = Action.CREATE
    name: Name
    phone: Name | None = None
    email: Name | None = None
    address: Name | None = None


class CustomerCommand(Command):
    """A command on one customer, by number."""

    subject: ClassVar[Subject] = Subject.CUSTOMER
    customer: Number


class EditCustomer(CustomerCommand):
    """Change what is given; the rest stays."""

    action: ClassVar[Action] = Action.EDIT
    name: Name | None = None
    phone: Name | None = None
    email: Name | None = None
    address: Name | None = None


class ActivateCustomer(CustomerCommand):
    """May book again."""

    action: ClassVar[Action] = Action.ACTIVATE


class DeactivateCustomer(CustomerCommand):
    """May not book; present bookings go on."""

    action: ClassVar[Action] = Action.DEACTIVATE


class Configure(Command):
    """Change one setting of the room: a field of `domain.policy.Policy` and its new value as text or number."""

    subject: ClassVar[Subject] = Subject.SETTING
    action: ClassVar[Action] = Action.CONFIGURE
    setting: Name
    value: Name
