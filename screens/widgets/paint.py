"""Turns cells into strips of exactly the right width: the one place where text meets styles line by line.

Used by the widgets that paint line by line (table, facts, log); imports no widget.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from screens.widgets.text import TONES, Cell, Tone, as_content, fit, shown


def look(widget: Widget, *classes: str, partial: bool = False) -> Style:
    """The style of component classes, reverse and dim included (`get_visual_style` forgets these two).

    Args:
        widget: The widget that owns the classes.
        classes: Component classes; later ones on top.
        partial: Only what the classes say, to be laid over another style.
    """
    style = widget.get_visual_style(*classes, partial=partial)
    texts = [widget.get_component_styles(name).text_style for name in classes]
    reverse, dim = any(text.reverse for text in texts), any(text.dim for text in texts)
    if partial:  # Textual 8.2.8 leaves an opaque background out of a partial style: it blends by 1 - alpha
        styles = [widget.get_component_styles(name) for name in classes]
        opaque = [one.background for one in styles if one.has_rule("background") and one.background.a == 1]
        if opaque:
            style += Style(background=opaque[-1])
    return style + Style(reverse=reverse or None, dim=dim or None)


def tone_style(tone: Tone) -> Style:
    """The style of a tone in the running app's theme."""
    return Style.parse(TONES[tone]) if TONES[tone] else Style.null()


def paint(cell: Cell, width: int, base: Style, align: Literal["left", "right"] = "left") -> list[Segment]:
    """Paint a cell in exactly so many terminal cells.

    Args:
        cell: Text, plain or styled.
        width: The cells to fill.
        base: The style under the text.
        align: Where spare cells go: to the other side.
    """
    if width <= 0:
        return []
    if isinstance(cell, str):
        return [Segment(fit(shown(cell), width, align), base.rich_style)]
    content = as_content(cell)
    spare = width - content.cell_length
    if spare < 0:
        content = content.truncate(width, ellipsis=True)
        spare = width - content.cell_length
    segments = content.render_segments(base)
    if spare > 0:
        blank = Segment(" " * spare, base.rich_style)
        segments = [blank, *segments] if align == "right" else [*segments, blank]
    return segments


def strip_of(segments: Iterable[Segment], width: int, base: Style) -> Strip:
    """Join segments to a strip of exactly so many cells."""
    return Strip(segments).adjust_cell_length(width, base.rich_style)


def content_width(cell: Cell) -> int:
    """Count the terminal cells that a cell would like to have."""
    return (cell if isinstance(cell, Content) else as_content(cell)).cell_length
