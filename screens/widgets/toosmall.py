"""What is shown instead of garbage when the terminal is too small to work in.

May be imported by screens: mount one `TooSmall` on each, and take over its breakpoints.
"""

from __future__ import annotations

from typing import ClassVar, Final

from textual.content import Content
from textual.widget import Widget

from screens.widgets.text import toned

LEAST_WIDTH: Final = 60
LEAST_HEIGHT: Final = 16

WIDTH_BREAKPOINTS: Final = [(0, "-too-narrow"), (LEAST_WIDTH, "-wide-enough")]
"""For a screen's or the app's `HORIZONTAL_BREAKPOINTS`; add wider ones behind."""
HEIGHT_BREAKPOINTS: Final = [(0, "-too-short"), (LEAST_HEIGHT, "-high-enough")]
"""For a screen's or the app's `VERTICAL_BREAKPOINTS`."""


class TooSmall(Widget):
    """Covers the whole screen while it has one of the classes `-too-narrow` and `-too-short`."""

    DEFAULT_CSS = """
    TooSmall {
        display: none;
        overlay: screen;
        position: absolute;
        width: 100vw;
        height: 100vh;
        background: $background;
        color: $foreground;
        content-align: center middle;
        text-align: center;
    }
    Screen.-too-narrow TooSmall { display: block; }
    Screen.-too-short TooSmall { display: block; }
    """
    SCOPED_CSS: ClassVar[bool] = False  # the rules begin at the screen, outside of this widget
    ALLOW_SELECT: ClassVar[bool] = False

    def render(self) -> Content:
        """Say what is needed, and what there is."""
        width, height = self.app.size
        needs = toned(f"needs {LEAST_WIDTH}x{LEAST_HEIGHT}, has {width}x{height}", "muted")
        title = toned("terminal too small", "warn")
        return title if height < 2 else title + "\n" + needs
