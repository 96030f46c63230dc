"""Files of requests, providers and services, turned into commands: every row lands or is named with its reason.

The shell and the demo may import this module. It knows neither SQL nor the screen: it asks `Views` and tells `Engine`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from domain.actors import Actor, Role
from domain.commands import Command, CreateBooking, CreateCustomer, CreateService
from domain.errors import DispatchError, Duplicate, InvalidInput
from domain.intake.csvfile import CsvFile, Row
from domain.intake.rows import (
    PROVIDER_COLUMNS,
    REQUEST_COLUMNS,
    SERVICE_COLUMNS,
    provider_command,
    request_command,
    resident_of,
    service_command,
)
from domain.lifecycle import Action

if TYPE_CHECKING:
    from domain.engine import Engine
    from domain.outcome import Outcome

IMPORTER = Actor(Role.ADMIN, "import")
BATCH = 500
"""Rows that are looked up and told of together."""
SHARE = 100
"""Commands a transaction: so few that others who write wait for some hundredths of a second, not for half of one."""


@dataclass(slots=True)
class Tally:
    """What an import did so far. Every row is in exactly one of added, updated, unchanged and rejected."""

    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    services: int = 0
    customers: int = 0

    @property
    def done(self) -> int:
        """How many rows have been dealt with."""
        return self.added + self.updated + self.unchanged + self.rejected

    def as_dict(self) -> dict[str, int]:
        """The form that `--json` prints."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that did not land: its first line in the file, and why."""

    line: int
    error: DispatchError


Reject = Callable[[Rejection], None]
Progress = Callable[[Tally, int], None]
Waiting = list[tuple[int, CreateBooking]]


