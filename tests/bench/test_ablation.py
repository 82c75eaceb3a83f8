"""The ablation on planted playlists: its rows are those of the leaderboard where both have them."""

from dataclasses import replace

import numpy as np
import pytest

from bench import ablation
from kit.ranker import Ranker
from pipelines.evaluate.figure import Source
from pipelines.evaluate.protocol import evaluate_scorer
from pipelines.evaluate.splits import hold_out
from pipelines.evaluate.world import world_of
from pipelines.learning_to_rank.held_out_queries import HeldOutSettings
from pipelines.learning_to_rank.query_reweighting import ReweightingSettings
from pipelines.learning_to_rank.ranker import RankerSettings
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from pipelines.models.light_gcn import LightGcn
from pipelines.models.reranked import Reranked, Reweighted
from pipelines.models.spectral import Spectral
from tests.pipelines.playlists import entries, islands, tracks

FUSED = Fused(
    spectral=Spectral(dims=16),
    gcn=LightGcn(dims=8, steps=10),
    artist_dims=16,
    artist_graph_dims=8,
    popularity_exponent=0.2,
)
MODEL = Reranked(
    FUSED,
    HeldOutSettings(share=0.4, queries=4, first=2),
    ReweightingSettings(epochs=4, lists=8),
    RankerSettings(epochs=4, lists=8),
)
ROWS = [
    *("fused", "spectral alone", "without spectral", "without artist", "without artist_graph", "without gcn"),
    *("without popularity weight", "reweighted", "reranked"),
    *("ranker without co-occurrence", "reranked without reweighting"),
    *("ranker not trained with first tracks", "ranker without list features"),
]


@pytest.fixture(scope="module")
def world():
    """Two islands of 300 tracks and long playlists, so that a lookup finds more than it shows."""
    found = entries(islands(200, tracks=600, length=40))
    names = sorted(set(found["playlist_id"]))
    return world_of(found, tracks(600), *hold_out(names, 1, 0.2))


@pytest.fixture(scope="module")
def variants(world):
    return ablation.run(world, MODEL)


@pytest.fixture(scope="module")
def averages(variants):
    return {one.name: one.results.average for one in variants}


def average(world, model):
    return evaluate_scorer(model.fit(world.graph, world.artists, silent), world.task).average


def test_every_part_has_its_row(averages):
    assert list(averages) == ROWS
    assert len(set(averages.values())) > 7


@pytest.mark.parametrize(
    ("row", "model"),
    [
        ("fused", FUSED),
        ("spectral alone", FUSED.spectral),
        ("without gcn", replace(FUSED, gcn=None)),
        ("without artist_graph", replace(FUSED, artist_graph_dims=0)),
        ("without popularity weight", replace(FUSED, popularity_exponent=0.0)),
        ("reweighted", Reweighted(MODEL)),
        ("reranked", MODEL),
    ],
)
def test_a_row_has_the_figures_of_evaluate(averages, world, row, model):
    assert averages[row] == pytest.approx(average(world, model), abs=1e-4)


def test_leaving_a_block_out_leaves_the_others_as_they_are(world):
    space = FUSED.train(world.graph, world.artists, silent)
    left = ablation.only(space, ["artist", "gcn"])
    assert [(block.name, block.start, block.stop) for block in left.blocks] == [("artist", 0, 16), ("gcn", 16, 24)]
    artist, gcn = (next(b for b in space.blocks if b.name == name) for name in ("artist", "gcn"))
    assert (left.index[:, :16] == space.index[:, artist.start : artist.stop]).all()
    assert (left.query[:, 16:] == space.query[:, gcn.start : gcn.stop]).all()
    assert not left.spectra


def test_a_masked_ranker_ignores_the_masked_features():
    rng = np.random.default_rng(0)
    arrays = {"first": (4, 3), "first_bias": (4,), "second": (2, 4), "second_bias": (2,), "last": (2,), "direct": (3,)}
    drawn = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in arrays.items()}
    ranker = Ranker(np.array(["a", "b", "list.c"]), np.zeros(3, np.float32), np.ones(3, np.float32), **drawn)
    masked = ablation.masked(ranker, np.array([True, True, False]))
    sequences = rng.standard_normal((5, 3)).astype(np.float32)
    other = sequences + np.array([0, 0, 7], np.float32)
    assert (masked.scores(sequences) == masked.scores(other)).all()
    assert (ranker.scores(sequences) != ranker.scores(other)).all()


def test_the_tables_hold_every_row_and_differences_lie_in_their_intervals(variants, averages):
    figures, differences = ablation.ablation_tables(variants, Source(1, "abc1234", "0123456789abcdef"))
    assert [row[0] for row in figures.rows] == ROWS
    assert figures.headings[1] == "AVG"
    assert [row[1] for row in figures.rows] == [f"{averages[name]:.4f}" for name in ROWS]
    assert [row[0] for row in differences.rows] == ROWS[1:]
    assert differences.rows[-1][1] == "reranked"
    for name, against, *cells in differences.rows:
        assert float(cells[0].split()[0]) == pytest.approx(averages[name] - averages[against], abs=1e-4)
        low, high = cells[0].split("[")[1].rstrip("]").split(", ")
        assert float(low) <= float(cells[0].split()[0]) <= float(high)
