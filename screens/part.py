"""The line that says whose part is being played: the same on the screens on which somebody acts as somebody else.

Screens may import this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from screens.looks import flat
from screens.widgets.text import plain, toned

if TYPE_CHECKING:
    from domain.records import Customer
    from domain.views import ProviderRow


class PartLine(Widget):
    """One line: who, and something aside that folds away when there is no room."""

    DEFAULT_CSS = """
    PartLine {
        height: 1;
        padding: 0 1;
        background: $surface;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """
    who: reactive[Content] = reactive(Content(""), always_update=True)
    aside: reactive[Content] = reactive(Content(""), always_update=True)

    def show(self, who: Content, aside: Content | None = None) -> None:
        """Show this, if it is something else than before."""
        aside = aside or Content("")
        if not (self.who.is_same(who) and self.aside.is_same(aside)):
            self.who, self.aside = who, aside

    def render(self) -> Content:
        """Compose the line."""
        gap = self.size.width - self.who.cell_length - self.aside.cell_length
        return self.who + " " * gap + self.aside if gap >= 2 else self.who


def provider_name(row: ProviderRow) -> Content:
    """A provider by name and handle."""
    return plain(flat(row.provider.name)).stylize("bold") + toned(f"  provider:{row.provider.handle}", "accent")


def customer_name(customer: Customer) -> Content:
    """A customer by name and number."""
    return plain(flat(customer.name)).stylize("bold") + toned(f"  customer:{customer.id}", "accent")
