"""What an option on the line would come to, as far as the facts are known: what it is, and why it would be refused.

Pure; only `following` imports this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.commands import Assign, BookingCommand, Command, CreateBooking, ForceAssign, Override
from domain.errors import DispatchError
from domain.lifecycle import Action, Duty, Subject, check
from domain.line.context import Context
from domain.line.options import Happened, Option
from domain.line.table import Kind, Verb
from domain.matching import Candidate, Matching, Skip, Why
from domain.possible import in_short, refusal
from domain.records import Booking
from domain.views import BookingRow, ProviderRow

_DUTY = {Duty.ON: "on duty", Duty.OFF: "off duty", Duty.BREAK: "on break"}
_PASSED_OVER = {Why.UNSKILLED: "not skilled", Why.OFF_DUTY: "off duty", Why.INACTIVE: "inactive"}


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """What is known of one booking.

    Attributes:
        row: The booking; None when there is none, or it is not theirs.
        matching: Whom a person could give it to, where the actor may know.
        unknown: Why there is no row.
        is_whole: All that the actor may know was read, and not only where it stands.
    """

    row: BookingRow | None = None
    matching: Matching | None = None
    unknown: str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known by now; what is missing only leaves reasons out.

    Attributes:
        bookings: By number.
        people: Providers by handle; None before they are known.
        nearby: Numbers of bookings that are on the screen; they are offered behind the selected one.
        happened: Events that may be meant, the newest first.
    """

    bookings: Mapping[int, BookingFacts] = field(default_factory=dict)
    people: Mapping[str, ProviderRow] | None = None
    nearby: tuple[int, ...] = ()
    happened: tuple[Happened, ...] = ()


def about_booking(row: BookingRow) -> str:
    """A booking in a few words, so that a wrong number shows: `plumbing · Ana Diaz · PENDING`."""
    held = ", on hold" if row.booking.held else ""
    holder = f" {row.provider}" if row.provider else ""
    return f"{row.service} · {' '.join(row.customer.split())} · {row.booking.status}{holder}{held}"


