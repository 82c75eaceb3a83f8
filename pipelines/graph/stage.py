"""Stage `graph`: the playlist-track graph of a set of entries, and each track's neighbours where they are wanted."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipelines import stage
from pipelines.graph import playlist_graph as graphs
from pipelines.graph import spark
from pipelines.graph.entry_codes import EntryCodes
from pipelines.models.interface import Progress
from pipelines.settings import Settings
from pipelines.stage import Built

VERSION = 2
Entries = pl.DataFrame | EntryCodes


def run(work: Path, ingested: Built, part: str, seed: int, entries: Callable[[], Entries], progress: Progress) -> Built:
    """The graph of a part; for `all` also each track's neighbours, the evidence of explanations, by the threads of this
    machine or the Spark master of SEGUE_PIPELINES_SPARK: the result is the same, and so is the stage's key."""

    def build(folder: Path) -> Mapping[str, Any]:
        graph = graphs.build(entries())
        graphs.save(graph, folder)
        if part == "all":
            progress("which tracks stand together")
            with spark.runner_of(Settings().spark) as runner:
                near = graphs.neighbours(graph, runner=runner)
            np.savez(folder / "neighbours.npz", rows=near.rows, together=near.together)
        return {"playlists": graph.matrix.shape[0], "tracks": graph.matrix.shape[1], "entries": graph.matrix.nnz}

    return stage.run(work, "graph", VERSION, {"ingest": ingested.key}, {"part": part, "seed": seed}, build)


def sentence(built: Built) -> str:
    """How large the graph is."""
    figures = built.report()["figures"]
    return f"{figures['playlists']:,} playlists x {figures['tracks']:,} tracks, {figures['entries']:,} entries"
