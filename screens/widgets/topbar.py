"""The line at the top: where I am, who I am, how the day goes, what time it is, and whether the screen is true.

May be imported by screens; takes plain data and asks nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from textual.app import ComposeResult
from textual.content import Content
from textual.css.scalar import Scalar
from textual.reactive import reactive
from textual.widget import Widget

from screens.widgets.text import TONES, Tone, plain, toned

LEAST_GAP: Final = 2
"""The cells between the line's left and right parts."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One figure: `late 2`."""

    label: str
    value: str
    tone: Tone = "plain"

    def content(self) -> Content:
        """The chip as it is shown."""
        return toned(self.label, "muted") + " " + toned(self.value, self.tone)


@dataclass(frozen=True, slots=True)
class Lamp:
    """Whether what is shown is true now.

    Attributes:
        state: `live`; `stale`: shown is the state of a moment ago; `behind`: more came than could be read so far;
            `lost`: no database; `opening`: not yet.
        since: The time of what is shown; behind, the events that are still to be read: `214 events`.
        behind: How far behind, in words: `8 s`.
    """

    state: Literal["live", "stale", "behind", "lost", "opening"] = "live"
    since: str = ""
    behind: str = ""

    def content(self, *, brief: bool = False) -> Content:
        """The lamp as it is shown; brief when there is little room."""
        if self.state == "live":
            return toned("● live", "good")
        if self.state == "opening":
            return toned("◌ opening", "muted")
        if self.state == "stale":
            return toned(f"◌ stale {self.behind}" if brief else f"◌ {self.since} stale {self.behind}", "warn")
        if self.state == "behind":
            return toned(f"◌ {self.behind} behind" if brief else f"◌ {self.behind} behind · {self.since}", "warn")
        return toned(f"○ lost {self.since}" if brief else f"○ database lost · showing {self.since}", "bad")


class Clock(Widget):
    """The bar's right end, clock and lamp: a widget of its own, so that a second repaints no more than this."""

    DEFAULT_CSS = """
    Clock {
        dock: right;
        width: 0;
        height: 1;
        text-wrap: nowrap;
        text-overflow: clip;
    }
    """
    ALLOW_SELECT = False

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self._shown = Content("")

    def show(self, content: Content) -> None:
        """Show this, if it is something else than before."""
        if not self._shown.is_same(content):
            self._shown = content
            self.refresh()

    def render(self) -> Content:
        """What is shown."""
        return self._shown


class TopBar(Widget):
    """One line that never wraps and never overlaps: what matters least folds away first."""

    DEFAULT_CSS = """
    TopBar {
        height: 1;
        background: $panel;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: clip;
    }
    """
    ALLOW_SELECT = False

    app_name: reactive[str] = reactive("DISPATCHER")
    screen_name: reactive[str] = reactive("")
    who: reactive[str] = reactive("")
    role: reactive[str] = reactive("")
    clock: reactive[str] = reactive("", repaint=False)
    chips: reactive[tuple[Chip, ...]] = reactive(())
    lamp: reactive[Lamp] = reactive(Lamp(), repaint=False)

    def compose(self) -> ComposeResult:
        """Lay clock and lamp over the line's end."""
        yield Clock()

    def on_resize(self) -> None:
        """The lamp is brief when there is little room."""
        self._show_end()

    def watch_clock(self) -> None:
        """Show the time."""
        self._show_end()

    def watch_lamp(self) -> None:
        """Show the lamp."""
        self._show_end()

    def _end(self) -> Content:
        """Clock and lamp, and a space after them."""
        parts = (plain(self.clock), self.lamp.content(brief=self.size.width < 100), Content(""))
        return Content(" ").join([part for at, part in enumerate(parts) if part or at == 2])

    def _show_end(self) -> None:
        """Show clock and lamp; the rest of the line only if it must make room, or take it."""
        for clock in self.query_children(Clock):
            end = self._end()
            clock.show(end)
            width = end.cell_length if end.cell_length + LEAST_GAP <= self.size.width else 0
            if clock.styles.width != Scalar.from_number(width):
                clock.styles.width = width
                self.refresh()

    def set_identity(self, who: str, role: str) -> None:
        """Say who is at the console, and as what."""
        self.who, self.role = who, role

    def set_chips(self, chips: Sequence[tuple[str, str, Tone]]) -> None:
        """Show these figures, most important first; the last folds first."""
        self.chips = tuple(Chip(*chip) for chip in chips)

    def set_live(self) -> None:
        """Say that what is shown is true now."""
        self.lamp = Lamp()

    def set_stale(self, as_of: str, behind: str) -> None:
        """Say that what is shown is of a moment ago: `as_of` a clock time, `behind` words such as `8 s`."""
        self.lamp = Lamp("stale", as_of, behind)

    def set_behind(self, behind: str, events: str) -> None:
        """Say that more came than could be read so far: words such as `3 s` and `214 events`."""
        self.lamp = Lamp("behind", events, behind)

    def set_lost(self, as_of: str) -> None:
        """Say that there is no database, and of which clock time is what is shown."""
        self.lamp = Lamp("lost", as_of)

    def render(self) -> Content:
        """Compose the line: as much as fits, from what must be there to what is nice to have."""
        width = self.size.width
        name = Content.styled(f" {self.app_name}", "bold")
        title = Content.styled(self.screen_name, TONES["accent"])
        who = plain(self.who) + (toned(f" · {self.role}", "muted") if self.role else "")
        chips = [chip.content() for chip in self.chips]
        end = self._end()
        attempts = [([name, title, who], count) for count in range(len(chips), 0, -1) or (0,)]
        attempts += [([name, title, plain(self.who)], count) for count in (1, 0)]
        attempts += [([name, title], 0), ([Content(" ") + title], 0), ([], 0)]
        for left, count in attempts:
            line = _spread(left, chips[:count], end, width)
            if line is not None:
                return line
        return self.lamp.content(brief=True).truncate(width)


def _spread(left: list[Content], chips: list[Content], end: Content, width: int) -> Content | None:
    """Set parts left, in the middle right and right, or say that they do not fit."""
    start = Content("  ").join([part for part in left if part])
    figures = Content("  ").join(chips)
    inner = Content("   ").join([figures, end]) if chips else end
    gap = width - start.cell_length - inner.cell_length
    return start + Content(" " * gap) + inner if gap >= LEAST_GAP else None
