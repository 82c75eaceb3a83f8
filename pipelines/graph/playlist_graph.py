"""The playlist x track graph and item-item co-occurrence, as blocked sparse products.

A is the deduplicated (p, n) incidence matrix of playlists and tracks. Two tracks are together in (At A)[i, j]
playlists; their cosine is together / sqrt(playlists_i playlists_j).
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from pipelines.graph.entry_codes import EntryCodes, distinct_pairs
from pipelines.stage_reading import reads_stage

Matrix: TypeAlias = sparse.csr_array  # float32
Rows = npt.NDArray[np.int64]
Item = TypeVar("Item")
Result = TypeVar("Result")
Runner = Callable[[Callable[[Item], Result], Sequence[Item]], Iterable[Result]]

MINIMUM_DEGREE = 2
MULTIPLY_ADDS = 40_000_000  # per block: 30-60 million keeps a block near 0.3 s and below 400 MB
KEPT_NEIGHBOURS = 50
ROWS = 256  # tracks at once whose neighbours are asked for alone


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """The incidence matrix of playlists and tracks, each pair once."""

    track_ids: npt.NDArray[np.bytes_]  # (n,) S22, ascending
    playlist_ids: npt.NDArray[np.str_]  # (p,) ascending
    matrix: Matrix  # (p, n) float32 ones, indices sorted
    # (nnz,) the first position of each entry of the matrix in its playlist
    positions: npt.NDArray[np.int32] | None = None

    @property
    def item_degree(self) -> Rows:
        """(n,) the number of playlists of each track."""
        return np.bincount(self.matrix.indices, minlength=self.matrix.shape[1]).astype(np.int64)

    @property
    def lengths(self) -> Rows:
        """(p,) the number of distinct tracks of each playlist."""
        return np.asarray(np.diff(self.matrix.indptr), np.int64)

    def rows(self, track_ids: Iterable[str]) -> Rows:
        """Row of each id, -1 where the graph does not hold it."""
        wanted = np.array([track_id.encode() for track_id in track_ids], dtype="S22")
        if not len(self.track_ids) or not len(wanted):
            return np.full(len(wanted), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.track_ids, wanted), len(self.track_ids) - 1)
        return np.where(self.track_ids[at] == wanted, at, -1).astype(np.int64)


def build(entries: pl.DataFrame | EntryCodes, minimum: int = MINIMUM_DEGREE) -> Graph:
    """The graph of canonical entries; a track needs `minimum` playlists, a playlist at least one such track.

    Only integers are sorted: 66 million pairs of ids as text took 15 GB.
    """
    coded = entries if isinstance(entries, EntryCodes) else EntryCodes.of(entries)
    p, t, positions = distinct_pairs(coded)
    kept = np.bincount(t, minlength=len(coded.track_ids))[t] >= minimum
    playlists, p = np.unique(p[kept], return_inverse=True)
    tracks, t = np.unique(t[kept], return_inverse=True)
    indptr = np.searchsorted(p, np.arange(len(playlists) + 1)).astype(np.int64)
    matrix = Matrix((np.ones(len(t), np.float32), t, indptr), shape=(len(playlists), len(tracks)))
    track_ids, playlist_ids = coded.track_ids[tracks].to_numpy(), coded.playlist_ids[playlists].to_numpy()
    return Graph(track_ids.astype("S22"), playlist_ids.astype(np.str_), matrix, positions[kept].astype(np.int32))


def scaled(matrix: Matrix, lines: npt.NDArray[np.float32], columns: npt.NDArray[np.float32]) -> Matrix:
    """diag(lines) M diag(columns) of a matrix (p, n) with factors (p,) and (n,); it shares the indices of M."""
    values = np.repeat(lines, np.diff(matrix.indptr))
    values *= matrix.data
    values *= columns[matrix.indices]
    return Matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def of_tracks(graph: Graph, rows: Rows) -> Graph:
    """The graph over some of its tracks, by ascending rows; every playlist stays, if only as an empty row."""
    matrix, number = graph.matrix, np.full(len(graph.track_ids), -1, np.int64)
    number[rows] = np.arange(len(rows))
    tracks = number[matrix.indices]
    kept = tracks >= 0
    indptr = np.append(0, np.cumsum(kept))[matrix.indptr].astype(np.int64)
    smaller = Matrix((np.ones(indptr[-1], np.float32), tracks[kept], indptr), shape=(matrix.shape[0], len(rows)))
    positions = None if graph.positions is None else graph.positions[kept]
    return Graph(graph.track_ids[rows], graph.playlist_ids, smaller, positions)


def artists(graph: Graph, tracks: pl.DataFrame) -> list[str | None]:
    """The first artist of each row of the graph, None where unknown."""
    names = dict(zip(tracks["track_id"], tracks["artists"].list.first(), strict=True))
    return [names.get(track_id.decode()) for track_id in graph.track_ids]


def numbered(artists: Sequence[str | None]) -> npt.NDArray[np.int64]:
    """(n,) a number for each name, -1 for none."""
    names = {name: number for number, name in enumerate(dict.fromkeys(name for name in artists if name))}
    return np.array([names.get(name or "", -1) for name in artists], np.int64)


def save(graph: Graph, folder: Path) -> None:
    """Writes graph.npz: plain arrays, no pickle."""
    matrix = graph.matrix
    placed: dict[str, Any] = {} if graph.positions is None else {"positions": graph.positions}
    np.savez(
        folder / "graph.npz",
        track_ids=graph.track_ids,
        playlist_ids=graph.playlist_ids,
        indptr=matrix.indptr,
        indices=matrix.indices,
        **placed,
    )


@reads_stage
def load(folder: Path) -> Graph:
    """Reads the graph that `save` wrote."""
    with np.load(folder / "graph.npz", allow_pickle=False) as arrays:
        tracks, playlists, indices = arrays["track_ids"], arrays["playlist_ids"], arrays["indices"]
        data = np.ones(len(indices), np.float32)
        matrix = Matrix((data, indices, arrays["indptr"]), shape=(len(playlists), len(tracks)))
        positions = arrays.get("positions")
    return Graph(tracks, playlists, matrix, positions)


# -- co-occurrence -----------------------------------------------------------------------------------------------------
def cooccurrence_block(start: int, stop: int, matrix: Matrix, transposed: Matrix) -> Matrix:
    """(stop - start, n) co-occurrence counts of tracks start..stop-1 with every track: At[a:b] @ A."""
    return transposed[start:stop] @ matrix


def blocks(matrix: Matrix, multiply_adds: int = MULTIPLY_ADDS) -> list[tuple[int, int]]:
    """Ranges of tracks whose products cost at most `multiply_adds` each (or hold one track)."""
    lengths = np.diff(matrix.indptr)
    per_entry = np.repeat(lengths, lengths).astype(np.float64)
    costs = np.bincount(matrix.indices, weights=per_entry, minlength=matrix.shape[1])
    ranges, start, spent = [], 0, 0.0
    for track, cost in enumerate(costs.tolist()):
        if spent + cost > multiply_adds and track > start:
            ranges.append((start, track))
            start, spent = track, 0.0
        spent += cost
    return [*ranges, (start, len(costs))] if len(costs) else []


def threads(workers: int = 2) -> Runner[Any, Any]:
    """A Runner of threads on this machine; scipy's product releases the interpreter lock."""

    def run(work: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(work, items))

    return run


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The nearest tracks of each track by cosine, nearest first, equal ones by row; -1 pads."""

    rows: npt.NDArray[np.int32]  # (n, K)
    together: npt.NDArray[np.int32]  # (n, K) the number of shared playlists
    cosine: npt.NDArray[np.float32]  # (n, K)


def neighbours(
    graph: Graph,
    top: int = KEPT_NEIGHBOURS,
    runner: Runner[Any, Any] | None = None,
    multiply_adds: int = MULTIPLY_ADDS,
) -> Neighbours:
    """The `top` neighbours of every track by cosine, with the number of shared playlists as evidence."""
    matrix, transposed = graph.matrix, Matrix(graph.matrix.T)
    item_degree = graph.item_degree.astype(np.float64)

    def work(span: tuple[int, int]) -> Neighbours:
        return _nearest(cooccurrence_block(*span, matrix, transposed), np.arange(*span), item_degree, top)

    parts = list((runner or threads())(work, blocks(matrix, multiply_adds)))
    empty = Neighbours(np.empty((0, top), np.int32), np.empty((0, top), np.int32), np.empty((0, top), np.float32))
    return Neighbours(*(np.concatenate([getattr(p, name) for p in [empty, *parts]]) for name in Neighbours.__slots__))


def neighbours_of(graph: Graph, rows: Rows, top: int = KEPT_NEIGHBOURS) -> Neighbours:
    """The neighbours of some tracks alone, as `neighbours` finds them."""
    transposed, item_degree = Matrix(graph.matrix.T), graph.item_degree.astype(np.float64)
    parts = [
        _nearest(transposed[part] @ graph.matrix, part, item_degree, top)
        for part in np.array_split(rows, 1 + len(rows) // ROWS)
    ]
    return Neighbours(*(np.concatenate([getattr(part, name) for part in parts]) for name in Neighbours.__slots__))


def _nearest(together: Matrix, tracks_of: Rows, item_degree: npt.NDArray[np.float64], top: int) -> Neighbours:
    """Those of the tracks of the rows of `together` (t, n)."""
    tracks = together.shape[0]
    found = Neighbours(
        np.full((tracks, top), -1, np.int32), np.zeros((tracks, top), np.int32), np.zeros((tracks, top), np.float32)
    )
    for track in range(tracks):
        span = slice(together.indptr[track], together.indptr[track + 1])
        columns, counts = together.indices[span], together.data[span]
        others = columns != tracks_of[track]
        columns, counts = columns[others], counts[others]
        cosine = counts / np.sqrt(item_degree[columns] * item_degree[tracks_of[track]])
        best = top_rows(cosine, top, columns)
        found.rows[track, : len(best)] = columns[best]
        found.together[track, : len(best)] = counts[best]
        found.cosine[track, : len(best)] = cosine[best]
    return found


def top_rows(scores: npt.NDArray[Any], top: int, order: npt.NDArray[Any] | None = None) -> Rows:
    """Positions of the `top` largest finite scores, largest first; equal scores by `order` (default: by position)."""
    bound = _reached(scores, top)
    finite = np.flatnonzero(scores >= bound if bound > -np.inf else scores > -np.inf)
    if len(finite) > top:
        values = scores[finite]
        threshold = np.partition(values, len(values) - top)[len(values) - top]
        finite = finite[values >= threshold]
    keys = finite if order is None else order[finite]
    return finite[np.lexsort((keys, -scores[finite]))][:top].astype(np.int64)


def _reached(scores: npt.NDArray[Any], top: int) -> float:
    """A value that at least `top` of the scores reach and few others: the `top`-th largest maximum of 4 `top` groups.

    -inf where a group would hold fewer than four scores, or one is not a number. Partitioning the maxima in place of
    all scores takes a tenth of the time.
    """
    groups = 4 * top
    size = len(scores) // groups if top > 0 else 0
    if size < 4:
        return -np.inf
    maxima = scores[: size * groups].reshape(size, groups).max(axis=0)
    return -np.inf if np.isnan(maxima).any() else float(np.partition(maxima, groups - top)[groups - top])
