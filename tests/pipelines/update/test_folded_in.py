"""Folding in gives new tracks vectors in the coordinates of a training; what playlists say of them is planted."""

import numpy as np
import polars as pl

from pipelines.graph.playlist_graph import Graph, artists, build
from pipelines.models.folded_in import folded_in
from pipelines.models.interface import Vectors, silent
from pipelines.models.space import TrainedSpace
from tests.pipelines import playlists as planted
from tests.published import SMALL

PLAYLISTS = planted.islands(playlists=160, tracks=60, length=10)
MODEL, NEW, TWIN, SAME_ARTIST = SMALL.model(1), 60, 5, 58
TABLE = planted.tracks(NEW + 1, per_artist=7)


def trained(playlists: list[list[int]], table: pl.DataFrame = TABLE) -> tuple[Graph, TrainedSpace]:
    graph = build(planted.entries(playlists))
    return graph, MODEL.train(graph, artists(graph, table), silent)


def folded(before: Graph, space: TrainedSpace, playlists: list[list[int]], table: pl.DataFrame = TABLE) -> TrainedSpace:
    graph = build(planted.entries(playlists))
    new = graph.rows([planted.track(NEW)])
    return folded_in(MODEL.spectral, before, space, graph, new, artists(graph, table))


def cosine(one: Vectors, other: Vectors) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_a_track_in_the_playlists_of_a_known_one_gets_its_direction_and_length() -> None:
    before, space = trained(PLAYLISTS)
    found = folded(before, space, [[*one, NEW] if TWIN in one else one for one in PLAYLISTS])
    twin = before.rows([planted.track(TWIN)])[0]
    assert [block.name for block in found.blocks] == [block.name for block in space.blocks]
    for block in (block for block in space.blocks if block.name in ("spectral", "gcn")):
        columns = slice(block.start, block.stop)
        for mine, theirs in ((found.index[0], space.index[twin]), (found.query[0], space.query[twin])):
            assert cosine(mine[columns], theirs[columns]) > 0.97, block.name
            ratio = np.linalg.norm(mine[columns]) / np.linalg.norm(theirs[columns])
            assert 0.9 < ratio < 1.1, (block.name, ratio)


def test_a_new_track_is_nearer_to_the_tracks_of_its_playlists() -> None:
    before, space = trained(PLAYLISTS)
    found = folded(before, space, [*PLAYLISTS, [30, 31, 32, NEW], [33, 34, 35, NEW]])
    block = next(block for block in space.blocks if block.name == "gcn")
    columns = slice(block.start, block.stop)
    home, away = (
        space.index[before.rows([planted.track(number) for number in numbers]), columns] @ found.index[0, columns]
        for numbers in (range(30, 60), range(30))
    )
    assert home.mean() > away.mean()


def test_a_new_track_has_the_artist_graph_vector_of_its_artists_tracks() -> None:
    before, space = trained(PLAYLISTS)
    found = folded(before, space, [*PLAYLISTS, [30, 31, NEW], [33, 34, NEW]])
    block = next(block for block in space.blocks if block.name == "artist_graph")
    columns = slice(block.start, block.stop)
    theirs = before.rows([planted.track(SAME_ARTIST)])[0]
    np.testing.assert_array_equal(found.index[0, columns], space.index[theirs, columns])


def test_an_artist_without_learned_tracks_is_the_mean_of_its_playlists() -> None:
    alone = planted.tracks(NEW + 1, per_artist=1)
    before, space = trained(PLAYLISTS, alone)
    found = folded(before, space, [*PLAYLISTS, [30, 31, NEW], [33, 34, NEW]], alone)
    block = next(block for block in space.blocks if block.name == "artist_graph")
    mine = found.index[0, block.start : block.stop]
    near, far = (
        space.index[before.rows([planted.track(one) for one in numbers]), block.start : block.stop] @ mine
        for numbers in ((30, 31, 33, 34), range(30))
    )
    assert abs(float(np.linalg.norm(mine)) - 1) < 1e-3  # float16
    assert near.mean() > far.mean()
