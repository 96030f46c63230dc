from __future__ import annotations

from collections.abc import Callable

from textual.app import App
from textual.widget import Widget

from screens.widgets.facts import Fact, FactSheet, Section

Around = Callable[..., App[None]]
Painted = Callable[[Widget], list[str]]


def booking(status: str) -> list[Section]:
    return [
        Section("Booking", [Fact("status", status), Fact("notes", "[red]leak[/]\x1b[2J under the sink")], aside="P1"),
        Section("Ladder", [Fact("", "1 → raj ✕")]),
    ]


async def test_facts_stand_in_sections_and_user_text_is_text(around: Around, painted: Painted) -> None:
    sheet = FactSheet(booking("PENDING"))
    async with around(sheet).run_test(size=(31, 8)):
        assert painted(sheet) == [
            " Booking ────────────────── P1",
            " status  PENDING",
            " notes   [red]leak[/] [2J",
            "         under the sink",
            "",
            " Ladder ──────────────────────",
            " 1 → raj ✕",
            "",
        ]


async def test_only_lines_that_changed_are_painted_again(around: Around, painted: Painted) -> None:
    sheet = FactSheet()
    async with around(sheet).run_test(size=(41, 8)):
        sheet.show(booking("PENDING"))
        before = [sheet.render_line(y) for y in range(8)]
        sheet.show(booking("ASSIGNED"))
        after = [sheet.render_line(y) for y in range(8)]
        assert [y for y in range(6) if before[y] is not after[y]] == [1]
        assert "ASSIGNED" in painted(sheet)[1]


async def test_a_shorter_sheet_leaves_nothing_behind(around: Around, painted: Painted) -> None:
    sheet = FactSheet(empty_text="No booking.")
    async with around(sheet).run_test(size=(41, 8)):
        sheet.show(booking("PENDING"))
        sheet.show([])
        assert painted(sheet) == [" No booking.", *[""] * 7]


async def test_a_very_long_value_is_wrapped_to_a_bound(around: Around) -> None:
    sheet = FactSheet([Section("Notes", [Fact("", "word " * 50_000)])])
    async with around(sheet).run_test(size=(41, 8)):
        assert sheet.line_count == 201
