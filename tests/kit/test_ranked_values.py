"""Range filters on ranks: exactly those on the float64 values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.vectors.ranked_values import RankedValues

NUMBERS = st.floats(-1e9, 1e9) | st.sampled_from([-0.0, 0.0, 0.1, 0.6, float(np.float32(0.6)), 1.0, 1970.0])
BOUNDS = st.none() | NUMBERS


@given(st.lists(NUMBERS | st.just(float("nan")), max_size=40), BOUNDS, BOUNDS)
def test_the_rows_inside_are_those_whose_float64_value_is(values: list[float], low: float | None, high: float | None):
    column = np.array(values, np.float64)
    wanted = ~np.isnan(column)
    if low is not None:
        wanted &= column >= low
    if high is not None:
        wanted &= column <= high
    ranked = RankedValues.of(column)
    assert ranked.within(low, high).tolist() == wanted.tolist()
    for bound in [value for value in values if value == value][:3]:
        assert ranked.within(bound, bound).tolist() == (column == bound).tolist()


@pytest.mark.parametrize(("different", "width"), [(200, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 4)])
def test_a_rank_takes_as_many_bytes_as_the_different_values_need(different: int, width: int) -> None:
    column = np.append(np.arange(different, dtype=np.float64)[::-1], np.nan)
    ranked = RankedValues.of(column)
    assert ranked.ranks.itemsize == width
    assert ranked.within(different - 1, None).nonzero()[0].tolist() == [0]
    assert ranked.within(None, 0).nonzero()[0].tolist() == [different - 1]
    assert not ranked.within(None, None)[-1]


def test_of_no_known_value_nothing_is_inside() -> None:
    ranked = RankedValues.of(np.full(3, np.nan))
    assert not ranked.within(None, None).any()
    assert not ranked.within(0, 1).any()
