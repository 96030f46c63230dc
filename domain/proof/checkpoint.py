"""Checkpoints: what the whole log came to at a moment, so that cutting or rewriting what is older shows. Pure.

The hash chain of each subject shows a careless change. Somebody who hashes everything anew is found by a checkpoint,
and somebody who makes the checkpoints anew too by one that was written outside the database. Anything may import it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from domain.clock import iso, whole_ms
from domain.errors import InvalidInput
from domain.proof.chain import START, digest

EVERY: Final = timedelta(hours=1)
EVERY_EVENTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log came to.

    Attributes:
        number: Its place among the database's checkpoints, from 1.
        events: How many events it covers: the first ones, in the log's order.
        last_event: The number of the last of them.
        digest: What they come to (`domain.proof.chain.digest`).
    """

    number: int
    at: datetime
    events: int
    last_event: int
    digest: str

    def as_data(self, database: str) -> dict[str, Any]:
        """Its written form, with what the database is called."""
        return {
            "checkpoint": self.number,
            "database": database,
            "at": iso(self.at),
            "events": self.events,
            "last_event": self.last_event,
            "digest": self.digest,
        }

    def as_line(self, database: str) -> str:
        """One line of a file outside the database."""
        return json.dumps(self.as_data(database), ensure_ascii=False) + "\n"


def is_due(last: Checkpoint | None, newest_event: int, now: datetime) -> bool:
    """Whether another one should be taken: there are new events, and they are many or the last one is old."""
    if last is None:
        return newest_event > 0
    since = newest_event - last.last_event
    return since > 0 and (since >= EVERY_EVENTS or now - last.at >= EVERY or now < last.at)


def written(text: str, name: str) -> list[Checkpoint]:
    """The checkpoints of a file that they were appended to, one JSON object a line.

    Raises:
        InvalidInput: A line is none; the sentence names it.
    """
    found = []
    for place, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            events, last, number = int(data["events"]), int(data["last_event"]), int(data["checkpoint"])
            at = whole_ms(datetime.fromisoformat(data["at"]))
            found.append(Checkpoint(number, at, events, last, str(data["digest"])))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            raise InvalidInput(
                f"{name}, line {place}: is no checkpoint; if it was cut off while it was written, remove that line",
                line=place,
            ) from None
    return found


class Held:
    """Holds checkpoints against a log that is told event by event.

    Args:
        kept: Those of the database itself, by number.
        outside: Those that were written outside it.
    """

    def __init__(self, kept: Sequence[Checkpoint], outside: Sequence[Checkpoint] = ()) -> None:
        self._kept, self._outside = kept, outside
        self._due: dict[int, list[Checkpoint]] = defaultdict(list)
        for one in (*kept, *outside):
            self._due[one.events].append(one)
        self._fits: dict[Checkpoint, bool] = {}
        self._events, self._last, self._digest = 0, 0, START

    def take(self, number: int, sealed: str) -> None:
        """The log's next event: its number and its hash."""
        self._events += 1
        self._last = number
        self._digest = digest(self._digest, (sealed,))
        if self._events in self._due:
            for one in self._due[self._events]:
                self._fits[one] = (one.digest, one.last_event) == (self._digest, number)

    def misfits(self) -> Iterator[tuple[int, str]]:
        """What is wrong, once the log has ended: a checkpoint's number, and a sentence."""
        for place, one in enumerate(self._kept, 1):
            if one.number != place:
                yield place, f"is gone from the database, where {one.number} follows {place - 1}"
                break
        # What stands outside is believed before what stands in the database.
        yield from self._unlike("in the database", self._kept, (*self._kept, *self._outside))
        yield from self._unlike("written outside", self._outside, self._outside)
        known = {one.number: one for one in self._kept}
        for one in self._outside:
            mine = known.get(one.number)
            if mine is None:
                yield one.number, f"was written outside at {iso(one.at)}, but is gone from the database"
            elif mine != one:
                yield one.number, f"is another one in the database than was written outside at {iso(one.at)}"

    def _unlike(
        self, where: str, several: Sequence[Checkpoint], believed: Sequence[Checkpoint]
    ) -> Iterator[tuple[int, str]]:
        """Each that does not fit though the log fits a later one, and the first of those after which none does."""
        last_fit = max((one.events for one in believed if self._fits.get(one)), default=0)
        since = 0
        for one in sorted(several, key=lambda one: one.events):
            if self._fits.get(one):
                since = one.last_event
            elif one not in self._fits:
                yield one.number, self._cut(where, one)
                return
            elif one.events <= last_fit:
                yield one.number, f"({where}) was changed: the log fits later ones"
            else:
                then = f"({where}, {iso(one.at)}) does not fit"
                what = f"between event {since} and event {one.last_event} the log is not what it was then"
                yield one.number, f"{then}: {what}"
                return

    def _cut(self, where: str, one: Checkpoint) -> str:
        then = f"({where}, {iso(one.at)}) covers {one.events:,} events up to event {one.last_event}"
        return f"{then}, but the log has {self._events:,} and ends with {self._last}: events are gone"
