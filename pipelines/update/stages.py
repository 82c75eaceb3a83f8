"""The stages of an update: the space, the placed tracks and the map of a full refresh, with what is new folded in.

Each is a cached stage (pipelines.stage) whose inputs are the new tables and the stage of the full refresh that it
starts from, so the same files and the same full refresh give the same bytes.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipelines import stage, tables
from pipelines.cold_start import placing
from pipelines.cold_start.placed import audio_space, place
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.graph import ingested as graph_entries
from pipelines.graph import playlist_graph as graphs
from pipelines.map import stage as map_stage
from pipelines.models import space as spaces
from pipelines.models import train
from pipelines.models.folded_in import folded_in
from pipelines.models.train import TrainSettings
from pipelines.release.stacked import Stacked
from pipelines.stage import Built
from pipelines.update.agreement import agreement

TRAIN_VERSION = COLDSTART_VERSION = MAP_VERSION = 1


def train_stage(
    work: Path, before: Built, graph_built: Built, tracks: pl.DataFrame, settings: TrainSettings, seed: int
) -> Built:
    """The `graph` space of `before` with the graph's new playlists and tracks; figures hold the share of each list that
    is the same."""

    def build(folder: Path) -> Mapping[str, Any]:
        started = time.process_time()
        graph = graphs.load(graph_built.path)
        earlier_graph, earlier = train.load(before.path, mapped=True)
        artists = graphs.artists(graph, tracks)
        found = folded_in(settings.model(seed), earlier_graph, earlier, graph, artists)
        graphs.save(graph, folder)
        spaces.save(found, folder)
        new = int((earlier_graph.rows([one.decode() for one in graph.track_ids.tolist()]) < 0).sum())
        agreed = agreement(earlier_graph, earlier, graph, found, seed)
        return {"new_tracks": new, "lists_kept": agreed, "cpu_s": round(time.process_time() - started, 1)}

    inputs = {"graph": graph_built.key, "from": before.key}
    return stage.run(work, "update-train", TRAIN_VERSION, inputs, before.report()["settings"], build)


def cold_start_stage(work: Path, before: Built, ingested: Built, learned: Built) -> Built:
    """The tracks that playlists have not taught, placed by the network of `before`."""

    def build(folder: Path) -> Mapping[str, Any]:
        earlier = placing.load(before.path)
        graph, space = train.load(learned.path, mapped=True)
        tracks = TrackAttributes.of(tables.read(ingested.path, "tracks"))
        known = {track_id.decode() for track_id in graph.track_ids.tolist()}
        rows = np.array([row for row, one in enumerate(tracks.track_ids) if one not in known], np.int64)
        mine = tracks.find([track_id.decode() for track_id in graph.track_ids.tolist()])
        placed = place(earlier.network, space, mine, tracks.take(rows))
        audio = audio_space(tracks, earlier.network.scale)
        return placing.save(folder, replace(earlier, placed=placed, audio=audio))

    return stage.run(work, "update-coldstart", COLDSTART_VERSION, {"train": learned.key, "from": before.key}, {}, build)


def map_update_stage(work: Path, before: Built, ingested: Built, learned: Built, cold: Built, seed: int) -> Built:
    """The map of `before` with the new tracks at their neighbours."""

    def build(folder: Path) -> Mapping[str, Any]:
        graph, space = train.load(learned.path, mapped=True)
        placed = placing.load(cold.path).placed
        ids = [*(track_id.decode() for track_id in graph.track_ids.tolist()), *placed.track_ids]
        vectors = Stacked([space.index.stored, placed.index])
        tracks, counts = tables.read(ingested.path, "tracks"), graph_entries.playlist_counts(ingested.path)
        earlier = map_stage.load(before.path)
        return map_stage.build(folder, ids, vectors, tracks, counts, seed, lambda _: None, earlier)

    inputs = {"coldstart": cold.key, "from": before.key}
    return stage.run(work, "update-map", MAP_VERSION, inputs, {"seed": seed, **map_stage.settings()}, build)
