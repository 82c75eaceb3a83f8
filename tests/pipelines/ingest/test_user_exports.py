"""Tests that the ingest reads people's own files with the readers of imports."""

import json
from pathlib import Path

import pytest

from pipelines import tables
from pipelines.ingest import IngestError, ingest
from pipelines.ingest.user_exports import is_user_export
from tests.kit.formats.user_exports.opening import as_bytes, extended, zipped

A, B = "4uLU6hMCjMI75M1A2tKUQC", "0VjIjW4GlUZAMYd2vXMi3b"
HISTORY = [
    extended(ts=f"2023-05-01T12:{minute:02}:00Z", spotify_track_uri=f"spotify:track:{track}", incognito_mode=private)
    for minute, track, private in ((0, A, False), (10, A, False), (20, B, False), (30, B, True))
]
LIBRARY = {
    "tracks": [{"artist": "Ann", "album": "", "track": "Night", "uri": f"spotify:track:{B}"}],
    "bannedTracks": [],
}
ITEM = {"track": {"trackName": "Night", "artistName": "Ann", "albumName": "", "trackUri": f"spotify:track:{A}"}}
PLAYLISTS = {"playlists": [{"name": "Evenings", "lastModifiedDate": "2023-01-01", "items": [ITEM, ITEM]}]}
M3U = "#EXTM3U\n#EXTINF:201,Ann - Night\nnight.flac\n#EXTINF:180,Ben - Day\nday.flac\n"
JSPF = {
    "playlist": {"title": "Two", "track": [{"title": "Night", "creator": "Ann"}, {"title": "Day", "creator": "Ben"}]}
}


def quiet(done: int, total: int, what: str) -> None:
    assert 0 <= done <= total


def given(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_the_zip_of_a_person_becomes_listens_ratings_and_playlists(tmp_path: Path) -> None:
    members = {"h.json": HISTORY, "YourLibrary.json": LIBRARY, "Playlist1.json": PLAYLISTS}
    source = given(tmp_path, "ann.zip", zipped(members))
    report = ingest([source], tmp_path / "out", quiet)
    listens = tables.read(tmp_path / "out", "listens").sort("track_id")
    assert listens.select("user_id", "track_id", "count", "value").rows() == [
        ("ann.zip", B, 2, 1),  # a play, and the like as another listen
        ("ann.zip", A, 2, None),
    ]
    assert tables.read(tmp_path / "out", "playlists")["name"].to_list() == ["Evenings"]
    assert report.rows_left_out == {"private session": 1}


@pytest.mark.parametrize(
    ("name", "content"), [("two.m3u8", M3U.encode()), ("two.jspf", json.dumps(JSPF).encode())], ids=["m3u", "jspf"]
)
def test_playlist_files_become_playlists(tmp_path: Path, name: str, content: bytes) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    given(folder, name, content)
    ingest([folder], tmp_path / "out", quiet)
    titles = tables.read(tmp_path / "out", "tracks")["title"].sort().to_list()
    assert (titles, tables.read(tmp_path / "out", "entries").height) == (["Day", "Night"], 2)


def test_a_last_fm_history_is_one_listener_and_a_table_of_listeners_is_several(tmp_path: Path) -> None:
    own = given(tmp_path, "own.csv", b"uts,artist,track\n1682942400,Ann,Night\n1682952400,Ann,Night\n")
    many = given(tmp_path, "many.csv", b"user_id,uts,artist,track,count\n1,1682942400,Ann,Night,2\n2,1,Ann,Night,1\n")
    assert [is_user_export(path) for path in (own, many)] == [True, False]
    ingest([own], tmp_path / "out", quiet)
    assert tables.read(tmp_path / "out", "listens").select("user_id", "count").rows() == [("own.csv", 2)]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped({"a.json": {"x": 1}}), "a file of no known format"),
        (b"PK\x05\x06" + bytes(18), "the archive holds no file"),
    ],
    ids=["unknown", "empty"],
)
def test_a_zip_without_listening_is_refused_with_the_reason(tmp_path: Path, content: bytes, why: str) -> None:
    source = given(tmp_path, "x.zip", content)
    with pytest.raises(IngestError, match=why):
        ingest([source], tmp_path / "out", quiet)


def test_bytes_of_a_history_alone_are_recognised(tmp_path: Path) -> None:
    source = given(tmp_path, "endsong_0.json", as_bytes(HISTORY))
    ingest([source], tmp_path / "out", quiet)
    assert tables.read(tmp_path / "out", "listens")["count"].sum() == 3
