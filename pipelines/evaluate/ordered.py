"""The ordered protocol: next-track ranking and generated continuations after the first tracks of a held-out playlist.

Next track: the rank of the actual next track among all tracks of the catalogue but the seeds (mean reciprocal rank, hit
rate at 10 and 50, median). Continuation: a list of CONTINUED tracks, each chosen as the next of all before it; average
precision at 10 against the rest of the playlist, and the mean difference of consecutive tracks in tempo, energy,
loudness and key. The playlist's own continuation, in order and shuffled, is the reference.

System S3 reports "MAP" with a cut-off of 10 over five playlists without defining relevance; here every later track of
the playlist is relevant for the ten generated tracks, over all held-out playlists.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from kit.wire.catalog import FEATURES
from pipelines.evaluate import metrics
from pipelines.graph.playlist_graph import Rows
from pipelines.models.interface import Restrictable, Scorer, Vectors

SHOWN = (1, 5, 10, 25)
CONTINUED = 20
CONTINUED_FROM = 10  # seed tracks before a continuation
BATCH = 128
STEP_FEATURES = ("tempo", "energy", "loudness", "key")  # BPM, 0..1, dB, steps on the circle of fifths

Mask = npt.NDArray[np.bool_]


@runtime_checkable
class GeneratesContinuations(Protocol):
    """A scorer that generates continuations itself, for instance one that keeps state."""

    def continuation(self, seeds: Sequence[Rows], length: int, allowed: Mask) -> list[Rows]:
        """For each list the rows that follow, without repeats or seeds, all allowed."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class OrderedQuery:
    """The first tracks of a held-out playlist and everything after them, both in order."""

    playlist: int
    shown: Rows
    following: Rows


@dataclass(frozen=True, slots=True, eq=False)
class OrderedTask:
    """Queries, the candidate tracks (n,), and the audio features of tracks (n, 12), NaN unknown."""

    playlists: int
    queries: Sequence[OrderedQuery]
    allowed: Mask
    features: Vectors

    def queries_after(self, shown: int) -> list[OrderedQuery]:
        """The queries with `shown` seeds."""
        return [query for query in self.queries if len(query.shown) == shown]

    def continued(self) -> list[OrderedQuery]:
        """The queries of CONTINUED_FROM seeds with at least CONTINUED following tracks."""
        return [query for query in self.queries_after(CONTINUED_FROM) if len(query.following) >= CONTINUED]


def ordered_task(held: Sequence[Rows], allowed: Mask, features: Vectors) -> OrderedTask:
    """Builds the task on the 5-core catalogue: other tracks are dropped first. A query needs one track after
    its seeds."""
    known = [rows[(rows >= 0) & allowed[rows]] for rows in held]
    queries = [
        OrderedQuery(number, rows[:shown], rows[shown:])
        for shown in SHOWN
        for number, rows in enumerate(known)
        if len(rows) > shown
    ]
    return OrderedTask(len(held), queries, allowed, features)


@dataclass(frozen=True, slots=True, eq=False)
class OrderedMetrics:
    """ranks[shown] (queries,) from 1; precision (queries,) at 10 and apart/shuffled[name] of the continuations."""

    task: OrderedTask
    ranks: Mapping[int, Rows]
    precision: npt.NDArray[np.float64]
    apart: Mapping[str, npt.NDArray[np.float64]]
    shuffled: Mapping[str, npt.NDArray[np.float64]]

    def figures(self, shown: int) -> dict[str, float]:
        """Next-track figures of the queries with `shown` seeds."""
        ranks = self.ranks[shown]
        return {
            "mrr": float((1 / ranks).mean()),
            "hit@10": float((ranks <= 10).mean()),
            "hit@50": float((ranks <= 50).mean()),
            "median_rank": float(np.median(ranks)),
        }

    @property
    def average(self) -> float:
        """Mean reciprocal rank, averaged over the numbers of seeds."""
        return float(np.mean([self.figures(shown)["mrr"] for shown in self.ranks]))

    def by_playlist(self) -> npt.NDArray[np.float64]:
        """(playlists, numbers of seeds) reciprocal ranks for metrics.interval, NaN without a query."""
        table = np.full((self.task.playlists, len(self.ranks)), np.nan)
        for column, (shown, ranks) in enumerate(self.ranks.items()):
            table[[query.playlist for query in self.task.queries_after(shown)], column] = 1 / ranks
        return table

    def mean_steps(self) -> dict[str, tuple[float, float]]:
        """Mean step between consecutive tracks of the continuations, as generated and shuffled."""
        return {name: (_mean(self.apart[name]), _mean(self.shuffled[name])) for name in STEP_FEATURES}


