"""Stages `cold-start-evaluation` and `coldstart`: which inputs place tracks well, and the network that places them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from kit.cold_start import InputCombination
from pipelines import stage, tables
from pipelines.cold_start import evaluation, placing
from pipelines.cold_start.network_settings import Settings
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.graph import ingested as graph_entries
from pipelines.graph import playlist_graph as graphs
from pipelines.models import data_parallel, train
from pipelines.models.device import device
from pipelines.models.interface import Progress
from pipelines.models.space import TrainedSpace
from pipelines.models.train import TrainingInputs
from pipelines.stage import Built

VERSION = 4
EVALUATION_VERSION = 6
INPUT_TYPES = "kinds.json"


def evaluate(
    work: Path,
    ingested: Built,
    learned: Built,
    held_out: tuple[Built, TrainingInputs],
    settings: Settings,
    progress: Progress,
) -> Built:
    """Which input types place hidden tracks better than popularity, and by how much.

    learned: the space of the training playlists, which is the warm oracle; held_out: that without some of them and the
    hidden tracks, and what both were trained on.
    """
    without, inputs = held_out

    def build(folder: Path) -> Mapping[str, Any]:
        playlists = tables.read(ingested.path, "playlists")
        entries = graph_entries.entries(ingested.path, None, pl.DataFrame(schema=tables.ENTRIES))

        def oracle() -> tuple[graphs.Graph, TrainedSpace]:
            return train.load(learned.path, mapped=True)

        trained = train.load_held_out(inputs, without)
        result = evaluation.evaluate_cold(
            entries, playlists, inputs.tracks, trained, oracle, settings, progress, settings.seed
        )
        input_types = {name: kind.model_dump() for name, kind in result.input_types.items()}
        (folder / INPUT_TYPES).write_bytes(orjson.dumps(input_types, option=orjson.OPT_INDENT_2))
        return result.figures

    keys = {"ingest": ingested.key, "train": learned.key, "held-out": without.key}
    keyed = {**settings.cache_key(), **data_parallel.cache_key()}
    return stage.run(work, "cold-start-evaluation", EVALUATION_VERSION, keys, keyed, build)


def embed_cold_start(
    work: Path, ingested: Built, learned: Built, evaluated: Built, settings: Settings, progress: Progress
) -> Built:
    """The network that places tracks by audio features and artist, and the tracks that it places."""

    def build(folder: Path) -> Mapping[str, Any]:
        graph, space = train.load(learned.path, mapped=True)
        stored = orjson.loads((evaluated.path / INPUT_TYPES).read_bytes())
        input_types = {name: InputCombination.model_validate(kind) for name, kind in stored.items()}
        tracks = TrackAttributes.of(tables.read(ingested.path, "tracks"))
        return placing.build(folder, graph, space, tracks, input_types, settings, progress)

    inputs = {"train": learned.key, "evaluation": evaluated.key}
    return stage.run(work, "coldstart", VERSION, inputs, {**settings.cache_key(), **device().cache_key()}, build)
