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
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

ENTERS: Final = frozenset({"enter", "ctrl+s"})
MOVES: Final = frozenset({"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "backspace", "delete"})
"""Keys that people keep pressed: all are carried out in the same way, so they need not wait for each other."""
COMES_BACK_WITHIN_S: Final = 2.0
"""Where a widget is taken away with a key in it, nothing tells that the key is done with."""
LAPS_AT_MOST: Final = 8
"""How often what a key has set going is followed; a key causes messages that cause messages, but not for ever."""

Typed = events.Key | events.Paste
Kind = Literal["text", "move", "act"]
"""What a key is where it is typed: a letter of a text, which is taken at once; a move; or anything else."""
Enters = Literal["all", "later", "none"]
"""Which Enters go on from what was typed ahead: `later` is all but those that come first, which were pressed twice."""
ReturnType = TypeVar("ReturnType")


class TurnsApp(App[ReturnType]):
    """A program that takes one key after the other."""

    AT_ONCE: ClassVar[frozenset[str]] = frozenset()
    """Keys that wait for nothing."""

    class Behind(Message):
        """It follows a key through the same widgets; when it is up here, the key is done with."""

        def __init__(self, turn: int, screen: Screen[object]) -> None:
            super().__init__()
            self.turn = turn
            self.screen = screen

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[Typed] = deque()
        self._before: Kind = "text"  # what was taken last and is not known to be done with
        self._taker: Widget | None = None  # and by whom
        self._turn = 0
        self._laps = 0
        self._is_under_way = False
        self._is_watched = False
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
        self._before, self._taker = "act", None
        self.call_later(self._go_on)

    def forget(self, holder: Widget) -> None:
        """Drop what was kept back: nobody wants it any more."""
        if self._holders.pop(holder, None) is not None:
            self._typed.clear()

    def _is_held(self, event: Typed) -> bool:
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

    def _is_at_once(self, event: Typed) -> bool:
        return isinstance(event, events.Key) and event.key in self.AT_ONCE

    async def _go_on(self) -> None:
        """Take what was typed, up to a key that has to wait for the one before."""
        while self._typed and not self._is_under_way and not self._is_held(self._typed[0]):
            target = self.focused or self.screen
            kind = _kind(self._typed[0], target)
            has_to_wait = self._before == "act" or (self._before == "move" and kind != "move")
            if has_to_wait and self._follow(self._taker or target):
                break
            self._before, self._taker, self._laps = kind, target, 0
            await super().on_event(self._typed.popleft())
        if self._typed and not self._is_under_way and self._before != "text":
            self._follow(self._taker or self.screen)  # it may take the focus away from where keys are held
        if self._typed and self._is_under_way and not self._is_watched:
            self._is_watched = True
            self.set_timer(COMES_BACK_WITHIN_S, partial(self._look_after, self._turn))

    def _follow(self, target: Widget) -> bool:
        """Send something behind the key that was taken last, unless that is done with or never will be."""
        self._turn += 1
        self._laps += 1
        self._is_under_way = (
            self._laps <= LAPS_AT_MOST
            and target.is_attached
            and target.post_message(self.Behind(self._turn, target.screen))
        )
        return self._is_under_way

    async def on_turns_app_behind(self, message: Behind) -> None:
        """The key is done with, unless it led to another screen or set something going: those come first."""
        if message.turn != self._turn or not self.screen_stack:
            return
        target = self.focused or self.screen
        if (message.screen is self.screen and not _is_stirring(target)) or not self._follow(target):
            await self._settle()

    async def _settle(self) -> None:
        self._is_under_way, self._before = False, "text"
        await self._go_on()

    async def _look_after(self, turn: int) -> None:
        self._is_watched = False
        is_lost = self._is_under_way and turn == self._turn
        await (self._settle() if is_lost else self._go_on())


def _kind(event: Typed, target: Widget) -> Kind:
    """What it is; a colon may open the line wherever it is typed."""
    if isinstance(event, events.Key) and event.key in MOVES:
        return "move"
    is_text = isinstance(event, events.Paste) or (event.is_printable and event.character != ":")
    return "text" if is_text and isinstance(target, Input) else "act"


def _is_stirring(target: Widget) -> bool:
    """Whether messages are on their way in a widget or those above it."""
    return any(node.message_queue_size for node in target.ancestors_with_self if isinstance(node, Widget))


def turns_of(widget: Widget) -> TurnsApp[object]:
    """The program that a widget is in, as the one who takes keys in turn."""
    app = widget.app
    assert isinstance(app, TurnsApp)
    return app
