"""A provider as a row of the roster, as a sheet of facts, and as the fields of a form.

Only the Providers screen imports this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from textual.content import Content

from screens.form_line import Part, Seen
from screens.looks import ago, event_content, flat, short_time
from screens.status import shown_cell, status_cell
from screens.widgets.columns import Column
from screens.widgets.facts import Fact, Section
from screens.widgets.form import Field
from screens.widgets.table import Row
from screens.widgets.text import plain, toned

if TYPE_CHECKING:
    from domain.records import Provider
    from domain.views import BookingRow, EventRow, ProviderRow

ROSTER_COLUMNS: Final = (
    Column("handle", "Handle", width=10),
    Column("shown", "Status", width=11),
    Column("since", "Duty for", width=8, align="right", priority=3),
    Column("until", "Until", width=9, priority=4),
    Column("jobs", "Jobs now", width=9, priority=2),
    Column("done", "Done", width=4, align="right", priority=3),
    Column("rating", "★", width=3, align="right", priority=4),
    Column("skills", "Skills", min_width=10, weight=3, max_width=60, priority=5),
    Column("phone", "Phone", width=13, priority=6),
    Column("name", "Name", min_width=10, weight=1, max_width=24, priority=7),
)


def roster_row(row: ProviderRow, now: datetime, zone: tzinfo) -> Row:
    """A provider as a row; it flashes when something happened, not as time goes by."""
    provider = row.provider
    until = provider.break_until if row.shown == "break" else row.busy_until
    cells = (
        provider.handle,
        shown_cell(row.shown),
        toned(ago(now - provider.duty_since), "muted"),
        short_time(until, now, zone) if until else "",
        " ".join(str(number) for number in row.jobs) or toned("–", "muted"),
        str(row.done_today),
        f"{provider.rating:.1f}",
        flat(", ".join(row.skills)),
        provider.phone or "",
        flat(provider.name),
    )
    news = hash((provider.version, row.shown, row.jobs, row.done_today))
    return Row(provider.id, cells, tone="plain" if provider.active else "muted", version=news)


def provider_sections(
    row: ProviderRow, jobs: Sequence[BookingRow], events: Sequence[EventRow], now: datetime, zone: tzinfo
) -> list[Section]:
    """The sheet: who it is, their jobs now, what happened lately."""
    provider = row.provider
    contact = "  ".join(part for part in (provider.phone, provider.email) if part)
    facts = [
        Fact("status", _status(row, now, zone)),
        Fact("name", plain(flat(provider.name)) + toned(f"  ★ {provider.rating:.1f}", "muted")),
        Fact("contact", contact or "none"),
        Fact("skills", flat(", ".join(row.skills)) or "none"),
        Fact("starts at", _place(provider) or "place unknown"),
        Fact("done today", str(row.done_today)),
    ]
    doing = [Fact("", _job(job, now, zone)) for job in jobs] or [Fact("", "nothing now", "muted")]
    log = [Fact("", event_content(event, zone)) for event in events] or [Fact("", "nothing lately", "muted")]
    return [Section("", facts), Section("Jobs now", doing, str(len(jobs))), Section("Log", log, "newest first")]


def _status(row: ProviderRow, now: datetime, zone: tzinfo) -> Content:
    provider = row.provider
    since = toned(f"  duty {provider.duty} for {ago(now - provider.duty_since)}", "muted")
    until = provider.break_until if row.shown == "break" else row.busy_until
    return shown_cell(row.shown) + (plain(f" until {short_time(until, now, zone)}") if until else plain("")) + since


def _job(job: BookingRow, now: datetime, zone: tzinfo) -> Content:
    booking = job.booking
    promised = toned(f"  promised {short_time(booking.promised_at, now, zone)}", "muted")
    where = plain(f"  {flat(job.service)}  {flat(booking.address)}")
    return plain(f"{booking.id}  ") + status_cell(booking.status, held=booking.held) + where + promised


def _place(provider: Provider) -> str:
    return "" if provider.place is None else f"{provider.place.latitude!r},{provider.place.longitude!r}"


# The form -----------------------------------------------------------------------------------------------------------

WRITTEN: Final = {
    "name": ("name", "name", ""),
    "phone": ("phone", "name", ""),
    "email": ("email", "name", ""),
    "skills": ("skills", "list", "skills,service"),
    "rating": ("rating", "word", ""),
    "place": ("place", "word", "latitude,longitude"),
}
"""Each field's keyword on the line, how its value is written there, and what the command calls it."""


def values_of(row: ProviderRow) -> dict[str, str]:
    """A provider as the form's values."""
    provider = row.provider
    return {
        "name": provider.name,
        "phone": provider.phone or "",
        "email": provider.email or "",
        "skills": ", ".join(row.skills),
        "rating": f"{provider.rating:g}",
        "place": _place(provider),
    }


def seen_of(row: ProviderRow) -> Seen:
    """What a form is opened on."""
    return Seen(row.provider.handle, row.provider.version, values_of(row))


def edit_parts(values: Mapping[str, str]) -> list[Part]:
    """The form's values as parts of `provider edit`."""
    return [Part(field, values[field], *written) for field, written in WRITTEN.items()]


def new_parts(values: Mapping[str, str]) -> list[Part]:
    """The form's values as parts of `provider new`; what is empty is left out."""
    first = [Part("handle", values["handle"], attribute="provider,handle"), Part("name", values["name"])]
    return first + [part for part in edit_parts(values) if part.field != "name" and part.value.strip()]


def fields_for(row: ProviderRow | None, services: Sequence[str]) -> list[Field]:
    """The form's fields: of somebody new, or of a provider that there is."""
    value = values_of(row) if row else dict.fromkeys(WRITTEN, "")
    handle = [] if row else [Field("handle", "handle", "", "mira: short, unique, what is typed on the line")]
    return [
        *handle,
        Field("name", "name", value["name"], "Mira Chen"),
        Field("phone", "phone", value["phone"], "+1 202 555 0134"),
        Field("email", "email", value["email"], "mira@example.org"),
        Field("skills", "skills", value["skills"], "services, with commas between them", _completing(services)),
        Field("rating", "rating", value["rating"], "0 to 5"),
        Field("place", "starts at", value["place"], "latitude,longitude such as 40.71,-73.95"),
    ]


def _completing(services: Sequence[str]) -> Callable[[str], Sequence[str]]:
    def complete(text: str) -> list[str]:
        typed = text.rpartition(",")[2].lstrip()
        return [text + name[len(typed) :] for name in services if typed and name.startswith(typed)]

    return complete
