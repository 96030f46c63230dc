"""Simulated customers: they book, by themselves or by phone, and now and then think better of it."""

from datetime import datetime

from dispatcher.demo import city
from dispatcher.demo.arrivals import Arrival, Arrivals
from dispatcher.demo.ledger import Job
from dispatcher.demo.stage import SAM, Stage
from dispatcher.demo.tempers import Deck
from domain.actors import Actor, Role
from domain.commands import Cancel, CreateBooking, CreateCustomer
from domain.intake.rows import resident_of
from domain.lifecycle import FINAL, Status

REGULARS = 60
_FIRST_PHONE = 100
"""Numbers below belong to the providers."""

_CHANGES_OF_MIND = ("found somebody else", "the neighbour fixed it", "will call again next week", "booked twice")
_CALLS_OFF = (True, *(False,) * 11)


class Customers:
    """Everybody who books."""

    def __init__(self, stage: Stage, arrivals: Arrivals) -> None:
        self._stage = stage
        self._arrivals = arrivals
        self._calls_off = Deck(_CALLS_OFF, stage.random)
        self._callers = 0

    def introductions(self) -> list[CreateCustomer]:
        """The commands that make the regular customers known."""
        random = self._stage.random
        found = []
        for index in range(REGULARS):
            name = city.person(random)
            found.append(
                CreateCustomer.of(
                    name=name,
                    phone=city.phone(_FIRST_PHONE + index),
                    email=f"{name.lower().replace(' ', '.')}.{index + 1}@example.org",
                    address=city.door(random).address,
                )
            )
        return found

    def begin(self, moment: datetime) -> None:
        """From now on requests come in."""
        self._expect_next(moment)

    def plan(self, job: Job, now: datetime) -> None:
        """A booking was made: will they call it off? Decided once for each."""
        if not self._calls_off.draw():
            return
        customer = Actor(Role.CUSTOMER, str(job.booking.customer_id))
        reason = self._stage.random.choice(_CHANGES_OF_MIND)

        def call_off(_: datetime) -> None:
            if job.booking.status not in FINAL | {Status.IN_PROGRESS}:
                self._stage.do(Cancel(booking=job.number, reason=reason), customer)

        self._stage.at(max(now, job.at) + self._stage.seconds(90, 720), call_off)

    def _expect_next(self, moment: datetime) -> None:
        arrival = self._arrivals.next_after(moment)
        if arrival is not None:
            self._stage.at(arrival.at, lambda now: self._arrive(arrival, now))

    def _arrive(self, arrival: Arrival, now: datetime) -> None:
        self._expect_next(arrival.at)
        known = self._stage.ledger.customers
        if arrival.command.external_key is not None:
            self._take_down(arrival.command)
        elif arrival.regular and known:
            number = self._stage.random.choice(list(known.values()))
            self._stage.do(arrival.command, Actor(Role.CUSTOMER, str(number)))
        else:
            self._phone_in(arrival.command)

    def _phone_in(self, command: CreateBooking) -> None:
        """Somebody calls; the simulated dispatcher takes it down."""
        phone = city.phone(_FIRST_PHONE + REGULARS + self._callers)
        self._callers += 1
        update = {"customer_name": city.person(self._stage.random), "phone": phone}
        self._stage.do(command.model_copy(update=update), SAM)

    def _take_down(self, command: CreateBooking) -> None:
        """A request of the file: one customer per address, as in an import."""
        address = command.address or ""
        there = self._stage.ledger.customers.get(address)
        update = {"customer": there} if there else {"customer_name": resident_of(address)}
        self._stage.do(command.model_copy(update=update), SAM)
