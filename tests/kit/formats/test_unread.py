"""Tests of unrecognised columns: needed ones are refused by name, others ignored."""

import pytest

from kit.formats import WrongFile
from kit.formats.columns import Columns, understand

HALF = [
    ("playlist_id,track_id,Titel,Interpret", ["'Titel' title", "'Interpret' artist"]),
    ("track_id,title,Исполнитель", ["'Исполнитель' artist"]),
    ("track_id,アーティスト,energy", ["'アーティスト' artist"]),
    ("user_id,track_id,Título", ["'Título' title"]),
    ("user_id,track_id,title,artist,Écoutes", ["'Écoutes' count"]),
    ("user,artist,title,Wiedergaben", ["'Wiedergaben' count"]),
    ("user,artist,title,rating", ["'rating' value"]),
    ("user,artist,title,plays,Liked", ["'Liked' value"]),
    ("title,artist,Wiedergabeliste", ["'Wiedergabeliste' playlist_name"]),
    ("title,artist,плейлист", ["'плейлист' playlist_name"]),
    ("title,artist,my playlist id", ["'my playlist id' playlist_name"]),
    ("title,artist,userName", ["'userName' playlist_name"]),
]
HARMLESS = [
    "#,Song,Artist,BPM,Time,Dance,Track Number,Album Artist Name(s),Track Preview URL,Lyrics",
    "playlist_id,track_id,artist_id,track_href,artist_popularity,song_hotttnesss,comment",
    "track_id,title,n_playlists,in_playlists,playlist_count,user_rating,n_users",
    "user_id,song_id,count,src,date,platform",
    "track_id,energy,tempo,artist_familiarity,track number",
]


@pytest.mark.parametrize(("header", "named"), HALF)
def test_a_column_that_the_table_needs_and_that_is_not_understood_is_named(tmp_path, header, named):
    with pytest.raises(WrongFile, match="not understood") as raised:
        Columns.of(header.split(","), tmp_path / "t.csv")
    assert all(one in str(raised.value) for one in named)


@pytest.mark.parametrize("header", HARMLESS)
def test_columns_that_no_table_needs_are_ignored(tmp_path, header):
    assert Columns.of(header.split(","), tmp_path / "t.csv").ignored


@pytest.mark.parametrize("header", ["title,Title,artist", "track_id,title,Track ID", "title,artist,TITLE ,album"])
def test_one_column_under_two_spellings_of_its_name_is_refused(tmp_path, header):
    with pytest.raises(WrongFile, match="twice: keep the one that holds the right values"):
        Columns.of(header.split(","), tmp_path / "t.csv")


def test_words_of_a_header_may_be_separated_by_capitals():
    assert understand(["trackName", "artistName", "playlistName", "addedDate"]) == {
        "title": "trackName",
        "artist": "artistName",
        "playlist_name": "playlistName",
        "added_at": "addedDate",
    }
