"""The line at the top: where I am, who I am, how the day goes, what time it is, and whether the screen is true.

May be imported by screens; takes plain data and asks nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from screens.widgets.text import TONES, Tone, plain, toned


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
        state: `live`; `stale`: shown is the state of a moment ago; `lost`: no database; `opening`: not yet.
        since: The time of what is shown, or since when there is no database.
        behind: How far behind, in words: `8 s`.
    """

    state: Literal["live", "stale", "lost", "opening"] = "live"
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
        return toned("○ no db" if brief else f"○ no database since {self.since}", "bad")


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
    clock: reactive[str] = reactive("")
    chips: reactive[tuple[Chip, ...]] = reactive(())
    lamp: reactive[Lamp] = reactive(Lamp())

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

    def set_lost(self, since: str) -> None:
        """Say that there is no database since a clock time."""
        self.lamp = Lamp("lost", since)

    def render(self) -> Content:
        """Compose the line: as much as fits, from what must be there to what is nice to have."""
        width = self.size.width
        name = Content.styled(f" {self.app_name}", "bold")
        title = Content.styled(self.screen_name, TONES["accent"])
        who = plain(self.who) + (toned(f" · {self.role}", "muted") if self.role else "")
        chips = [chip.content() for chip in self.chips]
        brief = width < 100
        tail = [part for part in (plain(self.clock), self.lamp.content(brief=brief)) if part]
        attempts = [([name, title, who], count) for count in range(len(chips), 0, -1) or (0,)]
        attempts += [([name, title, plain(self.who)], count) for count in (1, 0)]
        attempts += [([name, title], 0), ([Content(" ") + title], 0), ([], 0)]
        for left, count in attempts:
            line = _spread(left, chips[:count], tail, width)
            if line is not None:
                return line
        return self.lamp.content(brief=True).truncate(width)


def _spread(left: list[Content], chips: list[Content], tail: list[Content], width: int) -> Content | None:
    """Set parts left, in the middle right and right, or say that they do not fit."""
    start = Content("  ").join([part for part in left if part])
    figures = Content("  ").join(chips)
    end = Content(" ").join([*tail, Content("")])
    inner = Content("   ").join([figures, end]) if chips else end
    gap = width - start.cell_length - inner.cell_length
    return start + Content(" " * gap) + inner if gap >= 2 else None
