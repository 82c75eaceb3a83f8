"""The tables that earlier systems were built on are read as they were published, by their headers."""

from pathlib import Path

import pytest

from kit.formats import Row, RowType, WrongFile, read
from kit.wire.catalog import FEATURES

TRACKS = (
    "id,name,popularity,duration_ms,explicit,artists,id_artists,release_date,danceability,energy,key,loudness,mode,"
    "speechiness,acousticness,instrumentalness,liveness,valence,tempo,time_signature"
)
TRACK = "35iwgR4jXetI318WEWsa1Q"
HALO = f"{TRACK},Halo,6,126903,0,\"['Bea', 'Ann, Ben']\",\"['45tIt06XoI0Iio4LBEVpls', 'x']\",1922-02-22,0.645,0.445,0,"


@pytest.mark.must("S4-09")
def test_tracks_with_ids_artists_and_audio_features_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tracks.csv"
    path.write_text(f"{TRACKS}\n{HALO}-13.338,1,0.451,0.674,0.744,0.151,0.127,104.851,3\n")
    [row] = read(path)
    assert isinstance(row, Row)
    assert row.kind is RowType.TRACKS
    known = {
        "track_id": TRACK,
        "title": "Halo",
        "popularity": "6",
        "duration_ms": "126903",
        "release_date": "1922-02-22",
    }
    assert known.items() <= row.values.items()
    assert row.values["artists"] == "['Bea', 'Ann, Ben']"
    assert set(FEATURES) <= row.values.keys()


@pytest.mark.must("S4-09")
def test_ratings_of_tracks_are_read_and_a_table_of_artists_says_what_it_lacks(tmp_path: Path) -> None:
    """The original's ratings are of artists; ours are of tracks."""
    ratings, artists = tmp_path / "ratings.csv", tmp_path / "artists.csv"
    ratings.write_text(f"user_id,track_id,value\n7,{TRACK},1\n")
    [row] = read(ratings)
    assert isinstance(row, Row)
    assert (row.kind, row.values["value"]) == (RowType.LISTENS, "1")
    artists.write_text("id,followers,genres,name,popularity\n0DheY5irMjBUeLybbCUEZ2,0.0,[],Bea,0\n")
    with pytest.raises(WrongFile, match="expected a table of playlist entries"):
        list(read(artists))