def ordered_metrics(scorer: Scorer, task: OrderedTask, seed: int = 1) -> OrderedMetrics:
    """Runs every query of the task and computes its metrics."""
    scorer = scorer.within(task.allowed) if isinstance(scorer, Restrictable) else scorer
    queries_by_shown = {shown: task.queries_after(shown) for shown in SHOWN}
    ranks = {shown: next_ranks(scorer, queries, task.allowed) for shown, queries in queries_by_shown.items() if queries}
    continued = task.continued()
    lists = continuations(scorer, [q.shown for q in continued], CONTINUED, task.allowed)
    precision = [
        metrics.average_precision(np.isin(found, q.following), len(q.following), 10)
        for q, found in zip(continued, lists, strict=True)
    ]
    return OrderedMetrics(task, ranks, np.array(precision), *consecutive_steps(continued, lists, task.features, seed))


def next_ranks(scorer: Scorer, queries: Sequence[OrderedQuery], allowed: Mask) -> Rows:
    """(queries,) the rank of the next track, from 1, equal scores by row."""
    ranks = []
    for batch in _batches(queries):
        scores = scorer.scores([query.shown for query in batch])
        scores[:, ~allowed] = -np.inf
        scores[np.isnan(scores)] = -np.inf  # comparisons with NaN are false: it would be the best rank
        for query, row in zip(batch, scores, strict=True):
            row[query.shown] = -np.inf
            target = query.following[0]
            ranks.append(1 + int((row > row[target]).sum()) + int((row[:target] == row[target]).sum()))
    return np.array(ranks, np.int64)


def continuations(scorer: Scorer, seeds: Sequence[Rows], length: int, allowed: Mask) -> list[Rows]:
    """The `length` tracks that follow each list of seeds: by the scorer's `continuation`, else greedily, one track at a
    time."""
    go_on: Callable[[Sequence[Rows]], list[Rows]] = (
        (lambda batch: scorer.continuation(batch, length, allowed))
        if isinstance(scorer, GeneratesContinuations)
        else (lambda batch: _fed_back(scorer, batch, length, allowed))
    )
    return [found for batch in _batches(seeds) for found in go_on(batch)]


def _fed_back(scorer: Scorer, seeds: Sequence[Rows], length: int, allowed: Mask) -> list[Rows]:
    lists = [np.asarray(rows, np.int64) for rows in seeds]
    for _ in range(length):
        scores = scorer.scores(lists)
        scores[:, ~allowed] = -np.inf
        for line, rows in enumerate(lists):
            scores[line, rows] = -np.inf
        lists = [np.append(rows, best) for rows, best in zip(lists, scores.argmax(axis=1), strict=True)]
    return [rows[len(given) :] for rows, given in zip(lists, seeds, strict=True)]


def _batches(items: Sequence[Any]) -> Iterator[Any]:
    return (items[at : at + BATCH] for at in range(0, len(items), BATCH))


# -- steps between consecutive tracks ----------------------------------------------------------------------------------
def consecutive_steps(
    queries: Sequence[OrderedQuery], lists: Sequence[Rows], features: Vectors, seed: int
) -> tuple[dict[str, npt.NDArray[np.float64]], dict[str, npt.NDArray[np.float64]]]:
    """Mean step between consecutive tracks of each list, the last seed included; then the same of the shuffled
    lists."""
    rng = np.random.default_rng(seed)
    last = [query.shown[-1:] for query in queries]
    in_order = [np.concatenate(pair) for pair in zip(last, lists, strict=True)]
    mixed = [np.concatenate([first, rng.permutation(rows)]) for first, rows in zip(last, lists, strict=True)]
    feature_positions = positions(features)
    return _apart(in_order, feature_positions), _apart(mixed, feature_positions)


def positions(features: Vectors) -> dict[str, Vectors]:
    """(n,) values of each of STEP_FEATURES; a key on the circle of fifths, a minor one as its relative major.

    A tempo of 0, key -1 and missing values are NaN.
    """
    column = dict(zip(FEATURES, features.T, strict=True))
    key = np.where(column["key"] >= 0, column["key"], np.nan)
    relative = np.where(column["mode"] == 0, key + 3, key)
    fifths = np.where(np.isnan(column["mode"]), np.nan, relative * 7 % 12)
    tempo = np.where(column["tempo"] > 0, column["tempo"], np.nan)
    return {"tempo": tempo, "energy": column["energy"], "loudness": column["loudness"], "key": fifths}


def _apart(lists: Iterable[Rows], feature_positions: Mapping[str, Vectors]) -> dict[str, npt.NDArray[np.float64]]:
    lists = list(lists)
    return {
        name: np.array([_mean_step(of_track[rows], name) for rows in lists])
        for name, of_track in feature_positions.items()
    }


def _mean_step(values: Vectors, name: str) -> float:
    """Mean absolute difference of consecutive known values, NaN when there is none."""
    steps = np.abs(np.diff(values.astype(np.float64)))
    steps = np.minimum(steps, 12 - steps) if name == "key" else steps
    return _mean(steps)


def _mean(values: npt.NDArray[np.float64]) -> float:
    """Mean of the values that are not NaN, NaN when none is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
