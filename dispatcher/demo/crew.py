"""Simulated providers: they answer offers by temper, drive, work, take breaks and go home."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo

from dispatcher.demo.ledger import Job
from dispatcher.demo.office import Office
from dispatcher.demo.roster import Worker
from dispatcher.demo.stage import Stage, seconds
from dispatcher.demo.tempers import REFUSALS, SECOND_THOUGHTS, TEMPERS, Deck, Temper, around
from domain.actors import Actor, Role
from domain.commands import Accept, Command, Complete, Depart, GoOff, GoOn, NoShow, Reject, Start, TakeBreak
from domain.lifecycle import Status
from domain.records import Absent

_STEADY = TEMPERS[1]
_NOBODY_HOME = (True, *(False,) * 14)
_HOPELESS = (True, *(False,) * 12)
_UNKNOWN_TRAVEL_S = 900
_PATIENCE_AT_DOOR = seconds(300)


class Crew:
    """Everybody who does the work."""

    def __init__(self, stage: Stage, office: Office, workers: Sequence[Worker], zone: tzinfo) -> None:
        self._stage = stage
        self._office = office
        self._workers = {worker.handle: worker for worker in workers}
        self._zone = zone
        self._nobody_home = Deck(_NOBODY_HOME, stage.random)
        self._hopeless = Deck(_HOPELESS, stage.random)

    def begin(self, moment: datetime) -> None:
        """Shifts start: who is in the middle of one comes on duty within a minute."""
        local = moment.astimezone(self._zone)
        hour = local.hour + local.minute / 60
        for worker in self._workers.values():
            if worker.shift.covers(hour):
                self._stage.at(moment + self._stage.seconds(0, 45), self._comes_on(worker))
            else:
                self._plan_next_shift(worker, moment)

    def plan(self, job: Job, now: datetime) -> None:
        """Something happened on a booking: what its provider does next."""
        handle = self._stage.ledger.handle_of(job)
        if handle is None or job.booking.held or handle in self._stage.ledger.played:
            return
        worker = self._workers.get(handle)
        temper = worker.temper if worker else _STEADY
        since = max(now, job.at)
        match job.booking.status:
            case Status.ASSIGNED:
                self._answer(job, handle, temper, since)
            case Status.ACCEPTED:
                self._set_out(job, handle, temper, since)
            case Status.EN_ROUTE:
                self._arrive(job, handle, since)
            case Status.IN_PROGRESS:
                self._work(job, handle, temper, since)
            case _:
                pass

    def _answer(self, job: Job, handle: str, temper: Temper, since: datetime) -> None:
        at = since + seconds(around(temper.answer_s, self._stage.random))
        draw = self._stage.random.random()
        if draw < temper.silent:
            return
        answer: Command = Accept(booking=job.number)
        if draw < temper.silent + temper.rejects:
            answer = Reject(booking=job.number, reason=self._stage.random.choice(REFUSALS))
        self._do_then(job, at, answer, handle)

    def _set_out(self, job: Job, handle: str, temper: Temper, since: datetime) -> None:
        draw = self._stage.random.random()
        if draw < temper.absent:
            return
        if draw < temper.absent + temper.backs_out:
            sorry = Reject(booking=job.number, reason=self._stage.random.choice(SECOND_THOUGHTS))
            self._do_then(job, since + self._stage.seconds(60, 300), sorry, handle)
            return
        at = since + self._stage.seconds(20, 120)
        if job.booking.window_start is not None:
            travel = seconds(job.booking.travel_s or _UNKNOWN_TRAVEL_S)
            at = max(at, job.booking.window_start - travel - self._stage.seconds(0, 420))
        self._stage.then(job, at, lambda now: self._depart(job, handle, now))

    def _depart(self, job: Job, handle: str, now: datetime) -> None:
        """One job at a time: a window's start is late when the job before runs over."""
        holder = job.booking.provider_id
        if holder is not None and self._stage.ledger.is_at_work(holder, but=job.number):
            self._stage.then(job, now + self._stage.seconds(90, 180), lambda later: self._depart(job, handle, later))
        else:
            self._stage.do(Depart(booking=job.number), _provider(handle))

    def _arrive(self, job: Job, handle: str, since: datetime) -> None:
        travel = (job.booking.travel_s or _UNKNOWN_TRAVEL_S) * self._stage.random.uniform(0.7, 1.15)
        arrived = since + seconds(travel)
        if self._nobody_home.draw():
            nobody = NoShow(booking=job.number, absent=Absent.CUSTOMER, reason="nobody opens the door")
            self._do_then(job, arrived + _PATIENCE_AT_DOOR, nobody, handle)
        else:
            self._do_then(job, arrived + self._stage.seconds(15, 60), Start(booking=job.number), handle)

    def _work(self, job: Job, handle: str, temper: Temper, since: datetime) -> None:
        if self._hopeless.draw():
            at = since + self._stage.seconds(180, 600)
            self._stage.then(job, at, lambda now: self._office.give_up_on_site(job, now))
            return
        minutes = job.booking.duration_minutes * temper.pace
        self._do_then(
            job, since + seconds(60 * around(minutes, self._stage.random, 0.25)), Complete(booking=job.number), handle
        )

    def _comes_on(self, worker: Worker) -> Callable[[datetime], None]:
        def comes_on(now: datetime) -> None:
            if worker.handle not in self._stage.ledger.played:
                self._stage.do(GoOn(provider=worker.handle), _provider(worker.handle))
            ends = self._shift_end(worker, now)
            rest = ends - now - timedelta(minutes=40)
            if rest > timedelta(minutes=20):
                pause = now + seconds(self._stage.random.uniform(900, rest.total_seconds()))
                self._stage.at(pause, lambda then: self._rest(worker, then))
            self._stage.at(ends + self._stage.seconds(0, 600), lambda then: self._goes_home(worker, then))
            self._plan_next_shift(worker, now)

        return comes_on

    def _rest(self, worker: Worker, now: datetime) -> None:
        if worker.handle in self._stage.ledger.played:
            return
        if not self._stage.ledger.is_idle(worker.handle):
            self._stage.at(now + self._stage.seconds(180, 420), lambda then: self._rest(worker, then))
            return
        until = now + timedelta(minutes=self._stage.random.randint(8, 20))
        self._stage.do(TakeBreak(provider=worker.handle, until=until), _provider(worker.handle))

    def _goes_home(self, worker: Worker, now: datetime) -> None:
        if worker.handle in self._stage.ledger.played:
            return
        if not self._stage.ledger.is_idle(worker.handle):
            self._stage.at(now + self._stage.seconds(120, 300), lambda then: self._goes_home(worker, then))
            return
        self._stage.do(GoOff(provider=worker.handle), _provider(worker.handle))

    def _plan_next_shift(self, worker: Worker, moment: datetime) -> None:
        local = moment.astimezone(self._zone)
        start = local.replace(hour=worker.shift.start, minute=0, second=0, microsecond=0)
        if start <= local:
            start += timedelta(days=1)
        self._stage.at(start.astimezone(moment.tzinfo) + self._stage.seconds(0, 300), self._comes_on(worker))

    def _shift_end(self, worker: Worker, moment: datetime) -> datetime:
        local = moment.astimezone(self._zone)
        start = local.replace(hour=worker.shift.start, minute=0, second=0, microsecond=0)
        if start > local:
            start -= timedelta(days=1)
        return start.astimezone(moment.tzinfo) + timedelta(hours=worker.shift.hours)

    def _do_then(self, job: Job, at: datetime, command: Command, handle: str) -> None:
        self._stage.then(job, at, lambda _: self._act(command, handle))

    def _act(self, command: Command, handle: str) -> None:
        if handle not in self._stage.ledger.played:
            self._stage.do(command, _provider(handle))


def _provider(handle: str) -> Actor:
    return Actor(Role.PROVIDER, handle)
