"""Fixtures of the screens' tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.console_room import ROOM, Room

BOOKINGS = (
    'n heating "no [red]heat[/]" at "12 Example St" for "Ana [b]Diaz[/b]" +12025550134 p1',
    'n plumbing "leak" at "7 Sample Ave" for "Bo Larsen" +12025550135 p2',
)


@pytest.fixture
def room(tmp_path: Path, blank: Path) -> Iterator[Room]:
    """A furnished room with bookings 1 (heating, nobody asked yet) and 2 (plumbing)."""
    shutil.copyfile(blank, tmp_path / "room.db")
    made = Room(tmp_path / "room.db")
    for line in (*ROOM, *BOOKINGS):
        made.do(line)
    yield made
    made.others.close()