class Intake:
    """One import into one room.

    Args:
        engine: Where the commands go.
        reject: Called for each row that did not land, in the order in which that is found out.
        progress: Called after each batch with what was done and how many rows the file has.

    Attributes:
        tally: What was done so far; true also after an error in the middle.
        unused: The columns of the file that nothing was taken from.
    """

    def __init__(
        self, engine: "Engine", *, reject: Reject = lambda _: None, progress: Progress = lambda _tally, _rows: None
    ) -> None:
        self._engine = engine
        self._tell_rejection = reject
        self._tell_progress = progress
        self.tally = Tally()
        self.unused: tuple[str, ...] = ()

    def requests(self, path: str, source: str = "requests") -> Tally:
        """Import service requests as PENDING bookings; keys that the source had before are left alone.

        Raises:
            InvalidInput: The file or the source's name is of no use; nothing was written.
        """
        CreateBooking.of(service="-", source=source)
        with CsvFile(path, REQUEST_COLUMNS) as file:
            self.unused = file.unused
            services = _Services(self._engine)
            waiting: Waiting = []
            keys: set[str] = set()
            for row in file:
                self.tally.rows += 1
                try:
                    command = request_command(row, source)
                except InvalidInput as error:
                    self._reject(row.line, error)
                    continue
                key = command.external_key or ""
                if len(waiting) == BATCH or key in keys:
                    self._book(source, waiting, services)
                    self._tell_progress(self.tally, file.rows)
                    waiting, keys = [], set()
                waiting.append((row.line, command))
                keys.add(key)
            self._book(source, waiting, services)
            self._tell_progress(self.tally, file.rows)
        return self.tally

    def providers(self, path: str) -> Tally:
        """Create providers, off duty, and update the ones whose handle is there already.

        Raises:
            InvalidInput: The file is of no use; nothing was written.
        """
        views = self._engine.views
        there = {row.provider.handle: row.provider for row in views.roster()}
        services = {name.casefold(): (name, number) for name, number in views.directory().services.items()}
        region = views.policy().phone_region
        self._people_or_services(
            path,
            PROVIDER_COLUMNS,
            lambda row: row.cells["handle"].lower(),
            lambda row, handle: provider_command(row, there.get(handle), services, region),
        )
        return self.tally

    def services(self, path: str) -> Tally:
        """Create services, and update the ones whose name is there already; case does not count.

        Raises:
            InvalidInput: The file is of no use; nothing was written.
        """
        there = {service.name.casefold(): service for service in self._engine.views.services()}
        self._people_or_services(
            path,
            SERVICE_COLUMNS,
            lambda row: " ".join(row.cells["name"].split()).casefold(),
            lambda row, name: service_command(row, there.get(name)),
        )
        return self.tally

    def _people_or_services(
        self,
        path: str,
        columns: Sequence[str],
        name_of: Callable[[Row], str],
        command_of: Callable[[Row, str], Command | None],
    ) -> None:
        """Import rows that stand for one thing each, known by its name."""
        with CsvFile(path, columns) as file:
            self.unused = file.unused
            first_line: dict[str, int] = {}
            waiting: list[tuple[int, Command]] = []
            for row in file:
                self.tally.rows += 1
                try:
                    if row.problem:
                        raise InvalidInput(row.problem)
                    name = name_of(row)
                    if name and name in first_line:
                        raise InvalidInput(f"{name!r} stands on line {first_line[name]} already")
                    command = command_of(row, name)
                except DispatchError as error:
                    self._reject(row.line, error)
                    continue
                first_line[name] = row.line
                if command is None:
                    self.tally.unchanged += 1
                else:
                    waiting.append((row.line, command))
                if len(waiting) == BATCH:
                    self._change(waiting)
                    self._tell_progress(self.tally, file.rows)
                    waiting = []
            self._change(waiting)
            self._tell_progress(self.tally, file.rows)

    def _change(self, waiting: Sequence[tuple[int, Command]]) -> None:
        answers = self._execute([command for _, command in waiting])
        for (line, command), answer in zip(waiting, answers, strict=True):
            if isinstance(answer, DispatchError):
                self._reject(line, answer)
            elif command.action is Action.CREATE:
                self.tally.added += 1
            else:
                self.tally.updated += 1

    def _book(self, source: str, waiting: Waiting, services: "_Services") -> None:
        """Land one batch: first the services and customers that it needs, then its bookings."""
        views = self._engine.views
        known = (
            views.imported_keys(source, [command.external_key or "" for _, command in waiting]) if waiting else set()
        )
        new: Waiting = []
        for line, command in waiting:
            if command.external_key in known:
                self.tally.unchanged += 1
            elif services.is_inactive(command.service):
                self._reject(line, InvalidInput(f"the service {command.service} takes no bookings: it is inactive"))
            else:
                new.append((line, command))
        if not new:
            return
        self.tally.services += services.make_missing(command.service for _, command in new)
        customers = self._customers_for(command for _, command in new)
        ready: Waiting = []
        for line, command in new:
            found = customers[_folded(command.address)]
            if isinstance(found, DispatchError):
                self._reject(line, found)
                continue
            changes = {"customer": found, "service": services.spelling(command.service)}
            ready.append((line, command.model_copy(update=changes)))
        for (line, _), answer in zip(ready, self._execute([command for _, command in ready]), strict=True):
            if isinstance(answer, Duplicate):
                self.tally.unchanged += 1
            elif isinstance(answer, DispatchError):
                self._reject(line, answer)
            else:
                self.tally.added += 1

    def _customers_for(self, commands: Iterable[CreateBooking]) -> dict[str, int | DispatchError]:
        """The customer at each address, made where there is none yet; or why there can be none."""
        addresses = {_folded(command.address): command.address or "" for command in commands}
        there = self._engine.views.customers_at(list(addresses.values()))
        found: dict[str, int | DispatchError] = {_folded(address): number for address, number in there.items()}
        missing = {folded: address for folded, address in addresses.items() if folded not in found}
        answers = self._execute([CreateCustomer.of(name=resident_of(at), address=at) for at in missing.values()])
        for folded, answer in zip(missing, answers, strict=True):
            if isinstance(answer, DispatchError):
                found[folded] = answer
            else:
                self.tally.customers += 1
                found[folded] = answer.event.subject_id
        return found

    def _execute(self, commands: Sequence[Command]) -> "Iterator[Outcome | DispatchError]":
        """What became of each command, told as soon as its share is written."""
        for first in range(0, len(commands), SHARE):
            yield from self._engine.execute_all(commands[first : first + SHARE], IMPORTER)

    def _reject(self, line: int, error: DispatchError) -> None:
        self.tally.rejected += 1
        self._tell_rejection(Rejection(line, error))


class _Services:
    """The room's services by name without case, read once and added to."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._spelling: dict[str, str] = {}
        self._inactive: set[str] = set()
        self._read()

    def _read(self) -> None:
        services = self._engine.views.services()
        self._spelling = {service.name.casefold(): service.name for service in services}
        self._inactive = {service.name.casefold() for service in services if not service.active}

    def is_inactive(self, name: str) -> bool:
        return name.casefold() in self._inactive

    def spelling(self, name: str) -> str:
        """The name as the room writes it."""
        return self._spelling.get(name.casefold(), name)

    def make_missing(self, names: Iterable[str]) -> int:
        """Make what is missing, by its first spelling; say how many that were."""
        missing: dict[str, str] = {}
        for name in names:
            if name.casefold() not in self._spelling:
                missing.setdefault(name.casefold(), name)
        if not missing:
            return 0
        answers = self._engine.execute_all([CreateService.of(service=name) for name in missing.values()], IMPORTER)
        self._read()
        return sum(not isinstance(answer, DispatchError) for answer in answers)


def _folded(address: str | None) -> str:
    return (address or "").casefold()
