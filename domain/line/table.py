"""The grammar as data: every verb with what it takes. Reading, writing, completion, help and the docs walk this table.

May be imported by the other modules of the line, by docs and tests; it imports commands, queries and words. It is as
long as the language is: one row a verb.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.actors import Role
from domain.commands import (
    Accept,
    Ack,
    ActivateCustomer,
    ActivateProvider,
    ActivateService,
    Assign,
    Attempt,
    Cancel,
    Command,
    Complete,
    Configure,
    CreateBooking,
    CreateCustomer,
    CreateProvider,
    CreateService,
    DeactivateCustomer,
    DeactivateProvider,
    DeactivateService,
    Depart,
    EditBooking,
    EditCustomer,
    EditProvider,
    EditService,
    ForceAssign,
    ForceCancel,
    GoOff,
    GoOn,
    Hold,
    MarkFailed,
    NoShow,
    Note,
    Override,
    Prioritise,
    Reject,
    Release,
    Reschedule,
    Resume,
    Retry,
    Start,
    TakeBreak,
    Undo,
)
from domain.lifecycle import HAS_PROVIDER, Status, rules
from domain.line.queries import (
    Candidates,
    Diff,
    Find,
    Help,
    Next,
    Query,
    ShowBooking,
    ShowCustomer,
    ShowEvents,
    ShowProvider,
    ShowService,
    WhyAsked,
)
from domain.line.words import ALIASES


class Kind(StrEnum):
    """What an argument is; `values.py` says how each is recognised, read and written."""

    BOOKING = "BOOKING"
    EVENT = "EVENT"
    CUSTOMER = "CUSTOMER"
    PROVIDER = "PROVIDER"
    NEW_HANDLE = "HANDLE"
    SERVICE = "SERVICE"
    SERVICES = "SERVICE,…"
    REASON = '"TEXT"'
    NAME = "NAME"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    PRIORITY = "1-4"
    URGENCY = "LOW|MEDIUM|HIGH"
    STATUS = "STATUS"
    ABSENT = "provider|customer"
    PLACE = "LAT,LONG"
    MOMENT = "TIME"
    PAST = "PAST TIME"
    THEN = "THEN"
    WINDOW = "WINDOW"
    PRICE = "PRICE"
    MINUTES = "MINUTES"
    RATING = "0-5"
    SETTING = "SETTING"
    VALUE = "VALUE"
    ANYTHING = "BOOKING|PROVIDER|SERVICE"
    DETAILS = 'NAME:"TEXT",…'
    FILTER = "TERM …"
    EVENT_FILTER = "TERM ..."
    VERB = "VERB"


@dataclass(frozen=True, slots=True)
class Slot:
    """One argument of a verb.

    Attributes:
        kind: What it is.
        fields: The fields of the command or query that it fills.
        keys: Words that may introduce it; the first is the one that is written.
        bare: It may stand without its keyword.
        required: The verb cannot go without it.
        silent: The keywords are understood but not written.
        after: It stands bare only behind one of these statuses; empty means anywhere.
    """

    kind: Kind
    fields: tuple[str, ...]
    keys: tuple[str, ...] = ()
    bare: bool = True
    required: bool = False
    silent: bool = False
    after: frozenset[Status] = frozenset()


@dataclass(frozen=True, slots=True)
class Verb:
    """One row of the grammar.

    Attributes:
        name: The full name; a `!` at the end marks a forced form.
        about: What it does, in one line of help.
        example: A line that parses.
        slots: The arguments in the order in which they are written.
        command: The command that it builds.
        query: What it asks, for a verb that changes nothing.
        askers: Who may ask that.
    """

    name: str
    about: str
    example: str
    slots: tuple[Slot, ...]
    command: type[Command] | None = None
    query: Callable[..., Query] | None = None
    askers: frozenset[Role] = frozenset(Role)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other names."""
        return ALIASES[self.name]

    @property
    def roles(self) -> frozenset[Role]:
        """Who may use it at all."""
        if self.command is None:
            return self.askers
        return frozenset(role for rule in rules(self.command.subject, self.command.action) for role in rule.roles)

    def slot(self, key: str) -> Slot | None:
        """The argument that a keyword introduces."""
        return next((slot for slot in self.slots if key in slot.keys), None)


def _keyed(kind: Kind, field: str, *keys: str, bare: bool = False) -> Slot:
    return Slot(kind, (field,), keys or (field,), bare)


def _show(subject: Query) -> Query:
    return subject


