"""What a screen knows about a line while it is typed: the language's answer, with facts that are read in a thread.

Used by `spoken.SpokenScreen`. A keystroke never waits: until facts have come, the list stands without reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from domain.lifecycle import Action, Subject
from domain.wording import told
from screens.console import Console, Loader, host_of
from screens.widgets.choices import Choice
from screens.widgets.line import Outlook

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.line.context import Context
    from domain.line.following import BookingFacts, Facts, Following, Happened
    from domain.views import ProviderRow, Views

_NEVER_TAKEN_BACK: Final = frozenset({Action.CREATE, Action.ATTEMPT})
REFRESH_EVERY_S: Final = 0.5
"""However many events come, what is known is read again at most this often."""
NEARBY: Final = 12
"""How many bookings that are on the screen are offered."""


class Foresight:
    """Facts about what a line names, kept while it is typed."""

    def __init__(
        self,
        owner: Widget,
        acting: Callable[[], Actor],
        nearby: Callable[[], Iterable[int]],
        told: Callable[[], None],
    ) -> None:
        """Know nothing yet.

        Args:
            owner: The screen.
            acting: Who types.
            nearby: The bookings that are on the screen.
            told: Called when more is known than before.
        """
        self._owner = owner
        self._acting = acting
        self._nearby = nearby
        self._told = told
        self._loader = Loader(owner, "foresight", self._load, lambda _: None)
        self._facts: Facts | None = None
        self._version = 0  # of the facts
        self._wanted = _Wanted()
        self._is_stale = False
        self._loaded_at = 0.0
        self._last: tuple[object, Outlook] | None = None

    @property
    def _console(self) -> Console:
        return host_of(self._owner).room

    def outlook(self, text: str) -> Outlook:
        """What there is to say about a text, with what is known by now."""
        context = self._console.context(self._acting())
        if context is None:
            return Outlook()
        key = (text, context.actor, context.selected, context.last, id(context.directory), self._version)
        if self._last is None or self._last[0] != key:
            said = _becoming(text, context) if text.startswith("as ") else self._look(text, context)
            self._last = (key, said)
        return self._last[1]

    def on_events(self) -> None:
        """Something happened: what is known may not be so any more."""
        self._is_stale = True
        if monotonic() - self._loaded_at > REFRESH_EVERY_S:
            self._refresh()

    def on_pulse(self) -> None:
        """A second has passed: catch up with what happened meanwhile."""
        if self._is_stale:
            self._refresh()

    def _look(self, text: str, context: Context) -> Outlook:
        from domain.line.following import Facts, follow  # there when the database is

        if not text:
            self._facts = None
        if self._facts is None:
            near = tuple(islice(self._nearby(), NEARBY)) if self._sees_everything else ()
            self._facts = Facts(nearby=near, happened=self._happened())
            self._version += 1
        following = follow(text, context, self._facts)
        self._wanted = _Wanted(following.booking, frozenset(following.offered), following.wants_people)
        if text and not self._wanted.is_known(self._facts):
            self._loader.ask()
        return _outlook(following)

    @property
    def _sees_everything(self) -> bool:
        from domain.visibility import sees_everything

        return sees_everything(self._acting())

    def _happened(self) -> tuple[Happened, ...]:
        """What was done lately to bookings and may be taken back: the last of each, and its last note."""
        from domain.line.following import Happened

        found: dict[tuple[int, bool], Happened] = {}
        for row in reversed(self._console.recent if self._sees_everything else ()):
            event = row.event
            if event.subject is Subject.BOOKING and event.action not in _NEVER_TAKEN_BACK and len(found) < NEARBY:
                about = f"{row.subject_name} {told(event)} · {event.actor}"
                which = event.subject_id, event.action is Action.NOTE  # a note stands in no other event's way
                found.setdefault(which, Happened(event.id, event.actor, about))
        return tuple(found.values())

    def _refresh(self) -> None:
        if self._wanted != _Wanted():
            self._loader.ask()

    async def _load(self) -> None:

        wanted, actor, before = self._wanted, self._acting(), self._facts
        if before is None:
            return
        known = {} if self._is_stale else before.bookings
        people = None if self._is_stale else before.people
        self._is_stale = False

        def ask(views: Views) -> Facts:
            found = _rows(views, wanted.offered - known.keys(), actor)
            if wanted.booking is not None:
                found[wanted.booking] = _booking(views, wanted.booking, actor)
            roster = _roster(views, actor) if wanted.people and people is None else people
            return replace(before, bookings={**known, **found}, people=roster)

        facts = await self._console.read(ask)
        if self._facts is before:  # else the line was emptied meanwhile
            self._facts = facts
            self._version += 1
            self._loaded_at = monotonic()
            self._told()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What would tell more about the line."""

    booking: int | None = None
    offered: frozenset[int] = frozenset()
    people: bool = False

    def is_known(self, facts: Facts) -> bool:
        """Whether all of it was read already, however long ago."""
        named = facts.bookings.get(self.booking) if self.booking is not None else None
        is_named_known = self.booking is None or (named is not None and named.is_whole)
        is_everybody_known = not self.people or facts.people is not None
        return is_named_known and is_everybody_known and self.offered <= facts.bookings.keys()


def _booking(views: Views, number: int, actor: Actor) -> BookingFacts:
    """All that somebody may know of a booking, whether there is one or not; for a worker's thread."""
    from domain.errors import DispatchError
    from domain.line.following import BookingFacts
    from domain.visibility import require_booking, sees_everything

    try:
        if sees_everything(actor):
            row, matching = views.weighed(number)
            return BookingFacts(row, matching, is_whole=True)
        return BookingFacts(require_booking(actor, views.booking(number)), is_whole=True)
    except DispatchError as refusal:
        return BookingFacts(unknown=refusal.message, is_whole=True)


def _rows(views: Views, numbers: Collection[int], actor: Actor) -> dict[int, BookingFacts]:
    """Where several bookings stand."""
    from domain.line.following import BookingFacts
    from domain.visibility import may_see_booking

    found = {row.booking.id: row for row in views.bookings_numbered(sorted(numbers))} if numbers else {}
    seen = {number: row for number, row in found.items() if may_see_booking(actor, row)}
    return {number: BookingFacts(seen.get(number)) for number in numbers}


def _roster(views: Views, actor: Actor) -> dict[str, ProviderRow]:
    """Everybody, as far as somebody may know."""
    from domain.visibility import sees_everything

    if sees_everything(actor):
        return {row.provider.handle: row for row in views.roster()}
    return {actor.id: views.provider(actor.id)} if actor.role == "provider" else {}


def _outlook(following: Following) -> Outlook:
    return Outlook(
        parts=[(span.start, span.end, span.kind) for span in following.spans],
        choices=[Choice(item.text, item.line, item.about, item.why_not) for item in following.items],
        ghost=following.ghost,
        wrong=following.wrong,
        missing=following.missing,
        note=following.note,
    )


def _becoming(text: str, context: Context) -> Outlook:
    """`as` is the console's own word: who else there is to act as."""
    directory = context.directory
    known = [("admin:", "a dispatcher, by name"), ("customer:", "a customer, by number")]
    handles = sorted(directory.handles.keys() - directory.inactive_handles)
    known += [(f"provider:{handle}", "provider") for handle in handles]
    typed = text.removeprefix("as ")
    choices = [Choice(who, f"as {who}", about) for who, about in known if who.startswith(typed) and who != typed]
    ghost = choices[0].line if typed and choices else ""
    return Outlook(parts=[(0, 2, "verb"), (3, len(text), "provider")], choices=choices, ghost=ghost)