class Judge:
    """Weighs what could be typed behind what is typed already."""

    def __init__(self, context: Context, facts: Facts, verb: Verb | None, booking: int | None) -> None:
        self._context = context
        self._facts = facts
        self._command: type[Command] | None = verb.command if verb is not None else None
        self._booking = facts.bookings.get(booking) if booking is not None else None
        self._places = self._ranked()

    def weigh(self, option: Option) -> tuple[str, str | None]:
        """What an option is, and why it would be refused, or None."""
        if option.verb is not None:
            return option.about, self._verb(option.verb)
        if option.kind is Kind.BOOKING:
            known = self._facts.bookings.get(int(option.means))
            if known is None or known.row is None:
                return option.about.removesuffix(": "), known.unknown or None if known else None
            return f"{option.about}{about_booking(known.row)}", self.action(self._command, known)
        if option.kind is Kind.PROVIDER:
            return self.provider(option.means, option.about)
        if option.kind is Kind.SERVICE:
            return option.about, self._service(option.means)
        if option.kind is Kind.STATUS and self._command is Override and self._booking and self._booking.row:
            booking = self._booking.row.booking
            is_there = option.means == booking.status.lower()
            return option.about, f"{booking.id} is {booking.status} already" if is_there else None
        return option.about, None

    def action(self, command: type[Command] | None, known: BookingFacts | None) -> str | None:
        """Why a command would be refused on a booking as it stands, or None."""
        if known is None or command is None or not issubclass(command, BookingCommand):
            return None
        if known.row is None:
            return known.unknown or None
        booking = known.row.booking
        refused = refusal(command.action, booking, self._context.actor.role)
        return in_short(refused, str(booking.id)) if refused else None

    def _verb(self, verb: Verb) -> str | None:
        return self.action(verb.command, self._booking)

    def rank(self, option: Option) -> int:
        """Where a provider stands among those who could take the booking; everything else stays in its order."""
        return self._places.get(option.means, len(self._places)) if option.kind is Kind.PROVIDER else 0

    def _ranked(self) -> dict[str, int]:
        """Everybody's place for the booking: who could first, then those who only lack the time."""
        matching = self._booking.matching if self._booking else None
        if matching is None or self._command not in {Assign, ForceAssign}:
            return {}
        skips = sorted(matching.skips, key=lambda skip: (skip.why is Why.INACTIVE, skip.why is Why.UNSKILLED))
        handles = [*(one.handle for one in matching.candidates), *(skip.handle for skip in skips)]
        return {handle: place for place, handle in enumerate(handles)}

    def provider(self, handle: str, about: str) -> tuple[str, str | None]:
        """What is known of a provider for what is being typed, and why they would be refused."""
        command, booking = self._command, self._booking
        if booking is not None and booking.row is not None and command in {Assign, ForceAssign}:
            return self._chosen(handle, about, booking.row, booking.matching)
        row = self._facts.people.get(handle) if self._facts.people else None
        if row is None:
            return about, None
        joiner = " on " if row.shown == "busy" else ", has "
        jobs = f"{joiner}{', '.join(map(str, row.jobs[:2]))}" if row.jobs else ""
        until = f" until {self._time(row.busy_until)}" if row.busy_until and row.shown == "busy" else ""
        said = f"{row.shown}{jobs}{until} · {', '.join(row.skills) or 'no skills'}"
        return said, self._person(row) if command is not None and command.subject is Subject.PROVIDER else None

    def _person(self, row: ProviderRow) -> str | None:
        """Why the table does not let this be done to a provider now."""
        assert self._command is not None
        action, provider = self._command.action, row.provider
        if action is Action.ACTIVATE and provider.active:
            return "active already"
        if action in {Action.DEACTIVATE, Action.ON, Action.BREAK} and not provider.active:
            return "inactive already" if action is Action.DEACTIVATE else "inactive; provider activate comes first"
        try:
            check(Subject.PROVIDER, action, provider.duty, self._context.actor.role, provider.handle)
        except DispatchError as refused:
            is_so = action in {Action.ON, Action.OFF} and provider.duty in {Duty.ON, Duty.OFF}
            return f"{_DUTY[provider.duty]} already" if is_so else in_short(refused, provider.handle)
        return None

    def _chosen(self, handle: str, about: str, row: BookingRow, matching: Matching | None) -> tuple[str, str | None]:
        booking = row.booking
        if self._command is ForceAssign and row.provider == handle:
            return about, f"{handle} has {booking.id} already"
        for one in matching.candidates if matching else ():
            if one.handle == handle:
                return self.candidate(one, booking), None
        for skip in matching.skips if matching else ():
            if skip.handle == handle:
                why = self.skip(skip)
                is_forced = self._command is ForceAssign and skip.why is not Why.INACTIVE
                return (why, None) if is_forced else (about, why)
        return about, None

    def candidate(self, one: Candidate, booking: Booking) -> str:
        """`free · 9.1 km · ★ 4.8 · arrives 13:20`."""
        parts = ["free" if booking.on_demand else "free then"]
        parts.append(f"{one.km:.1f} km" if one.km is not None else "place unknown")
        parts.append(f"★ {one.rating:.1f}")
        if booking.on_demand and (arrives := one.arrives(self._context.now)):
            parts.append(f"arrives {self._time(arrives)}")
        if one.provider_id in booking.excluded:
            parts.append("rejected or missed it before")
        return " · ".join(parts)

    def skip(self, skip: Skip) -> str:
        """`busy until 14:30 on 201`."""
        until = f" until {self._time(skip.until)}" if skip.until else ""
        if skip.why is Why.OVERLAP:
            return f"has {skip.booking} in that window"
        job = f" on {skip.booking}" if skip.booking is not None else ""
        return f"{_PASSED_OVER.get(skip.why, skip.why)}{job}{until}"

    def _service(self, service: str) -> str | None:
        is_inactive = service in self._context.directory.inactive_services
        if self._command is None:
            return None
        if self._command is CreateBooking:
            return "inactive: takes no new bookings" if is_inactive else None
        if self._command.subject is Subject.SERVICE:
            if self._command.action is Action.ACTIVATE and not is_inactive:
                return "active already"
            if self._command.action is Action.DEACTIVATE and is_inactive:
                return "inactive already"
        return None

    def _time(self, moment: datetime) -> str:
        zone = self._context.zone
        local, today = moment.astimezone(zone), self._context.now.astimezone(zone).date()
        return f"{local:%H:%M}" if local.date() == today else f"{local:%a %H:%M}"
