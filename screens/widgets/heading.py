"""The title line of a part of a screen: `Needs me, worst first ───────── 1/7`; brighter while that part has the focus.

May be imported by screens.
"""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from screens.widgets.text import TONES, cut, shown, width_of


class Heading(Widget):
    """One line: a title, a rule, and a word at its right end."""

    DEFAULT_CSS = """
    Heading {
        height: 1;
        text-wrap: nowrap;
        text-overflow: clip;
        color: $foreground;
    }
    """
    ALLOW_SELECT = False

    title: reactive[str] = reactive("")
    aside: reactive[str] = reactive("")
    is_bright: reactive[bool] = reactive(False)

    def __init__(self, title: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        """Begin with a title and nothing aside."""
        super().__init__(id=id)
        self.set_reactive(Heading.title, title)

    def render(self) -> Content:
        """Compose the line."""
        width = self.size.width
        title = cut(shown(self.title), width - 2)
        aside = cut(shown(self.aside), max(0, width - width_of(title) - 6))
        rule = width - width_of(title) - (width_of(aside) + 2 if aside else 0) - 2
        style = f"bold {TONES['accent']}" if self.is_bright else "bold"
        parts = [Content.styled(f" {title} ", style), Content.styled("─" * max(0, rule), TONES["muted"])]
        if aside:
            parts.append(Content.styled(f" {aside} ", TONES["muted"]))
        return Content("").join(parts)
