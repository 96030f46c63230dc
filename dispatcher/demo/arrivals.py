"""Where requests come from: invented ones in the real proportions, or those of a file, moved to start now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from random import Random
from typing import Protocol

from dispatcher.demo import city
from dispatcher.demo.stage import seconds
from domain.commands import CreateBooking
from domain.errors import InvalidInput
from domain.intake.csvfile import CsvFile
from domain.intake.rows import REQUEST_COLUMNS, request_command
from domain.records import Place


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call that comes in: when, what for, and whether a regular customer books it or somebody new phones."""

    at: datetime
    command: CreateBooking
    regular: bool


class Arrivals(Protocol):
    """A source of requests."""

    def next_after(self, moment: datetime) -> Arrival | None:
        """The next one, or None when no more come."""


class InventedArrivals:
    """Requests drawn from the city's figures.

    Args:
        random: The seed's random source.
        zone: The zone whose hours the day's profile is in.
        per_hour: Requests in an average working hour.
    """

    WINDOWED = 0.22
    REGULAR = 0.65
    ANOTHER_JOB = 0.08

    def __init__(self, random: Random, zone: tzinfo, per_hour: float) -> None:
        self._random = random
        self._zone = zone
        self._per_hour = per_hour
        self._same_call: Arrival | None = None

    def next_after(self, moment: datetime) -> Arrival:
        """The next one. One call often makes several rows, so some come in pairs, for one door at one time."""
        if self._same_call is not None:
            first, self._same_call = self._same_call, None
            return Arrival(first.at, self._job(first.at, first.command), first.regular)
        rate = city.arrivals_per_hour(moment.astimezone(self._zone), self._per_hour) / (1 + self.ANOTHER_JOB)
        at = moment + seconds(self._random.gammavariate(3, 3600 / rate / 3))
        arrival = Arrival(at, self._job(at, None), self._random.random() < self.REGULAR)
        if self._random.random() < self.ANOTHER_JOB:
            self._same_call = arrival
        return arrival

    def _job(self, at: datetime, same_door: CreateBooking | None) -> CreateBooking:
        trade = city.trade(self._random)
        door = city.door(self._random)
        start = end = None
        if self._random.random() < self.WINDOWED:
            hour = at.replace(minute=0, second=0, microsecond=0)
            start = hour + timedelta(minutes=30 * self._random.randint(1, 6))
            if start < at + timedelta(minutes=25):
                start += timedelta(minutes=30)
            end = start + timedelta(hours=self._random.choice((1, 1, 2)))
        return CreateBooking.of(
            service=trade.name,
            address=same_door.address if same_door else door.address,
            latitude=same_door.latitude if same_door else door.place.latitude,
            longitude=same_door.longitude if same_door else door.place.longitude,
            window_start=start,
            window_end=end,
            notes=self._random.choice(trade.complaints),
        )


class RequestsFile:
    """Requests of a file of the shape in which real ones are published, in the order of their times.

    Rows that cannot be taken are left out and counted. The first request comes in at once.

    Args:
        path: The CSV file.

    Raises:
        InvalidInput: The file is of no use: not there, not CSV, columns missing, no row that can be taken.
    """

    def __init__(self, path: Path) -> None:
        self.left_out = 0
        found: list[tuple[datetime, CreateBooking]] = []
        with CsvFile(str(path), REQUEST_COLUMNS) as file:
            for row in file:
                try:
                    command = request_command(row, "requests")
                except InvalidInput:
                    self.left_out += 1
                    continue
                if command.requested_at is not None:
                    found.append((command.requested_at, command))
        if not found:
            raise InvalidInput(f"{path} has no request that can be taken", file=str(path))
        found.sort(key=lambda one: one[0])
        self._first = found[0][0]
        self._found = found
        self._index = 0
        self._moved_by = timedelta(0)

    def services(self) -> tuple[str, ...]:
        """What is asked for, by first spelling, the most frequent first; `plumbing` always among them."""
        spelling: dict[str, str] = {}
        counts: dict[str, int] = {}
        for _, command in self._found:
            folded = command.service.casefold()
            spelling.setdefault(folded, command.service)
            counts[folded] = counts.get(folded, 0) + 1
        spelling["plumbing"] = "plumbing"
        counts.setdefault("plumbing", 0)
        return tuple(spelling[folded] for folded in sorted(counts, key=lambda name: (-counts[name], name)))

    def places(self) -> tuple[Place, ...]:
        """Where work comes up, where that is known."""
        return tuple(
            Place(command.latitude, command.longitude)
            for _, command in self._found
            if command.latitude is not None and command.longitude is not None
        )

    def start(self, moment: datetime, had: Collection[str]) -> None:
        """Move the file's times so that the first request that is not there yet comes in at a moment."""
        self._found = [one for one in self._found if one[1].external_key not in had]
        if self._found:
            self._moved_by = moment - self._found[0][0]

    def next_after(self, moment: datetime) -> Arrival | None:
        """The next row, or None after the last."""
        if self._index >= len(self._found):
            return None
        asked, command = self._found[self._index]
        self._index += 1
        at = max(moment, asked + self._moved_by)
        return Arrival(at, command.model_copy(update={"requested_at": None}), regular=False)
