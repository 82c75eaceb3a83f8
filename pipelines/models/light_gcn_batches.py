"""What a step of LightGCN reads: the playlists it propagates over, and a batch of queries from some of them.

A batch has queries from random playlists, their targets and the tracks they are compared with. A large graph is divided
into parts of random playlists, and a step propagates over one (as GraphSAINT samples subgraphs, Zeng et al. 2020): its
work is then bounded, and a track's vector is averaged over the playlists of the part.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.graph.playlist_graph import Matrix, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Query tracks, the query of each, the targets (queries, t) and shared negatives; `weight` multiplies the loss."""

    seeds: Rows
    queries: Rows
    targets: Rows
    negatives: Rows
    weight: float = 1.0

    def share(self, rank: int, size: int) -> "Batch":
        """Every size-th query from `rank` on, weighted so that the mean of the shares' losses is the batch's.

        A batch of fewer than `size` queries is not divided.
        """
        count = len(self.targets)
        if size == 1 or count < size:
            return self
        kept, targets = self.queries % size == rank, self.targets[rank::size]
        weight = len(targets) * size / count
        return Batch(self.seeds[kept], self.queries[kept] // size, targets, self.negatives, weight)


def draw(
    core: Matrix, chosen: Rows, targets: int, seeds: int, rng: np.random.Generator, negatives: npt.NDArray[np.int64]
) -> Batch:
    """Shuffles each chosen playlist: its first tracks are targets, a random number of the next ones the query."""
    lengths = np.diff(core.indptr)[chosen]
    query = np.repeat(np.arange(len(chosen)), lengths)
    position = np.arange(len(query)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    tracks = core.indices[np.repeat(core.indptr[chosen], lengths) + position].astype(np.int64)
    tracks = tracks[np.lexsort((rng.random(len(tracks)), query))]
    size = rng.integers(1, np.minimum(seeds, lengths - targets) + 1)
    used = (position >= targets) & (position < targets + size[query])
    return Batch(tracks[used], query[used], tracks[position < targets].reshape(len(chosen), targets), negatives)


def parts(core: Matrix, most: int, seed: int) -> list[Rows]:
    """All playlists, by ascending rows, in random parts of `most` entries or about as many; one where these are all."""
    count = -(-core.nnz // most)
    if count <= 1:
        return [np.arange(core.shape[0])]
    part = np.random.default_rng([seed, count]).integers(0, count, core.shape[0])
    return [np.flatnonzero(part == number) for number in range(count)]
