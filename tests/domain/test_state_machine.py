"""Random histories through the engine, with a small model beside it that knows only what the architecture says."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import commands as c
from domain.actors import Actor
from domain.lifecycle import Action, Status
from domain.records import Absent
from tests.domain import expected
from tests.domain.world import ANA, BEN, World, customer_actor, faults, minutes, provider_actor

HANDLES = ("mira", "tom", "zoe")
SKILLS = {"mira": {"plumbing"}, "tom": {"plumbing", "locks"}, "zoe": {"locks"}}
DURATION = {"plumbing": 60, "locks": 30}


@dataclass
class Job:
    """A booking as the model knows it."""

    service: str
    customer: int
    window: tuple[datetime, datetime] | None
    status: str = "PENDING"
    provider: str | None = None
    assigned_at: datetime | None = None
    forced: bool = False
    held: bool = False
    version: int = 1

    def takes(self) -> tuple[datetime, datetime]:
        """From when and until when it takes its provider's time, as planned."""
        assert self.assigned_at is not None
        return self.window or (self.assigned_at, self.assigned_at + minutes(DURATION[self.service]))


class Dispatching(RuleBasedStateMachine):
    """Bookings, providers and people doing all kinds of things in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.world = World.open(Path(folder) / "room.db")
        self.stack.callback(self.world.close)
        self.jobs: dict[int, Job] = {}
        self.on: dict[str, bool] = {}

    def teardown(self) -> None:
        with self.stack:
            assert [str(fault) for fault in self.world.engine.faults(lambda _: None)] == []

    @initialize()
    def opens(self) -> None:
        for name, length in DURATION.items():
            self.world.service(name, duration_minutes=length)
        for handle in HANDLES:
            self.world.provider(handle, *sorted(SKILLS[handle]))
            self.on[handle] = True
        for name in ("Cleo Sample", "Dan Sample"):
            self.world.customer(name)

    # What the model knows of the rules.

    def theirs(self, handle: str, but: int | None = None) -> list[Job]:
        return [
            job
            for number, job in self.jobs.items()
            if job.provider == handle and job.status in expected.ACTIVE and number != but
        ]

    def free(self, handle: str, number: int) -> bool:
        wanted, now = self.jobs[number], self.world.now
        others = self.theirs(handle, number)
        if wanted.window:
            return not any(start < wanted.window[1] and wanted.window[0] < end for start, end in map(Job.takes, others))
        for job in others:
            start, end = job.takes()
            if job.window is None or job.status in {"EN_ROUTE", "IN_PROGRESS"}:
                return False
            if start < now + minutes(DURATION[wanted.service]) and now < end:
                return False
        return True

    def at_work_elsewhere(self, handle: str, number: int) -> bool:
        return any(job.status in {"EN_ROUTE", "IN_PROGRESS"} for job in self.theirs(handle, number))

    def follow(self) -> None:
        """Take over what the newest events say, after holding each against the table."""
        for number, job in self.jobs.items():
            for event in self.world.log(number)[job.version :]:
                edge = (str(event.action), event.from_status, event.to_status, str(event.role))
                assert edge in expected.edges("booking"), edge
                assert event.from_status == job.status
                assert event.version == job.version + 1
                job.status, job.version = event.to_status, event.version
                if "provider_id" in event.changes:
                    chosen = event.changes["provider_id"][1]
                    job.provider = None if chosen is None else HANDLES[chosen - 1]
                if job.status not in (*expected.ACTIVE, "COMPLETED"):
                    assert job.provider is None
            row = self.world.get(number)
            job.assigned_at, job.forced, job.held = row.assigned_at, row.forced, row.held
            job.window = (row.window_start, row.window_end) if row.window_start and row.window_end else None

    def act(self, number: int, command: c.Command, actor: Actor, *, may: bool | None = None) -> bool:
        """Carry a command out; where the table forbids it, or `may` knows the answer, hold the engine to that."""
        job = self.jobs[number]
        lawful = expected.may(str(command.action), job.status, actor.role)
        if actor.role == "customer":
            lawful = lawful and actor.customer_id == job.customer
        if actor.role == "provider" and command.action is not Action.UNDO:
            lawful = lawful and actor.id == job.provider
        before = self.world.get(number)
        refusal = self.world.try_to(command, actor)
        if refusal is not None:
            assert refusal.code in {400, 403, 404, 409}
            assert not (lawful and may is True), f"refused: {refusal}"
            assert self.world.get(number) == before
            return False
        assert lawful, f"{actor} did {command.action} while {job.status}"
        assert may is not False, f"{command} was accepted"
        self.follow()
        return True

    # What happens.

    def some(self, data: st.DataObject, *statuses: str) -> int:
        """A booking, more often than not one in which something can be done."""
        fitting = [number for number, job in self.jobs.items() if not statuses or job.status in statuses]
        return data.draw(st.sampled_from(sorted(fitting or self.jobs)))

    @rule(
        service=st.sampled_from(sorted(DURATION)),
        customer=st.sampled_from([1, 2]),
        window=st.none() | st.tuples(st.integers(1, 300), st.integers(15, 120)),
    )
    def books(self, service: str, customer: int, window: tuple[int, int] | None) -> None:
        times = self.world.window(window[0], window[0] + window[1]) if window else {}
        number = self.world.booking(customer_actor(customer), service=service, **times)
        assert number == len(self.jobs) + 1
        agreed = (times["window_start"], times["window_end"]) if times else None
        self.jobs[number] = Job(service, customer, agreed)
        self.follow()

    @rule(data=st.data(), handle=st.sampled_from(HANDLES))
    @precondition(lambda self: self.jobs)
    def is_assigned(self, data: st.DataObject, handle: str) -> None:
        number = self.some(data, *expected.UNASSIGNED)
        may = self.on[handle] and self.jobs[number].service in SKILLS[handle] and self.free(handle, number)
        if self.act(number, c.Assign.of(booking=number, provider=handle), ANA, may=may):
            assert self.jobs[number].provider == handle
            assert not self.jobs[number].held

    @rule(data=st.data())
    @precondition(lambda self: self.jobs)
    def is_given_to_the_best(self, data: st.DataObject) -> None:
        number = self.some(data, *expected.UNASSIGNED)
        excluded = {HANDLES[one - 1] for one in self.world.get(number).excluded}
        could = {
            handle
            for handle in HANDLES
            if self.on[handle]
            and self.jobs[number].service in SKILLS[handle]
            and handle not in excluded
            and self.free(handle, number)
        }
        if self.act(number, c.Assign.of(booking=number), ANA, may=bool(could)):
            assert self.jobs[number].provider in could

    @rule(data=st.data(), handle=st.sampled_from(HANDLES))
    @precondition(lambda self: self.jobs)
    def is_forced(self, data: st.DataObject, handle: str) -> None:
        number = self.some(data)
        had = self.jobs[number].provider
        if self.act(
            number, c.ForceAssign.of(booking=number, provider=handle, reason="closest"), ANA, may=handle != had
        ):
            assert (self.jobs[number].provider, self.jobs[number].forced) == (handle, True)
            assert self.world.last(number).details.get("taken_from") == had

    @rule(data=st.data(), what=st.sampled_from([c.Accept, c.Depart, c.Start, c.Complete, c.Reject]), own=st.booleans())
    @precondition(lambda self: self.jobs)
    def is_answered(self, data: st.DataObject, what: type[c.BookingCommand], own: bool) -> None:
        number = self.some(data, *expected.ACTIVE)
        job = self.jobs[number]
        handle = job.provider if own and job.provider else data.draw(st.sampled_from(HANDLES))
        command = what.of(booking=number, **({"reason": "too far"} if what is c.Reject else {}))
        may = True
        if what in {c.Depart, c.Start} and not job.forced and self.at_work_elsewhere(handle, number):
            may = False
        self.act(number, command, provider_actor(handle), may=may)

    @rule(data=st.data(), absent=st.sampled_from(list(Absent)), by_admin=st.booleans())
    @precondition(lambda self: self.jobs)
    def is_missed(self, data: st.DataObject, absent: Absent, by_admin: bool) -> None:
        number = self.some(data, *expected.ACTIVE)
        actor = ANA if by_admin else provider_actor(self.jobs[number].provider or "mira")
        self.act(number, c.NoShow.of(booking=number, absent=absent), actor, may=by_admin or absent is Absent.CUSTOMER)

    @rule(data=st.data(), what=st.sampled_from([c.ForceCancel, c.MarkFailed, c.Release, c.Hold, c.Retry, c.Resume]))
    @precondition(lambda self: self.jobs)
    def is_decided_upon(self, data: st.DataObject, what: type[c.BookingCommand]) -> None:
        number = self.some(data)
        reason = {} if what is c.Resume else {"reason": "as agreed"}
        may: bool | None = True
        if what is c.Resume:
            may = self.jobs[number].held
        if what is c.Retry:
            may = not self.ever_cancelled(number)
        self.act(number, what.of(booking=number, **reason), ANA, may=may)

    def ever_cancelled(self, number: int) -> bool:
        """CANCELLED, and since then nothing but FAILED: told from the log."""
        cancelled = False
        for event in self.world.log(number):
            if event.to_status == "CANCELLED":
                cancelled = True
            elif event.to_status != "FAILED":
                cancelled = False
            elif event.action is Action.UNDO:
                return self.world.get(number).was_cancelled
        return cancelled

    @rule(data=st.data(), customer=st.sampled_from([1, 2]))
    @precondition(lambda self: self.jobs)
    def is_cancelled(self, data: st.DataObject, customer: int) -> None:
        number = self.some(data)
        self.act(number, c.Cancel.of(booking=number), customer_actor(customer), may=True)

    @rule(data=st.data(), to=st.sampled_from(list(Status)), handle=st.none() | st.sampled_from(HANDLES))
    @precondition(lambda self: self.jobs)
    def is_overridden(self, data: st.DataObject, to: Status, handle: str | None) -> None:
        number = self.some(data)
        job = self.jobs[number]
        wants = to in (*expected.ACTIVE, "COMPLETED")
        may = to != job.status and (bool(handle or job.provider) if wants else handle is None)
        self.act(number, c.Override.of(booking=number, to=to, provider=handle, reason="by phone"), ANA, may=may)

    @rule(data=st.data(), start=st.integers(1, 300), length=st.integers(15, 120), on_demand=st.booleans())
    @precondition(lambda self: self.jobs)
    def is_moved(self, data: st.DataObject, start: int, length: int, on_demand: bool) -> None:
        number = self.some(data, *expected.OPEN)
        job = self.jobs[number]
        times = {} if on_demand else self.world.window(start, start + length)
        was = job.window
        job.window = (times["window_start"], times["window_end"]) if times else None
        may = job.provider is None or job.forced or self.free(job.provider, number)
        job.window = was
        self.act(number, c.Reschedule.of(booking=number, **times), ANA, may=may)

    @rule(data=st.data(), priority=st.integers(1, 4))
    @precondition(lambda self: self.jobs)
    def is_prioritised(self, data: st.DataObject, priority: int) -> None:
        number = self.some(data)
        may = self.world.get(number).priority != priority
        self.act(number, c.Prioritise.of(booking=number, priority=priority), ANA, may=may)

    @rule(data=st.data(), what=st.sampled_from(["note", "ack", "edit"]))
    @precondition(lambda self: self.jobs)
    def is_annotated(self, data: st.DataObject, what: str) -> None:
        number = self.some(data)
        row = self.world.get(number)
        address = f"{row.version} Example St"
        command = {
            "note": c.Note.of(booking=number, text="gate code 12"),
            "ack": c.Ack.of(booking=number),
            "edit": c.EditBooking.of(booking=number, address=address),
        }[what]
        self.act(number, command, BEN, may={"note": True, "ack": not row.acked, "edit": row.address != address}[what])

    @rule(data=st.data(), back=st.integers(1, 3))
    @precondition(lambda self: self.jobs)
    def is_undone(self, data: st.DataObject, back: int) -> None:
        number = self.some(data)
        log = self.world.log(number)
        event = log[-min(back, len(log))]
        blocked = [
            later.id for later in log if later.id > event.id and later.action not in {Action.ATTEMPT, Action.NOTE}
        ]
        may = False if blocked or event.version == 1 or event.action is Action.ATTEMPT else None
        self.act(number, c.Undo.of(event=event.id, reason="by mistake"), BEN, may=may)

    @rule(handle=st.sampled_from(HANDLES), on=st.booleans())
    def changes_duty(self, handle: str, on: bool) -> None:
        refusal = self.world.try_to(c.GoOn.of(provider=handle) if on else c.GoOff.of(provider=handle))
        assert (refusal is None) == (on != self.on[handle])
        self.on[handle] = on

    @rule(passed=st.sampled_from([0, 0.5, 2, 10, 60, 301, 1800, 7300]))
    def time_passes(self, passed: float) -> None:
        self.world.tick(passed)
        self.follow()
        assert self.world.due.run() == 0

    # What holds at all times.

    @invariant()
    def the_model_and_the_rows_agree(self) -> None:
        for number, job in self.jobs.items():
            row = self.world.get(number)
            assert (row.status, self.world.holder(number), row.version) == (job.status, job.provider, job.version)

    @invariant()
    def the_database_is_sound(self) -> None:
        assert faults(self.world) == []

    @invariant()
    def nobody_on_the_queue_is_closed(self) -> None:
        if self.on:
            queue, count = self.world.engine.views.attention()
            assert len(queue) == count
            assert all(self.jobs[entry.row.booking.id].status in expected.OPEN for entry in queue)


TestRandomHistories = Dispatching.TestCase
TestRandomHistories.settings = settings(
    settings.default, max_examples=max(12, settings().max_examples // 4), stateful_step_count=30
)
