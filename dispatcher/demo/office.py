"""The simulated dispatcher, `admin:sam`: clears up some of what goes wrong, and leaves the rest to the person."""

from datetime import datetime, timedelta

from dispatcher.demo.ledger import Job
from dispatcher.demo.stage import SAM, Stage, seconds
from dispatcher.demo.tempers import HOPELESS
from domain.commands import Command, MarkFailed, NoShow, Release, Retry
from domain.lifecycle import Status
from domain.policy import Policy
from domain.records import Absent


class Office:
    """What sam does."""

    IMPATIENT = 0.5
    """Share of unanswered offers that sam releases before they lapse."""
    GIVES_UP = 0.3
    """Share of parked bookings that sam marks failed after a while."""

    def __init__(self, stage: Stage, policy: Policy) -> None:
        self._stage = stage
        self._policy = policy

    def plan(self, job: Job, now: datetime) -> None:
        """Something happened on a booking: when to look at it again."""
        booking = job.booking
        if booking.held:
            return
        since = max(now, job.at)
        if booking.status is Status.ASSIGNED:
            self._chase(job, since)
        elif booking.status is Status.ACCEPTED:
            leaves = max(since, booking.promised_at - seconds(booking.travel_s or 0)) if booking.window_start else since
            self._stage.then(job, leaves + self._stage.seconds(600, 960), lambda _: self._where_are_they(job))
        elif booking.status is Status.NO_SHOW and booking.absent is Absent.CUSTOMER:
            self._call_customer(job, since)
        elif booking.parked_at is not None and self._stage.chance(self.GIVES_UP):
            reason = "nobody with the skill today"
            self._stage.then(job, since + self._stage.seconds(900, 2400), lambda _: self._fail(job, reason))

    def give_up_on_site(self, job: Job, now: datetime) -> None:
        """The provider says it cannot be done."""
        self._fail(job, self._stage.random.choice(HOPELESS))

    def _chase(self, job: Job, since: datetime) -> None:
        """Offers that nobody answers: released a little before they would lapse, or where nothing lapses."""
        until = job.booking.offer_until
        if until is None:
            at = since + self._stage.seconds(360, 600)
        elif self._stage.chance(self.IMPATIENT):
            at = max(since, until - self._stage.seconds(10, 60))
        else:
            return
        self._do_then(job, at, Release(booking=job.number, reason="no answer"))

    def _where_are_they(self, job: Job) -> None:
        booking = job.booking
        if booking.provider_id is not None and self._stage.ledger.is_at_work(booking.provider_id, but=job.number):
            later = self._stage.engine.clock.now() + timedelta(minutes=5)
            self._stage.then(job, later, lambda _: self._where_are_they(job))
            return
        self._stage.do(NoShow(booking=job.number, absent=Absent.PROVIDER, reason="did not set out, phone is off"), SAM)

    def _call_customer(self, job: Job, since: datetime) -> None:
        """Two of three are reached and want it again; the others are marked failed much later."""
        if self._stage.chance(0.67):
            again = Retry(booking=job.number, reason="customer is at home now")
            self._do_then(job, since + self._stage.seconds(180, 600), again)
        else:
            gone = MarkFailed(booking=job.number, reason="customer cannot be reached")
            self._do_then(job, since + self._stage.seconds(1800, 3000), gone)

    def _fail(self, job: Job, reason: str) -> None:
        self._stage.do(MarkFailed(booking=job.number, reason=reason), SAM)

    def _do_then(self, job: Job, at: datetime, command: Command) -> None:
        self._stage.then(job, at, lambda _: self._done(command))

    def _done(self, command: Command) -> None:
        self._stage.do(command, SAM)
