"""What an accepted command did, for whoever asked: its events, and the words for them. Pure; anything may import it."""

from dataclasses import dataclass

from domain.lifecycle import Subject
from domain.records import Event
from domain.wording import inverse, told


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an accepted command did.

    Attributes:
        events: Its events, in order; the last is the main one.
        name: What people call its subject: a booking's number, a handle, a service's name.
        again: It had been done before, by a command with the same key; nothing was written now.
    """

    events: tuple[Event, ...]
    name: str
    again: bool = False

    @property
    def event(self) -> Event:
        """The main event."""
        return self.events[-1]

    @property
    def booking(self) -> int | None:
        """The booking it is about, if it is about one."""
        return self.event.subject_id if self.event.subject is Subject.BOOKING else None

    @property
    def inverse(self) -> str | None:
        """The line that takes it back."""
        return inverse(self.event)

    @property
    def summary(self) -> str:
        """One line: `8839 ✓ 177 marked no-show (customer)`."""
        warning = self.event.details.get("warning")
        text = f"{self.event.id} ✓ {self.name} {told(self.event)}"
        if self.again:
            text += " · done already, nothing was changed now"
        return f"{text} · although {warning}" if warning else text
