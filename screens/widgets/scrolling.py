"""What widgets that paint line by line share: how they scroll, and how they say how long their content is now.

Used by the table, the log and the fact sheet; imports no widget of ours.
"""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


class LineView(ScrollView):
    """Fills its place, scrolls up and down, with a slim bar whose place is always kept."""

    DEFAULT_CSS = """
    LineView {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $foreground 20%;
        scrollbar-color-hover: $foreground 40%;
        scrollbar-color-active: $primary;
        background: $background;
        color: $foreground;
    }
    """


def resize_lines(view: ScrollView, lines: int) -> None:
    """Say how many lines there are to scroll through, without having the whole screen laid out anew each time.

    Setting `virtual_size` lays out and paints every widget on the screen (30 ms on a full one), for each line that a
    log gets. That is needed only when the scroll bar comes or goes, or when the widget is as high as its content.

    Args:
        view: The widget.
        lines: How many lines it has.
    """
    size, height = Size(0, lines), view.styles.height
    if size == view.virtual_size:
        return
    room = view.container_size.height
    is_as_high_as_its_content = height is not None and height.is_auto
    if not view.is_mounted or not room or is_as_high_as_its_content or (lines > room) != view.show_vertical_scrollbar:
        view.virtual_size = size
        return
    view.set_reactive(Widget.virtual_size, size)
    if view.show_vertical_scrollbar:
        view.vertical_scrollbar.window_virtual_size = lines
    if view.scroll_offset.y > view.max_scroll_y:
        view.scroll_to(y=view.max_scroll_y, animate=False, force=True)
