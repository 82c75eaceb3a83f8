"""The training stages: from a graph to the `graph` space of a release, its query reweighting and its ranker."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from kit.playlist_names import FILE
from pipelines import stage
from pipelines.graph import playlist_graph as graphs
from pipelines.graph.playlist_graph import Graph
from pipelines.learning_to_rank import playlist_names
from pipelines.learning_to_rank.held_out_queries import Lookup
from pipelines.learning_to_rank.playlist_names import NameSettings
from pipelines.models import data_parallel, space
from pipelines.models.held_out_split import HeldOutSplit
from pipelines.models.interface import Artists, Names, Progress, silent
from pipelines.models.reranked import Reranked, TrainedQueryModel
from pipelines.models.space import TrainedSpace
from pipelines.models.train_settings import DEFAULTS, TrainSettings
from pipelines.models.warm_start import EarlierEmbeddings

VERSION = 4  # of this stage's code: raise it when the same input gives another result
QUERY_MODEL_VERSION = 4
HELD_OUT_VERSION = 1
NAMES_VERSION = 1


class NothingToLearn(Exception):
    """No track is in two playlists; the message says what is needed."""


@dataclass(frozen=True, slots=True)
class TrainingInputs:
    """Inputs of a training stage: the graph with its `tracks` (canonical), the keys of earlier stages, and the names of
    playlists, of which only those of the graph's are read."""

    graph: Graph
    tracks: pl.DataFrame
    keys: Mapping[str, str]
    settings: TrainSettings = DEFAULTS
    seed: int = 1
    names: Names = field(default_factory=dict)


def train(
    graph: Graph,
    tracks: pl.DataFrame,
    settings: TrainSettings = DEFAULTS,
    progress: Progress = silent,
    seed: int = 1,
    earlier: EarlierEmbeddings | None = None,
) -> TrainedSpace:
    """Trains the fused space over the graph's tracks; `tracks` (canonical) names the artists. NothingToLearn when
    empty."""
    if min(graph.matrix.shape) < 2:
        raise NothingToLearn(
            f"only {graph.matrix.shape[1]} tracks stand in {graphs.MINIMUM_DEGREE} or more playlists: ingest more "
            "playlists"
        )
    return settings.model(seed).train(graph, graphs.artists(graph, tracks), progress, earlier)


def train_stage(
    work: Path, inputs: TrainingInputs, progress: Progress = silent, earlier: EarlierEmbeddings | None = None
) -> stage.Built:
    """The training stage: a folder with graph.npz and what space.save writes."""

    def build(folder: Path) -> Mapping[str, Any]:
        started = time.process_time()
        graph = inputs.graph
        trained = train(graph, inputs.tracks, inputs.settings, progress, inputs.seed, earlier)
        graphs.save(graph, folder)
        space.save(trained, folder)
        playlists, tracks = graph.matrix.shape
        return {"playlists": playlists, "tracks": tracks, "cpu_s": round(time.process_time() - started, 1)}

    earlier_version = {"started_from": earlier.version} if earlier else {}
    settings = {**asdict(inputs.settings), **data_parallel.cache_key(), "seed": inputs.seed, **earlier_version}
    settings |= _parts_key(inputs)
    return stage.run(work, "train", VERSION, inputs.keys, settings, build)


def _parts_key(inputs: TrainingInputs) -> dict[str, int]:
    """The bound that divides a large graph; nothing for others, whose result does not depend on it."""
    gcn = inputs.settings.model(inputs.seed).gcn
    return {"entries": gcn.entries} if gcn and inputs.graph.matrix.nnz > gcn.entries else {}