_DISPATCHERS = frozenset({Role.ADMIN, Role.SYSTEM})
_BOOKING = Slot(Kind.BOOKING, ("booking",), required=True)
_PROVIDER = Slot(Kind.PROVIDER, ("provider",), ("to", "for"), required=True, silent=True)
_SERVICE = Slot(Kind.SERVICE, ("service",), required=True)
_CUSTOMER = Slot(Kind.CUSTOMER, ("customer",), required=True)
_REASON = Slot(Kind.REASON, ("reason",), required=True)
_MAYBE_REASON = Slot(Kind.REASON, ("reason",))
_PLACE = Slot(Kind.PLACE, ("latitude", "longitude"), ("place",), bare=False)
_PHONE = _keyed(Kind.PHONE, "phone")
_EMAIL = _keyed(Kind.EMAIL, "email")
_NEW_NAME = Slot(Kind.NAME, ("name",), required=True)
_UNTIL = ("until", "for")
_ABOUT_PROVIDER = (_PHONE, _EMAIL, _keyed(Kind.SERVICES, "skills"), _keyed(Kind.RATING, "rating"), _PLACE)
_ABOUT_SERVICE = (
    _keyed(Kind.PRICE, "base_price_cents", "price"),
    _keyed(Kind.MINUTES, "duration_minutes", "minutes"),
    _keyed(Kind.URGENCY, "priority"),
    _keyed(Kind.NAME, "description"),
)
_ABOUT_CUSTOMER = (_PHONE, _EMAIL, _keyed(Kind.NAME, "address", "address", "at"))

