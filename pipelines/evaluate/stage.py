"""Stage `evaluate`: continuation metrics of the training run on the held-out playlists."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from kit.playlist_names import FILE as NAMES
from kit.playlist_names import NameModel
from pipelines import stage, tables
from pipelines.evaluate import release_metrics, splits
from pipelines.ingest import training_input
from pipelines.models import train
from pipelines.models.interface import Progress
from pipelines.models.reranked import TrainedQueryModel
from pipelines.stage import Built

VERSION = 4
FILE = "metrics.json"


@dataclass(frozen=True, slots=True)
class EvaluationInputs:
    """The stages that it reads; `train` and `names` are those of the training playlists."""

    ingest: Built
    train: Built
    query_model: Built
    names: Built
    seed: int


def run(work: Path, inputs: EvaluationInputs, cooccurring: int, progress: Progress) -> Built:
    """The metrics, as metrics.json and as the stage's figures."""

    def build(folder: Path) -> Mapping[str, Any]:
        graph, space = train.load(inputs.train.path, mapped=True)
        tracks, playlists = (tables.read(inputs.ingest.path, name) for name in ("tracks", "playlists"))
        _, held = splits.split(playlists, inputs.seed)
        entries = tables.entries_of(inputs.ingest.path, held)
        trained, names = TrainedQueryModel.load(inputs.query_model.path), inputs.names.path / NAMES
        named = NameModel.load(names) if names.exists() else None
        task = release_metrics.task(graph, entries, tracks, held, training_input.playlist_names(playlists), inputs.seed)
        measured = release_metrics.figures(
            graph, space, trained, named, tracks, task, inputs.seed, progress, cooccurring
        )
        (folder / FILE).write_bytes(orjson.dumps(measured, option=orjson.OPT_INDENT_2))
        return measured

    return stage.run(work, "evaluate", VERSION, {"names": inputs.names.key}, {"seed": inputs.seed}, build)
