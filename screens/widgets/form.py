"""A form of labelled one-line fields: errors stand at their field, and nothing that was typed is ever lost by one.

May be imported by screens, which say what the fields are and what becomes of them; it knows no command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.widgets.editor import LineEditor
from screens.widgets.text import clean, plain, toned
from screens.widgets.turns import turns_of

KEYS = "Enter next, on the last saves · Tab next · ^s save · Esc leave · ^o line"


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        key: Its name in the form's values.
        label: What people call it.
        value: What stands in it first.
        placeholder: An example or a hint, shown while it is empty.
        complete: Given the text, the whole texts that it could become; the first is shown as a ghost, → takes it over.
    """

    key: str
    label: str
    value: str = ""
    placeholder: str = ""
    complete: Callable[[str], Sequence[str]] | None = None


class FieldEditor(LineEditor):
    """The text of one field."""

    @dataclass
    class LineWanted(Message):
        """A colon where none makes sense: before the text."""

    def __init__(self, field: Field) -> None:
        super().__init__(placeholder=field.placeholder)
        self.field = field
        self.value = clean(field.value)
        self.cursor_position = len(self.value)

    def on_key(self, event: events.Key) -> None:
        """Let a colon before the text open the line."""
        if event.character == ":" and self.cursor_position == 0:
            event.stop()
            event.prevent_default()
            self.post_message(self.LineWanted())

    def on_input_changed(self) -> None:
        """Look for what the text could become."""
        complete = self.field.complete
        found = complete(self.value) if complete and self.value else ()
        self.ghost = clean(found[0]) if found and found[0].startswith(self.value) else ""


