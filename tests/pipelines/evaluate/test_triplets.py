"""System S1's models on planted listening triplets."""

from pathlib import Path

import numpy as np
import orjson
import polars as pl
import pytest
from implicit.evaluation import precision_at_k
from typer.testing import CliRunner

from pipelines.commands import evaluating  # noqa: F401
from pipelines.commands.program import app
from pipelines.evaluate import triplets
from pipelines.evaluate.world import CannotEvaluate

REAL = Path(__file__).parents[3].parent / "shared" / "data" / "interactions_msd_tasteprofile.parquet"


def listens(users: int = 120, track_ids: int = 60, played: int = 12, seed: int = 4) -> pl.DataFrame:
    """Two camps: even users play songs of the first half, odd ones of the second; each song 1 to 9 times."""
    rng = np.random.default_rng(seed)
    half = track_ids // 2
    rows = [
        (f"u{user:03}", f"s{half * (user % 2) + track:03}", int(rng.integers(1, 10)))
        for user in range(users)
        for track in rng.permutation(half)[:played]
    ]
    return pl.DataFrame(rows, schema=["user_id", "song_id", "count"], orient="row")


@pytest.fixture
def file(tmp_path):
    listens().write_parquet(tmp_path / "triplets.parquet")
    return tmp_path / "triplets.parquet"


SMALL = {
    "item_knn": {"K": (10,)},
    "lmf": {"factors": (8,), "learning_rate": (1.0,), "regularization": (0.3, 0.9), "iterations": (20,)},
    "als": {"factors": (8,), "iterations": (10,), "regularization": (0.01, 0.1), "alpha": (1.0,)},
}
"""One or two points of each grid."""


def shown(file, *options):
    return CliRunner().invoke(app, ["evaluate-triplets", str(file), *options])


@pytest.mark.must("S1-07", "S1-09", "S1-11")
def test_every_model_finds_the_songs_of_a_users_camp(file):
    found = triplets.run(file, grids=SMALL)
    assert (found.users, found.of_users, found.tracks, found.triplets) == (120, 120, 60, 1440)
    assert [one.model for one in found.chosen] == ["item_knn", "lmf", "als"]
    for one in found.chosen:
        assert one.precision > 0.1 > 2.5 / 60, one.model  # 2.4 of 60 songs are held out for each user
        assert one.interval[0] <= one.precision <= one.interval[1]
    assert sum(one.fit_cpu_s for one in found.chosen) > 0  # that of one may be less than the clock shows


@pytest.mark.must("S1-12", "S1-13")
def test_the_best_point_of_a_grid_is_chosen_without_the_test_part(file):
    found = triplets.run(file, grids=SMALL)
    points = {name: [tried for tried in found.tried if tried.model == name] for name in SMALL}
    assert [len(tried) for tried in points.values()] == [1, 2, 2]
    for one in found.chosen:
        best = max(points[one.model], key=lambda tried: tried.precision)
        assert (one.settings, one.points) == (best.settings, len(points[one.model]))
    assert {name: len(triplets._points(grid)) for name, grid in triplets.GRIDS.items()} == {
        "item_knn": 1,
        "lmf": 27,
        "als": 27,
    }


def test_precision_is_that_of_the_library(file):
    counts = triplets.matrix(triplets.read(file))
    training, test = triplets._split(counts, 1)
    model, _ = triplets.fitted("als", {"factors": 8, "regularization": 0.1}, training, 1)
    hits, positions = triplets.hits_of(model, training, test)
    expected = precision_at_k(model, training, test, K=10, show_progress=False, num_threads=1)
    assert hits.sum() / positions.sum() == pytest.approx(expected)


def test_counts_are_used(file):
    counts = triplets.matrix(triplets.read(file))
    ones = counts.copy()
    ones.data[:] = 1
    settings = {"factors": 8, "regularization": 0.1}
    weighed, plain = (triplets.fitted("als", settings, given, 1)[0].item_factors for given in (counts, ones))
    assert counts.max() == 9
    assert not np.allclose(weighed, plain)


def test_pairs_given_twice_are_summed_and_users_can_be_drawn(tmp_path):
    once = listens()
    once.write_parquet(tmp_path / "once.parquet")
    pl.concat([once, once]).write_csv(tmp_path / "twice.csv")
    read = [triplets.read(tmp_path / name) for name in ("once.parquet", "twice.csv")]
    assert read[1]["count"].sum() == 2 * read[0]["count"].sum()
    assert read[1].height == read[0].height
    few = triplets.sampled(read[0], 30, seed=1)
    assert few["user_id"].n_unique() == 30
    assert few.equals(triplets.sampled(read[0], 30, seed=1))
    assert triplets.sampled(read[0], 500, seed=1) is read[0]


@pytest.mark.parametrize(
    ("table", "reported"),
    [
        ({"user_id": ["a"], "song": ["b"], "count": [1]}, "lacks song_id"),
        ({"user_id": ["a"], "song_id": ["b"], "count": [0]}, "not above 0"),
        ({"user_id": ["a"], "song_id": ["b"], "count": ["often"]}, "not above 0"),
        ({"user_id": ["a", None], "song_id": ["b", "c"], "count": [1, 2]}, "without an id"),
        ({"user_id": ["a"], "song_id": ["b"], "count": [1]}, "too few"),
    ],
)
def test_a_file_that_holds_no_triplets_is_refused_with_what_is_wrong(tmp_path, table, reported):
    pl.DataFrame(table).write_parquet(tmp_path / "wrong.parquet")
    with pytest.raises(CannotEvaluate, match=reported):
        triplets.run(tmp_path / "wrong.parquet", grids=SMALL)


def test_a_file_that_is_no_table_or_is_not_there_is_refused(tmp_path):
    (tmp_path / "text.parquet").write_text("no table")
    for name, reported in (("text.parquet", "cannot be read"), ("none.parquet", "is not a file")):
        with pytest.raises(CannotEvaluate, match=reported):
            triplets.read(tmp_path / name)


def test_the_figures_are_printed_and_written(tmp_path, file):
    found = triplets.run(file, grids=SMALL)
    found.write(tmp_path / "figures.json")
    reported = orjson.loads((tmp_path / "figures.json").read_bytes())
    assert reported["chosen"][2]["settings"] == found.chosen[2].settings
    assert len(reported["tried"]) == 5
    assert triplets.triplet_table(found).row_count == 3


def test_the_command_names_what_is_wrong_with_a_file(tmp_path):
    ended = shown(tmp_path / "none.csv")
    assert isinstance(ended.exception, CannotEvaluate)


@pytest.mark.skipif(not REAL.is_file(), reason="needs the research data in ../shared/data")
def test_on_real_listens_als_finds_more_than_cosine_knn(tmp_path):
    small = {"item_knn": SMALL["item_knn"], "als": SMALL["als"] | {"factors": (32,), "regularization": (0.1,)}}
    found = triplets.run(REAL, users=2000, grids=small)
    assert all(one.precision > 0.001 for one in found.chosen)
