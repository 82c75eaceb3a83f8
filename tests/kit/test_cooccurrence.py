"""The co-occurrence table and the next-track model on a table written by hand."""

import numpy as np
import pytest

from kit import next_track
from kit.cooccurrence import CooccurrenceTable
from kit.next_track import adjacency, recency, seed_neighbours, weights_in_order

# Beside 0: 1 (.5, always after it) and 2 (.25, never). Beside 1: 0. Beside 2: nothing. Beside 3: 2 (1, a fifth after).
TABLE = CooccurrenceTable(
    np.array([0, 2, 3, 3, 4]),
    np.array([1, 2, 0, 2], np.int32),
    np.array([0.5, 0.25, 0.5, 1.0], np.float16),
    np.array([255, 0, 0, 51], np.uint8),
)


def test_sums_add_the_rows_of_the_seeds() -> None:
    sums = TABLE.sums_of(np.array([0, 3]), np.array([2, 1, 0]))
    assert sums.tolist() == [1.25, 0.5, 0.0]


@pytest.mark.parametrize("count", [1, 40])
def test_sums_of_one_and_of_many_seeds_are_those_of_a_plain_loop(count: int) -> None:
    draw = np.random.default_rng(2)
    lengths = draw.integers(0, 9, size=60)
    rows = np.concatenate([draw.choice(60, length, replace=False) for length in lengths]).astype(np.int32)
    weights = draw.random(len(rows)).astype(np.float16)
    table = CooccurrenceTable(np.concatenate([[0], lengths.cumsum()]), rows, weights, np.zeros(len(rows), np.uint8))
    seeds, candidates = draw.integers(-1, 62, size=40)[-count:], draw.permutation(60)[:25]
    wanted = np.zeros(60)
    for seed in seeds[(seeds >= 0) & (seeds < 60)].tolist():
        part = slice(table.offsets[seed], table.offsets[seed + 1])
        np.add.at(wanted, rows[part], weights[part].astype(float))
    assert table.sums_of(seeds, candidates).tolist() == wanted[candidates].astype(np.float32).tolist()


@pytest.mark.parametrize("seed", [-1, 2, 4, 1_000])
def test_a_seed_outside_the_table_or_without_neighbours_brings_nothing(seed: int) -> None:
    assert TABLE.sums_of(np.array([seed]), np.arange(4)).tolist() == [0, 0, 0, 0]
    assert len(seed_neighbours(TABLE, np.array([seed]), recency(1)).rows) == 0


def test_only_the_strongest_entries_are_kept() -> None:
    entries, number = TABLE.entries(np.array([3, 0]), kept=1)
    assert TABLE.rows[entries].tolist() == [2, 1]
    assert number.tolist() == [0, 1]


def test_the_last_seed_counts_most() -> None:
    assert weights_in_order(np.array([2.0, 2, 2, 2])).tolist() == [0.25, pytest.approx(1 / 3), 0.5, 1]
    first, last = (seed_neighbours(TABLE, np.array(seeds), recency(2)) for seeds in ((3, 0), (0, 3)))
    assert first.rows.tolist() == last.rows.tolist() == [1, 2]
    scores = next_track.TABLE_WEIGHT * np.array([[0.5, 0.25 + 0.5 * 1.0], [0.5 * 0.5, 0.5 * 0.25 + 1.0]])
    assert np.stack([first.scores, last.scores]) == pytest.approx(scores)


def test_adjacency_splits_what_seed_neighbours_add_among_the_seeds() -> None:
    seeds, weights, rows = np.array([3, -1, 0]), recency(3), np.array([2, 3, 1])
    found, whole = adjacency(TABLE, seeds, weights, rows), seed_neighbours(TABLE, seeds, weights)
    assert found.brought.sum(axis=1)[[2, 0]] == pytest.approx(whole.scores)
    assert found.brought[1].tolist() == [0, 0, 0]
    assert found.after[0] == pytest.approx([0.2, 0, 0])
    assert found.after[2] == pytest.approx([0, 0, 1])


def test_of_a_long_list_only_the_last_seeds_rows_count() -> None:
    seeds = np.array([3, *[2] * next_track.LAST])
    assert len(seed_neighbours(TABLE, seeds, recency(len(seeds))).rows) == 0
    assert seed_neighbours(TABLE, seeds[:-1], recency(len(seeds) - 1)).rows.tolist() == [2]
    assert adjacency(TABLE, seeds, recency(len(seeds)), np.array([2])).brought.max() == 0
