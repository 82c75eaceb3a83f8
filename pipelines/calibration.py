"""Learns the calibration tables of kit/calibration.py on held-out playlists, and measures how reliable they are.

The queries are those of the full-catalogue continuation protocol: k tracks of a held-out playlist are the seeds, its
others are relevant. Every query gives its first FITTED candidates with their scores; an isotonic regression of
relevance on score is fitted for each k. Reliability is measured on the half of the playlists that the tables it is
measured with were not fitted to; the tables of the release are fitted to both halves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

from kit.calibration import Calibration, Kind
from kit.query import Pooling
from kit.release import Space
from pipelines.cold_start.cold_start_vectors import AudioSpace
from pipelines.evaluate import protocol
from pipelines.evaluate.protocol import EvaluationTask, Query
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.interface import Scorer, Scores, TwoStageScorer
from pipelines.models.space import SpaceScorer

FITTED = 100
"""Candidates of a query, the first ones. The tails of lists with large scores put the chances of first tracks too low
where scores differ from list to list: a name alone is off by .060 in its first 20 tracks, with 500 candidates by .079.
"""
SHOWN = 20  # first tracks of a list, on which reliability is measured
PLAYLISTS = 2000  # at most: bounds the time on large data
LEAST = 20  # queries that a curve needs
POINTS = 64
BINS = np.linspace(0, 1, 11)

Scored = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]
"""Scores (n,) of candidates, and whether each was relevant (n,)."""


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationRun:
    """The lists of one kind of ranking: of each query its playlist, number of seeds, and scored candidates."""

    kind: Kind
    lists: Sequence[tuple[int, int, Scored]]

    def half(self, number: int) -> "CalibrationRun":
        """The lists of every other playlist."""
        return replace(self, lists=[one for one in self.lists if one[0] % 2 == number])


def run_of(kind: Kind, scorer: Scorer, task: EvaluationTask) -> CalibrationRun:
    """Scores the queries of a task, of its first PLAYLISTS playlists."""
    queries = [query for query in task.queries if query.playlist < PLAYLISTS]
    return CalibrationRun(kind, list(_scored(scorer, replace(task, queries=queries))))


def _scored(scorer: Scorer, task: EvaluationTask) -> Iterator[tuple[int, int, Scored]]:
    for query, rows, scores in _lists(scorer, task):
        yield query.playlist, query.k, (scores.astype(np.float64), np.isin(rows, query.targets))


def _lists(scorer: Scorer, task: EvaluationTask) -> Iterator[tuple[Query, Rows, Scores]]:
    if isinstance(scorer, TwoStageScorer):
        both = protocol.two_stage_lists(scorer, task, FITTED)
        return ((query, ranked.both, ranked.scores) for query, ranked in both)
    scored = protocol.scored_lists(scorer, task, FITTED)
    return ((query, ranked.rows, ranked.scores) for query, ranked in scored)


def audio_scorer(audio: AudioSpace, graph: Graph) -> SpaceScorer:
    """The scorer of the audio space over the tracks of the graph; tracks without a sound score 0."""
    rows = graph.rows(audio.track_ids)
    index, query = (np.zeros((len(graph.track_ids), side.shape[1]), np.float32) for side in (audio.index, audio.query))
    index[rows[rows >= 0]], query[rows[rows >= 0]] = audio.index[rows >= 0], audio.query[rows >= 0]
    space = Space(dim=index.shape[1], distance="cosine", blocks=list(audio.blocks()))
    return SpaceScorer(index, query, Pooling(space, {}))


def fit(runs: Sequence[CalibrationRun]) -> Calibration | None:
    """The tables of several kinds; None when none has enough queries."""
    curves = [(run.kind, k, *curve) for run in runs for k, curve in _curves(run)]
    if not curves:
        return None
    kind, seeds, scores, chances = zip(*curves, strict=True)
    return Calibration(np.array(kind), np.array(seeds, np.int64), np.stack(scores), np.stack(chances))


def _curves(run: CalibrationRun) -> Iterator[tuple[int, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]]:
    for k in sorted({number for _, number, _ in run.lists}):
        own = [scored for _, number, scored in run.lists if number == k and len(scored[0])]
        if len(own) >= LEAST:
            yield k, _curve(*_joined(own))


def _joined(lists: Sequence[Scored]) -> Scored:
    return np.concatenate([scores for scores, _ in lists]), np.concatenate([right for _, right in lists])


def _curve(
    scores: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(POINTS,) scores and chances: denser towards the best scores, of which a list shows most."""
    regression = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, right)
    points = np.quantile(scores, np.sort(1 - np.geomspace(max(1e-4, 1 / len(scores)), 1, POINTS)))
    return points, np.maximum.accumulate(np.clip(regression.predict(points), 0, 1))


def reliability(runs: Sequence[CalibrationRun]) -> dict[str, Any]:
    """Figures by kind over the first SHOWN tracks of each list: the expected calibration error (Naeini et al. 2015),
    and by bin of chance how many tracks there are, their mean chance, and the share of them that was relevant."""
    found: dict[str, Any] = {}
    for run in runs:
        lists = [
            pair for number in (0, 1) for pair in _predicted(run.half(number), fit([run.half(1 - number)]), run.kind)
        ]
        if lists:
            found[run.kind] = _reliability(*_joined(lists)) | {"lists": len(lists)}
    return found


def _predicted(run: CalibrationRun, learned: Calibration | None, kind: Kind) -> Iterator[Scored]:
    """Chances of the first tracks of the lists by tables of the other playlists, and whether each was relevant."""
    for _, k, (scores, right) in run.lists if learned else ():
        chances = learned.of_scores(kind, k, scores[:SHOWN]) if learned else None
        if chances is not None:
            yield np.asarray(chances, np.float64), right[:SHOWN]


def _reliability(chances: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> dict[str, Any]:
    number = np.clip(np.digitize(chances, BINS) - 1, 0, len(BINS) - 2)
    bins = [(int(own.sum()), float(chances[own].mean()), float(right[own].mean())) for own in _bins(number)]
    error = sum(count * abs(chance - seen) for count, chance, seen in bins) / max(len(chances), 1)
    shown = [{"tracks": count, "chance": round(chance, 4), "share": round(seen, 4)} for count, chance, seen in bins]
    return {"expected_calibration_error": round(error, 4), "bins": shown}


def _bins(number: npt.NDArray[np.int64]) -> list[npt.NDArray[np.bool_]]:
    return [number == one for one in np.unique(number)]
