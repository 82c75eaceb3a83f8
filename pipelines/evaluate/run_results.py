"""Results of one model on one task, cached as a finished stage, so that an interrupted evaluation resumes.

The key is made of the data, the task, the seed, the model with all its settings and VERSION. Beside figures, the value
of every query is kept, because a paired interval needs the values of both models.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines import stage
from pipelines.evaluate.figure import Source
from pipelines.evaluate.protocol import TaskMetrics
from pipelines.models.interface import Model

VERSION = 2  # of the code behind all results: raise it when the same model and data would get other figures
Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class RunResult:
    """`figures` are plain values for JSON, `values` arrays by name; `reused` is true for a cached result."""

    figures: Mapping[str, Any]
    values: Arrays
    reused: bool = False


def cached_result(
    work: Path, source: Source, query: str, about: Mapping[str, Any], answer: Callable[[], RunResult]
) -> RunResult:
    """The result of a task, from its stage or computed; `about` is everything else that it depends on."""

    def build(folder: Path) -> Mapping[str, Any]:
        found = answer()
        np.savez(folder / "values.npz", allow_pickle=False, **found.values)
        return found.figures

    settings = {"question": query, "seed": source.seed, **about}
    built = stage.run(work, "evaluated", VERSION, {"data": source.data_hash}, settings, build)
    with np.load(built.path / "values.npz", allow_pickle=False) as arrays:
        return RunResult(built.report()["figures"], dict(arrays), built.reused)


def of_model(model: Model) -> dict[str, Any]:
    """A model and all its settings, for `about`."""
    return {"model": model.name, "settings": model.settings()}


def arrays(task: str, metrics_from: TaskMetrics) -> dict[str, npt.NDArray[Any]]:
    """Task metrics as arrays whose names begin with that of the task."""
    covered = np.array(sorted(metrics_from.coverage.items()), np.float64).reshape(-1, 2)
    plain = {
        "playlist": metrics_from.playlist,
        "k": metrics_from.k,
        "coverage": covered,
        "playlists": np.array(metrics_from.playlists),
    }
    figures = {f"figure/{name}": values for name, values in metrics_from.figures.items()}
    return {f"{task}/{name}": values for name, values in (plain | figures).items()}


def metrics_from(task: str, values: Arrays) -> TaskMetrics:
    """The task metrics that `arrays` stored."""
    own = {name.removeprefix(f"{task}/"): array for name, array in values.items() if name.startswith(f"{task}/")}
    figures = {name.removeprefix("figure/"): array for name, array in own.items() if name.startswith("figure/")}
    coverage = {int(k): float(share) for k, share in own["coverage"]}
    return TaskMetrics(own["playlist"], own["k"], figures, coverage, int(own["playlists"]))
