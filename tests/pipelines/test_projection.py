"""The projection stage: which spaces are projected, its recall, and its copy in the release."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kit.projection import Projection
from kit.release import Release
from pipelines.chain import Chain
from pipelines.graph.playlist_graph import Graph, build
from pipelines.index.projection import ProjectionSettings, fitted, load, queries, sentence
from pipelines.models.space import TrainedSpace
from pipelines.models.train import TrainSettings, train
from tests.pipelines.playlists import entries, islands, tracks
from tests.published import QUICK, SMALL, source_files

LOW = ProjectionSettings(width=10, queries=40, held=20, fewest=20, tracks=40, candidates=(40, 60), wanted=0.9)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return build(entries(islands()))


@pytest.fixture(scope="module")
def space(graph: Graph) -> TrainedSpace:
    return train(graph, tracks(60), TrainSettings(gcn_steps=5))


def test_it_is_fitted_and_validated_on_disjoint_queries(graph: Graph, space: TrainedSpace) -> None:
    found = fitted(space, space.index, graph, LOW)
    assert found is not None
    assert found.projection.fits(space.index.shape[1], LOW.width)
    assert found.recall[60] == 1  # every track is a candidate
    assert found.figures()["columns"] == LOW.width
    assert found.candidates == (40 if found.recall[40] >= LOW.wanted else 60)


def test_the_seed_decides_the_result(graph: Graph, space: TrainedSpace) -> None:
    found = [fitted(space, space.index, graph, replace(LOW, seed=seed)) for seed in (1, 1, 2)]
    once, again, other = (one.projection.index for one in found if one)
    assert (once == again).all()
    assert (once != other).any()


def test_queries_are_of_one_to_many_tracks_of_one_playlist(graph: Graph) -> None:
    asked = queries(graph, LOW)
    assert len({len(rows) for rows in asked}) > 2
    held = [set(graph.matrix.indices[a:b].tolist()) for a, b in pairwise(graph.matrix.indptr)]
    assert all(any(set(rows.tolist()) <= one for one in held) for rows in asked)


@pytest.mark.parametrize(
    "settings",
    [replace(LOW, width=1000), replace(LOW, tracks=61), replace(LOW, fewest=10_000), ProjectionSettings()],
    ids=["few columns", "few tracks", "few queries", "as refresh fits it"],
)
def test_a_small_space_is_not_projected(graph: Graph, space: TrainedSpace, settings: ProjectionSettings) -> None:
    assert fitted(space, space.index, graph, settings) is None


def test_a_stage_without_a_projection_leaves_none(tmp_path: Path) -> None:
    assert load(tmp_path, {}) is None
    assert "whole" in sentence({})


# -- in a release ----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("narrow")
    chain = Chain(
        source_files(folder / "sources"), folder / "work", 1, SMALL, QUICK, narrow=replace(LOW, candidates=(100, 190))
    )
    return chain.release(folder / "out", "narrow")


def test_refresh_puts_it_into_the_release_with_its_recall(released: Release) -> None:
    stated = released.manifest.spaces["graph"].narrow
    assert stated is not None
    assert released.index_dims["graph"] == stated.dim == LOW.width < released.dims["graph"]
    assert released.manifest.metrics["index"]["recall@200"][str(stated.candidates)] > 0.8
    released.verify()
    projection = Projection.of(released, "graph")
    assert projection is not None
    index = np.asarray(released.index_vectors("graph"), np.float32)
    error = projection.of_query(index[:20]) @ projection.of_index(index).T - index[:20] @ index.T
    assert np.sqrt((error**2).mean()) < 0.5 * (index[:20] @ index.T).std()


def test_other_spaces_are_not_projected(released: Release) -> None:
    assert Projection.of(released, "audio") is None
    assert released.index_dims["audio"] == released.dims["audio"]
