"""Ratios of costs measured in turns."""

import numpy as np

from bench.in_turns import in_turns


def test_the_median_and_its_interval_leave_out_a_round_that_was_disturbed() -> None:
    found = in_turns([2.0, 2.1, 1.9, 2.0, 40.0, 2.05, 1.95])
    assert found.median == 2.0
    assert 1.9 <= found.low <= 2.0 <= found.high <= 2.1
    assert str(in_turns([3.0])) == "3.00 [3.00, 3.00]"


def test_the_interval_holds_the_true_median_of_most_repetitions() -> None:
    draw = np.random.default_rng(3)
    found = [in_turns(draw.lognormal(np.log(5.0), 0.2, size=30).tolist()) for _ in range(100)]
    assert 85 <= sum(one.low <= 5.0 <= one.high for one in found) <= 100
    assert all(one.high - one.low < 1.5 for one in found)
