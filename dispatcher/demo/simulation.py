"""The city at work: customers, providers and an admin act in the order of one agenda, from one seeded random source.

They learn what happened from the log alone, so they answer a person's assignments as they answer the loop's.
"""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from random import Random

from dispatcher.demo import city, roster
from dispatcher.demo.arrivals import Arrivals, InventedArrivals, RequestsFile
from dispatcher.demo.crew import Crew
from dispatcher.demo.customers import Customers
from dispatcher.demo.ledger import Job
from dispatcher.demo.office import Office
from dispatcher.demo.stage import SAM, Stage, seconds
from domain.commands import Command, CreateProvider, CreateService
from domain.engine import Engine
from domain.errors import DispatchError
from domain.lifecycle import FINAL
from domain.records import Urgency

BOOKINGS_PER_HOUR = 54.0
_PAGE = 500
_TROUBLE_PAUSE = seconds(60)


class Simulation:
    """Simulated people on one database.

    Args:
        engine: The one door that everybody uses.
        seed: What their lives are drawn from.
        zone: The zone whose hours shifts and arrivals go by.
        requests: A file to take the jobs from, instead of inventing them.
        per_hour: Invented requests in an average working hour.
    """

    def __init__(
        self,
        engine: Engine,
        seed: int,
        *,
        zone: tzinfo = UTC,
        requests: RequestsFile | None = None,
        per_hour: float = BOOKINGS_PER_HOUR,
    ) -> None:
        random = Random(seed)
        self._requests = requests
        self._seed = seed
        self._services = requests.services() if requests else tuple(trade.name for trade in city.TRADES)
        self._workers = (
            roster.workers_for(self._services, requests.places(), random) if requests else roster.workers(random)
        )
        self._stage = Stage(engine, random)
        self._tail = engine.tail(0)
        arrivals: Arrivals = requests or InventedArrivals(random, zone, per_hour)
        self._customers = Customers(self._stage, arrivals)
        self._office = Office(self._stage, engine.views.policy())
        self._crew = Crew(self._stage, self._office, self._workers, zone)

    @property
    def refused(self) -> dict[str, int]:
        """How many actions were refused because somebody was faster, by kind."""
        return dict(sorted(self._stage.refused.items()))

    def somebody_may_wake(self) -> bool:
        """Whether anybody became free since this was last asked, while a booking is parked: no timer tells that."""
        ledger = self._stage.ledger
        freed, ledger.freed = ledger.freed, False
        return freed and bool(ledger.parked)

    def begin(self) -> None:
        """Set the city up where it is not there yet, or take it up where the log ends; then life goes on from now.

        Raises:
            DispatchError: The database cannot be read or written.
        """
        now = self._stage.engine.clock.now()
        resumed = not self._stage.engine.is_empty()
        if resumed:
            self._stage.random.seed(f"{self._seed} after {self._stage.engine.views.last_event()}")
        self._found_city(with_regulars=not resumed)
        self._learn()
        for job in list(self._stage.ledger.jobs.values()) if resumed else ():
            self._plan(job, now)
        if self._requests is not None:
            self._requests.start(now, self._stage.ledger.keys)
        self._crew.begin(now)
        self._customers.begin(now)

    def take_over(self, engine: Engine) -> None:
        """Go on through another engine on the same database: the one whose clock runs."""
        self._stage.engine = engine
        self._tail = engine.tail(self._stage.ledger.last_event)

    def next_at(self) -> datetime | None:
        """When somebody acts next, by what they know so far."""
        return self._stage.agenda.next_at()

    def step(self, now: datetime, *, stop: Callable[[], bool] = lambda: False) -> int:
        """Learn what happened and do everything that is due; how many acts that were.

        Args:
            now: The moment.
            stop: Asked between acts.

        Raises:
            DispatchError: The database is in trouble. What was to be done then is done a little later.
        """
        done = 0
        self._notice(now)
        while not stop() and (act := self._stage.agenda.due(now)) is not None:
            try:
                act(now)
            except DispatchError:
                self._stage.agenda.add(now + _TROUBLE_PAUSE, act)
                raise
            done += 1
            if self._stage.own:
                self._notice(now)
        return done

    def _notice(self, now: datetime) -> None:
        """Read the log to its end, and plan what follows from it."""
        ledger, own = self._stage.ledger, self._stage.own
        there_may_be_more = True
        while there_may_be_more:
            rows = self._tail.more(_PAGE)
            there_may_be_more = len(rows) == _PAGE
            news = ledger.read(rows, own)
            own.difference_update(row.event.id for row in rows)
            for job in news.born:
                self._customers.plan(job, now)
            for job in news.turned.values():
                self._plan(job, now)

    def _plan(self, job: Job, now: datetime) -> None:
        if job.booking.status not in FINAL:
            self._crew.plan(job, now)
            self._office.plan(job, now)

    def _learn(self) -> None:
        """Read the whole log without acting on it."""
        ledger = self._stage.ledger
        while rows := self._tail.more(_PAGE):
            ledger.read(rows, None)
        self._stage.own.clear()

    def _found_city(self, *, with_regulars: bool) -> None:
        """Make services, providers and regular customers, as far as they are not there yet."""
        directory = self._stage.engine.views.directory()
        services = {name.casefold() for name in directory.services}
        commands: list[Command] = [one for one in self._service_commands() if one.service.casefold() not in services]
        commands += [
            CreateProvider.of(
                provider=worker.handle,
                name=worker.name,
                phone=worker.phone,
                email=worker.email,
                skills=worker.skills,
                rating=worker.rating,
                latitude=worker.place.latitude,
                longitude=worker.place.longitude,
            )
            for worker in self._workers
            if worker.handle not in directory.handles
        ]
        if with_regulars and self._requests is None:
            commands += self._customers.introductions()
        for answer in self._stage.engine.execute_all(commands, SAM) if commands else ():
            if isinstance(answer, DispatchError):
                raise answer

    def _service_commands(self) -> list[CreateService]:
        known = {trade.name: trade for trade in city.TRADES}
        found = []
        for name in self._services:
            trade = known.get(name.casefold())
            found.append(
                CreateService.of(
                    service=name,
                    description=trade.description if trade else None,
                    priority=trade.urgency if trade else Urgency.MEDIUM,
                    base_price_cents=trade.price_cents if trade else 0,
                    duration_minutes=trade.minutes if trade else 30,
                )
            )
        return found
