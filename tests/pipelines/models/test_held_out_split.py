"""What the shared training leaves out: held-out playlists and hidden tracks, and nothing else."""

import numpy as np
import pytest

from pipelines.graph.playlist_graph import MINIMUM_DEGREE, Graph, build, of_tracks
from pipelines.learning_to_rank.held_out_queries import HeldOutSettings, hold_out_playlists
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.held_out_split import HeldOutSplit
from pipelines.models.space import TrainedSpace
from tests.pipelines import playlists as planted

SETTINGS = HeldOutSettings(share=0.3, seed=4)


@pytest.fixture(scope="module")
def split() -> HeldOutSplit:
    return HeldOutSplit.of(build(planted.entries(planted.islands(playlists=200, tracks=300, length=12))), SETTINGS)


def entries_of(graph: Graph) -> set[tuple[str, bytes, int]]:
    matrix = graph.matrix.tocoo()
    playlists, tracks = graph.playlist_ids[matrix.row].tolist(), graph.track_ids[matrix.col].tolist()
    assert graph.positions is not None
    return set(zip(playlists, tracks, graph.positions.tolist(), strict=True))


def test_it_is_trained_on_the_entries_of_neither_held_out_playlists_nor_hidden_tracks(split: HeldOutSplit) -> None:
    held = set(split.graph.playlist_ids.tolist()) - set(split.trained_on.playlist_ids.tolist())
    hidden = {track_id.encode() for track_id in split.hidden_ids}
    assert 40 < len(held) < 80
    assert 15 < len(hidden) < 45
    assert set(split.held_out) <= held
    expected = {one for one in entries_of(split.graph) if one[0] not in held and one[1] not in hidden}
    assert entries_of(split.trained_on) == expected


def test_what_the_query_model_divides_again_gives_the_graph_that_was_trained_on(split: HeldOutSplit) -> None:
    rest, held = hold_out_playlists(split.visible, SETTINGS)
    assert entries_of(rest) == entries_of(split.trained_on)
    assert rest.track_ids.tolist() == split.trained_on.track_ids.tolist()
    assert len(held) == len(split.held_out)


def test_the_playlists_that_are_known_have_their_hidden_tracks(split: HeldOutSplit) -> None:
    assert split.known.playlist_ids.tolist() == split.trained_on.playlist_ids.tolist()
    assert {one for one in entries_of(split.known) if one[1].decode() not in split.hidden_ids} == entries_of(
        split.trained_on
    )


def test_learned_are_the_tracks_that_stand_often_enough_in_what_was_trained_on(split: HeldOutSplit) -> None:
    count = len(split.trained_on.track_ids)
    vectors = np.arange(2 * count, dtype=np.float32).reshape(count, 2)
    graph, space = split.learned(TrainedSpace(Float16Vectors.of(vectors), Float16Vectors.of(-vectors), [], {}))
    often = split.trained_on.item_degree >= MINIMUM_DEGREE
    assert not often.all(), "some tracks stand in held-out playlists only"
    assert graph.track_ids.tolist() == split.trained_on.track_ids[often].tolist()
    assert np.array_equal(space.index.widened(), vectors[often].astype(np.float16))
    assert np.array_equal(space.query.widened(), -vectors[often].astype(np.float16))


def test_hidden_tracks_stay_hidden_when_playlists_are_added() -> None:
    lists = planted.islands(playlists=200, tracks=300, length=12)
    few, all_of_them = (HeldOutSplit.of(build(planted.entries(some)), SETTINGS) for some in (lists[:150], lists))
    assert set(few.hidden_ids) <= set(all_of_them.hidden_ids)


def test_a_graph_over_some_tracks_keeps_its_playlists_and_positions(split: HeldOutSplit) -> None:
    rows = np.arange(0, len(split.graph.track_ids), 40)
    some = of_tracks(split.graph, rows)
    assert some.playlist_ids.tolist() == split.graph.playlist_ids.tolist()
    kept = set(split.graph.track_ids[rows].tolist())
    assert entries_of(some) == {one for one in entries_of(split.graph) if one[1] in kept}
    assert (some.lengths == 0).any()
