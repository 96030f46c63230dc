"""A customer's own screen: their bookings with where each is, a form to book, cancel, another time, what is over.

An admin finds a customer first and then acts as them; a customer is who they are. Only the program's root imports this.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from domain.actors import Actor, Role
from domain.errors import NotFound
from domain.lifecycle import FINAL, Subject
from screens.acting import Situation
from screens.actions import bindings_for
from screens.form_line import Part, carry_out, compose_line
from screens.frame import Frame
from screens.part import PartLine, customer_name
from screens.widgets.columns import Column
from screens.widgets.facts import FactSheet
from screens.widgets.filterbar import FilterBar, FilterEditor
from screens.widgets.form import Field, FieldEditor, Form
from screens.widgets.heading import Heading
from screens.widgets.table import Row, VirtualTable
from screens.widgets.text import plain, toned
from screens.widgets.toosmall import WIDTH_BREAKPOINTS
from screens.wishes import CLOSED_COLUMNS, OPEN_COLUMNS, OPEN_HEIGHT, closed_row, open_row, wish_sections

if TYPE_CHECKING:
    from domain.records import Customer
    from domain.views import BookingRow, EventRow, Views

FOUND_AT_MOST: Final = 200
PICKER_COLUMNS: Final = (
    Column("number", "number", width=7, align="right"),
    Column("name", "name", min_width=16, max_width=32),
    Column("phone", "phone", width=16),
    Column("address", "address", weight=2, min_width=16, priority=2),
    Column("email", "email", min_width=18, priority=3),
)


class CustomerScreen(Frame):
    """The bookings of one customer."""

    PLACE = "customer"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("customer")]
    HORIZONTAL_BREAKPOINTS = [*WIDTH_BREAKPOINTS, (100, "-roomy")]
    DEFAULT_CSS = """
    CustomerScreen {
        & #choice { height: 1fr; }
        & #mine { display: none; height: 1fr; }
        & #lists { width: 3fr; }
        & #open { height: 3fr; min-height: 5; }
        & #closed { height: 2fr; }
        & #wish { display: none; width: 2fr; border-left: vkey $foreground 15%; }
        &.-roomy #wish { display: block; }
        &.-chosen #mine { display: block; }
        &.-chosen #choice { display: none; }
        & Form { border-top: solid $primary 60%; max-height: 80%; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._number: int | None = None
        self._customer: Customer | None = None
        self._rows: tuple[BookingRow, ...] = ()
        self._events: tuple[EventRow, ...] = ()
        self._names: dict[str, str] = {}
        self._goal: int | None = None

    def compose_body(self) -> ComposeResult:
        """Who it is, the search to pick from, what is open, what is over, the selected one."""
        yield PartLine()
        with Vertical(id="choice"):
            yield FilterBar(placeholder="/: number, name, phone, email or address", id="search")
            yield VirtualTable(PICKER_COLUMNS, empty_text="Nobody is found by that.", id="who")
        with Horizontal(id="mine"):
            with Vertical(id="lists"):
                yield VirtualTable(
                    OPEN_COLUMNS,
                    row_height=OPEN_HEIGHT,
                    show_header=False,
                    more_under="service",
                    id="open",
                    empty_text="Nothing is on its way. n makes a new booking.",
                )
                yield Heading("History", id="history")
                yield VirtualTable(CLOSED_COLUMNS, show_header=False, id="closed", empty_text="Nothing is over yet.")
            yield FactSheet(id="wish", empty_text="No booking is selected.")
        yield Form(id="form")

    def on_mount(self) -> None:
        """A customer is nobody else."""
        super().on_mount()
        if self.console.actor.role is Role.CUSTOMER:
            self._play(self.console.actor.customer_id)

    @property
    def acting(self) -> Actor:
        """The chosen customer; the person at the console until one is chosen."""
        return Actor(Role.CUSTOMER, str(self._number)) if self._number is not None else super().acting

    @property
    def who(self) -> VirtualTable:
        """The customers to pick from."""
        return self.query_one("#who", VirtualTable)

    @property
    def search(self) -> FilterBar:
        """What they are found by."""
        return self.query_one("#search", FilterBar)

    @property
    def open_table(self) -> VirtualTable:
        """What is on its way."""
        return self.query_one("#open", VirtualTable)

    @property
    def closed_table(self) -> VirtualTable:
        """What is over."""
        return self.query_one("#closed", VirtualTable)

    @property
    def form(self) -> Form:
        """The form for a new booking."""
        return self.query_one("#form", Form)

    def first_focus(self) -> Widget:
        """The list, or what is open for somebody who has no choice."""
        return self.open_table if self.console.actor.role is Role.CUSTOMER else self.who

    def situation(self) -> Situation:
        """The selected booking, and the customer."""
        return replace(super().situation(), booking=self._selected(), customer=self._customer)

    def _selected(self) -> BookingRow | None:
        key = self.closed_table.cursor_key if self.closed_table.has_focus else self.open_table.cursor_key
        return next((row for row in self._rows if row.booking.id == key), None)

    def _name_of(self, handle: str) -> str:
        return self._names.get(handle, handle)

    # Data -----------------------------------------------------------------------------------------------------------

    async def refresh_data(self) -> None:
        """Read who is found, or one customer with their bookings."""
        number = self._number
        if number is None:
            await self._find()
            return
        selected = self._selected()
        wanted, known = selected.booking.id if selected else None, frozenset(self._names)

        def ask(views: Views) -> tuple[Customer, tuple[BookingRow, ...], tuple[EventRow, ...], dict[str, str]]:
            from domain.views import EventFilter

            rows = views.bookings_of(number)
            events = views.events(EventFilter(booking=wanted), before=2**62, limit=100) if wanted else ()
            chosen = {str(row.event.details["chosen"]) for row in events if "chosen" in row.event.details}
            handles = {row.provider for row in rows if row.provider} | chosen
            names = {handle: views.provider(handle).provider.name for handle in handles - known}
            return views.customer(number), rows, events, names

        try:
            customer, rows, events, names = await self.console.read(ask)
        except NotFound as refusal:
            self.query_one(PartLine).show(toned(refusal.message, "bad"))
            return
        if number == self._number:
            self._customer, self._rows, self._events = customer, rows, events
            self._names |= names
            self._show(self.console.now())
            self._reach_goal()

    async def _find(self) -> None:
        text = self.search.text
        words = tuple(text.split())

        def ask(views: Views) -> list[Customer]:
            found = list(views.customers(words, limit=FOUND_AT_MOST))
            if len(words) == 1 and words[0].isdecimal() and len(words[0]) < 16:
                with suppress(NotFound):
                    found.insert(0, views.customer(int(words[0])))
            return list({one.id: one for one in found}.values())

        found = await self.console.read(ask)
        if self._number is not None or text != self.search.text:
            return
        self.who.set_rows([_picker_row(customer) for customer in found])
        more = f"the first {FOUND_AT_MOST}; / narrows them" if len(found) >= FOUND_AT_MOST else f"{len(found)} found"
        self.query_one(PartLine).show(plain("Who books?  Enter acts as that customer"), toned(more, "muted"))

    def _show(self, now: datetime) -> None:
        zone, customer = self.console.zone, self._customer
        if customer is None:
            return
        room = self.app.size.width
        width = (room * 3 // 5 if self.has_class("-roomy") else room) - 11  # beside number, gaps and scroll bar
        going = [row for row in self._rows if row.booking.status not in FINAL]
        over = [row for row in self._rows if row.booking.status in FINAL]
        self.open_table.set_rows([open_row(row, self._name_of, now, zone, width) for row in going])
        self.closed_table.set_rows([closed_row(row, self._name_of, now, zone) for row in over])
        self.query_one("#history", Heading).aside = str(len(over)) if over else ""
        contact = "  ".join(part for part in (customer.phone, customer.email, customer.address) if part)
        standing = "" if customer.active else "  inactive: cannot book"
        self.query_one(PartLine).show(customer_name(customer) + toned(standing, "bad"), toned(contact, "muted"))
        selected, sheet = self._selected(), self.query_one("#wish", FactSheet)
        if selected is None:
            sheet.show(())
            return
        told = [row for row in self._events if row.event.subject_id == selected.booking.id]
        sheet.show(wish_sections(selected, told, self._name_of, now, zone))

    def on_events(self, rows: Sequence[EventRow]) -> None:
        """Read again what concerns this customer."""
        if any(
            row.customer_id == self._number if self._number is not None else row.event.subject is Subject.CUSTOMER
            for row in rows
        ) or any(row.event.subject is Subject.CUSTOMER and row.event.subject_id == self._number for row in rows):
            self.reload()

    # What is done ---------------------------------------------------------------------------------------------------

    @on(VirtualTable.RowSelected, "#who")
    def _picked(self, event: VirtualTable.RowSelected) -> None:
        event.stop()
        self._play(int(event.key))
        self.set_focus(self.open_table, scroll_visible=False)

    @on(VirtualTable.RowHighlighted, "#open")
    @on(VirtualTable.RowHighlighted, "#closed")
    def _moved(self, event: VirtualTable.RowHighlighted) -> None:
        event.stop()
        self._look_again()

    def on_descendant_focus(self) -> None:
        """Another list has the keys: another booking is selected."""
        if self._customer is not None:
            self._look_again()

    def _look_again(self) -> None:
        self.selection_changed()
        self.reload()

    @on(FilterBar.Changed)
    def _narrowed(self) -> None:
        self.reload()

    @on(FilterBar.Left)
    def _searched(self) -> None:
        self.set_focus(self.who, scroll_visible=False)

    def _play(self, number: int | None) -> None:
        self._number, self._customer, self._rows, self._events = number, None, (), ()
        self.set_class(number is not None, "-chosen")
        self.open_table.show_loading()
        self.closed_table.show_loading()
        self.form.close()
        self.query_one(PartLine).show(plain(""))
        self.show_frame()
        self.reload()

    def do_choose(self) -> None:
        """Go back to the search."""
        before = self._number
        self._play(None)
        self.set_focus(self.who, scroll_visible=False)
        if before is not None:
            self.who.move_to(before)

    def do_search(self) -> None:
        """Type what the customer is found by."""
        self.search.enter()

    def do_cancel(self) -> None:
        """Ask on the line."""
        if (row := self._selected()) is not None:
            self.type_line(f"cancel {row.booking.id}")
            self.result.show("info", "Enter cancels it, Esc keeps it; -- and a reason may follow")

    def do_new(self) -> None:
        """Open the form."""
        customer, directory = self._customer, self.console.directory
        if customer is None or directory is None:
            return
        names = sorted(name for name in directory.services if name not in directory.inactive_services)
        fields = [
            Field("service", "service", "", ", ".join(names), lambda text: _completed(text, names)),
            Field("address", "address", customer.address or "", "12 Example St"),
            Field("when", "when", "", "empty: as soon as possible; or today 14-16, tomorrow 9-11, fri 8-12"),
            Field("notes", "notes", "", "what is the matter, where to ring"),
        ]
        if customer.phone is None:
            fields.append(Field("phone", "phone", "", "how to reach you on the day"))
        if customer.email is None:
            fields.append(Field("email", "email", "", "how to reach you in writing"))
        self.form.open("New booking", fields)

    @on(Form.Submitted)
    @work(group="say")
    async def _book(self, event: Form.Submitted) -> None:
        values = event.values
        if not values["service"].strip():
            self.form.refuse("Which service? Type its first letters, → takes the rest", "service")
            return
        reach = "  ".join(values[key].strip() for key in ("phone", "email") if values.get(key, "").strip())
        notes = "\n".join(part for part in (values["notes"].strip(), f"reach me: {reach}" if reach else "") if part)
        parts = [
            Part("service", values["service"].strip()),
            Part("notes", notes, "notes"),
            Part("address", values["address"], "at"),
            Part("when", values["when"], kind="words", attribute="window_start"),
        ]
        line = compose_line("new", [part for part in parts if part.value.strip()])
        if await carry_out(self, self.form, line):
            self._goal = self.console.last
            if not self.form.is_open:
                self.set_focus(self.open_table, scroll_visible=False)

    @on(FieldEditor.LineWanted)
    @on(FilterEditor.LineWanted)
    def _line_wanted(self) -> None:
        self.do_focus_line()

    def select_booking(self, number: int) -> None:
        """Put the cursor on a booking, now or when it has been read."""
        self._goal = number
        self._reach_goal()

    def _reach_goal(self) -> None:
        """Go to the booking that was asked for, once it is there."""
        if self._goal is None or all(row.booking.id != self._goal for row in self._rows):
            return
        for table in (self.open_table, self.closed_table):
            table.move_to(self._goal)
        self._goal = None


def _picker_row(customer: Customer) -> Row:
    cells = (str(customer.id), customer.name, customer.phone or "–", customer.address or "–", customer.email or "–")
    return Row(customer.id, cells, tone="plain" if customer.active else "muted", version=customer.version)


def _completed(text: str, names: Sequence[str]) -> list[str]:
    return [text + name[len(text) :] for name in names if name.lower().startswith(text.lower())]
