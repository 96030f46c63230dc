"""The line at the bottom, where everything can be said; and the line that answers.

May be imported by screens; what the words mean, and what could follow, is told to it by a function (`foresee`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.widgets.choices import Choice, ChoiceList
from screens.widgets.editor import LineEditor
from screens.widgets.history import History
from screens.widgets.text import Tone, clean, cut, plain, shown, toned
from screens.widgets.turns import turns_of


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is to say about a text on the line.

    Attributes:
        parts: The parts of the text: `(start, end, kind)`; kinds are in `editor.KINDS`, `wrong` marks.
        choices: What can follow, best first.
        ghost: The whole line that the text most likely becomes.
        wrong: Why it would be refused.
        missing: What it still needs.
        note: Whom or what it is about.
    """

    parts: Sequence[tuple[int, int, str]] = ()
    choices: Sequence[Choice] = ()
    ghost: str = ""
    wrong: str = ""
    missing: str = ""
    note: str = ""


_HOW_TO_BEGIN: Final = "Tab lists what can be said"
Foresee = Callable[[str], Outlook]
"""Given what is typed, what there is to say about it."""


def _nothing(_: str) -> Outlook:
    return Outlook()


class _Editor(LineEditor):
    """The text of the line."""

    def on_key(self, event: events.Key) -> None:
        """On the empty line a colon is the key that leads here, pressed by who is here already."""
        if event.character == ":" and not self.value:
            event.stop()
            event.prevent_default()


