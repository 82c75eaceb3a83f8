"""Folding in keeps coordinates: nothing new changes nothing, and a map keeps its points."""

import numpy as np

from kit.map import EDGE, MapPoints
from pipelines.graph.playlist_graph import Graph, artists, build
from pipelines.map.extended import extended
from pipelines.models.folded_in import folded_in
from pipelines.models.interface import Vectors, silent
from pipelines.update.agreement import agreement
from tests.pipelines import playlists as planted
from tests.published import SMALL

PLAYLISTS = planted.islands(playlists=160, tracks=60, length=10)
MODEL = SMALL.model(1)
TABLE = planted.tracks(61)


def graph_of(playlists: list[list[int]]) -> Graph:
    return build(planted.entries(playlists))


def _cosines(vectors: Vectors, graph: Graph, new: int, numbers: range) -> Vectors:
    """Of unit vectors: the track in row `new` with numbered tracks."""
    found: Vectors = vectors[graph.rows([planted.track(number) for number in numbers])] @ vectors[new]
    return found


def test_folding_in_nothing_gives_the_lists_of_before_and_something_keeps_most() -> None:
    before = graph_of(PLAYLISTS)
    space = MODEL.train(before, artists(before, TABLE), silent)
    same = folded_in(MODEL, before, space, before, artists(before, TABLE))
    assert agreement(before, space, before, same, 1) > 0.97
    assert [block.name for block in same.blocks] == [block.name for block in space.blocks]
    grown = graph_of([*PLAYLISTS, [30, 31, 32, 60], [33, 34, 35, 60]])
    later = folded_in(MODEL, before, space, grown, artists(grown, TABLE))
    assert 0.8 < agreement(before, space, grown, later, 1) <= 1
    new = grown.rows([planted.track(60)])[0]
    gcn = next(block for block in later.blocks if block.name == "gcn")
    vectors = later.index[:, gcn.start : gcn.stop]
    home, away = (_cosines(vectors, grown, new, span) for span in (range(30, 60), range(30)))
    assert abs(np.linalg.norm(vectors[new]) - 1) < 1e-3  # float16
    assert home.mean() > away.mean()
    kept = vectors[grown.rows([planted.track(3)])[0]]
    np.testing.assert_array_equal(kept, space.index[before.rows([planted.track(3)])[0], gcn.start : gcn.stop])


def test_a_map_keeps_its_points_and_new_ones_stand_at_their_neighbours() -> None:
    rng = np.random.default_rng(1)
    left = np.tile(np.array([1, 0], np.float32), (40, 1)) + rng.normal(0, 0.05, (40, 2)).astype(np.float32)
    units = np.vstack([left, left[:, ::-1]])
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    x = np.repeat([5_000, 60_000], 40).astype(np.uint16)
    points = MapPoints(x, np.full(80, 9_000, np.uint16), np.repeat([0, 1], 40).astype(np.uint8))
    known = np.arange(80)
    known[[3, 50]] = -1
    found = extended(units, known, points, 1)
    held = known >= 0
    for name in ("x", "y", "cluster"):
        np.testing.assert_array_equal(getattr(found, name)[held], getattr(points, name)[held])
    assert found.cluster[[3, 50]].tolist() == [0, 1]
    assert abs(int(found.x[3]) - 5_000) < EDGE / 10
    assert abs(int(found.x[50]) - 60_000) < EDGE / 10
    assert found.x[3] != 5_000 or found.y[3] != 9_000
