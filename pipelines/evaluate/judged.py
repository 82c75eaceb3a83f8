"""What one model did in an exam, kept as a finished stage: a stopped evaluation goes on, a second one is a reading.

The key is made of the data, the question, the seed, the model with all its settings and VERSION. Beside figures, every
question's own value is kept, because a paired interval needs the values of both models.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines import stage
from pipelines.evaluate.figure import Source
from pipelines.evaluate.protocol import Marks
from pipelines.models.interface import Model

VERSION = 1  # of all that makes an answer: raise it when the same model and data would get other figures
Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """`figures` are plain values for JSON, `values` arrays by name; `reused` says that it was there already."""

    figures: Mapping[str, Any]
    values: Arrays
    reused: bool = False


def kept(work: Path, source: Source, question: str, about: Mapping[str, Any], answer: Callable[[], Answer]) -> Answer:
    """The answer to a question, from its stage or worked out; `about` is everything else that it depends on."""

    def build(folder: Path) -> Mapping[str, Any]:
        found = answer()
        np.savez(folder / "values.npz", allow_pickle=False, **found.values)
        return found.figures

    settings = {"question": question, "seed": source.seed, **about}
    built = stage.run(work, "judged", VERSION, {"data": source.data_hash}, settings, build)
    with np.load(built.path / "values.npz", allow_pickle=False) as arrays:
        return Answer(built.report()["figures"], dict(arrays), built.reused)


def of_model(model: Model) -> dict[str, Any]:
    """A model and all its settings, for `about`."""
    return {"model": model.name, "settings": model.settings()}


def arrays(exam: str, marks: Marks) -> dict[str, npt.NDArray[Any]]:
    """Marks as arrays whose names begin with that of the exam."""
    covered = np.array(sorted(marks.coverage.items()), np.float64).reshape(-1, 2)
    plain = {"playlist": marks.playlist, "k": marks.k, "coverage": covered, "playlists": np.array(marks.playlists)}
    figures = {f"figure/{name}": values for name, values in marks.figures.items()}
    return {f"{exam}/{name}": values for name, values in (plain | figures).items()}


def marks(exam: str, values: Arrays) -> Marks:
    """The marks that `arrays` made."""
    own = {name.removeprefix(f"{exam}/"): array for name, array in values.items() if name.startswith(f"{exam}/")}
    figures = {name.removeprefix("figure/"): array for name, array in own.items() if name.startswith("figure/")}
    coverage = {int(k): float(share) for k, share in own["coverage"]}
    return Marks(own["playlist"], own["k"], figures, coverage, int(own["playlists"]))
