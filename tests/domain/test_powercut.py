"""The power is cut while the store writes: whatever the disk kept, every acknowledged commit is there, and no half."""

from pathlib import Path

from tests.domain.outage import losses


def test_no_cut_of_the_power_loses_an_acknowledged_commit_or_leaves_a_half(tmp_path: Path) -> None:
    found = losses(tmp_path, synchronous="FULL", cuts=150, deep=30)
    assert found.wrong == []
    assert (found.cuts, found.lost) == (150, 0)


def test_the_same_cuts_do_lose_commits_where_sqlite_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    """Did they not, the harness would cut too softly to prove anything."""
    found = losses(tmp_path, synchronous="NORMAL", cuts=60, deep=30)
    assert found.lost > 10
    assert found.wrong == [], "what is lost is lost in whole transactions"
