"""Gains over several peers, training seeds in the intervals, and the test part that no choice was made by."""

import numpy as np
import polars as pl
import pytest

from pipelines import tables
from pipelines.evaluate import splits
from pipelines.evaluate.continuation import run
from pipelines.evaluate.leaderboard import EvaluatedModel, rows
from pipelines.evaluate.protocol import evaluate_scorer
from pipelines.evaluate.world import world_of
from pipelines.models.interface import silent
from pipelines.models.item_knn import ItemKnn
from pipelines.models.popularity import Popularity
from tests.pipelines.evaluate.test_continuation import ingested
from tests.pipelines.playlists import islands, roles


@pytest.fixture
def data(tmp_path):
    return ingested(tmp_path / "ingested", islands(240), held=range(200, 240))


@pytest.fixture
def two(data):
    """Results of popularity and of item-kNN on the same task."""
    entries_, tracks_ = (tables.read(data, name) for name in ("entries", "tracks"))
    names = [f"p{n:05}" for n in range(240)]
    world = world_of(entries_, tracks_, names[:200], names[200:])
    models = (Popularity(), ItemKnn(neighbours=5))
    return [evaluate_scorer(model.fit(world.graph, world.artists, silent), world.task) for model in models]


def test_gains_are_also_over_the_best_as_published_and_over_the_peer_of_equal_means(two):
    low, high = ([results] for results in two)
    table = {"als": low, "als_side_reranked": high, "reranked": high, "fused": high}
    by_name = {row.model: row for row in rows({n: EvaluatedModel(Popularity(), r, 0.0) for n, r in table.items()}, 1)}
    ours = by_name["reranked"]
    assert (ours.gain, ours.over["equal_means"].gain, ours.over["equal_means"].against) == (0, 0, "als_side_reranked")
    assert ours.over["published"].against == "als"
    assert ours.over["published"].gain == pytest.approx(two[1].average / two[0].average - 1)
    assert ours.over["published"].gain_interval[0] > 0
    assert "equal_means" not in by_name["fused"].over  # its peer, als_side, was not evaluated
    assert by_name["als"].over == {}


def test_a_model_of_several_seeds_has_their_mean_and_an_interval_that_holds_their_spread(two):
    runs = {"popularity": two[:1], "once": two[:1], "seeded": two}
    by_name = {row.model: row for row in rows({n: EvaluatedModel(Popularity(), r, 0.0) for n, r in runs.items()}, 1)}
    seeded, averages = by_name["seeded"], [results.average for results in two]
    assert seeded.average == pytest.approx(np.mean(averages))
    assert seeded.interval[0] < min(averages) < max(averages) < seeded.interval[1]
    assert seeded.gain_interval[0] <= 0 < averages[1] / averages[0] - 1 <= seeded.gain_interval[1]
    assert by_name["once"].gain_interval == (0, 0)  # without a second run: playlists alone, paired


def test_equal_runs_have_the_interval_of_one(two):
    one, three = (rows({"popularity": EvaluatedModel(Popularity(), two[1:] * n, 0.0)}, 1)[0] for n in (1, 3))
    assert three.interval == pytest.approx(one.interval)


# -- the test part -----------------------------------------------------------------------------------------------------
def test_the_test_part_was_never_judged_by_an_inner_split(tmp_path):
    playlists = roles(600, held=range(500, 600))
    train, test = splits.untouched_split(playlists, 1)
    validation = {playlist for inner in splits.INNER_SPLITS for playlist in splits.hold_out([*train, *test], inner)[1]}
    assert set(train) | set(test) == {f"p{n:05}" for n in range(500)}
    assert 20 < len(test) < 60
    assert not set(test) & (validation | set(train))
    assert validation


def test_a_test_role_is_the_test_part():
    playlists = roles(30, held=range(20, 25)).with_columns(
        pl.when(pl.col("playlist_id") >= "p00025").then(pl.lit("planted_test")).otherwise("role").alias("role")
    )
    train, test = splits.untouched_split(playlists, 1)
    assert test == [f"p{n:05}" for n in range(25, 30)]
    assert train == [f"p{n:05}" for n in range(20)] == splits.split(playlists, 1)[0]


def test_the_test_part_is_evaluated_when_asked_for(data):
    board, usual = (run(data, ["popularity"], test=test) for test in (True, False))
    assert (board.held_part, usual.held_part) == ("test", "valid")
    assert board.train_playlists + board.held_playlists == 200 == usual.train_playlists