class FieldRow(Widget):
    """A label, its field, and below it what is wrong with it."""

    DEFAULT_CSS = """
    FieldRow {
        height: auto;
        & > Horizontal { height: 1; }
        & .label { width: 14; padding: 0 1; color: $foreground-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        &:focus-within { background: $foreground 4%; }
        &:focus-within .label { color: $text-accent; text-style: bold; }
        & > .wrong { display: none; height: auto; max-height: 3; padding: 0 0 0 14; }
        &.-wrong > .wrong { display: block; }
    }
    """

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.editor = FieldEditor(field)

    def compose(self) -> ComposeResult:
        """Put the label before the field."""
        with Horizontal():
            yield Static(plain(self.field.label), classes="label", markup=False)
            yield self.editor
        yield Static(classes="wrong", markup=False)

    def show_wrong(self, message: str) -> None:
        """Say what is wrong, or nothing."""
        self.set_class(bool(message), "-wrong")
        self.query_one(".wrong", Static).update(toned(f"✕ {message}", "bad") if message else "")

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong is being put right."""
        event.stop()
        self.show_wrong("")


class Form(VerticalScroll, can_focus=False):
    """Not shown until it is opened; open, it takes the keys until it is saved or left."""

    DEFAULT_CSS = """
    Form {
        display: none;
        height: auto;
        max-height: 100%;
        background: $background;
        scrollbar-size-vertical: 1;
        &.-open { display: block; }
        & > .title { height: 1; padding: 0 1; background: $panel; text-style: bold; }
        & > .wrong { height: auto; max-height: 4; padding: 0 1; display: none; }
        & > .wrong.-shown { display: block; }
        & > .keys { height: auto; padding: 0 1; color: $foreground-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "move(1)", "Next field", show=False),
        Binding("shift+tab,up", "move(-1)", "Previous field", show=False),
        Binding("ctrl+s", "save", "Save", show=False),
        Binding("escape", "leave", "Leave", show=False),
    ]

    @dataclass
    class Submitted(Message):
        """It is to be saved; it stays as it is until the owner calls `close` or `refuse`."""

        form: Form
        values: Mapping[str, str]

        @property
        def control(self) -> Form:
            """The form, for `@on` selectors."""
            return self.form

    @dataclass
    class Left(Message):
        """Escape; it is closed, and the focus is back where it was before."""

        form: Form

        @property
        def control(self) -> Form:
            """The form, for `@on` selectors."""
            return self.form

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        """Make a form that is not shown; `opening` counts how often it was opened."""
        super().__init__(id=id)
        self.purpose = ""
        self.opening = 0
        self._is_sent = False
        self._rows: list[FieldRow] = []
        self._came_from: Widget | None = None

    def compose(self) -> ComposeResult:
        """Title, what is wrong with the whole, keys; the fields come when it is opened."""
        yield Static(classes="title", markup=False)
        yield Static(classes="wrong", markup=False)
        yield Static(KEYS, classes="keys", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return self.has_class("-open")

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields now."""
        return {row.field.key: row.editor.value for row in self._rows}

    def open(self, title: str, fields: Sequence[Field], *, purpose: str = "") -> None:
        """Show it with these fields, the cursor in the first; what is typed meanwhile is typed into that.

        Args:
            title: What it is for, in words.
            fields: In order.
            purpose: What it is for, to its owner: kept in `purpose`.
        """
        if not self.is_open:
            self._came_from = self.screen.focused
        self.purpose = purpose
        self.opening += 1
        self._is_sent = False
        turns_of(self).hold(self.screen)
        self._show_fields(title, fields)

    @work(group="open", exclusive=True)
    async def _show_fields(self, title: str, fields: Sequence[Field]) -> None:
        await self.remove_children(FieldRow)
        self._rows = [FieldRow(field) for field in fields]
        self.query_one(".title", Static).update(plain(title))
        self._show_wrong("")
        self.add_class("-open")
        await self.mount_all(self._rows, before=self.query_one(".wrong"))
        self.screen.set_focus(self._rows[0].editor)  # at once; `focus()` comes after keys typed ahead
        turns_of(self).let_go(self.screen)

    def waits_for(self, opening: int) -> bool:
        """Whether what was saved at this opening still waits for its answer, and nobody has left it since."""
        return self._is_sent and self.opening == opening

    def close(self) -> None:
        """Hide it, and give the focus back."""
        self._is_sent = False
        turns_of(self).let_go(self, enters="later")
        had_focus = self.has_focus_within
        self.remove_class("-open")
        if had_focus:
            came_from = self._came_from
            self.screen.set_focus(came_from if came_from and came_from.is_attached else None, scroll_visible=False)

    def refuse(self, message: str, field: str | None = None) -> None:
        """Say what is wrong: at its field, if one is named that there is, with the cursor put into it."""
        self._is_sent = False
        turns_of(self).let_go(self, enters="none")
        row = next((row for row in self._rows if row.field.key == field), None)
        for other in self._rows:
            other.show_wrong("")
        self._show_wrong("" if row else message)
        if row is not None:
            row.show_wrong(message)
            self.screen.set_focus(row.editor)

    def _show_wrong(self, message: str) -> None:
        place = self.query_one("Form > .wrong", Static)
        place.set_class(bool(message), "-shown")
        place.update(toned(f"✕ {message}", "bad") if message else "")

    def _at(self) -> int:
        return next((at for at, row in enumerate(self._rows) if row.editor.has_focus), 0)

    def action_move(self, by: int) -> None:
        """Go to another field."""
        if self._rows:
            self.screen.set_focus(self._rows[(self._at() + by) % len(self._rows)].editor)

    def action_save(self) -> None:
        """Have it saved; once, until there is an answer."""
        if not self._is_sent:
            self._is_sent = True
            turns_of(self).hold(self, hears=frozenset({"escape"}))
            self.post_message(self.Submitted(self, self.values))

    def action_leave(self) -> None:
        """Close it without saving; what was saved before and has no answer yet is answered on the result line."""
        turns_of(self).forget(self)
        self.close()
        self.post_message(self.Left(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the next field, or save on the last."""
        event.stop()
        if self._at() == len(self._rows) - 1:
            self.action_save()
        else:
            self.action_move(1)
