"""Was a concurrent run one that could have been? Holds what its clients saw against the log. Pure.

It trusts neither the engine nor its auditor: the log comes in as plain rows, and what clients asked and were answered
as they noted it themselves.
"""

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]

_ACTIVE = frozenset({"ASSIGNED", "ACCEPTED", "EN_ROUTE", "IN_PROGRESS"})
_AT_WORK = frozenset({"EN_ROUTE", "IN_PROGRESS"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One command as its client saw it.

    Attributes:
        mark: What the client wrote as the command's line: no two commands have the same.
        began: When it was asked, in nanoseconds of a clock that all clients share.
        ended: When the answer was there; None when none ever came.
        event: The number of the event that was acknowledged; None when it was refused or not answered.
        refused: The kind of refusal.
    """

    mark: str
    began: int
    ended: int | None = None
    event: int | None = None
    refused: str | None = None


def anomalies(history: Sequence[Asked], log: Sequence[Row]) -> list[str]:
    """Everything in a run that cannot have come about in a sound database.

    Args:
        history: What the clients saw.
        log: The events by number, with at least `id`, `subject`, `subject_id`, `version`, `line` and `changes`.
    """
    return [*_gaps(log), *_answers(history, log), *_order(history), *double_jobs(log)]


def _gaps(log: Iterable[Row]) -> Iterator[str]:
    """Versions of each subject are 1, 2, 3 and so on, in the log's order."""
    versions: Counter[tuple[str, int]] = Counter()
    for row in log:
        subject = (row["subject"], row["subject_id"])
        versions[subject] += 1
        if row["version"] != versions[subject]:
            yield f"event {row['id']}: version {row['version']} of {subject} where {versions[subject]} was next"
            versions[subject] = row["version"]


def _answers(history: Iterable[Asked], log: Iterable[Row]) -> Iterator[str]:
    """What was acknowledged is there once, what was refused is not, and what was not answered at most once."""
    written: dict[str, list[int]] = defaultdict(list)
    for row in log:
        if row["line"] is not None:
            written[row["line"]].append(row["id"])
    for asked in history:
        found = written.get(asked.mark, [])
        if asked.event is not None and found != [asked.event]:
            yield f"{asked.mark} was acknowledged as {asked.event}, but the log has it as {found}"
        if asked.refused is not None and found:
            yield f"{asked.mark} was refused ({asked.refused}), but the log has it as {found}"
        if len(found) > 1 and asked.event is None:
            yield f"{asked.mark} was asked once, but the log has it as {found}"


def _order(history: Iterable[Asked]) -> Iterator[str]:
    """What was acknowledged before something else was asked for has the smaller place in the log."""
    ending: list[tuple[int, int, str]] = []
    newest = (0, "")
    for asked in sorted((one for one in history if one.event is not None), key=lambda one: one.began):
        while ending and ending[0][0] < asked.began:
            _, event, mark = heapq.heappop(ending)
            newest = max(newest, (event, mark))
        assert asked.event is not None
        assert asked.ended is not None
        if asked.event < newest[0]:
            event, mark = newest
            yield f"{asked.mark} is event {asked.event}, but was asked after {mark} was acknowledged as {event}"
        heapq.heappush(ending, (asked.ended, asked.event, asked.mark))


@dataclass(slots=True)
class _Job:
    status: str = ""
    provider_id: int | None = None
    forced: int = 0
    window_start: int | None = None
    window_end: int | None = None

    def clashes(self, other: "_Job") -> bool:
        if self.status in _AT_WORK and other.status in _AT_WORK:
            return True
        if self.window_start is None or other.window_start is None:
            return self.window_start is other.window_start
        assert self.window_end is not None
        assert other.window_end is not None
        return self.window_start < other.window_end and other.window_start < self.window_end


@dataclass(slots=True)
class _Jobs:
    all: dict[int, _Job] = field(default_factory=lambda: defaultdict(_Job))
    active: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def double_jobs(log: Iterable[Row]) -> Iterator[str]:
    """At every prefix of the log, nobody has two jobs at once, forced ones aside."""
    jobs = _Jobs()
    for row in log:
        if row["subject"] != "booking":
            continue
        number = row["subject_id"]
        job = jobs.all[number]
        if job.provider_id is not None:
            jobs.active[job.provider_id].discard(number)
        for name, (_, after) in json.loads(row["changes"]).items():
            if name in _Job.__slots__:
                setattr(job, name, after)
        if job.provider_id is None or job.forced or job.status not in _ACTIVE:
            continue
        for other in jobs.active[job.provider_id]:
            if job.clashes(jobs.all[other]):
                yield f"event {row['id']}: provider {job.provider_id} has {number} and {other} at once"
        jobs.active[job.provider_id].add(number)


def ladder_faults(log: Iterable[Row]) -> Iterator[str]:
    """No attempt is lost or made twice: those of a ladder are the 1st, 2nd, 3rd, each no sooner than its wait.

    Args:
        log: The events by number, with `at`, `action` and `details` too. The waits are the built-in ones.
    """
    waits_ms = (0, 2_000, 4_000, 8_000)
    last: dict[int, tuple[int, int]] = {}
    for row in log:
        if row["subject"] != "booking":
            continue
        number, changes = row["subject_id"], json.loads(row["changes"])
        count, at = last.get(number, (0, 0))
        if "attempt" not in changes or row["action"] == "create":
            continue
        _, made = changes["attempt"]
        if made == 0:
            last[number] = (0, row["at"])
        elif made != count + 1 and not (made == 1 and count == len(waits_ms)):
            yield f"event {row['id']}: attempt {made} of booking {number} follows attempt {count}"
        elif made > 1 and row["at"] - at < waits_ms[made - 1]:
            yield f"event {row['id']}: attempt {made} of booking {number} came {row['at'] - at} ms after the one before"
        last[number] = (made, row["at"])
