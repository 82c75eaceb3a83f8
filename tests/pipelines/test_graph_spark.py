"""Co-occurrence on Spark: bit for bit what threads of this machine compute."""

import numpy as np
import polars as pl
import pytest

from pipelines.graph import spark, stage
from pipelines.graph.playlist_graph import Neighbours, build, neighbours
from pipelines.models.interface import silent
from pipelines.stage import Built
from tests.pipelines.playlists import entries, islands
from tests.pipelines.spark_here import spark_or_skip


def drawn(playlists: int, tracks: int) -> pl.DataFrame:
    """Playlists of 2 to 40 tracks, drawn with a popularity that falls by rank."""
    rng = np.random.default_rng(3)
    popularity = 1 / np.arange(1, tracks + 1)
    lengths = rng.integers(2, 40, playlists)
    return entries([rng.choice(tracks, length, p=popularity / popularity.sum()).tolist() for length in lengths])


@pytest.mark.slow
def test_blocks_on_spark_give_the_bits_of_threads() -> None:
    spark_or_skip()
    worlds = [build(entries(islands())), build(drawn(600, 900))]
    with spark.runner_of("local[2]") as runner:
        found = [neighbours(world, top=20, runner=runner, multiply_adds=20_000) for world in worlds]
        nothing = neighbours(build(entries([[1]])), top=4, runner=runner)
    for one, world in zip(found, worlds, strict=True):
        local = neighbours(world, top=20, multiply_adds=20_000)
        for name in Neighbours.__slots__:
            ours, theirs = getattr(local, name), getattr(one, name)
            assert ours.dtype == theirs.dtype
            assert ours.tobytes() == theirs.tobytes()
    assert nothing.rows.shape == (0, 4)


@pytest.mark.slow
def test_the_setting_sends_the_stage_to_spark_and_leaves_its_result_and_key(tmp_path, monkeypatch) -> None:
    spark_or_skip()

    def stage_of(work):
        ingested = Built(tmp_path, "a", reused=True)
        return stage.run(work, ingested, "all", 1, lambda: entries(islands()), silent)

    local = stage_of(tmp_path / "threads")
    monkeypatch.setenv("SEGUE_PIPELINES_SPARK", "local[2]")
    remote = stage_of(tmp_path / "spark")
    assert local.key == remote.key
    for name in ("graph.npz", "neighbours.npz"):
        with np.load(local.path / name) as ours, np.load(remote.path / name) as theirs:
            assert {key: ours[key].tobytes() for key in ours} == {key: theirs[key].tobytes() for key in theirs}


def test_without_a_master_the_runner_is_of_threads() -> None:
    with spark.runner_of("") as runner:
        assert list(runner(lambda number: 2 * number, [3, 1, 2])) == [6, 2, 4]
