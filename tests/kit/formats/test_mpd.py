import json

import pytest

from kit.formats import Fault, Row, RowType, WrongFile, read

ITEM = "4uLU6hMCjMI75M1A2tKUQC"
TRACK = {
    "track_uri": f"spotify:track:{ITEM}",
    "track_name": "T",
    "artist_name": "A",
    "album_name": "B",
    "duration_ms": 9,
}


@pytest.fixture
def slice_of(tmp_path):
    def write(playlists, cut=None):
        path = tmp_path / "mpd.slice.0-999.json"
        path.write_text(
            json.dumps({"info": {"slice": "0-999", "version": "v1"}, "playlists": playlists}, indent=1)[:cut]
        )
        return path

    return write


def test_a_playlist_and_its_entries(slice_of):
    about = {"pid": 5, "name": "Road", "num_followers": 3, "modified_at": 1_500_000_000}
    playlist, entry = read(slice_of([about | {"tracks": [TRACK | {"pos": 7}]}]))
    assert playlist.kind is RowType.PLAYLISTS
    assert playlist.values == {
        "playlist_id": "mpd:5",
        "playlist_name": "Road",
        "followers": 3,
        "modified_at": 1_500_000_000,
    }
    assert entry.kind is RowType.ENTRIES
    assert entry.values == {
        "playlist_id": "mpd:5",
        "position": 7,
        "track_id": f"spotify:track:{ITEM}",
        "title": "T",
        "artist": "A",
        "album": "B",
        "duration_ms": 9,
    }


def test_fields_may_be_missing_and_the_place_in_the_list_is_the_position(slice_of):
    _, first, second = read(slice_of([{"pid": 0, "tracks": [{"track_uri": "x"}, {"track_name": "T"}]}]))
    assert [first.values["position"], second.values["position"]] == [0, 1]
    assert second.values["track_id"] is None


def test_bad_items_are_faults_on_their_lines_and_the_rest_is_read(slice_of):
    path = slice_of([{"tracks": []}, {"pid": 1, "tracks": [TRACK, "a text", TRACK]}, {"pid": 2, "tracks": 3}])
    rows = list(read(path))
    faults = [row for row in rows if isinstance(row, Fault)]
    lines = path.read_text().splitlines()
    assert [fault.reason for fault in faults] == [
        "playlist without a pid or a name",
        "track is not an object",
        "tracks is not a list",
    ]
    assert "a text" in lines[faults[1].line - 1]
    assert [row.line for row in rows if isinstance(row, Row) and row.kind is RowType.ENTRIES] == [
        number - 1 for number, line in enumerate(lines, 1) if "track_uri" in line
    ]


def test_a_slice_that_breaks_off_keeps_every_playlist_before_the_break(slice_of):
    whole = slice_of([{"pid": 1, "tracks": [TRACK]}, {"pid": 2, "tracks": [TRACK]}])
    length = len(whole.read_text())
    *kept, fault = read(slice_of([{"pid": 1, "tracks": [TRACK]}, {"pid": 2, "tracks": [TRACK]}], cut=length - 60))
    assert [row.values["playlist_id"] for row in kept] == ["mpd:1", "mpd:1"]
    assert fault.reason == "the JSON breaks off or is malformed here"
    assert '"pid": 2' in fault.excerpt


@pytest.mark.parametrize("content", ["[]", '{"a": 1}', '[{"ts": "2024-01-01", "ms_played": 1}]'])
def test_other_json_is_a_wrong_file(tmp_path, content):
    path = tmp_path / "history.json"
    path.write_text(content)
    with pytest.raises(WrongFile, match='without a list of "playlists": expected a Million Playlist slice'):
        list(read(path))
