"""pipelines.calibration: planted chances are found again, and figures of a table that is off say so."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from pipelines import calibration
from pipelines.calibration import CalibrationRun, fit, reliability, run_of
from pipelines.evaluate import protocol
from pipelines.graph.playlist_graph import Rows

CHANCES = {1: 0.5, 25: 0.9}


def planted(k: int, rng: np.random.Generator) -> tuple[int, calibration.Scored]:
    """A list of 100 candidates: a score s in 0..1 is relevant with chance CHANCES[k] * s."""
    scores = np.sort(rng.random(100))[::-1]
    return k, (scores, rng.random(100) < CHANCES[k] * scores)


@pytest.fixture(scope="module")
def run() -> CalibrationRun:
    rng = np.random.default_rng(3)
    return CalibrationRun("seeds", [(number, *planted(k, rng)) for number in range(400) for k in CHANCES])


def test_planted_chances_are_learned_by_number_of_seeds(run: CalibrationRun) -> None:
    found = fit([run])
    assert found is not None
    assert found.valid()
    scores = np.linspace(0.1, 0.95, 20)
    for k, chance in CHANCES.items():
        assert np.allclose(found.of_scores("seeds", k, scores), chance * scores, atol=0.06)


def test_reliability_is_measured_on_playlists_that_the_table_was_not_fitted_to(run: CalibrationRun) -> None:
    figures = reliability([run])["seeds"]
    assert figures["expected_calibration_error"] < 0.03
    assert figures["lists"] == len(run.lists)
    assert sum(one["tracks"] for one in figures["bins"]) == calibration.SHOWN * len(run.lists)
    half = [
        (number, k, (scores, right & (number % 2 == 0))) for number, k, (scores, right) in run.lists
    ]  # odd playlists hold nothing: what even ones say is off
    assert reliability([replace(run, lists=half)])["seeds"]["expected_calibration_error"] > 0.3


def test_too_few_queries_give_no_table(run: CalibrationRun) -> None:
    few = replace(run, lists=run.lists[:10])
    assert fit([few]) is None
    assert reliability([few]) == {}


class ByRow:
    """Scores tracks by row, the first best."""

    def scores(self, seeds: Sequence[Rows]) -> npt.NDArray[np.float32]:
        return np.tile(-np.arange(30, dtype=np.float32), (len(seeds), 1))


def test_seeds_and_tracks_that_are_not_allowed_are_no_candidates() -> None:
    held = [np.arange(10), np.arange(5, 25)]
    allowed = np.arange(30) < 20
    task = protocol.continuation_task(held, allowed, np.ones(30, np.int64), np.arange(30), "full")
    lists = run_of("seeds", ByRow(), task).lists
    assert [(playlist, k) for playlist, k, _ in lists] == [(query.playlist, query.k) for query in task.queries]
    for query, (_, k, (scores, right)) in zip(task.queries, lists, strict=True):
        candidates = -scores.astype(int)
        assert not set(candidates.tolist()) & set(query.seeds.tolist())
        assert len(candidates) == 20 - int((query.seeds < 20).sum())
        assert set(candidates[right].tolist()) == set(query.targets[query.targets < 20].tolist())
        assert k == len(query.seeds)
