"""One line of text being edited, coloured as it parses, with a ghost of what it may become and a hint beside it.

Part of `line.CommandLine`, and a plain text field for forms; imported by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style
from textual.widgets import Input

from screens.widgets.paint import look, paint
from screens.widgets.text import clean, width_of

Describe = Callable[[str], Iterable[tuple[int, int, str]]]
"""Given a text, its parts: `(start, end, kind)`."""

KINDS: Final = ("verb", "booking", "provider", "time", "text", "word", "wrong")


class LineEditor(Input):
    """Textual's input, painted by us: only the part of the text that is visible is ever styled."""

    DEFAULT_CSS = """
    LineEditor {
        width: 1fr;
        height: 1;
        border: none;
        padding: 0 1;
        background: $surface;
        &:focus { border: none; background: $surface; background-tint: $foreground 4%; }
        .line--verb { color: $text-primary; text-style: bold; }
        .line--booking { color: $text-accent; }
        .line--provider { color: $text-success; }
        .line--time { color: $text-warning; }
        .line--text { color: $foreground; text-style: italic; }
        .line--word { color: $foreground; }
        .line--wrong { color: $text-error; text-style: underline; }
        .line--ghost { color: $foreground-muted; }
        .line--selection { background: $primary 50%; }
        .line--cursor { color: $background; background: $foreground; }
        &:ansi .line--cursor { color: ansi_default; background: ansi_default; text-style: reverse; }
        &:ansi .line--selection { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{kind}" for kind in (*KINDS, "ghost", "selection", "cursor")}

    ghost: reactive[str] = reactive("")
    hint: reactive[Content] = reactive(Content(""), always_update=True)

    def __init__(self, describe: Describe | None = None, *, placeholder: str = "") -> None:
        """Make an empty line; `describe` names the parts that are to be coloured."""
        super().__init__(placeholder=placeholder, select_on_focus=False)
        self.cursor_blink = False  # a blinking cursor paints twice a second for ever
        self._describe = describe
        self._parts: tuple[str, list[tuple[int, int, str]]] = ("", [])

    @property
    def content_width(self) -> int:
        """How far the text can be scrolled: while it fits, one width, so that no keystroke lays out the screen anew."""
        return max(super().content_width, self.size.width)

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a part of the text; whatever comes in, typed or pasted, control characters become spaces."""
        super().replace(clean(text), start, end)

    def on_paste(self, event: events.Paste) -> None:
        """Take all of a pasted text: line ends become spaces, and nothing is entered by them."""
        event.prevent_default()
        event.stop()
        self.replace(event.text.rstrip("\r\n"), *self.selection)

    def action_cursor_right(self, select: bool = False) -> None:
        """Move right; at the end of the text, take over the ghost."""
        if not select and self.cursor_at_end and self.ghost:
            self.value = self.ghost
            self.cursor_position = len(self.value)
        else:
            super().action_cursor_right(select)

    def render_line(self, y: int) -> Strip:
        """Paint what is visible: text, cursor, ghost, and the hint if there is room."""
        base = self.visual_style
        width = self.scrollable_content_region.width
        if y or width <= 0:
            return Strip.blank(max(0, width), base.rich_style)
        if not self.value and not self.has_focus:
            segments = paint(self.placeholder, width, base + self._kind_style("ghost"))
            return self._with_hint(Strip(segments), width_of(self.placeholder), width, base)
        segments = self._segments(base)
        strip = Strip(segments)
        used = strip.cell_length - self.scroll_offset.x
        strip = strip.crop(self.scroll_offset.x, self.scroll_offset.x + width).extend_cell_length(
            width, base.rich_style
        )
        return self._with_hint(strip, used, width, base)

    def _segments(self, base: Style) -> list[Segment]:
        """The whole text, in runs of one style each; in time linear in its length."""
        value = self.value
        ghost = self.ghost[len(value) :] if self.has_focus and self.ghost.startswith(value) else ""
        shown = value + (ghost or " ")
        kinds = ["word"] * len(value) + ["ghost"] * (len(shown) - len(value))
        for start, end, kind in self._described():
            start, end = max(0, start), min(end, len(value))
            kinds[start:end] = [kind] * (end - start)
        cuts = {0, len(shown), *(at for at in range(1, len(shown)) if kinds[at] != kinds[at - 1])}
        low, high = sorted(self.selection)
        at = self.cursor_position
        if self.has_focus:
            cuts |= {low, high, at, at + 1}
        segments = []
        for start, end in pairwise(sorted(cuts)):
            style = base + self._kind_style(kinds[start])
            if self.has_focus and low <= start < high:
                style += look(self, "line--selection", partial=True)
            if self.has_focus and start == at:
                style += look(self, "line--cursor", partial=True)
            segments.append(Segment(shown[start:end], style.rich_style))
        return segments

    def _described(self) -> list[tuple[int, int, str]]:
        """The parts of the text, found once for each text."""
        if self._describe is None:
            return []
        if self._parts[0] != self.value:
            self._parts = (self.value, list(self._describe(self.value)))
        return self._parts[1]

    def _kind_style(self, kind: str) -> Style:
        return look(self, f"line--{kind if kind in (*KINDS, 'ghost') else 'word'}", partial=True)

    def _with_hint(self, strip: Strip, used: int, width: int, base: Style) -> Strip:
        """Set the hint at the right end if two cells stay free between it and the text."""
        room = width - max(0, used) - 2
        if not self.hint or room < min(8, self.hint.cell_length):
            return strip
        shown = min(room, self.hint.cell_length)
        return Strip.join([strip.crop(0, width - shown), Strip(paint(self.hint, shown, base))])
