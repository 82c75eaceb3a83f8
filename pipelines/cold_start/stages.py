"""Stages `cold-start-evaluation` and `coldstart`: which inputs place tracks well, and the network that places them."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from kit.cold_start import InputCombination
from pipelines import stage, tables
from pipelines.cold_start import evaluation, placing
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.cold_start.training_example import Settings
from pipelines.graph import playlist_graph as graphs
from pipelines.models import data_parallel, train
from pipelines.models.device import device
from pipelines.models.interface import Progress
from pipelines.models.space import TrainedSpace
from pipelines.models.train import TrainSettings
from pipelines.stage import Built

VERSION = 4
KINDS = "kinds.json"


def evaluate(work: Path, ingested: Built, training: TrainSettings, settings: Settings, progress: Progress) -> Built:
    """Which input types place hidden tracks better than popularity, and by how much."""

    def build(folder: Path) -> Mapping[str, Any]:
        read = (tables.read(ingested.path, name) for name in ("tracks", "entries", "playlists"))
        tracks, entries, playlists = read

        def fit(graph: graphs.Graph) -> TrainedSpace:
            return train.train(graph, tracks, training, progress, settings.seed)

        result = evaluation.evaluate_cold(entries, playlists, tracks, fit, settings, progress, settings.seed)
        kinds = {name: kind.model_dump() for name, kind in result.kinds.items()}
        (folder / KINDS).write_bytes(orjson.dumps(kinds, option=orjson.OPT_INDENT_2))
        return result.figures

    keyed = {**asdict(training), **settings.cache_key(), **data_parallel.cache_key()}
    return stage.run(work, "cold-start-evaluation", VERSION, {"ingest": ingested.key}, keyed, build)


def place(
    work: Path, ingested: Built, learned: Built, evaluated: Built, settings: Settings, progress: Progress
) -> Built:
    """The network that places tracks by audio features and artist, and the tracks that it places."""

    def build(folder: Path) -> Mapping[str, Any]:
        graph, space = train.load(learned.path)
        stored = orjson.loads((evaluated.path / KINDS).read_bytes())
        kinds = {name: InputCombination.model_validate(kind) for name, kind in stored.items()}
        tracks = TrackAttributes.of(tables.read(ingested.path, "tracks"))
        return placing.build(folder, graph, space, tracks, kinds, settings, progress)

    inputs = {"train": learned.key, "evaluation": evaluated.key}
    return stage.run(work, "coldstart", VERSION, inputs, {**settings.cache_key(), **device().cache_key()}, build)
