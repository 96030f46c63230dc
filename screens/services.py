"""The Services screen: what can be booked, at which price, how long it takes, how urgent it is.

Only the program's root imports this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from screens.acting import Situation
from screens.actions import bindings_for
from screens.form_line import Part, Seen, carry_out, carry_out_edit, compose_line
from screens.frame import Frame
from screens.widgets.columns import Column
from screens.widgets.form import Field, FieldEditor, Form
from screens.widgets.table import Row, VirtualTable
from screens.widgets.text import toned

if TYPE_CHECKING:
    from domain.records import Service
    from domain.views import EventRow

COLUMNS: Final = (
    Column("name", "Service", min_width=14, weight=2, max_width=32),
    Column("priority", "Priority", width=8, priority=2),
    Column("price", "Base price", width=10, align="right"),
    Column("duration", "Takes", width=8, align="right"),
    Column("standing", "Standing", width=10),
    Column("about", "Description", min_width=16, weight=5, priority=3),
)
URGENCIES: Final = ("LOW", "MEDIUM", "HIGH")
KEYWORDS: Final = {
    "name": ("name", "name", "name,service"),
    "price": ("price", "word", "base_price_cents"),
    "minutes": ("minutes", "word", "duration_minutes"),
    "priority": ("priority", "word", ""),
    "description": ("description", "name", ""),
}
"""Each field's keyword on the line, how its value is written there, and what the command calls it."""


class ServicesScreen(Frame):
    """Every service, by name."""

    PLACE = "services"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("services")]
    DEFAULT_CSS = """
    ServicesScreen Form { border-top: solid $primary 60%; max-height: 70%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._services: dict[int, Service] = {}
        self._edited: int | None = None
        self._seen: Seen | None = None

    def compose_body(self) -> ComposeResult:
        """The table, and under it the form when it is open."""
        yield VirtualTable(COLUMNS, empty_text="No services yet: n takes down the first.", id="services")
        yield Form(id="form")

    @property
    def table(self) -> VirtualTable:
        """The services."""
        return self.query_one("#services", VirtualTable)

    @property
    def form(self) -> Form:
        """The form, open or not."""
        return self.query_one("#form", Form)

    def first_focus(self) -> Widget:
        """Keys go to the table."""
        return self.table

    async def refresh_data(self) -> None:
        """Read and show every service."""
        services = await self.console.read(lambda views: views.services())
        self._services = {service.id: service for service in services}
        self.table.set_rows([service_row(service) for service in services])

    def on_events(self, rows: Sequence[EventRow]) -> None:
        """Only what happens to services shows here."""
        if any(row.event.subject == "service" for row in rows):
            self.reload()

    def situation(self) -> Situation:
        """The service under the cursor."""
        return replace(super().situation(), service=self._selected)

    @property
    def _selected(self) -> Service | None:
        key = self.table.cursor_key
        return self._services.get(key) if isinstance(key, int) else None

    @on(VirtualTable.RowHighlighted, "#services")
    def _cursor_moved(self) -> None:
        self.selection_changed()

    @on(VirtualTable.RowSelected, "#services")
    def _opened(self) -> None:
        self.do_edit_service()

    # The form -------------------------------------------------------------------------------------------------------

    def do_new_service(self) -> None:
        """Open an empty form."""
        self._open_form("New service", None)

    def do_edit_service(self) -> None:
        """Open the form on the selected service."""
        if (service := self._selected) is not None:
            self._open_form(f"Edit {service.name}", service)

    def _open_form(self, title: str, service: Service | None) -> None:
        self._edited, self._seen = (service.id, _seen(service)) if service else (None, None)
        self.form.open(title, _fields(service))

    @on(Form.Submitted)
    @work(group="say")
    async def _save(self, event: Form.Submitted) -> None:
        if self._seen is None or self._edited is None:
            first = Part("name", event.values["name"], attribute="service")
            given = [part for part in _parts(event.values) if part.field != "name" and part.value.strip()]
            await carry_out(self, self.form, compose_line("service new", [first, *given]))
            return
        now, parts = _seen(self._services[self._edited]), _parts(event.values)
        opening = self.form.opening
        seen = await carry_out_edit(self, self.form, "service edit", parts, self._seen, now)
        if self.form.opening == opening:
            self._seen = seen

    @on(FieldEditor.LineWanted)
    def _line_wanted(self) -> None:
        self.do_focus_line()


def service_row(service: Service) -> Row:
    """A service as a row."""
    price = f"{service.base_price_cents / 100:,.2f}"
    standing = toned("● active", "good") if service.active else toned("○ inactive", "muted")
    takes = f"{service.duration_minutes} min"
    cells = (service.name, str(service.priority), price, takes, standing, service.description)
    return Row(service.id, cells, tone="plain" if service.active else "muted", version=service.version)


def _values(service: Service) -> dict[str, str]:
    """A service as the form's values."""
    return {
        "name": service.name,
        "price": f"{service.base_price_cents / 100:.2f}",
        "minutes": str(service.duration_minutes),
        "priority": str(service.priority),
        "description": service.description,
    }


def _seen(service: Service) -> Seen:
    return Seen(service.name, service.version, _values(service))


def _fields(service: Service | None) -> list[Field]:
    value = _values(service) if service else dict.fromkeys(KEYWORDS, "")
    return [
        Field("name", "name", value["name"], "deep cleaning"),
        Field("price", "base price", value["price"], "80.00"),
        Field("minutes", "minutes", value["minutes"], "60, or 1h30m"),
        Field("priority", "priority", value["priority"], "LOW, MEDIUM or HIGH", _urgencies),
        Field("description", "description", value["description"], "what it is, in a few words"),
    ]


def _urgencies(text: str) -> Sequence[str]:
    return [text + one[len(text) :] for one in URGENCIES if one.startswith(text.upper())]


def _parts(values: Mapping[str, str]) -> list[Part]:
    return [Part(field, values[field], *written) for field, written in KEYWORDS.items()]
