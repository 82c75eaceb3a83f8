"""Training of the query reweighting: a planted preference is learned, and a reweighting without gain is not kept."""

from dataclasses import replace

import numpy as np
import pytest

from kit.query_reweighting import QueryReweighting
from kit.ranker import DEPTH
from kit.release import Block, Spectrum
from pipelines.graph.playlist_graph import artists, build
from pipelines.learning_to_rank import query_reweighting as training
from pipelines.learning_to_rank.held_out_queries import HeldOutSettings, Lookup, held_out_queries, hold_out_playlists
from pipelines.learning_to_rank.query_reweighting import Parts, ReweightingSettings, carried, fit, gain, starts
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from pipelines.models.reranked import TrainedQueryModel
from pipelines.models.spectral import Spectral
from tests.pipelines.playlists import entries, islands, tracks

BLOCKS = [
    Block(name="spectral", start=0, stop=8, spectrum=Spectrum(file="s.npy", scale=3.0, power=-0.8)),
    Block(name="artist", start=8, stop=10),
]
QUICK = ReweightingSettings(bands=2, epochs=12, lists=8, learning_rate=0.05)


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def planted(rng: np.random.Generator, lists: int = 300) -> Parts:
    """The first band is relevant where seeds have a positive first feature, the third where it is negative."""
    z = rng.standard_normal((lists, 2 + 3 * len(BLOCKS))).astype(np.float32)
    scores = rng.uniform(0, 1, (lists, DEPTH, 3)).astype(np.float32)
    scores = np.take_along_axis(scores, np.argsort(-scores.sum(axis=2), axis=1)[:, :, None], axis=1)
    deciding = np.where(z[:, :1] > 0, scores[:, :, 0], scores[:, :, 2])
    right = deciding >= np.sort(deciding, axis=1)[:, -5:-4]
    return Parts(z, scores, right, np.arange(lists))


def test_blocks_that_fall_in_weight_are_cut_into_bands() -> None:
    assert starts(BLOCKS, 4) == [0, 2, 4, 6, 8]
    assert starts(BLOCKS, 1) == [0, 8]


def test_a_planted_preference_is_learned(rng) -> None:
    found = fit(planted(rng), BLOCKS, QUICK, silent)
    assert found.slopes[0, 0] - found.slopes[2, 0] > 0.5
    assert gain(found, planted(rng, lists=60)) > 0.05


def test_a_reweighting_trained_on_other_lists_has_no_gain(rng) -> None:
    found, validation = fit(planted(rng), BLOCKS, QUICK, silent), planted(rng, lists=60)
    assert gain(found, replace(validation, right=validation.right[:, rng.permutation(DEPTH)])) <= 0


def test_a_reweighting_is_valid_for_wider_spaces_of_the_same_blocks_only(rng) -> None:
    found = fit(planted(rng), BLOCKS, QUICK, silent)
    wider = [BLOCKS[0].model_copy(update={"stop": 12}), Block(name="artist", start=12, stop=16)]
    assert not found.fits(wider)
    taken = carried(found, wider)
    assert taken.starts.tolist() == [0, 6, 12]
    assert taken.fits(wider)
    assert (taken.slopes == found.slopes).all()
    assert (carried(found, BLOCKS).starts == found.starts).all()
    assert carried(found, [*wider, Block(name="gcn", start=16, stop=20)]) is None


def test_a_reweighting_is_transferred_to_a_wider_space() -> None:
    graph = build(entries(islands(200, tracks=600, length=40)))
    names = artists(graph, tracks(600))
    fused = Fused(spectral=Spectral(dims=64), gcn=None)
    rest, _ = hold_out_playlists(graph, HeldOutSettings(share=0.4))
    narrow, wide = (fused.train(one, names, silent).blocks for one in (rest, graph))
    assert narrow[0].stop < wide[0].stop
    seeds = 2 + 3 * len(narrow)
    first = np.array(starts(narrow, 8), np.int64)
    shapes = np.zeros(seeds), np.ones(seeds), np.zeros(len(first)), np.zeros((len(first), seeds))
    learned = QueryReweighting(first, *(array.astype(np.float32) for array in shapes))
    assert TrainedQueryModel(learned).of(wide).reweighting.starts.tolist() == starts(wide, 8)


def test_too_few_lists_give_no_reweighting(rng) -> None:
    assert fit(planted(rng, lists=7), BLOCKS, QUICK, silent) is None


def test_the_parts_of_a_list_sum_to_the_scores_of_the_lookup() -> None:
    graph = build(entries(islands(200, tracks=600, length=40)))
    names = artists(graph, tracks(600))
    rest, held = hold_out_playlists(graph, HeldOutSettings(share=0.2))
    fused = Fused(spectral=Spectral(dims=8), gcn=None, artist_graph_dims=0)
    lookup = Lookup.of(rest, names, fused.train(rest, names, silent))
    training_queries = list(held_out_queries(held[:3], rest.item_degree >= 1, HeldOutSettings(queries=2)))
    found = training.parts(lookup, training_queries, QUICK)
    assert len(found.right) == 6
    falling = found.scores.sum(axis=2)
    assert (np.diff(falling, axis=1) <= 1e-5).all()
    queried = lookup.query_of(training_queries[0].seeds).vector
    assert falling[0, 0] == pytest.approx(
        np.delete(lookup.space.index.widened() @ queried, training_queries[0].seeds).max(), rel=1e-4
    )
