"""Accuracy by segment: rare tracks, short playlists, and listeners with unpopular tracks.

Each segment has one metric with k seeds of one task. The gain is over the peer that is best in this segment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.evaluate import metrics
from pipelines.evaluate.figure import DRAWS
from pipelines.evaluate.model_names import PEERS
from pipelines.evaluate.protocol import EvaluationTask, Query, TaskMetrics

SEEDS = 5  # seeds of the queries by which segments are compared
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A segment: which playlists are in it (playlists,), and its metric."""

    name: str
    figure: str
    playlists: npt.NDArray[np.bool_]
    description: str


def segments(task: EvaluationTask, k: int) -> list[Segment]:
    """The three segments of a task, among the playlists with a query of k seeds."""
    queries = [query for query in task.queries if query.k == k]
    everyone, length, common = (np.full(task.playlists, np.nan) for _ in range(3))
    for query in queries:
        tracks = _tracks(query)
        everyone[query.playlist], length[query.playlist] = 1, len(query.seeds) + len(query.targets)
        common[query.playlist] = task.percentile[tracks].mean() if len(tracks) else np.nan
    return [
        Segment("rare tracks", "tail_recall@50", ~np.isnan(everyone), "targets in the rarer half of the catalogue"),
        Segment("short playlists", "ndcg@100", metrics.lowest_third(length), "the third with the fewest tracks"),
        Segment(
            "niche listeners", "ndcg@100", metrics.lowest_third(common), "the third whose tracks are least popular"
        ),
    ]


def _tracks(query: Query) -> npt.NDArray[np.int64]:
    both = np.concatenate([query.seeds, query.targets])
    return both[both >= 0]


def rows(
    parts: Sequence[Segment], results: Mapping[str, Sequence[TaskMetrics]], k: int, seed: int
) -> list[dict[str, Any]]:
    """One row per segment and model, segment by segment: value, interval, and gain over the segment's best peer.

    results: the metrics of each run of a model; a draw takes one of them, as in pipelines.evaluate.leaderboard.
    """
    return [row for part in parts for row in _rows(part, results, k, seed)]


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """A model's mean over runs and playlists, and the means (draws,) of bootstrap draws of both."""

    mean: float
    draws: Floats


def _rows(part: Segment, results: Mapping[str, Sequence[TaskMetrics]], k: int, seed: int) -> list[dict[str, Any]]:
    values = {name: [run.of(part.figure, k)[part.playlists] for run in runs] for name, runs in results.items()}
    known = int((~np.isnan(next(iter(values.values()))[0])).sum()) if values else 0
    if not known:
        return []
    counts = metrics.resamples(int(part.playlists.sum()), DRAWS, seed)
    drawn = {name: _drawn(name, runs, counts, seed) for name, runs in values.items()}
    best = max((name for name in drawn if name in PEERS), key=lambda name: drawn[name].mean, default=None)
    about = {"segment": part.name, "measure": part.figure, "k": k, "playlists": known, "says": part.description}
    return [
        about | {"model": name} | _figures(own, None if name in PEERS or not best else drawn[best], best)
        for name, own in drawn.items()
    ]


def _drawn(name: str, runs: Sequence[Floats], counts: Floats, seed: int) -> _Drawn:
    draws = metrics.drawn_runs([values[:, None] for values in runs], counts, seed, name)
    return _Drawn(float(np.mean([metrics.mean(values) for values in runs])), draws)


def _figures(own: _Drawn, peer: _Drawn | None, best: str | None) -> dict[str, Any]:
    spread = metrics.interval_of(own.draws)
    found: dict[str, Any] = {
        "value": own.mean,
        "interval": spread,
        "against": None,
        "gain": None,
        "gain_interval": None,
    }
    if peer is None or not peer.mean:
        return found
    low, high = metrics.interval_of(own.draws - peer.draws)
    gain = {"gain": own.mean / peer.mean - 1, "gain_interval": (low / peer.mean, high / peer.mean)}
    return found | {"against": best} | gain
