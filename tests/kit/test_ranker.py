"""Tests of the learned reranker: features of a hand-checked list, ordering, save and load."""

from dataclasses import replace

import numpy as np
import pytest

from kit.query import Pooling
from kit.ranker import Ranker
from kit.ranker_features import ItemFeatures, features, names
from kit.release import Block, Space

BLOCKS = [Block(name="a", start=0, stop=2), Block(name="b", start=2, stop=4, weight=0.5)]
SPACE = Space(dim=4, distance="dot", blocks=BLOCKS)
SEEDS = np.array([[1.0, 0, 0, 2], [1, 0, 0, 0]], np.float32)
HITS = np.array([[2.0, 0, 0, 2], [1, 1, 0, 0], [0, 3, 0, 0]], np.float32)
QUERIED = Pooling(SPACE, {}).pool(SEEDS, np.ones(2, np.float32))
OF_SEEDS = ItemFeatures(np.array([-2.0, -4.0], np.float32), np.array([7, -1]), np.zeros(2, bool))
OF_HITS = ItemFeatures(np.array([-3.0, -1.0, -6.0], np.float32), np.array([7, 7, -1]), np.zeros(3, bool))


@pytest.fixture
def rng():
    return np.random.default_rng(4)


@pytest.fixture
def found():
    columns = features(BLOCKS, QUERIED.vector, OF_SEEDS, HITS, OF_HITS)
    return dict(zip(names(BLOCKS), columns.T, strict=True))


def ranker(direct: dict[str, float], *, cooccurring: bool = False) -> Ranker:
    """One that only adds up features."""
    columns = names(BLOCKS, cooccurring=cooccurring)
    wide = len(columns)
    weights = np.array([direct.get(name, 0.0) for name in columns], np.float32)
    zeros = np.zeros
    layers = (zeros((3, wide), np.float32), zeros(3, np.float32), zeros((2, 3), np.float32), zeros(2, np.float32))
    return Ranker(
        np.array(columns), zeros(wide, np.float32), np.ones(wide, np.float32), *layers, zeros(2, np.float32), weights
    )


def test_block_scores_sum_to_the_retrieval_score(found):
    assert found["a.score"] == pytest.approx([2, 1, 0])
    assert found["b.score"] == pytest.approx([1, 0, 0])
    assert found["list.score"] == pytest.approx(HITS @ QUERIED.vector)
    assert found["list.behind_first"] == pytest.approx([0, -2, -3])


def test_the_centroid_is_that_of_the_first_candidates(found):
    assert found["a.centre_20"] == pytest.approx(HITS[:, :2] @ HITS[:, :2].mean(axis=0))


def test_artists_are_compared_where_they_are_known(found):
    assert found["list.same_artist"] == pytest.approx([np.log(2), np.log(2), 0])
    assert found["list.artist_in_list"] == pytest.approx([np.log(2), np.log(2), 0])


def test_log_popularity_features_compare_the_track_with_the_seeds(found):
    assert found["list.commonness"] == pytest.approx([-3, -1, -6])
    assert found["list.seeds_commonness"] == pytest.approx([-3, -3, -3])
    assert found["list.commonness_distance"] == pytest.approx([0, 2, 3])


def test_one_candidate_and_one_seed_are_enough():
    lone = Pooling(SPACE, {}).pool(SEEDS[:1], np.ones(1, np.float32))
    seed, hit = (side.of(np.array([0])) for side in (OF_SEEDS, OF_HITS))
    columns = features(BLOCKS, lone.vector, seed, HITS[:1], hit)
    assert np.isfinite(columns).all()


def test_reranking_follows_the_weights():
    order = ranker({"list.commonness": 1.0}).order(BLOCKS, QUERIED.vector, OF_SEEDS, HITS, OF_HITS)
    assert order.tolist() == [1, 0, 2]
    same = ranker({}).order(BLOCKS, QUERIED.vector, OF_SEEDS, HITS, OF_HITS)
    assert same.tolist() == [0, 1, 2]


def test_a_cold_start_track_keeps_its_rank():
    rarest_first = ranker({"list.commonness": -1.0})
    assert rarest_first.order(BLOCKS, QUERIED.vector, OF_SEEDS, HITS, OF_HITS).tolist() == [2, 0, 1]
    for position, stays in ((2, [0, 1, 2]), (1, [2, 1, 0]), (0, [0, 2, 1])):
        hits = replace(OF_HITS, placed=np.arange(3) == position)
        assert rarest_first.order(BLOCKS, QUERIED.vector, OF_SEEDS, HITS, hits).tolist() == stays


def test_a_saved_ranker_gives_the_same_scores(tmp_path, rng):
    wide = len(names(BLOCKS))
    shapes = [(wide,), (wide,), (5, wide), (5,), (3, 5), (3,), (3,), (wide,)]
    arrays = [rng.uniform(0.1, 1, shape).astype(np.float32) for shape in shapes]
    first = Ranker(np.array(names(BLOCKS)), *arrays)
    first.save(tmp_path / "ranker.npz")
    again = Ranker.load(tmp_path / "ranker.npz")
    columns = features(BLOCKS, QUERIED.vector, OF_SEEDS, HITS, OF_HITS)
    assert (again.scores(columns) == first.scores(columns)).all()


def test_a_ranker_fits_only_the_space_it_was_trained_for():
    assert ranker({}).fits(BLOCKS)
    assert not ranker({}).fits(BLOCKS[:1])


def test_features_of_the_co_occurrence_table():
    sums = np.array([0.0, 3.0, 3.0], np.float32)
    columns = features(BLOCKS, QUERIED.vector, OF_SEEDS, HITS, OF_HITS, sums)
    found = dict(zip(names(BLOCKS, cooccurring=True), columns.T, strict=True))
    assert found["cooccurrence.standard_score"] == pytest.approx([-(2**0.5), 0.5**0.5, 0.5**0.5])
    assert found["cooccurrence.log_rank"] == pytest.approx([np.log(3), 0, 0])
    assert found["cooccurrence.share_of_best"] == pytest.approx([0, 1, 1])
    nothing = features(BLOCKS, QUERIED.vector, OF_SEEDS, HITS, OF_HITS, np.zeros(3, np.float32))
    assert (nothing[:, -3:] == 0).all()


def test_an_older_ranker_does_not_read_the_table():
    older, newer = ranker({}), ranker({"cooccurrence.share_of_best": 1.0}, cooccurring=True)
    sums = np.array([0.0, 1.0, 3.0], np.float32)
    queried = (BLOCKS, QUERIED.vector, OF_SEEDS, HITS, OF_HITS)
    assert older.fits(BLOCKS)
    assert newer.fits(BLOCKS)
    assert older.order(*queried, sums).tolist() == [0, 1, 2]
    assert newer.order(*queried, sums).tolist() == [2, 1, 0]
    with pytest.raises(ValueError, match="give it the sums"):
        newer.order(*queried)
