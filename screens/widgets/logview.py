"""A live log: lines only ever come at the end; it follows them, or stands still and says how many are new.

May be imported by screens; filtering is the owner's affair.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from screens.widgets.paint import look, paint, strip_of, tone_style
from screens.widgets.scrolling import LineView, resize_lines
from screens.widgets.text import Cell, Tone

LINES_KEPT: Final = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class LogLine:
    """One line of the log, and what it is about."""

    key: int | str
    text: Cell
    tone: Tone = "plain"


class LogView(LineView, can_focus=True):
    """The last lines of a log, oldest on top; the newest in sight while it follows."""

    DEFAULT_CSS = """
    LogView {
        .log--cursor { background: $foreground 10%; }
        .log--new { background: $primary 35%; color: $foreground; text-style: bold; }
        .log--quiet { color: $foreground-muted; }
        &:focus .log--cursor { background: $primary 35%; }
        &:ansi .log--cursor { text-style: reverse; }
        &:ansi .log--new { text-style: bold reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"log--cursor", "log--new", "log--quiet"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", show=False),
        Binding("down,j", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "follow", "Follow", show=False),
        Binding("enter", "open", "Open", show=False),
    ]

    following: reactive[bool] = reactive(True)
    """Whether the newest line is kept in sight."""
    unseen: reactive[int] = reactive(0)
    """How many lines came since it stopped following."""

    @dataclass
    class Opened(Message):
        """Enter, or a double click, on a line."""

        log_view: LogView
        key: int | str

        @property
        def control(self) -> LogView:
            """The log, for `@on` selectors."""
            return self.log_view

    @dataclass
    class FollowChanged(Message):
        """It follows now, or stopped following."""

        log_view: LogView
        following: bool

    def __init__(
        self,
        *,
        keep: int = LINES_KEPT,
        empty_text: str = "Nothing has happened yet.",
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make an empty log that follows; of more than `keep` lines the oldest are dropped."""
        super().__init__(id=id, classes=classes)
        self.empty_text = empty_text
        self._lines: deque[LogLine] = deque(maxlen=keep)
        self._cursor = 0
        self._strips: LRUCache[tuple[int, bool], Strip] = LRUCache(1024)
        self._width = 0
        self._dropped = 0  # a line's number is its place plus this: it never changes

    @property
    def line_count(self) -> int:
        """How many lines are kept now."""
        return len(self._lines)

    @property
    def cursor_key(self) -> int | str | None:
        """What the line under the cursor is about."""
        return self._lines[self._cursor].key if self._lines else None

    def extend(self, lines: Iterable[LogLine]) -> None:
        """Add lines at the end; call it once a batch, not once a line."""
        added = list(lines)
        if not added:
            return
        dropped = max(0, len(self._lines) + len(added) - (self._lines.maxlen or LINES_KEPT))
        self._lines.extend(added)
        self._dropped += dropped
        resize_lines(self, len(self._lines))
        if self.following:
            self._to_end()
        else:
            self.unseen += len(added)
            self._cursor = max(0, self._cursor - dropped)
            if dropped:  # what is being read stays where it is, though older lines are gone
                self.scroll_to(y=max(0, self.scroll_offset.y - dropped), animate=False, force=True)
        self.refresh()

    def replace(self, lines: Iterable[LogLine]) -> None:
        """Show other lines instead (another filter), and follow."""
        self._lines.clear()
        self._strips.clear()
        self._lines.extend(lines)
        self._dropped = 0
        resize_lines(self, len(self._lines))
        self.following = True
        self._to_end()
        self.refresh()

    def pause(self) -> None:
        """Stand still."""
        self.following = False

    def _to_end(self) -> None:
        self._cursor = max(0, len(self._lines) - 1)
        self.scroll_to(y=max(0, len(self._lines) - self.size.height), animate=False, force=True)

    def watch_following(self, following: bool) -> None:
        """Go to the end, or begin to count what comes."""
        self.unseen = 0
        if following:
            self._to_end()
        if self.is_mounted:
            self.post_message(self.FollowChanged(self, following))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Stop following when somebody scrolls up."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value and round(new_value) < len(self._lines) - self.size.height:
            self.following = False

    def on_resize(self) -> None:
        """Keep the newest line in sight, if following."""
        self._width = self.scrollable_content_region.width
        self._strips.clear()
        if self.following:
            self._to_end()

    def notify_style_update(self) -> None:
        """Forget what was painted in the styles before."""
        super().notify_style_update()
        self._strips.clear()

    def action_cursor(self, by: int) -> None:
        """Move the cursor; going up stops following."""
        if by < 0:
            self.following = False
        before = self._cursor
        self._cursor = clamp(before + by, 0, max(0, len(self._lines) - 1))
        self.refresh_line(before)
        self.refresh_line(self._cursor)
        top, height = self.scroll_offset.y, max(1, self.size.height - (0 if self.following else 1))
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False, force=True)

    def action_page(self, by: int) -> None:
        """Move the cursor by a screenful."""
        self.action_cursor(by * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """Go to the oldest line that is kept."""
        self.action_cursor(-len(self._lines))

    def action_follow(self) -> None:
        """Go to the newest line, and follow."""
        self.following = True

    def action_open(self) -> None:
        """Open what the line under the cursor is about."""
        if self._lines:
            self.post_message(self.Opened(self, self._lines[self._cursor].key))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line under the mouse; the note of new lines follows again; a double click opens."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if self.unseen and offset.y == self.size.height - 1:
            self.action_follow()
            return
        at = offset.y + self.scroll_offset.y
        if at < len(self._lines):
            self.action_cursor(at - self._cursor)
            if event.chain == 2:
                self.action_open()

    def watch_unseen(self) -> None:
        """Repaint the note of new lines."""
        self.refresh(Region(0, max(0, self.size.height - 1), self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Paint one line of the screen."""
        width = self._width
        if self.unseen and y == self.size.height - 1:
            style = look(self, "log--new")
            return strip_of(paint(f" ↓ {self.unseen:,} new · End follows", width, style), width, style)
        at = y + self.scroll_offset.y
        if at >= len(self._lines):
            quiet = look(self, "log--quiet")
            return strip_of(paint("" if self._lines or y else f" {self.empty_text}", width, quiet), width, quiet)
        is_cursor = at == self._cursor and not (self.following and not self.has_focus)
        key = (at + self._dropped, is_cursor)
        strip = self._strips.get(key)
        if strip is None or strip.cell_length != width:
            strip = self._strips[key] = self._paint(self._lines[at], width, is_cursor=is_cursor)
        return strip

    def _paint(self, line: LogLine, width: int, *, is_cursor: bool) -> Strip:
        base = look(self, "log--cursor") if is_cursor else self.visual_style
        segments = [Segment("▌" if is_cursor else " ", base.rich_style)]
        return strip_of([*segments, *paint(line.text, width - 1, base + tone_style(line.tone))], width, base)
