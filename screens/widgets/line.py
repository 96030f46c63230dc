"""The line at the bottom, where everything can be said; and the line that answers.

May be imported by screens; what the words mean is told to it by functions (`describe`, `complete`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.widgets.editor import Describe, LineEditor
from screens.widgets.text import Tone, clean, cut, plain, toned

Complete = Callable[[str], Sequence[str]]
"""Given what is typed, the whole lines that it could become, best first."""

HISTORY_KEPT: Final = 500


class CommandLine(Widget):
    """A prompt, a line to edit, and a hint; the owner decides what becomes of a line that was entered."""

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
        Binding("tab", "complete(1)", "Complete", show=False),
        Binding("shift+tab", "complete(-1)", "Complete backwards", show=False),
        Binding("escape", "leave", "Leave the line", show=False),
    ]

    @dataclass
    class Submitted(Message):
        """Enter; the text stays until the owner calls `accept` or `refuse`."""

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
        describe: Describe | None = None,
        complete: Complete | None = None,
        *,
        placeholder: str = "",
        history: Iterable[str] = (),
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        """Make an empty line.

        Args:
            describe: Names the parts of a text: `(start, end, kind)`; kinds are in `editor.KINDS`, `wrong` marks.
            complete: Gives the whole lines that a text could become, best first.
            placeholder: What an empty line says.
            history: Earlier lines, oldest first.
            id: The widget's id.
        """
        super().__init__(id=id)
        self._complete = complete
        self._editor = LineEditor(describe, placeholder=placeholder)
        self._history = [clean(text) for text in history][-HISTORY_KEPT:]
        self._back = 0  # how many lines back in the history the shown one is; 0 is the one being written
        self._draft = ""
        self._choices: list[str] = []
        self._choice = -1
        self._came_from: Widget | None = None

    def compose(self) -> ComposeResult:
        """Put the prompt before the line."""
        yield Static(":", id="prompt", markup=False)
        yield self._editor

    def on_mount(self) -> None:
        """Remember which widget has the focus before the line gets it."""
        self.watch(self.screen, "focused", self._focus_moved)

    def _focus_moved(self, focused: Widget | None) -> None:
        if focused is not None and focused is not self._editor:
            self._came_from = focused

    @property
    def text(self) -> str:
        """What is on the line."""
        return self._editor.value

    @property
    def history(self) -> Sequence[str]:
        """The lines that were accepted, oldest first."""
        return self._history

    @property
    def is_active(self) -> bool:
        """Whether keys go to the line."""
        return self._editor.has_focus

    def enter(self, text: str | None = None) -> None:
        """Give the line the focus, and if a text is given, put it there to be edited."""
        if text is not None:
            self.set_text(text)
        self.screen.set_focus(self._editor, scroll_visible=False)  # at once; `focus()` comes after keys typed ahead

    def set_text(self, text: str) -> None:
        """Put a text on the line, the cursor behind it."""
        self._back = 0
        self._show(text)

    def set_hint(self, text: str, tone: Tone = "muted") -> None:
        """Show a hint at the right end, if there is room beside the text."""
        self._editor.hint = toned(text, tone)

    def accept(self) -> None:
        """The line was taken: empty it and remember it."""
        text = self.text
        if text.strip() and (not self._history or self._history[-1] != text):
            self._history = [*self._history, text][-HISTORY_KEPT:]
        self.set_text("")
        self.set_hint("")

    def refuse(self) -> None:
        """The line was not taken: what was typed stays, to be put right."""
        self._back = 0

    def action_older(self) -> None:
        """Show the line before this one in the history."""
        if self._back < len(self._history):
            if self._back == 0:
                self._draft = self.text
            self._back += 1
            self._show(self._history[-self._back])

    def action_newer(self) -> None:
        """Show the line after this one in the history, at last what was being written."""
        if self._back:
            self._back -= 1
            self._show(self._history[-self._back] if self._back else self._draft)

    def action_complete(self, by: int) -> None:
        """Put the best completion on the line; again, the next one."""
        if self._choice < 0:
            self._choices = [*(clean(text) for text in self._complete(self.text))] if self._complete else []
            if not self._choices:
                return
            self._choices.append(self.text)
            self._choice = -1 if by > 0 else len(self._choices) - 1
        self._choice = (self._choice + by) % len(self._choices)
        choices, choice = self._choices, self._choice
        self._show(choices[choice])
        self._choices, self._choice = choices, choice

    def action_leave(self) -> None:
        """Give the focus back to whatever had it before."""
        self.screen.set_focus(self._came_from if self._came_from and self._came_from.is_attached else None)
        self.post_message(self.Left(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass Enter on."""
        event.stop()
        self.post_message(self.Submitted(self, self.text))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Forget completions of another text, and look for what this one could become."""
        event.stop()
        text = self._editor.value
        if self._choice >= 0 and text != self._choices[self._choice]:
            self._choice = -1
        self._suggest(text)
        self.post_message(self.Changed(self, text))

    def _suggest(self, text: str) -> None:
        found = self._complete(text) if self._complete and text and self._choice < 0 else ()
        is_more = bool(found) and found[0].startswith(text) and found[0] != f"{text}!"  # a forced form is asked for
        self._editor.ghost = clean(found[0]) if is_more else ""

    def _show(self, text: str) -> None:
        self._choice = -1
        self._editor.value = clean(text)
        self._editor.cursor_position = len(text)


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
        shown = cut(clean(text), self.size.width - 2)
        return toned(glyph, tone) + (toned(shown, "bad") if kind == "refused" else plain(shown))
