"""The history checker finds what it is for: each anomaly, planted alone into a run that is sound."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.domain.checker import Asked, anomalies, ladder_faults

SOUND = [
    Asked("one", 10, 20, event=1),
    Asked("two", 15, 40, event=2),
    Asked("three", 30, 50, event=3),
    Asked("four", 41, 45, refused="ProviderBusy"),
    Asked("five", 60),
]


def an_event(number: int, booking: int, version: int, line: str | None = None, **changes: Any) -> dict[str, Any]:
    changed = json.dumps({name: [None, after] for name, after in changes.items()})
    return {
        "id": number, "subject": "booking", "subject_id": booking, "version": version, "line": line,
        "changes": changed, "action": "edit", "at": 1000 * number,
    }  # fmt: skip


LOG = [an_event(1, 7, 1, "one"), an_event(2, 8, 1, "two"), an_event(3, 7, 2, "three")]


def test_a_sound_run_has_no_anomalies_whether_or_not_what_was_not_answered_came_to_be() -> None:
    assert anomalies(SOUND, LOG) == []
    assert anomalies(SOUND, [*LOG, an_event(4, 7, 3, "five")]) == []


@pytest.mark.parametrize(
    ("history", "log", "saying"),
    [
        (SOUND, LOG[:2], "three was acknowledged as 3, but the log has it as []"),
        (SOUND, [*LOG, an_event(4, 8, 2, "two")], "two was acknowledged as 2, but the log has it as [2, 4]"),
        (SOUND, [*LOG, an_event(4, 8, 2, "four")], "four was refused (ProviderBusy), but the log has it as [4]"),
        (SOUND, [*LOG, an_event(4, 8, 2, "five"), an_event(5, 8, 3, "five")], "five was asked once"),
        (SOUND, [*LOG[:2], an_event(3, 7, 3, "three")], "event 3: version 3 of ('booking', 7) where 2 was next"),
        (SOUND, [*LOG, an_event(4, 7, 2)], "event 4: version 2 of ('booking', 7) where 3 was next"),
        (
            [replace(SOUND[0], event=3), SOUND[1], replace(SOUND[2], event=1)],
            [an_event(1, 7, 1, "three"), LOG[1], an_event(3, 7, 2, "one")],
            "three is event 1, but was asked after one was acknowledged as 3",
        ),
    ],
)
def test_an_anomaly_is_found(history: list[Asked], log: list[dict[str, Any]], saying: str) -> None:
    (found,) = anomalies(history, log)
    assert saying in found


def test_what_ran_at_the_same_time_may_be_in_any_order() -> None:
    history = [Asked("one", 10, 30, event=2), Asked("two", 20, 25, event=1)]
    assert anomalies(history, [an_event(1, 7, 1, "two"), an_event(2, 7, 2, "one")]) == []


def held(number: int, booking: int, version: int, **more: Any) -> dict[str, Any]:
    return an_event(number, booking, version, **{"status": "ASSIGNED", "provider_id": 1, "forced": 0, **more})


def a_window(start: int, end: int) -> dict[str, int]:
    return {"window_start": start, "window_end": end}


@pytest.mark.parametrize(
    ("log", "clashes"),
    [
        ([held(1, 1, 1), held(2, 2, 1)], 1),
        ([held(1, 1, 1), held(2, 2, 1, forced=1)], 0),
        ([held(1, 1, 1), held(2, 2, 1, provider_id=2)], 0),
        ([held(1, 1, 1), an_event(2, 1, 2, status="PENDING", provider_id=None), held(3, 2, 1)], 0),
        ([held(1, 1, 1), held(2, 2, 1), an_event(3, 1, 2, status="PENDING", provider_id=None)], 1),
        ([held(1, 1, 1, **a_window(10, 20)), held(2, 2, 1, **a_window(19, 30))], 1),
        ([held(1, 1, 1, **a_window(10, 20)), held(2, 2, 1, **a_window(20, 30))], 0),
        ([held(1, 1, 1, **a_window(10, 20)), held(2, 2, 1)], 0),
        ([held(1, 1, 1, status="EN_ROUTE", **a_window(10, 20)), held(2, 2, 1, status="EN_ROUTE")], 1),
    ],
)
def test_two_jobs_at_once_are_found_at_any_prefix(log: list[dict[str, Any]], clashes: int) -> None:
    assert len(anomalies([], log)) == clashes


@pytest.mark.parametrize(
    ("made", "faults"),
    [([1, 2, 3, 4], 0), ([1, 2, 2], 1), ([1, 3], 1), ([1, 2, 0, 1, 2], 0)],
    ids=["sound", "doubled", "lost", "a new ladder"],
)
def test_a_lost_or_doubled_attempt_is_found(made: list[int], faults: int) -> None:
    log = [an_event(10 * place, 1, place, attempt=n) for place, n in enumerate(made, 1)]
    assert len(list(ladder_faults(log))) == faults


def test_an_attempt_that_comes_too_soon_is_found() -> None:
    log = [an_event(1, 1, 1, attempt=1), an_event(2, 1, 2, attempt=2)]
    assert "1000 ms" in next(ladder_faults(log))
