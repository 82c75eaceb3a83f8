"""Generated worlds: sizes, determinism, popularity, and that ingest reads them."""

from pathlib import Path

import polars as pl
import pytest

from bench.world import Catalogue, World, entries, write
from pipelines import tables
from pipelines.ingest import ingest

SHARE = 1 / 512


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write(World(SHARE), folder)
    return folder


def test_ingest_reads_a_world_and_leaves_nothing_out(world: Path, tmp_path: Path) -> None:
    report = ingest([world], tmp_path, lambda *_: None)
    assert not (report.rows_left_out | report.values_left_out | report.notes)
    assert report.repeated_rows == 0
    assert report.rows["playlists"] == World(SHARE).playlists
    assert report.rows["tracks"] == World(SHARE).tracks
    assert report.rows["entries"] / report.rows["playlists"] == pytest.approx(66, abs=4)
    tracks = tables.read(tmp_path, "tracks")
    assert tracks["energy"].null_count() == 0
    assert tracks["artists"].list.first().n_unique() > 200


def test_a_seed_gives_the_same_rows_and_another_one_others() -> None:
    one, again, other = (World(SHARE, seed) for seed in (1, 1, 2))
    first, same, else_ = (entries(world, Catalogue.of(world), 1000) for world in (one, again, other))
    assert first.equals(same)
    assert not first.equals(else_)


def test_few_tracks_have_most_of_the_entries(world: Path) -> None:
    counts = pl.read_parquet(world / "playlists-*.parquet")["track_id"].value_counts(sort=True)["count"]
    assert counts.head(len(counts) // 10).sum() > 0.35 * counts.sum()
    assert counts[0] < World(SHARE).playlists / 5


def test_a_full_world_has_the_size_of_the_million_playlists() -> None:
    full = World(1)
    assert (full.playlists, full.tracks, full.artists) == (1_000_000, 2_262_292, 295_860)
