from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from screens.widgets.columns import Column, lay_out

COLUMNS = st.lists(
    st.builds(
        Column,
        key=st.just("k"),
        width=st.none() | st.integers(1, 20),
        weight=st.integers(1, 5),
        min_width=st.integers(1, 12),
        max_width=st.none() | st.integers(12, 30),
        priority=st.integers(1, 5),
        min_terminal_width=st.sampled_from([0, 80, 120]),
    ),
    min_size=1,
    max_size=10,
)


@given(COLUMNS, st.integers(0, 250))
def test_columns_never_overlap_and_never_leave_the_table(columns: list[Column], available: int) -> None:
    placed = lay_out(columns, available, available)
    for left, right in pairwise(placed):
        assert left.x + left.width + 2 <= right.x
    assert all(place.x + place.width <= available for place in placed)


def test_the_least_important_column_folds_first() -> None:
    columns = [Column("id", width=5), Column("phone", width=10, priority=3), Column("name", min_width=8, priority=2)]
    shown = {width: [p.column.key for p in lay_out(columns, width, width)] for width in (27, 26, 14, 5)}
    assert shown == {27: ["id", "phone", "name"], 26: ["id", "name"], 14: ["id"], 5: ["id"]}


def test_a_column_for_wide_terminals_is_not_there_on_a_narrow_one() -> None:
    columns = [Column("id", width=5), Column("x", width=3, min_terminal_width=100)]
    assert len(lay_out(columns, 60, 99)) == 1
    assert len(lay_out(columns, 60, 100)) == 2


def test_flexible_columns_share_what_is_left_by_weight() -> None:
    columns = [Column("a", weight=3, min_width=0), Column("b", weight=1, min_width=0), Column("c", width=6)]
    assert [place.width for place in lay_out(columns, 50, 50)] == [30, 10, 6]
