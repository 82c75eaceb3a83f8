"""Fits the projection that the index holds of a space (kit/projection.py) to queries of training playlists.

q.v ~ (A q).(B v) with the least expected squared error over queries of second moments C_q and tracks of C_v: with
U S Wt the SVD of C_q^1/2 C_v^1/2, A = (U_w S_w^1/2)t C_q^-1/2 and B = (W_w S_w^1/2)t C_v^-1/2. The principal components
of the tracks alone are not enough, as they know nothing of what is asked for: of the exact first 200 of 57,820 tracks
their 400 candidates hold .771 where these hold .968 (128 columns); fitted to 180 queries .940, to 1,000 .965, to 4,000
.968.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kit.projection import Projection
from kit.query import Pooling
from kit.release import Floats
from pipelines.graph.playlist_graph import Graph, Rows, top_rows
from pipelines.models.interface import Vectors
from pipelines.models.space import TrainedSpace

Matrix = npt.NDArray[np.float64]

FILE = "projection.npz"
SEEDS = 25  # most of a query
SHORTEST = 6  # tracks of a playlist that asks
LONGEST = 0.99
"""Quantile of the lengths that rows are filled up to: the longest few would make all others look alike."""
SMALLEST = 1e-6  # of the largest eigenvalue: smaller ones are noise of float32
DEPTH = 200
BATCH = 32


@dataclass(frozen=True, slots=True)
class ProjectionSettings:
    """width: columns of the index. queries fit it, `held` more judge it.

    Fewer queries than `fewest` teach too little; spaces of fewer tracks than `tracks` are scanned soon enough as they
    are. The least number of `candidates` that holds the share `wanted` of the exact first DEPTH is asked for.
    """

    width: int = 256
    queries: int = 4_000
    held: int = 300
    fewest: int = 1_000
    tracks: int = 20_000
    candidates: tuple[int, ...] = (480, 640, 800, 1_000, 1_280)
    wanted: float = 0.985
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Narrow:
    """What of a fitted projection goes into a release: how many of the index's hits are rescored."""

    projection: Projection
    candidates: int


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A projection, how many of its hits are rescored, and the recall of the exact first DEPTH by candidates."""

    projection: Projection
    candidates: int
    recall: dict[int, float]
    queries: int

    def figures(self) -> dict[str, Any]:
        """For the manifest."""
        recall = {str(most): round(share, 4) for most, share in self.recall.items()}
        columns = self.projection.dim
        return {"columns": columns, "candidates": self.candidates, "queries": self.queries, f"recall@{DEPTH}": recall}


def fitted(space: TrainedSpace, index: Floats, graph: Graph, settings: ProjectionSettings) -> Fitted | None:
    """The projection of a space learned from a graph; None for a space that is searched whole.

    index (n, dim) are the vectors of all tracks, those of the graph's first; all-zero rows are not listed.
    """
    listed = index.any(axis=1)
    if index.shape[1] < 2 * settings.width or int(listed.sum()) < settings.tracks:
        return None
    asked = queries(graph, settings)
    if len(asked) < settings.fewest + settings.held:
        return None
    pooling, seeds = space.pooling(), space.rounded().query
    vectors = np.stack([_pooled(pooling, seeds, rows) for rows in asked])
    stored = index.astype(np.float32)
    projection = fit(vectors[settings.held :], stored[listed], settings.width)
    recall = _recall(projection, vectors[: settings.held], asked, stored, settings)
    enough = [most for most, share in recall.items() if share >= settings.wanted]
    return Fitted(projection, min(enough, default=max(recall)), recall, len(asked) - settings.held)


def build(
    folder: Path, space: TrainedSpace, index: Floats, graph: Graph, settings: ProjectionSettings
) -> Mapping[str, Any]:
    """Writes FILE into a stage folder, where the space gets a projection; its figures, none where it gets none."""
    found = fitted(space, index, graph, settings)
    if found is None:
        return {}
    found.projection.save(folder / FILE)
    return found.figures()


def load(folder: Path, figures: Mapping[str, Any]) -> Narrow | None:
    """What `build` left."""
    return Narrow(Projection.load(folder / FILE), int(figures["candidates"])) if figures else None


def sentence(figures: Mapping[str, Any]) -> str:
    """What a build found, on one line."""
    if not figures:
        return "none: so small a space is searched whole"
    share = figures[f"recall@{DEPTH}"][str(figures["candidates"])]
    return f"{figures['columns']} columns, {share:.1%} of the exact first {DEPTH} in {figures['candidates']}"


def queries(graph: Graph, settings: ProjectionSettings) -> list[Rows]:
    """Rows of random tracks of random playlists, from 1 to SEEDS, each number as likely as its double."""
    rng, matrix, found = np.random.default_rng(settings.seed), graph.matrix, []
    for playlist in rng.permutation(matrix.shape[0]).tolist():
        rows = matrix.indices[matrix.indptr[playlist] : matrix.indptr[playlist + 1]]
        if len(rows) < SHORTEST:
            continue
        most = min(SEEDS, len(rows) - SHORTEST + 1)
        count = int(np.exp(rng.uniform(0, np.log(most + 1))))
        found.append(np.asarray(rng.permutation(rows)[:count], np.int64))
        if len(found) == settings.queries + settings.held:
            break
    return found


def fit(asked: Vectors, tracks: Vectors, width: int) -> Projection:
    """The best projection for queries (q, dim) and index vectors (n, dim); one of its columns evens out lengths."""
    width -= 1
    of_query, query_back = _roots(asked)
    of_track, track_back = _roots(tracks)
    left, values, right = np.linalg.svd(of_query @ of_track)
    scale = np.sqrt(values[:width])
    query, index = (query_back @ left[:, :width]) * scale, (track_back @ right[:width].T) * scale
    a, b = (np.ascontiguousarray(side.T, np.float32) for side in (query, index))
    lengths = np.linalg.norm(tracks @ b.T, axis=1)
    return Projection(a, b, np.quantile(lengths, [LONGEST]).astype(np.float32))


def _roots(rows: Vectors) -> tuple[Matrix, Matrix]:
    """(dim, dim) the square root of the second moments of rows (n, dim), and its inverse."""
    values, vectors = np.linalg.eigh((rows.T @ rows / len(rows)).astype(np.float64))
    values = np.maximum(values, SMALLEST * values[-1])
    return (vectors * np.sqrt(values)) @ vectors.T, (vectors / np.sqrt(values)) @ vectors.T


def _pooled(pooling: Pooling, seeds: Vectors, rows: Rows) -> Vectors:
    return pooling.pool(seeds[rows], np.ones(len(rows), np.float32)).vector


def _recall(
    projection: Projection, vectors: Vectors, asked: Sequence[Rows], index: Vectors, settings: ProjectionSettings
) -> dict[int, float]:
    """The share of the exact first DEPTH, the seeds apart, among so many candidates; int8 costs nothing measurable."""
    narrow, most = projection.of_index(index), max(settings.candidates)
    shares: list[list[float]] = []
    for start in range(0, len(vectors), BATCH):
        batch = vectors[start : start + BATCH]
        lines = zip(batch @ index.T, projection.of_query(batch) @ narrow.T, strict=True)
        for (exact, near), rows in zip(lines, asked[start : start + len(batch)], strict=True):
            exact[rows] = near[rows] = -np.inf
            best, found = top_rows(exact, DEPTH), top_rows(near, most)
            shares.append([float(np.isin(best, found[:count]).mean()) for count in settings.candidates])
    return dict(zip(settings.candidates, np.mean(shares, axis=0).tolist(), strict=True))