def held_out_stage(work: Path, inputs: TrainingInputs, progress: Progress = silent) -> stage.Built:
    """The space without some playlists and tracks of the graph (pipelines/models/held_out_split.py): a folder with what
    space.save writes."""

    def build(folder: Path) -> Mapping[str, Any]:
        started = time.process_time()
        graph = _split(inputs).trained_on
        space.save(train(graph, inputs.tracks, inputs.settings, progress, inputs.seed), folder)
        playlists, tracks = graph.matrix.shape
        return {"playlists": playlists, "tracks": tracks, "cpu_s": round(time.process_time() - started, 1)}

    settings = {**asdict(inputs.settings), **asdict(_query_model(inputs).held_out), **data_parallel.cache_key()}
    settings |= _parts_key(inputs)
    return stage.run(work, "train-held-out", HELD_OUT_VERSION, inputs.keys, settings, build)


def load_held_out(inputs: TrainingInputs, built: stage.Built) -> tuple[HeldOutSplit, TrainedSpace]:
    """What `held_out_stage` left out, and its space, mapped: its rows are the tracks of `trained_on`."""
    return _split(inputs), space.load(built.path, mapped=True)


def _split(inputs: TrainingInputs) -> HeldOutSplit:
    return HeldOutSplit.of(inputs.graph, _query_model(inputs).held_out)


def _query_model(inputs: TrainingInputs) -> Reranked:
    return Reranked.seeded(inputs.seed, inputs.settings.model(inputs.seed), inputs.settings.cooccurring)


def query_model_stage(
    work: Path, inputs: TrainingInputs, held_out: stage.Built, progress: Progress = silent
) -> stage.Built:
    """The stage of query reweighting and ranker for a space of these settings (reranked.TrainedQueryModel), learned
    from playlists that the space of `held_out` has not seen."""
    model = _query_model(inputs)

    def build(folder: Path) -> Mapping[str, Any]:
        started = time.process_time()
        split, learned = _split(inputs), space.load(held_out.path, mapped=True)

        def first_stage(graph: Graph, artists: Artists, _: Progress) -> Lookup:
            return Lookup.of(graph, artists, learned, model.table(graph))

        visible = split.visible
        artists = graphs.artists(visible, inputs.tracks)
        query_model = model.train(visible, artists, progress, names=inputs.names, first_stage=first_stage)
        query_model.save(folder)
        kept = {
            "reweighting": query_model.reweighting is not None,
            "ranker": query_model.ranker is not None,
            "names": query_model.names,
        }
        return kept | {"cpu_s": round(time.process_time() - started, 1)}

    keys = {**inputs.keys, "held-out": held_out.key}
    settings = {**asdict(model), **data_parallel.cache_key()}
    return stage.run(work, "query-model", QUERY_MODEL_VERSION, keys, settings, build)


def names_stage(
    work: Path, inputs: TrainingInputs, trained: stage.Built, query_model_built: stage.Built
) -> stage.Built:
    """The name model of a trained space (kit.playlist_names.FILE); an empty folder where names do not help."""
    settings = NameSettings(seed=inputs.seed)

    def build(folder: Path) -> Mapping[str, Any]:
        graph, learned = load(trained.path, mapped=True)
        query_model = TrainedQueryModel.load(query_model_built.path).of(learned.blocks)
        if not query_model.names:
            return {"ngrams": 0}
        learned = replace(learned, reweighting=query_model.reweighting)
        lookup = Lookup.of(graph, graphs.artists(graph, inputs.tracks), learned)
        found = playlist_names.fit(graph, inputs.names, lookup, settings)
        if found:
            found.save(folder / FILE)
        return {"ngrams": len(found.grams) if found else 0}

    keys = {"train": trained.key, "query-model": query_model_built.key}
    return stage.run(work, "names", NAMES_VERSION, keys, asdict(settings), build)


def names_sentence(built: stage.Built) -> str:
    """What a progress line says of a finished names stage."""
    grams = built.report()["figures"]["ngrams"]
    return f"{grams:,} n-grams of playlist names" if grams else "names of playlists are not used"


def load(folder: Path, *, mapped: bool = False) -> tuple[Graph, TrainedSpace]:
    """Reads the graph and the space of a training stage; with `mapped` rows of the vectors are read when used."""
    return graphs.load(folder), space.load(folder, mapped=mapped)
