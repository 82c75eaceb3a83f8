"""The playlist softmax loss of cold start: two cross-entropies over random playlists and tracks.

tracks_found: a playlist's pooled query against the vectors that the network gives to candidate tracks, targets being
the playlist's other tracks, each playlist counting the same. playlists_found: a track's query, pooled as a lone seed,
against the mean learned vectors of the playlists, targets being those that hold it, itself left out.

Seeds are masked out of their own query's candidates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from kit.cold_start import LearnedBlock
from pipelines.cold_start.network_settings import Plan
from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models.device import device
from pipelines.models.interface import Vectors
from pipelines.models.space import TrainedSpace

SHORTEST = 2  # tracks of a playlist: one seed and one target


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """One batch: playlists (b,), their queries (b, D), candidates (c,); which of these belong or are seeds (b, c)."""

    playlists: Rows
    queries: Vectors
    rows: Rows
    belongs: Vectors
    seeds: Vectors


def batches(graph: Graph, space: TrainedSpace, rows: Rows, plan: Plan, rng: np.random.Generator) -> Iterator[Draw]:
    """Yields the batches of all steps, candidates from `rows`; none when no playlist is long enough."""
    pooling = space.pooling()
    long_enough = np.flatnonzero(graph.lengths >= SHORTEST)
    for _ in range(plan.steps if len(long_enough) else 0):
        drawn = rng.choice(long_enough, min(plan.playlists, len(long_enough)), replace=False)
        candidates = np.sort(rng.choice(rows, min(plan.candidates, len(rows)), replace=False))
        seeds = [_seeds(graph, playlist, plan.seeds, rng) for playlist in drawn]
        queries = [pooling.pool(space.query[s], np.ones(len(s), np.float32)).vector for s in seeds]
        belongs = graph.matrix[drawn][:, candidates].toarray()
        used = np.stack([np.isin(candidates, s) for s in seeds]).astype(np.float32)
        yield Draw(drawn, np.stack(queries), candidates, belongs * (1 - used), used)


def _seeds(graph: Graph, playlist: np.integer[Any], most: int, rng: np.random.Generator) -> Rows:
    tracks = graph.matrix.indices[graph.matrix.indptr[playlist] : graph.matrix.indptr[playlist + 1]]
    return rng.permutation(tracks)[: rng.integers(1, min(most, len(tracks) - 1) + 1)].astype(np.int64)


class Scores:
    """Computes the losses from the network's raw columns, by the scores that serving would compute."""

    def __init__(self, graph: Graph, space: TrainedSpace, blocks: list[LearnedBlock], copied: list[tuple[int, int]]):
        self.graph, self.blocks, self.vectors = graph, blocks, space.index
        self.columns = np.concatenate([np.arange(b.start, b.stop) for b in blocks])
        self.widths = [block.stop - block.start for block in blocks]
        self.copied = np.concatenate([np.arange(*span) for span in copied]) if copied else np.empty(0, np.int64)
        one = np.ones((1, space.index.shape[1]), np.float32)
        lone = space.pooling().pool(one, np.ones(1, np.float32)).vector
        self.device = device()
        self.lone = self.device.put(lone[self.columns])

    def tracks_found(self, index: Tensor, artists: Vectors, draw: Draw, log_inverse_temperature: Tensor) -> Tensor:
        """Cross-entropy of each playlist's tracks; index (c, learned) raw, artists (c, D) whose code is copied."""
        lengths = [block.index_length for block in self.blocks]
        put = self.device.put
        scores = put(draw.queries[:, self.columns]) @ self.lengthened(index, lengths).T
        scores = scores + put(draw.queries[:, self.copied] @ artists[:, self.copied].T)
        scores = _scaled(scores, log_inverse_temperature).masked_fill(put(draw.seeds) > 0, -torch.inf)
        return _cross_entropy(scores, put(draw.belongs))

    def playlists_found(self, query: Tensor, draw: Draw, log_inverse_temperature: Tensor) -> Tensor:
        """Cross-entropy of each track's playlists; query (c, learned) raw, pooled as one seed."""
        lone = self.as_lone_seed(query)
        held = self.graph.matrix[draw.playlists]
        put = self.device.put
        sums, own = put(self._sums(held)), put(self.vectors[draw.rows][:, self.columns])
        holds = put(np.maximum(draw.belongs, held[:, draw.rows].toarray())).T
        others = put(np.diff(held.indptr).astype(np.float32)) - holds
        scores = (lone @ sums.T - holds * (lone * own).sum(dim=1, keepdim=True)) / others.clamp(min=1)
        return _cross_entropy(_scaled(scores, log_inverse_temperature), holds * (others > 0))

    def _sums(self, held: Matrix) -> Vectors:
        """(b, learned) sums of the index vectors of the tracks of playlists (b, n)."""
        used = np.unique(held.indices)
        sums: Vectors = (held[:, used] @ self.vectors[used][:, self.columns]).astype(np.float32)
        return sums

    def as_lone_seed(self, query: Tensor) -> Tensor:
        """(c, learned) the query vectors of tracks pooled as the only seed."""
        lengths = [float(part.norm()) for part in torch.split(self.lone, self.widths)]
        return self.lengthened(query * self.lone, lengths)

    def lengthened(self, raw: Tensor, lengths: list[float]) -> Tensor:
        """(c, learned) the raw columns with each block normalised to its length."""
        parts = torch.split(raw, self.widths, dim=1)
        return torch.cat([functional.normalize(p, dim=1) * length for p, length in zip(parts, lengths, strict=True)], 1)


def _scaled(scores: Tensor, log_inverse_temperature: Tensor) -> Tensor:
    """Standardises scores by the batch and multiplies by e to a learned log inverse temperature."""
    return scores / scores.detach().std().clamp(min=1e-12) * log_inverse_temperature.exp()


def _cross_entropy(scores: Tensor, right: Tensor) -> Tensor:
    """Mean -log softmax of the targets of each row, over the rows with a target."""
    counts = right.sum(dim=1)
    logs = functional.log_softmax(scores, dim=1).masked_fill(right == 0, 0.0)
    per_row = -(right * logs).sum(dim=1) / counts.clamp(min=1)
    return per_row.sum() / (counts > 0).sum().clamp(min=1)
