"""A small published release that carries a name model: the playlists of tests.worlds are called by their scene."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from kit.playlist_names import FILE, NameModel
from kit.release import Release
from pipelines.graph.playlist_graph import build
from pipelines.learning_to_rank.held_out_queries import Lookup
from pipelines.learning_to_rank.playlist_names import NameSettings, fit
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.space import TrainedSpace
from pipelines.release.publish import publish
from pipelines.release.release_content import ReleaseContent
from pipelines.release.write import write_release
from tests import worlds

CALLED = {
    "amber": ("Amber evenings", "rainy amber", "amber and honey", "夜の琥珀"),
    "basalt": ("basalt columns", "Dark basalt", "basalt gym", "черный базальт"),
    "cobalt": ("cobalt blue", "Cobalt mornings", "deep cobalt", "🎷 cobalt"),
    "dune": ("dune walks", "Dunes at noon", "desert dune", "صحراء dune"),
}


def playlist_names() -> dict[str, str]:
    """A name for each playlist of worlds.entries, four for each scene in turn."""
    count = 30 * len(worlds.SCENES)
    scene = [worlds.SCENES[number % len(worlds.SCENES)] for number in range(count)]
    return {f"p{number}": CALLED[scene[number]][number // 4 % 4] for number in range(count)}


def model_of(content: ReleaseContent, entries: pl.DataFrame) -> NameModel:
    """The name model of the content's graph space."""
    graph, space = build(entries), content.spaces["graph"]
    assert [track.decode() for track in graph.track_ids.tolist()] == list(space.track_ids)
    trained = TrainedSpace(
        *map(Float16Vectors.of, (space.index, space.query)), space.blocks, space.spectra, space.reweighting
    )
    found = fit(graph, playlist_names(), Lookup.of(graph, [None] * len(content.learned), trained), NameSettings())
    assert found is not None
    return found


def written_with_names(folder: Path) -> Release:
    """The release, not yet published."""
    content = worlds.content(name="named")
    graph = content.spaces["graph"]
    noise = 0.02 * np.random.default_rng(5).standard_normal(graph.index.shape)  # no two tracks of equal score
    content = replace(
        content, spaces={**content.spaces, "graph": replace(graph, index=graph.index + noise.astype(np.float32))}
    )
    model_of(content, worlds.entries()).save(folder / FILE)
    return write_release(folder / "out", replace(content, names=folder / FILE))


def published_with_names(folder: Path) -> Path:
    """A data folder that serves it."""
    publish(written_with_names(folder).path, folder / "data")
    return folder / "data"
