import pytest

from kit.formats import RowType
from kit.formats.columns import row_type_of, understand

HEADERS = [
    ("playlist_id,position,track_id,role", RowType.ENTRIES),
    ("pid,pos,track_uri,track_name,artist_name", RowType.ENTRIES),
    ("playlist_id,name,description,num_followers,modified_at", RowType.PLAYLISTS),
    ("user_id,song_id,count,src", RowType.LISTENS),
    ("user,artist_name,track_name,plays", RowType.LISTENS),
    ("id,name,popularity,duration_ms,explicit,artists,release_date,danceability", RowType.TRACKS),
    ("Track URI,Track Name,Artist Name(s),Duration (ms)", RowType.TRACKS),
    ("artist,title", RowType.TRACKS),
    ("id,followers,genres,name,popularity", None),  # a table of artists
    ("track_id", None),
    ("date,open,close", None),
    ("", None),
]


@pytest.mark.parametrize(("header", "kind"), HEADERS)
def test_a_table_is_recognised_by_its_columns(header, kind):
    assert row_type_of(understand(header.split(","))) == kind


def test_a_bare_name_is_the_playlists_where_no_track_is_described_and_the_tracks_elsewhere():
    assert understand(["playlist_id", "name"])["playlist_name"] == "name"
    assert understand(["id", "name", "artists"]) == {"track_id": "id", "title": "name", "artists": "artists"}


def test_spelling_case_and_brackets_of_a_header_do_not_matter():
    assert understand(["TRACK Name ", "Duration (ms)"]) == {"title": "TRACK Name ", "duration_ms": "Duration (ms)"}


def test_the_preferred_synonym_wins_when_two_columns_match():
    assert understand(["uri", "track_id", "playlist_id"])["track_id"] == "track_id"
