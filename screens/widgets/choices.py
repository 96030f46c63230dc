"""The short list above the line: what can follow, greyed with the reason what cannot, and what is wrong so far.

Part of `line.CommandLine`. It lies over the screen and is painted by itself, so that it moves nothing and costs little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from screens.widgets.paint import look, paint, strip_of
from screens.widgets.text import Tone, clean, cut, fit, toned, width_of

ROWS: Final = 6
REASON_LINES: Final = 2
_INDENT: Final = 3
_WORD_AT_LEAST: Final = 12
_WORD_AT_MOST: Final = 24


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can follow, or cannot.

    Attributes:
        word: What would be typed.
        line: The whole line with it.
        about: What it means.
        why_not: Why it would be refused, or None.
    """

    word: str
    line: str
    about: str = ""
    why_not: str | None = None


class ChoiceList(Widget):
    """At most six rows of choices with one highlighted, and below them at most two lines that say what is wrong."""

    DEFAULT_CSS = """
    ChoiceList {
        display: none;
        overlay: screen;
        position: absolute;
        width: 100%;
        max-width: 100;
        background: $panel;
        color: $foreground;
        .choices--about { color: $foreground-muted; }
        .choices--refused { color: $foreground-muted; text-style: dim; }
        .choices--chosen { background: $primary 40%; text-style: bold; }
        &:ansi .choices--chosen { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--about", "choices--refused", "choices--chosen"}
    ALLOW_SELECT = False

    @dataclass
    class Picked(Message):
        """A click on a choice."""

        at: int

    def __init__(self) -> None:
        super().__init__()
        self._choices: Sequence[Choice] = ()
        self._chosen = -1
        self._first = 0
        self._reason: list[Content] = []
        self._said: tuple[str, Tone] = ("", "muted")

    @property
    def choices(self) -> Sequence[Choice]:
        """What is listed, shown or not."""
        return self._choices

    @property
    def chosen(self) -> int:
        """The highlighted one; -1 when none is."""
        return self._chosen

    def show(self, choices: Sequence[Choice], reason: str = "", tone: Tone = "muted") -> None:
        """Show these, none highlighted, and what is wrong; nothing at all when there is neither.

        Args:
            choices: In the order of the list.
            reason: What is wrong or missing.
            tone: `bad` for what is wrong, `muted` for what is missing.
        """
        if (choices, (reason, tone)) != (self._choices, self._said) or self._chosen >= 0:
            self._choices, self._said = choices, (reason, tone)
            self._chosen, self._first = -1, 0
            self._arrange()

    def choose(self, at: int) -> None:
        """Highlight one, or none (-1), and bring it into view."""
        self._chosen = at
        if at >= 0:
            self._first = min(max(self._first, at - ROWS + 1), at)
        self.refresh()

    def _arrange(self) -> None:
        """Take as many rows as are needed; only another number of them lays the screen out anew."""
        self._reason = self._broken()
        rows = min(ROWS, len(self._choices)) + len(self._reason)
        if rows:
            self.styles.height = rows
            self.styles.offset = (0, -rows)
        self.display = rows > 0
        self.refresh()

    def _broken(self) -> list[Content]:
        """The reason in lines of the width there is; a glyph says whether something is wrong or only missing."""
        text, tone = self._said
        width = min(self.app.size.width, 100) - _INDENT - 1 if self.is_attached else 0
        if not text or width <= 0:
            return []
        lines = toned(text, tone).wrap(width)
        if len(lines) > REASON_LINES:
            rest = " ".join(line.plain for line in lines[REASON_LINES - 1 :])
            lines = [*lines[: REASON_LINES - 1], toned(cut(rest, width), tone)]
        return [*lines]

    def on_resize(self) -> None:
        """Another width breaks the reason elsewhere."""
        if len(self._broken()) != len(self._reason):
            self._arrange()

    def on_click(self, event: events.Click) -> None:
        """Pick what was clicked on."""
        event.stop()
        if event.y < min(ROWS, len(self._choices)):
            self.post_message(self.Picked(self._first + event.y))

    def render_line(self, y: int) -> Strip:
        """Paint one row."""
        width, base = self.size.width, self.visual_style
        shown = min(ROWS, len(self._choices))
        if y < shown:
            return self._row(self._first + y, width)
        if y - shown < len(self._reason):
            glyph = ("✕" if self._said[1] == "bad" else "·") if y == shown else " "
            segments = paint(toned(f" {glyph} ", self._said[1]), _INDENT, base)
            return strip_of([*segments, *paint(self._reason[y - shown], width - _INDENT, base)], width, base)
        return Strip.blank(width, base.rich_style)

    def _row(self, at: int, width: int) -> Strip:
        choice, base = self._choices[at], self.visual_style
        is_chosen, is_refused = at == self._chosen, choice.why_not is not None
        if is_chosen:
            base += look(self, "choices--chosen", partial=True)
        quiet = base + look(self, "choices--refused" if is_refused else "choices--about", partial=True)
        visible = self._choices[self._first : self._first + ROWS]
        room = max(_WORD_AT_LEAST, min(_WORD_AT_MOST, max(width_of(clean(one.word)) for one in visible)))
        segments = [Segment(" – " if is_refused else " " * _INDENT, quiet.rich_style)]
        segments += paint(fit(clean(choice.word), room), room, quiet if is_refused else base)
        count = self._count(at)
        rest = width - _INDENT - room - 2 - len(count) - 1
        said = choice.why_not if choice.why_not is not None else choice.about
        segments += [Segment("  ", base.rich_style), *paint(cut(clean(said), rest), rest, quiet)]
        segments.append(Segment(count, quiet.rich_style))
        return strip_of(segments, width, base)

    def _count(self, at: int) -> str:
        """Behind the last row, how many there are when not all are shown."""
        total = len(self._choices)
        is_last = at == self._first + min(ROWS, total) - 1
        if total <= ROWS or not is_last:
            return ""
        return f"  {self._chosen + 1}/{total}" if self._chosen >= 0 else f"  +{total - ROWS} more"
