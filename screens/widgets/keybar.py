"""The keys that work here now, in one line; a key that does not work now is grey, and says why when asked.

May be imported by screens; it is told keys and words, and knows no action.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from screens.widgets.text import clean, width_of


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One key: how it is written, what it does, whether it works now, and if not, why."""

    key: str
    label: str
    enabled: bool = True
    why_not: str = ""

    @property
    def width(self) -> int:
        """The cells it takes."""
        return width_of(self.key) + 1 + width_of(self.label)


ALL_KEYS = KeyHint("?", "all keys")


class KeyBar(Widget):
    """One line of keys; the last ones fold away when there is no room, `? all keys` stays."""

    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        background: $panel;
        color: $foreground;
        text-wrap: nowrap;
        text-overflow: clip;
        .keybar--key { color: $text-accent; text-style: bold; }
        .keybar--label { color: $foreground; }
        .keybar--disabled { color: $foreground-muted; text-style: dim; }
    }
    """
    COMPONENT_CLASSES = {"keybar--key", "keybar--label", "keybar--disabled"}
    ALLOW_SELECT = False

    @dataclass
    class Pressed(Message):
        """A click on a key that works."""

        bar: KeyBar
        key: str

        @property
        def control(self) -> KeyBar:
            """The bar, for `@on` selectors."""
            return self.bar

    @dataclass
    class Refused(Message):
        """A click on a key that does not work now."""

        bar: KeyBar
        key: str
        why_not: str

    keys: reactive[tuple[KeyHint, ...]] = reactive(())

    def set_keys(self, keys: Sequence[KeyHint]) -> None:
        """Show these keys, most important first."""
        self.keys = tuple(keys)

    def _placed(self) -> list[tuple[int, KeyHint]]:
        """The keys that fit, and where each begins."""
        room = self.size.width - 1
        hints = [hint for hint in self.keys if hint.key != ALL_KEYS.key]
        x, placed = 1, []
        for hint in hints:
            if x + hint.width + 2 + ALL_KEYS.width > room:
                break
            placed.append((x, hint))
            x += hint.width + 2
        placed.append((x, ALL_KEYS))
        return placed

    def render(self) -> Content:
        """Compose the line."""
        parts = []
        for _, hint in self._placed():
            if hint.enabled:
                parts.append(_styled(hint.key, "key") + " " + _styled(hint.label, "label"))
            else:
                parts.append(_styled(f"{hint.key} {hint.label}", "disabled"))
        return Content(" ") + Content("  ").join(parts)

    def on_click(self, event: events.Click) -> None:
        """Post the key under the mouse, or why it does not work."""
        for x, hint in self._placed():
            if x <= event.x < x + hint.width:
                if hint.enabled:
                    self.post_message(self.Pressed(self, hint.key))
                else:
                    self.post_message(self.Refused(self, hint.key, hint.why_not))


def _styled(text: str, part: str) -> Content:
    return Content.styled(clean(text), f".keybar--{part}")