VERBS: Final[tuple[Verb, ...]] = (
    Verb(
        "new",
        "take down a booking; without a window it is on demand",
        'new plumbing "leak under sink" at "12 Example St" for "Ana Diaz" +12025550134 9-11 p1',
        (
            _SERVICE,
            Slot(Kind.REASON, ("notes",), ("notes",), silent=True),
            _keyed(Kind.NAME, "address", "at", "address"),
            _keyed(Kind.NAME, "borough"),
            _PLACE,
            _keyed(Kind.NAME, "customer_name", "for"),
            _keyed(Kind.PHONE, "phone", bare=True),
            _keyed(Kind.EMAIL, "email", bare=True),
            _keyed(Kind.CUSTOMER, "customer"),
            Slot(Kind.WINDOW, ("window_start", "window_end"), ("from",)),
            _keyed(Kind.PRIORITY, "priority", bare=True),
            _keyed(Kind.PAST, "requested_at", "requested"),
            _keyed(Kind.NAME, "source"),
            _keyed(Kind.NAME, "external_key", "key"),
            _keyed(Kind.DETAILS, "details"),
        ),
        CreateBooking,
    ),
    Verb(
        "candidates",
        "who could do it, best first, and why not the others",
        "candidates 214",
        (_BOOKING,),
        query=Candidates,
        askers=_DISPATCHERS,
    ),
    Verb(
        "assign",
        "offer it to a provider by the rules; without one, to the best now",
        "assign 214 mira",
        (_BOOKING, Slot(Kind.PROVIDER, ("provider",), ("to",), silent=True)),
        Assign,
    ),
    Verb(
        "assign!",
        "give it to a provider whatever the rules say",
        'assign! 214 mira "customer insists"',
        (_BOOKING, _PROVIDER, _REASON),
        ForceAssign,
    ),
    Verb("accept", "take the offer", "accept 214", (_BOOKING,), Accept),
    Verb("reject", "do not take it", 'reject 214 "van broke down"', (_BOOKING, _REASON), Reject),
    Verb("depart", "be on the way", "depart 214", (_BOOKING,), Depart),
    Verb("start", "begin the work, on site", "start 214", (_BOOKING,), Start),
    Verb("complete", "the work is done; nothing changes it afterwards", "complete 214", (_BOOKING,), Complete),
    Verb(
        "no-show",
        "somebody was not there",
        "no-show 214 provider",
        (_BOOKING, Slot(Kind.ABSENT, ("absent",), required=True), _MAYBE_REASON),
        NoShow,
    ),
    Verb("fail", "it cannot be done", 'fail 214 "no such address"', (_BOOKING, _REASON), MarkFailed),
    Verb("cancel", "the customer does not want it any more", "cancel 214", (_BOOKING, _MAYBE_REASON), Cancel),
    Verb("cancel!", "cancel it as an admin", 'cancel! 214 "duplicate"', (_BOOKING, _REASON), ForceCancel),
    Verb(
        "retry",
        "look for somebody again, now or at a time",
        "retry 214 +2m",
        (_BOOKING, Slot(Kind.MOMENT, ("at",), ("at", "in"), silent=True), _MAYBE_REASON),
        Retry,
    ),
    Verb("release", "take it from its provider and find another", 'release 214 "sick"', (_BOOKING, _REASON), Release),
    Verb(
        "hold",
        "put it aside: its timers stand still",
        'hold 214 until +2h "waiting for part"',
        (_BOOKING, Slot(Kind.MOMENT, ("until",), _UNTIL), _REASON),
        Hold,
    ),
    Verb("resume", "take it up again", "resume 214", (_BOOKING,), Resume),
    Verb(
        "reschedule",
        "another window, or now",
        "reschedule 214 tomorrow 9-11",
        (_BOOKING, Slot(Kind.WINDOW, ("window_start", "window_end"), ("to",), required=True, silent=True)),
        Reschedule,
    ),
    Verb(
        "prioritise",
        "another priority: 1 is highest",
        "prioritise 214 1",
        (_BOOKING, Slot(Kind.PRIORITY, ("priority",), ("to",), required=True, silent=True)),
        Prioritise,
    ),
    Verb(
        "note",
        "something worth knowing",
        'note 214 "ring twice"',
        (_BOOKING, Slot(Kind.REASON, ("text",), required=True)),
        Note,
    ),
    Verb(
        "edit",
        "correct what was taken down",
        'edit 214 address "12 Example St"',
        (
            _BOOKING,
            _keyed(Kind.NAME, "address", "address", "at"),
            _PLACE,
            Slot(Kind.REASON, ("notes",), ("notes",), bare=False),
        ),
        EditBooking,
    ),
    Verb(
        "override!",
        "put it into a status whatever the table says; COMPLETED cannot be undone",
        'override! 214 pending "paper records"',
        (
            _BOOKING,
            Slot(Kind.STATUS, ("to",), ("to",), required=True, silent=True),
            Slot(Kind.PROVIDER, ("provider",), ("for",), after=HAS_PROVIDER),
            _REASON,
        ),
        Override,
    ),
    Verb(
        "attempt",
        "the loop's try to find somebody",
        "attempt 214",
        (_BOOKING, Slot(Kind.PROVIDER, ("woken_by",), ("for",), bare=False)),
        Attempt,
    ),
    Verb(
        "next",
        "the worst of what needs you, with the line that would help",
        "next",
        (),
        query=Next,
        askers=_DISPATCHERS,
    ),
    Verb(
        "ack",
        "seen: off the attention queue until something changes; without a number, the worst",
        "ack 214",
        (Slot(Kind.BOOKING, ("booking",)),),
        Ack,
    ),
    Verb(
        "undo",
        "take back an event; without a number, your own last",
        "undo 512",
        (Slot(Kind.EVENT, ("event",)), _MAYBE_REASON),
        Undo,
    ),
    Verb(
        "undo!",
        "take back what somebody else did",
        'undo! 512 "Ana is off"',
        (Slot(Kind.EVENT, ("event",), required=True), _REASON),
        Undo,
    ),
    Verb("on", "on duty", "on mira", (_PROVIDER,), GoOn),
    Verb("off", "off duty; present jobs stay", "off mira", (_PROVIDER,), GoOff),
    Verb(
        "break",
        "not available for a while",
        "break mira 20m",
        (
            Slot(Kind.PROVIDER, ("provider",), required=True),
            Slot(Kind.MOMENT, ("until",), _UNTIL),
        ),
        TakeBreak,
    ),
    Verb(
        "provider new",
        "somebody new who does the work",
        'provider new olga "Olga Stone" phone +12025550134 skills plumbing,"heat/hot water" rating 4.8',
        (Slot(Kind.NEW_HANDLE, ("provider",), required=True), _NEW_NAME, *_ABOUT_PROVIDER),
        CreateProvider,
    ),
    Verb(
        "provider edit",
        "change what is given",
        "provider edit mira rating 4.9",
        (Slot(Kind.PROVIDER, ("provider",), required=True), _keyed(Kind.NAME, "name"), *_ABOUT_PROVIDER),
        EditProvider,
    ),
    Verb("provider activate", "takes jobs again", "provider activate mira", (_PROVIDER,), ActivateProvider),
    Verb("provider deactivate", "gets no new jobs", "provider deactivate mira", (_PROVIDER,), DeactivateProvider),
    Verb(
        "service new",
        "something new that can be booked",
        'service new "deep cleaning" price 80.00 minutes 90 priority HIGH',
        (Slot(Kind.NAME, ("service",), required=True), *_ABOUT_SERVICE),
        CreateService,
    ),
    Verb(
        "service edit",
        "change what is given",
        "service edit painting price 95.00",
        (_SERVICE, _keyed(Kind.NAME, "name"), *_ABOUT_SERVICE),
        EditService,
    ),
    Verb("service activate", "can be booked again", "service activate painting", (_SERVICE,), ActivateService),
    Verb("service deactivate", "takes no new bookings", "service deactivate painting", (_SERVICE,), DeactivateService),
    Verb(
        "customer new",
        "somebody new who books",
        'customer new "Ana Diaz" phone +12025550134 address "12 Example St"',
        (_NEW_NAME, *_ABOUT_CUSTOMER),
        CreateCustomer,
    ),
    Verb(
        "customer edit",
        "change what is given",
        'customer edit 17 address "12 Example St"',
        (_CUSTOMER, _keyed(Kind.NAME, "name"), *_ABOUT_CUSTOMER),
        EditCustomer,
    ),
    Verb("customer activate", "may book again", "customer activate 17", (_CUSTOMER,), ActivateCustomer),
    Verb("customer deactivate", "may not book", "customer deactivate 17", (_CUSTOMER,), DeactivateCustomer),
    Verb(
        "set",
        "change a setting of the room",
        "set when_exhausted fail",
        (
            Slot(Kind.SETTING, ("setting",), required=True),
            Slot(Kind.VALUE, ("value",), ("to",), required=True, silent=True),
        ),
        Configure,
    ),
    Verb(
        "show",
        "look at a booking, provider or service",
        "show 214",
        (Slot(Kind.ANYTHING, ("subject",), required=True),),
        query=_show,
    ),
    Verb(
        "provider",
        "look at a provider",
        "provider mira",
        (Slot(Kind.PROVIDER, ("handle",), required=True),),
        query=ShowProvider,
    ),
    Verb(
        "service",
        "look at a service",
        "service painting",
        (Slot(Kind.SERVICE, ("name",), required=True),),
        query=ShowService,
    ),
    Verb(
        "customer",
        "look at a customer",
        "customer 17",
        (Slot(Kind.CUSTOMER, ("number",), required=True),),
        query=ShowCustomer,
    ),
    Verb(
        "find",
        "bookings by words, status, service, provider, lateness, dates; - before a term leaves it out",
        "find late plumbing bronx status:assigned,accepted -provider:mira",
        (Slot(Kind.FILTER, ("which",)),),
        query=Find,
    ),
    Verb(
        "events",
        "the log, of a booking or of everything, by actor, action, dates, words",
        "events actor:admin:ana action:cancel today",
        (
            Slot(Kind.BOOKING, ("booking",)),
            Slot(Kind.PAST, ("since",), ("since",)),
            Slot(Kind.EVENT_FILTER, ("which",)),
        ),
        query=ShowEvents,
    ),
    Verb(
        "diff",
        "what changed between two times, of a booking or on the whole board; one time alone: since then",
        "diff 14:00 now",
        (
            Slot(Kind.BOOKING, ("booking",)),
            Slot(Kind.THEN, ("since",), required=True),
            Slot(Kind.THEN, ("until",)),
        ),
        query=Diff,
    ),
    Verb(
        "why",
        "why a booking stands so, why an event was, why a provider or why not: as the log recorded it",
        "why 214 not mira",
        (
            Slot(Kind.BOOKING, ("number",)),
            Slot(Kind.EVENT, ("event",), ("event",), bare=False),
            Slot(Kind.PROVIDER, ("provider",), ("not",), silent=True),
        ),
        query=WhyAsked,
    ),
    Verb(
        "help",
        "what can be said",
        "help assign",
        (Slot(Kind.VERB, ("topic",)),),
        query=Help,
    ),
)

GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("A new booking", ("new",)),
    ("Who does it", ("candidates", "assign", "assign!", "why")),
    ("The provider's answers", ("accept", "reject", "depart", "start", "complete")),
    ("Trouble", ("no-show", "fail", "cancel", "cancel!")),
    ("Again", ("retry", "release", "attempt")),
    ("Put aside", ("hold", "resume")),
    ("Change", ("reschedule", "prioritise", "note", "edit", "override!")),
    ("What needs you", ("next", "ack")),
    ("Take back", ("undo", "undo!")),
    ("A provider's shift", ("on", "off", "break")),
    ("Look", ("show", "find", "events", "diff", "provider", "service", "customer", "help")),
    ("Providers", ("provider new", "provider edit", "provider activate", "provider deactivate")),
    ("Services", ("service new", "service edit", "service activate", "service deactivate")),
    ("Customers", ("customer new", "customer edit", "customer activate", "customer deactivate")),
    ("The room", ("set",)),
)
"""Every verb under what it is for, in the order of help and docs."""

BY_NAME: Final[dict[str, Verb]] = {name: verb for verb in VERBS for name in (verb.name, *verb.aliases)}
"""Every verb by every name it has."""

SHOWS: Final[dict[Kind, Callable[..., Query]]] = {
    Kind.BOOKING: ShowBooking,
    Kind.PROVIDER: ShowProvider,
    Kind.SERVICE: ShowService,
    Kind.CUSTOMER: ShowCustomer,
}
"""The question that an object alone on the line asks."""
