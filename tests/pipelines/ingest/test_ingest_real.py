"""Exact counts on real data, which is never part of the repository."""

from pathlib import Path

import polars as pl
import pytest

from pipelines import tables
from pipelines.ingest import ingest

DATA = Path(__file__).parents[3].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs the research data in ../shared/data")


def ingested(tmp_path, *sources):
    report = ingest([DATA / source for source in sources], tmp_path, lambda *_: None)
    assert report.rows_left_out == {}
    return report


def test_the_tiny_set(tmp_path):
    report = ingested(tmp_path, "mpd_tiny")
    assert report.rows == {"tracks": 1_159, "entries": 9_908, "playlists": 300, "listens": 0}
    tracks = tables.read(tmp_path, "tracks")
    assert tracks["features_from"].to_list() == ["id"] * 1_159
    assert tracks["album"].null_count() == 0
    assert "Earth, Wind & Fire" in tracks["artists"].explode().to_list()


def test_two_slices_in_the_original_form(tmp_path):
    report = ingested(tmp_path, "mpd_json")
    assert report.rows == {"tracks": 1_904, "entries": 2_063, "playlists": 18, "listens": 0}
    assert report.unnamed_tracks == 0
    named = tables.read(tmp_path, "playlists").filter(pl.col("playlist_id") == "mpd:4509")
    assert named.select("name", "followers").rows() == [("Soft Country", 21)]


@pytest.mark.must("S1-07")
def test_listening_counts_by_ids_alone(tmp_path):
    report = ingested(tmp_path, "interactions_msd_tasteprofile.parquet")
    assert report.rows == {"tracks": 35_782, "entries": 0, "playlists": 0, "listens": 80_156}
    assert report.unnamed_tracks == 35_782
    assert tables.read(tmp_path, "listens")["user_id"].n_unique() == 5_507


@pytest.mark.slow
def test_the_development_set(tmp_path):
    report = ingested(tmp_path, "mpd_dev")
    assert report.rows == {"tracks": 201_453, "entries": 695_741, "playlists": 7_058, "listens": 0}
    tracks = tables.read(tmp_path, "tracks")
    assert dict(tracks["features_from"].value_counts().iter_rows()) == {
        "id": 52_133,
        "name_artist": 15_592,
        None: 133_728,
    }
    assert tracks.filter(pl.col("tempo") == 0).is_empty()
    roles = tables.read(tmp_path, "playlists")["role"].value_counts()
    assert dict(roles.iter_rows()) == {"dev_train": 6_358, "dev_valid": 700}


@pytest.mark.slow
def test_sets_that_number_their_playlists_alike_stay_apart(tmp_path):
    report = ingested(tmp_path, "mpd_dev", "mpd_json")
    assert report.rows["playlists"] == 7_058 + 18
    assert report.rows["entries"] == 695_741 + 2_063
