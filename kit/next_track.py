"""Next-track model: what follows a list of tracks in order. Served by mode `sequence`, evaluated as `sequence_near`.

    score(t) = q . v_t + TABLE_WEIGHT * sum_i w_i C[i, t],    w_i = weight_i / age_i

q is pooled from the seeds with weights w_i by the space's own rule (kit/query.py), without query reweighting and with
the weight of the artist block multiplied; age is 1 for the last seed, 2 for the one before it; C is the windowed
co-occurrence table (kit/cooccurrence.py). One lookup in the index and the seeds' rows of the table suffice: a track
beside no seed in the table has the score of the lookup.

The numbers were chosen by the rank of the next track on held-out playlists of the training role (docs/experiments.md).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kit.cooccurrence import WHOLE, CooccurrenceTable
from kit.query import Pooling, relative
from kit.release import Floats, Ints

ARTIST, ARTIST_WEIGHT = "artist", 1.5
TABLE_WEIGHT = 4.0
KEPT = 50  # of the neighbours of a seed, the strongest ones
LAST = 100  # seeds whose rows of the table count: an earlier one would add less than a hundredth of the last one's

Weights = npt.NDArray[np.float32]


class SeedNeighbours(NamedTuple):
    """Tracks beside a seed in the table, rising, and their part of the score."""

    rows: Ints
    scores: Weights


class Adjacency(NamedTuple):
    """What the seeds bring to some tracks by the table."""

    brought: Weights  # (r, seeds) each seed's part of the score
    after: Weights  # (r, seeds) the part of that, 0 to 1, with the track after the seed


def recency(seeds: int, decay: float = 1.0) -> Weights:
    """(seeds,) age^-decay: 1 for the last seed, 1/2 for the one before it, then 1/3 and so on."""
    return np.arange(seeds, 0, -1, dtype=np.float32) ** np.float32(-decay)


def weights_in_order(weights: Floats) -> Weights:
    """(seeds,) w_i of seeds in order; only proportions of the given weights count."""
    return (relative(weights) * recency(len(weights))).astype(np.float32)


def pooling_of(pooling: Pooling) -> Pooling:
    """The model's rule for a space: no query reweighting, another weight of the artist block."""
    return pooling.reweighted({ARTIST: ARTIST_WEIGHT})


def seed_neighbours(table: CooccurrenceTable, seeds: Ints, weights: Weights) -> SeedNeighbours:
    """The tracks beside the seeds (n,) in order, which have the weights w_i; seeds of row -1 bring none."""
    entries, number = table.entries(seeds[-LAST:], KEPT)
    brought = np.float32(TABLE_WEIGHT) * weights[-LAST:][number] * table.weights[entries].astype(np.float32)
    rows, which = np.unique(table.rows[entries], return_inverse=True)
    return SeedNeighbours(rows, np.bincount(which, brought, len(rows)).astype(np.float32))


def adjacency(table: CooccurrenceTable, seeds: Ints, weights: Weights, rows: Ints) -> Adjacency:
    """Each seed's part of the score that `seed_neighbours` adds to the rows (r,)."""
    entries, number = table.entries(seeds[-LAST:], KEPT)
    order = np.argsort(rows, kind="stable")
    at = np.minimum(np.searchsorted(rows, table.rows[entries], sorter=order), max(len(rows) - 1, 0))
    found = rows[order[at]] == table.rows[entries] if len(rows) else np.zeros(len(entries), bool)
    entries, position, seed = entries[found], order[at[found]], number[found] + max(len(seeds) - LAST, 0)
    brought, after = (np.zeros((len(rows), len(seeds)), np.float32) for _ in range(2))
    brought[position, seed] = TABLE_WEIGHT * weights[seed] * table.weights[entries].astype(np.float32)
    after[position, seed] = table.after[entries] / np.float32(WHOLE)
    return Adjacency(brought, after)
