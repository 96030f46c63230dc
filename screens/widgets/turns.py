"""Keys in turn: the next one is looked at when what the one before did is done.

Textual gives a key to the widget that has the focus at that moment, and carries out a bound key only when it has come
up through all the widgets above, behind letters that were typed after it. On a busy machine a name typed behind the key
that opens a form would act on the board, and a letter behind Backspace would be taken back. Here every key waits for
the one before; and while an answer is awaited, or a form is being opened, keys wait for that.

Base class of `dispatcher.places.PlacesApp`; widgets ask for it with `turns_of`.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import ClassVar, Final, Literal, TypeVar

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

ENTERS: Final = frozenset({"enter", "ctrl+s"})
COMES_BACK_WITHIN_S: Final = 2.0
"""Where a widget is taken away with a key in it, nothing tells that the key is done with."""
LAPS_AT_MOST: Final = 8
"""How often what a key has set going is followed; a key causes messages that cause messages, but not for ever."""

Enters = Literal["all", "later", "none"]
"""Which Enters go on from what was typed ahead: `later` is all but those that come first, which were pressed twice."""
ReturnType = TypeVar("ReturnType")


class TurnsApp(App[ReturnType]):
    """A program that takes one key after the other."""

    AT_ONCE: ClassVar[frozenset[str]] = frozenset()
    """Keys that wait for nothing."""

    class Behind(Message):
        """It follows a key through the same widgets; when it is up here, the key is done with."""

        def __init__(self, turn: int, screen: Screen[object] | None) -> None:
            super().__init__()
            self.turn = turn
            self.screen = screen

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key | events.Paste] = deque()
        self._turn = 0
        self._is_under_way = False
        self._is_watched = False
        self._laps = 0
        self._holders: dict[Widget, frozenset[str]] = {}

    # Who makes keys wait --------------------------------------------------------------------------------------------

    def hold(self, holder: Widget, *, hears: frozenset[str] = frozenset()) -> None:
        """Keep back what is typed while the focus is in a widget, but for the keys that it hears even so."""
        self._holders[holder] = hears

    def let_go(self, holder: Widget, enters: Enters = "all") -> None:
        """Let what was kept back go to whatever has the focus when all that was asked for till now is done."""
        if self._holders.pop(holder, None) is None:
            return
        first = True
        typed, self._typed = self._typed, deque()
        for event in typed:
            is_enter = isinstance(event, events.Key) and event.key in ENTERS
            if is_enter and (enters == "none" or (enters == "later" and first)):
                continue
            first = False
            self._typed.append(event)
        if not self._is_under_way:
            self._send_behind(self, None)  # another screen may be coming just now

    def forget(self, holder: Widget) -> None:
        """Drop what was kept back: nobody wants it any more."""
        if self._holders.pop(holder, None) is not None:
            self._typed.clear()

    def _is_held(self, event: events.Key | events.Paste) -> bool:
        if not self._holders:
            return False
        focused = self.focused or self.screen
        hears = [hears for holder, hears in self._holders.items() if holder in focused.ancestors_with_self]
        if not hears:
            return False
        if not isinstance(event, events.Key):
            return True
        bound = self.screen.active_bindings.get(event.key)
        is_above_all = bound is not None and bound.enabled and bound.binding.priority
        return not is_above_all and not any(event.key in heard for heard in hears)

    # One after the other --------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Take a key or a pasted text when it is its turn, and anything else as it comes."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and not self._is_at_once(event):
            is_heard = self._typed and self._is_held(self._typed[0]) and not self._is_held(event)
            self._typed.insert(0 if is_heard else len(self._typed), event)
            await self._go_on()
        else:
            await super().on_event(event)

    def _is_at_once(self, event: events.Key | events.Paste) -> bool:
        return isinstance(event, events.Key) and event.key in self.AT_ONCE

    async def _go_on(self) -> None:
        """Take what was typed, up to a key that a widget has to look at."""
        while self._typed and not self._is_under_way and not self._is_held(self._typed[0]):
            target = self.focused or self.screen
            if self._laps < LAPS_AT_MOST and _is_stirring(target) and self._follow(target):
                break  # the key before may move the focus yet
            self._laps = 0
            event = self._typed.popleft()
            await super().on_event(event)
            if event.is_forwarded:
                self._follow(target)
        self._watch()

    def _follow(self, target: Widget) -> bool:
        return self._send_behind(target, target.screen)

    def _send_behind(self, target: MessagePump, screen: Screen[object] | None) -> bool:
        self._turn += 1
        self._laps += 1
        self._is_under_way = target.post_message(self.Behind(self._turn, screen))
        return self._is_under_way

    async def on_turns_app_behind(self, message: Behind) -> None:
        """The key is done with; where it led to another screen, that one has to be there first."""
        has_left = message.turn == self._turn and self.screen_stack and message.screen is not self.screen
        if not has_left or not self._follow(self.screen):
            await self._come_back(message.turn)

    async def _come_back(self, turn: int) -> None:
        """Go on, unless that was long ago."""
        if turn == self._turn:
            self._is_under_way = False
            await self._go_on()

    def _watch(self) -> None:
        if self._typed and self._is_under_way and not self._is_watched:
            self._is_watched = True
            self.set_timer(COMES_BACK_WITHIN_S, partial(self._look_after, self._turn))

    async def _look_after(self, turn: int) -> None:
        self._is_watched = False
        await self._come_back(turn)
        self._watch()


def _is_stirring(target: Widget) -> bool:
    """Whether messages are on their way in a widget or those above it."""
    return any(node.message_queue_size for node in target.ancestors_with_self if isinstance(node, Widget))


def turns_of(widget: Widget) -> TurnsApp[object]:
    """The program that a widget is in, as the one who takes keys in turn."""
    app = widget.app
    assert isinstance(app, TurnsApp)
    return app