class CommandLine(Widget):
    """A prompt, a line to edit, a hint, and a list above; the owner decides what becomes of a line that was entered."""

    DEFAULT_CSS = """
    CommandLine {
        layout: horizontal;
        height: 1;
        background: $surface;
        #prompt { width: 2; padding: 0 0 0 1; color: $foreground-muted; text-style: bold; }
        &:focus-within { background: $surface; }  /* without a rule of its own Textual does not restyle what is in it */
        &:focus-within #prompt { color: $text-accent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "older", "Older line", show=False),
        Binding("down", "newer", "Newer line", show=False),
        Binding("tab", "choose(1)", "Next choice", show=False),
        Binding("shift+tab", "choose(-1)", "Choice before", show=False),
    ]

    @dataclass
    class Submitted(Message):
        """Enter; the text stays, and further keys wait, until the owner calls `accept` or `refuse`."""

        line: CommandLine
        text: str

        @property
        def control(self) -> CommandLine:
            """The line, for `@on` selectors."""
            return self.line

    @dataclass
    class Changed(Message):
        """The text is another one now."""

        line: CommandLine
        text: str

        @property
        def control(self) -> CommandLine:
            """The line, for `@on` selectors."""
            return self.line

    @dataclass
    class Left(Message):
        """Escape; the focus is back where it was before."""

        line: CommandLine

    def __init__(
        self,
        foresee: Foresee | None = None,
        *,
        placeholder: str = "",
        history: History | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        """Make an empty line.

        Args:
            foresee: Says how a text is understood and what could follow.
            placeholder: What an empty line says.
            history: Earlier lines; one for all lines of a console.
            id: The widget's id.
        """
        super().__init__(id=id)
        self._foresee = foresee or _nothing
        self._outlook = Outlook()
        self._editor = _Editor(self._parts, placeholder=placeholder)
        self._list = ChoiceList()
        self._history = history if history is not None else History()
        self._hint = Content("")
        self._draft = ""  # what was typed before the history or the list was walked
        self._found: list[str] = []  # the earlier lines that begin like the draft
        self._back = 0  # how many of them back the shown one is; 0 is the draft
        self._put = ""  # what walking has put on the line; any other text was typed
        self._came_from: Widget | None = None

    def compose(self) -> ComposeResult:
        """Put the prompt before the line, and the list over what is above."""
        yield Static(":", id="prompt", markup=False)
        yield self._editor
        yield self._list

    def on_mount(self) -> None:
        """Remember which widget has the focus before the line gets it."""
        self.watch(self.screen, "focused", self._focus_moved)

    def _focus_moved(self, focused: Widget | None) -> None:
        if focused is not None and focused is not self._editor:
            self._came_from = focused
        if focused is self._editor and not self.text:
            self._outlook = self._foresee("")
        self._show_outlook()

    @property
    def text(self) -> str:
        """What is on the line."""
        return self._editor.value

    @property
    def history(self) -> Sequence[str]:
        """The lines that were accepted, oldest first."""
        return self._history.lines

    @property
    def is_active(self) -> bool:
        """Whether keys go to the line."""
        return self.is_attached and self.screen.focused is self._editor

    @property
    def came_from_text(self) -> bool:
        """Whether the line was opened over a text that is being typed elsewhere."""
        return isinstance(self._came_from, Input) and _is_shown(self._came_from)

    def enter(self, text: str | None = None) -> None:
        """Give the line the focus, and if a text is given, put it there to be edited."""
        if text is not None:
            self.set_text(text)
        self.screen.set_focus(self._editor, scroll_visible=False)  # at once; `focus()` comes after keys typed ahead

    def set_text(self, text: str) -> None:
        """Put a text on the line, the cursor behind it; the list waits until it is gone on with."""
        self._put = text
        self._back = 0
        self._show(text)

    def set_hint(self, text: str, tone: Tone = "muted") -> None:
        """Show a hint at the right end, if there is room beside the text and nothing to say about it."""
        self._hint = toned(text, tone)
        self._show_outlook()

    def accept(self, *, has_choices: bool = False) -> None:
        """The line was taken: empty it and remember it; what was typed meanwhile goes on, unless it has to wait.

        Args:
            has_choices: Whether somebody has to look at the answer before the next Enter.
        """
        self._history.add(self.text)
        self.set_text("")
        self.set_hint("")
        turns_of(self).let_go(self, enters="none" if has_choices else "later")

    def refuse(self) -> None:
        """The line was not taken: what was typed stays, to be put right; no Enter goes on from here."""
        self._back = 0
        turns_of(self).let_go(self, enters="none")

    def foresee_again(self) -> None:
        """More is known than before: say what there is to say about the same text."""
        if self._list.chosen < 0:
            self._outlook = self._foresee(self.text)
            self._show_outlook(is_asked=bool(self._list.choices))

    # History --------------------------------------------------------------------------------------------------------

    def action_older(self) -> None:
        """Show the line before this one in the history: one that begins with what was typed."""
        if self._back == 0:
            self._draft = self.text
            self._found = self._history.beginning(self._draft)
        if self._back < len(self._found):
            self._back += 1
            self._put_earlier(self._found[self._back - 1])

    def action_newer(self) -> None:
        """Show the line after this one in the history, at last what was being written."""
        if self._back:
            self._back -= 1
            self._put_earlier(self._found[self._back - 1] if self._back else self._draft)

    def _put_earlier(self, text: str) -> None:
        back, self._put = self._back, text
        self._show(text)
        self._back = back

    # The list -------------------------------------------------------------------------------------------------------

    def action_choose(self, by: int) -> None:
        """Highlight the next choice and put it on the line; behind the last, what was typed."""
        choices = self._list.choices
        if not choices:
            self._show_outlook(is_asked=True)
            choices = self._list.choices
        if not choices:
            return
        if self._list.chosen < 0:
            self._draft = self.text
        at = (self._list.chosen + 1 + by) % (len(choices) + 1) - 1
        self._choose(at)

    def _choose(self, at: int) -> None:
        self._put = self._list.choices[at].line if at >= 0 else self._draft
        self._list.choose(at)
        self._show(self._put)

    @on(ChoiceList.Picked)
    def _choice_clicked(self, event: ChoiceList.Picked) -> None:
        event.stop()
        if self._list.chosen < 0:
            self._draft = self.text
        self._choose(event.at)
        self.enter()

    def key_escape(self, event: events.Key) -> None:
        """Take back what the list has put on the line; else give the focus back.

        It is no binding: the screen's own Escape comes before.
        """
        event.stop()
        if self._list.chosen >= 0:
            self._choose(-1)
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Give the focus back to whatever had it before."""
        self.screen.set_focus(self._came_from if self._came_from and _is_shown(self._came_from) else None)
        self.post_message(self.Left(self))

    # What is typed --------------------------------------------------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass Enter on."""
        event.stop()
        if event.value.strip():
            turns_of(self).hold(self)
        self.post_message(self.Submitted(self, event.value))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what there is to say about another text."""
        event.stop()
        text = self._editor.value
        if text != self._put:
            self._back = 0
        if self._list.chosen < 0 or text != self._put:
            self._look_ahead(text)
        self.post_message(self.Changed(self, text))

    def _look_ahead(self, text: str) -> None:
        self._list.choose(-1)
        self._outlook = self._foresee(text)
        self._show_outlook()

    def _show_outlook(self, *, is_asked: bool = False) -> None:
        """Show what there is to say, on the line and above it; unasked, the list follows what is typed only."""
        outlook, text, is_active = self._outlook, self.text, self.is_active
        is_walking = self._list.chosen >= 0
        self._editor.ghost = "" if is_walking else clean(outlook.ghost)
        self._editor.hint = self._beside(outlook.note if text else "")
        if is_walking and is_active:
            return
        is_typed = bool(text) and text != self._put
        choices = outlook.choices if is_active and (is_asked or is_typed) else ()
        reason = (outlook.wrong or outlook.missing) if is_active and text else ""
        self._list.show(choices, reason, "bad" if outlook.wrong else "muted")

    def _beside(self, note: str) -> Content:
        """What stands at the right end: about the text, else the owner's hint, else how to begin."""
        if note:
            return toned(note, "muted")
        is_empty = self.is_active and not self.text and not self._hint
        return toned(_HOW_TO_BEGIN, "muted") if is_empty else self._hint

    def _parts(self, text: str) -> Sequence[tuple[int, int, str]]:
        """How the text is understood, for the editor's colours."""
        return self._foresee(text).parts

    def _show(self, text: str) -> None:
        self._editor.value = clean(text)
        self._editor.cursor_position = len(text)


def _is_shown(widget: Widget) -> bool:
    """Whether it is there, and nothing around it is hidden: a form may have been closed meanwhile."""
    return widget.is_attached and all(one.display for one in widget.ancestors_with_self)


class ResultLine(Widget):
    """The answer to the last line: what was done, or why not."""

    DEFAULT_CSS = """
    ResultLine {
        height: 1;
        padding: 0 1;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """
    GLYPHS: ClassVar[dict[str, tuple[str, Tone]]] = {
        "accepted": ("✓ ", "good"),
        "refused": ("✕ ", "bad"),
        "info": ("· ", "muted"),
    }

    answer: reactive[tuple[Literal["accepted", "refused", "info"], str]] = reactive(("info", ""))

    def show(self, kind: Literal["accepted", "refused", "info"], text: str) -> None:
        """Show an answer; the text is shown as it is, never as markup."""
        self.answer = (kind, text)

    def clear(self) -> None:
        """Show nothing."""
        self.answer = ("info", "")

    def render(self) -> Content:
        """Compose the line."""
        kind, text = self.answer
        if not text:
            return Content("")
        glyph, tone = self.GLYPHS[kind]
        fitting = cut(shown(text), self.size.width - 2)
        return toned(glyph, tone) + (toned(fitting, "bad") if kind == "refused" else plain(fitting))
