"""A line of choices with counts, any number of them chosen: ← → move, Space chooses, the mouse too.

May be imported by screens; it is told words and counts, and knows no booking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from screens.widgets.text import TONES, Tone, clean, width_of


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice: its key, how it is written, how many there are, whether it is chosen."""

    key: str
    text: str
    count: str = ""
    tone: Tone = "plain"
    chosen: bool = False

    @property
    def width(self) -> int:
        """The cells it takes, with the brackets of a chosen one."""
        return width_of(self.text) + (width_of(self.count) + 1 if self.count else 0) + 2


class Chips(Widget, can_focus=True):
    """Choices side by side, in as many lines as they need."""

    DEFAULT_CSS = """
    Chips {
        height: auto;
        background: $background;
        .chips--chosen { background: $foreground 15%; text-style: bold; }
        .chips--cursor { background: $primary 60%; text-style: bold; }
        .chips--count { color: $foreground-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"chips--chosen", "chips--cursor", "chips--count"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Left", show=False),
        Binding("right", "move(1)", "Right", show=False),
        Binding("space,enter", "choose", "Choose", show=False),
    ]
    ALLOW_SELECT = False

    @dataclass
    class Toggled(Message):
        """A chip was chosen, or chosen no more."""

        chips: Chips
        key: str

        @property
        def control(self) -> Chips:
            """The chips, for `@on` selectors."""
            return self.chips

    chips: reactive[tuple[Chip, ...]] = reactive((), layout=True)
    at: reactive[int] = reactive(0)

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Show these."""
        self.chips = tuple(chips)

    def _placed(self, width: int) -> Iterator[tuple[int, int, int]]:
        """Where each chip stands: column, line, and its index."""
        x, y = 1, 0
        for index, chip in enumerate(self.chips):
            if x > 1 and x + chip.width > width:
                x, y = 1, y + 1
            yield x, y, index
            x += chip.width

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many lines as the chips need."""
        return max((y for _, y, _ in self._placed(width)), default=0) + 1

    def render(self) -> Content:
        """Compose the lines."""
        lines: list[Content] = []
        for _, y, index in self._placed(self.size.width):
            if y == len(lines):
                lines.append(Content(" "))
            lines[y] += self._chip(self.chips[index], is_cursor=self.has_focus and index == self.at)
        return Content("\n").join(lines)

    def _chip(self, chip: Chip, *, is_cursor: bool) -> Content:
        left, right = ("[", "]") if chip.chosen else (" ", " ")
        word = Content.styled(clean(chip.text), TONES[chip.tone]) if TONES[chip.tone] else Content(clean(chip.text))
        count = Content.styled(f" {chip.count}", ".chips--count") if chip.count else Content("")
        content = Content(left) + word + count + Content(right)
        if is_cursor:
            return content.stylize(".chips--cursor")
        return content.stylize(".chips--chosen") if chip.chosen else content

    def on_focus(self) -> None:
        """Show which one the keys are on."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that no key is for them."""
        self.refresh()

    def action_move(self, by: int) -> None:
        """Go to another chip."""
        if self.chips:
            self.at = (self.at + by) % len(self.chips)

    def action_choose(self) -> None:
        """Choose the chip, or not any more."""
        if self.at < len(self.chips):
            self.post_message(self.Toggled(self, self.chips[self.at].key))

    def on_click(self, event: events.Click) -> None:
        """The same with the mouse."""
        for x, y, index in self._placed(self.size.width):
            if event.y == y and x <= event.x < x + self.chips[index].width:
                self.at = index
                self.action_choose()
