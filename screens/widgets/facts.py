"""A sheet of facts: labels and values in sections, updated in place, painted line by line.

May be imported by screens: a booking's details, its ladder, candidates, timeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.strip import Strip

from screens.widgets.paint import content_width, look, paint, strip_of, tone_style
from screens.widgets.scrolling import LineView, resize_lines
from screens.widgets.text import Cell, Tone, as_content, same, width_of

LABEL_AT_MOST: Final = 16
VALUE_LINES_AT_MOST: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """A label and its value; without a label the value takes the whole line. Long values go on below."""

    label: str
    value: Cell
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A title with facts under it; `aside` is set at the right end of the title's line."""

    title: str
    facts: Sequence[Fact] = ()
    aside: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """One line as it will be painted."""

    label: str
    value: Cell
    tone: Tone
    label_width: int
    is_title: bool = False

    def looks_like(self, other: _Line) -> bool:
        return (self.label, self.tone, self.label_width, self.is_title) == (
            other.label,
            other.tone,
            other.label_width,
            other.is_title,
        ) and same(self.value, other.value)


class FactSheet(LineView, can_focus=True):
    """Sections of facts; a line that looks as before is not painted again."""

    DEFAULT_CSS = """
    FactSheet {
        .facts--title { color: $foreground; text-style: bold; }
        .facts--rule { color: $foreground-muted; }
        .facts--label { color: $foreground-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"facts--title", "facts--rule", "facts--label"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
    ]

    def __init__(
        self,
        sections: Sequence[Section] = (),
        *,
        empty_text: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Show these sections, or `empty_text` when there are none."""
        super().__init__(id=id, classes=classes)
        self.empty_text = empty_text
        self._sections = tuple(sections)
        self._lines: list[_Line] = []
        self._strips: dict[int, Strip] = {}
        self._broken: dict[int, tuple[Section, list[_Line]]] = {}  # a section that is shown again is not broken again
        self._width = 0

    def show(self, sections: Sequence[Section], *, from_top: bool = False) -> None:
        """Show other facts in place; only lines that changed are painted.

        Args:
            sections: All sections, in order.
            from_top: Whether to scroll to the top (another subject), or to stay (the same one, later).
        """
        self._sections = tuple(sections)
        self._arrange()
        if from_top:
            self.scroll_to(y=0, animate=False, force=True)

    @property
    def line_count(self) -> int:
        """How many lines the facts take at this width."""
        return len(self._lines)

    def _arrange(self) -> None:
        """Break the facts into lines, and refresh those that look different."""
        before, self._lines = self._lines, self._break(self._width)
        for at, line in enumerate(self._lines):
            if at >= len(before) or not (line is before[at] or line.looks_like(before[at])):
                self._strips.pop(at, None)
                self.refresh_line(at)
        for at in range(len(self._lines), len(before)):
            self._strips.pop(at, None)
            self.refresh_line(at)
        resize_lines(self, len(self._lines))

    def _break(self, width: int) -> list[_Line]:
        lines: list[_Line] = []
        if width <= 0:
            return lines
        if not self._sections and self.empty_text:
            return [_Line("", self.empty_text, "muted", 0)]
        known, self._broken = self._broken, {}
        for section in self._sections:
            if lines:
                lines.append(_Line("", "", "plain", 0))
            before = known.get(id(section))
            broken = before[1] if before is not None and before[0] is section else _broken(section, width)
            self._broken[id(section)] = (section, broken)
            lines += broken
        return lines

    def on_resize(self) -> None:
        """Break the lines anew for the new width."""
        self._width = self.scrollable_content_region.width
        self._strips.clear()
        self._broken.clear()
        self._arrange()
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget what was painted in the styles before."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """Paint one line of the screen."""
        at = y + self.scroll_offset.y
        width = self._width
        if at >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        strip = self._strips.get(at)
        if strip is None or strip.cell_length != width:
            strip = self._strips[at] = self._paint(self._lines[at], width)
        return strip

    def _paint(self, line: _Line, width: int) -> Strip:
        base = self.visual_style
        if line.is_title:
            return self._paint_title(line, width)
        segments = [Segment(" ", base.rich_style)]
        if line.label_width:
            label = base + look(self, "facts--label", partial=True)
            segments += [*paint(line.label, line.label_width - 2, label), Segment("  ", base.rich_style)]
        segments += paint(line.value, width - 1 - line.label_width, base + tone_style(line.tone))
        return strip_of(segments, width, base)

    def _paint_title(self, line: _Line, width: int) -> Strip:
        """Paint `Title ─────── aside`."""
        base = self.visual_style
        title = base + look(self, "facts--title", partial=True)
        rule = base + look(self, "facts--rule", partial=True)
        aside = content_width(line.value)
        room = min(width_of(line.label) + 2, width)
        segments = paint(f" {line.label} ", room, title)
        if aside and width - room - aside - 1 >= 2:
            segments += paint("─" * (width - room - aside - 1), width - room - aside - 1, rule)
            segments += [Segment(" ", base.rich_style), *paint(line.value, aside, rule)]
        else:
            segments += paint("─" * (width - room), width - room, rule)
        return strip_of(segments, width, base)


def _broken(section: Section, width: int) -> list[_Line]:
    """Break a section into lines of a width."""
    lines: list[_Line] = []
    if section.title or section.aside:
        lines.append(_Line(section.title, section.aside, "plain", 0, is_title=True))
    labels = max((width_of(fact.label) for fact in section.facts if fact.label), default=0)
    label_width = min(labels, LABEL_AT_MOST, width // 3) + 2 if labels else 0
    for fact in section.facts:
        taken = label_width if fact.label else 0
        for at, value in enumerate(_wrap(fact.value, max(1, width - 1 - taken))):
            lines.append(_Line(fact.label if at == 0 else "", value, fact.tone, taken))
    return lines


def _wrap(value: Cell, width: int) -> list[Cell]:
    """Break a value at words into lines of a width."""
    content = as_content(value)
    if content.cell_length <= width:
        return [content]
    return [*content.wrap(width)[:VALUE_LINES_AT_MOST]]
