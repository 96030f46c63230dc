"""A filter above a table: one line of text, how many were found, and what is wrong with the text.

May be imported by screens; what the text means is theirs to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.widgets.editor import Describe, LineEditor
from screens.widgets.text import clean, plain, toned

SETTLE_S: Final = 0.12
"""Typing is followed once it pauses for this long."""


class FilterEditor(LineEditor):
    """The text of a filter."""

    @dataclass
    class LineWanted(Message):
        """A colon before the text: it means the line."""

    def on_key(self, event: events.Key) -> None:
        """Let a colon before the text open the line."""
        if event.character == ":" and self.cursor_position == 0:
            event.stop()
            event.prevent_default()
            self.post_message(self.LineWanted())


class FilterBar(Widget):
    """`Filter` and its text; Enter, Escape and ↓ leave it, the text stays."""

    DEFAULT_CSS = """
    FilterBar {
        height: auto;
        & > Horizontal { height: 1; background: $surface; }
        & .label { width: 8; padding: 0 1; color: $foreground-muted; }
        &:focus-within { background: $foreground 4%; }
        &:focus-within .label { color: $text-accent; text-style: bold; }
        & .note { width: auto; padding: 0 1; }
        & .found { width: auto; padding: 0 1; color: $foreground-muted; }
        & > .wrong { display: none; height: auto; max-height: 2; padding: 0 0 0 9; }
        &.-wrong > .wrong { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,down", "leave", "To the rows", show=False)]

    @dataclass
    class Changed(Message):
        """Typing paused, or Enter was pressed, or `text` was set."""

        bar: FilterBar
        text: str

        @property
        def control(self) -> FilterBar:
            """The bar, for `@on` selectors."""
            return self.bar

    @dataclass
    class Left(Message):
        """The keys are wanted by the rows."""

        bar: FilterBar

    def __init__(
        self,
        describe: Describe | None = None,
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        """Make an empty filter; `describe` colours the parts of its text."""
        super().__init__(id=id)
        self._editor = FilterEditor(describe, placeholder=placeholder)
        self._timer: Timer | None = None
        self._told = ""

    def compose(self) -> ComposeResult:
        """Label, text, count; below, what is wrong."""
        with Horizontal():
            yield Static("Filter", classes="label", markup=False)
            yield self._editor
            yield Static(classes="note", markup=False)
            yield Static(classes="found", markup=False)
        yield Static(classes="wrong", markup=False)

    @property
    def text(self) -> str:
        """What is typed."""
        return self._editor.value

    def enter(self) -> None:
        """Put the cursor into it, at once: the next key is for the text, however busy the program is."""
        self.screen.set_focus(self._editor, scroll_visible=False)

    def set_text(self, text: str) -> None:
        """Replace the text, and tell at once."""
        self._editor.value = clean(text)
        self._editor.cursor_position = len(text)
        self._tell()

    def show_found(self, text: str) -> None:
        """Say how many there are."""
        self.query_one(".found", Static).update(plain(text))

    def show_wrong(self, message: str) -> None:
        """Say what is wrong with the text, or nothing."""
        self.set_class(bool(message), "-wrong")
        self.query_one(".wrong", Static).update(toned(f"✕ {message}", "bad") if message else "")

    def show_note(self, message: str) -> None:
        """Say beside the count how the text was understood, or nothing."""
        self.query_one(".note", Static).update(toned(message, "muted") if message else "")

    def tell_again(self) -> None:
        """Tell the text once more: what it means is another now."""
        self.post_message(self.Changed(self, self.text))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wait for a pause."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SETTLE_S, self._tell)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: now, and on to the rows."""
        event.stop()
        self._tell()
        self.action_leave()

    def action_leave(self) -> None:
        """Give the keys to the rows."""
        self.post_message(self.Left(self))

    def _tell(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.text != self._told:
            self._told = self.text
            self.post_message(self.Changed(self, self.text))
