"""Figures of the ordered protocol: every model on the same next tracks and continuations, with intervals.

run(data, ["fused", "sequence"])                  # evaluated on the held-out role
run(data, ["fused", "sequence"], inner=True)      # on a part of the training role, where settings are chosen
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipelines import tables
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.evaluate import metrics, model_factory, ordered, splits
from pipelines.evaluate.figure import DRAWS, Figure, Floats, Source
from pipelines.evaluate.model_factory import ModelInputs
from pipelines.evaluate.ordered import Mask, OrderedMetrics, OrderedTask
from pipelines.evaluate.tune import INNER_SPLIT
from pipelines.evaluate.world import world_of
from pipelines.graph.playlist_graph import Graph
from pipelines.models.interface import Progress, Vectors, silent
from pipelines.models.playlist_sequences import ordered as in_order

MEASURES: Mapping[str, Callable[[Floats], Floats]] = {
    "mrr": lambda ranks: 1 / ranks,
    "hit@10": lambda ranks: (ranks <= 10).astype(np.float64),
    "hit@50": lambda ranks: (ranks <= 50).astype(np.float64),
}
NOTE = f"averaged over {', '.join(map(str, ordered.SHOWN))} tracks shown"


def run(
    data: Path,
    names: Sequence[str],
    against: str = "fused",
    inner: bool = False,
    seed: int = 1,
    progress: Progress = silent,
) -> list[Figure]:
    """Figures of models (model_names.NAMES) on an ingested folder, 5-core catalogue.

    When `against` is among the names, every other model also gets its paired difference of mrr to it.
    """
    entries, playlists, tracks = (tables.read(data, name) for name in ("entries", "playlists", "tracks"))
    train, held = splits.split(playlists, seed)
    if inner:
        train, held = splits.hold_out(train, INNER_SPLIT)
    world = world_of(entries, tracks, train, held, "5-core", "random", seed)
    given = ModelInputs(world.graph, entries, tracks, seed)
    task = task_of(world.graph, world.task.allowed, entries, tracks, held)
    found: dict[str, OrderedMetrics] = {}
    settings: dict[str, Mapping[str, Any]] = {}
    for name in names:
        model = model_factory.model(name, given)
        found[name] = ordered.ordered_metrics(model.fit(world.graph, world.artists, progress), task, seed)
        settings[name] = model.settings()
        progress(f"{name}: mean reciprocal rank {found[name].average:.4f}")
    source = Source.of(data, seed)
    rows = [
        replace(f, settings=settings[name]) for name, results in found.items() for f in figures(name, results, source)
    ]
    others = [name for name in found if against in found and name != against]
    return rows + [difference(name, found[name], against, found[against], source) for name in others]


def task_of(
    graph: Graph, allowed: Mask, entries: pl.DataFrame, tracks: pl.DataFrame, held: Sequence[str]
) -> OrderedTask:
    """Builds the ordered task of the held-out playlists."""
    return ordered.ordered_task(in_order(graph, entries, held), allowed, measured(graph, tracks))


def measured(graph: Graph, tracks: pl.DataFrame) -> Vectors:
    """(n, 12) features of the graph's tracks, NaN also where they were matched by name and may be another
    recording's."""
    attributes = TrackAttributes.of(tracks).find([track_id.decode() for track_id in graph.track_ids])
    return np.where(attributes.measured[:, None], attributes.features, np.float32(np.nan))


def figures(name: str, results: OrderedMetrics, source: Source) -> list[Figure]:
    """Ranks of the next track, precision of the continuation, and steps between consecutive tracks in it."""
    rows = [_averaged(name, measure, by_playlist(results, work), source) for measure, work in MEASURES.items()]
    if len(results.precision):
        rows.append(_averaged(name, "map@10", results.precision[:, None], source, "of the continuation"))
    for part, apart in results.apart.items():
        if np.isnan(apart).all():  # no track has measured features
            continue
        shuffled = results.mean_steps()[part][1]
        rows.append(_averaged(name, f"{part} apart", apart[:, None], source, f"{shuffled:.4f} when shuffled"))
    return rows


def difference(name: str, results: OrderedMetrics, against: str, other: OrderedMetrics, source: Source) -> Figure:
    """The paired difference of mean reciprocal ranks."""
    values = results.by_playlist() - other.by_playlist()
    return _averaged(name, f"mrr minus {against}'s", values, source)


def by_playlist(results: OrderedMetrics, work: Callable[[Floats], Floats]) -> Floats:
    """(playlists, numbers of seeds) a measure of the ranks, NaN without a query."""
    ranks = 1 / results.by_playlist()
    return np.where(np.isnan(ranks), np.nan, work(ranks))


def _averaged(name: str, measure: str, values: Floats, source: Source, note: str = NOTE) -> Figure:
    spread = metrics.interval(values, metrics.resamples(len(values), DRAWS, source.seed))
    value = float(np.nanmean(values, axis=0).mean())
    return Figure("ordered", name, measure, value, spread, source, note=note)
