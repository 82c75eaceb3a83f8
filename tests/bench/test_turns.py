"""Ratios of costs measured in turns."""

import numpy as np

from bench.turns import in_turns


def test_the_median_and_its_interval_leave_out_a_round_that_was_disturbed() -> None:
    found = in_turns([2.0, 2.1, 1.9, 2.0, 40.0, 2.05, 1.95])
    assert found.median == 2.0
    assert found.interval
    assert 1.9 <= found.interval[0] <= 2.0 <= found.interval[1] <= 2.1
    assert str(found).startswith("2.00 [")


def test_a_few_rounds_have_no_interval() -> None:
    assert str(in_turns([3.0, 4.0, 5.0])) == "4.00"


def test_the_interval_holds_the_true_median_of_most_repetitions() -> None:
    draw = np.random.default_rng(3)
    found = [in_turns(draw.lognormal(np.log(5.0), 0.2, size=12).tolist()).interval or (0, 0) for _ in range(200)]
    assert 175 <= sum(low <= 5.0 <= high for low, high in found) <= 199
    assert all(high - low < 3 for low, high in found)
