"""Tests of the readers of playlist files and tables: JSPF, XSPF, M3U8, CSV, Million Playlist slices."""

from pathlib import Path
from typing import Any

import pytest

from kit.formats.user_exports import ExportFormat, PlaylistEntry, Rating, Record
from tests.kit.formats.user_exports.opening import read, reasons

COPPER = "00D7xFbi4mgjcwUvokPvpj"
MBID = "2d7c7647-0000-3858-a79b-b2f38767fe75"
XSPF = f"""<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><title>Evening</title><trackList>
<track><title>Copper &amp; Lantern</title><creator>Vessel Park</creator><album>Lamps</album><duration>201000</duration>
<identifier>https://musicbrainz.org/recording/{MBID}</identifier></track><track><title>Alone</title></track>
</trackList></playlist>"""
M3U = f"""\ufeff#EXTM3U
#PLAYLIST:Evening
#EXTINF:201,Vessel Park - Copper Lantern
music\\copper.mp3
#EXTINF:-1,Iris Quill - Salt Ferry - Live
spotify:track:{COPPER}
music/Marlow Dune - Slow Tram.flac
only-a-title.mp3
"""


def entries(records: list[Record]) -> list[PlaylistEntry]:
    return [record for record in records if isinstance(record, PlaylistEntry)]


def test_jspf(tmp_path: Path) -> None:
    track = {"title": "Copper Lantern", "creator": "Vessel Park", "album": "Lamps", "duration": 201000}
    rows = [
        track | {"identifier": [f"https://musicbrainz.org/recording/{MBID}", f"spotify:track:{COPPER}"]},
        track | {"identifier": f"https://musicbrainz.org/recording/{MBID}"},
        {"title": "Alone"},
        "nothing",
    ]
    found, records = read(tmp_path, {"playlist": {"title": "Evening", "track": rows}})
    assert found is ExportFormat.JSPF
    codes = [(one.name, one.track.mbid, one.track.spotify, one.track.duration_ms) for one in entries(records)]
    assert codes == [("Evening", MBID, COPPER, 201000), ("Evening", MBID, "", 201000)]
    assert reasons(records) == {"names no track": 2}


def test_xspf(tmp_path: Path) -> None:
    found, records = read(tmp_path, XSPF)
    assert found is ExportFormat.XSPF
    assert [(one.name, one.track.title, one.track.artist, one.track.mbid) for one in entries(records)] == [
        ("Evening", "Copper & Lantern", "Vessel Park", MBID)
    ]
    assert reasons(records) == {"names no track": 1}


def test_entities_of_xml_are_refused(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE playlist [<!ENTITY l0 "ha">{laughs}]>'
    bomb = f"{head}<playlist><trackList><track><title>&l9;</title>"
    assert reasons(read(tmp_path, bomb)[1]) == {"the file breaks off or is malformed here": 1}


def test_m3u8(tmp_path: Path) -> None:
    found, records = read(tmp_path, M3U, "other.m3u8")
    assert found is ExportFormat.M3U
    assert [(one.name, one.track.artist, one.track.title, one.track.spotify) for one in entries(records)] == [
        ("Evening", "Vessel Park", "Copper Lantern", ""),
        ("Evening", "Iris Quill", "Salt Ferry - Live", COPPER),
        ("Evening", "Marlow Dune", "Slow Tram", ""),
    ]
    assert [one.track.duration_ms for one in entries(records)] == [201_000, None, None]
    assert reasons(records) == {"names no track": 1}


def test_a_slice_of_the_million_playlists(tmp_path: Path) -> None:
    track = {"pos": 0, "artist_name": "Vessel Park", "track_uri": f"spotify:track:{COPPER}", "track_name": "Copper"}
    playlists: list[Any] = [{"name": "Evening", "pid": 3, "tracks": [track, None]}, {"pid": 4, "tracks": [track]}]
    found, records = read(tmp_path, {"info": {"slice": "0-1"}, "playlists": playlists}, "mpd.slice.0-1.json")
    assert found is ExportFormat.SLICE
    assert [(one.playlist, one.name) for one in entries(records)] == [("1", "Evening"), ("2", "mpd.slice.0-1 2")]
    assert reasons(records) == {"unreadable row": 1}


NET = f"""\ufeffTrack URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Added At,Genres
spotify:track:{COPPER},Copper Lantern,Lamps,Vessel Park;Iris Quill,2020,201000,5,2020-01-01T00:00:00Z,indie
"""


@pytest.mark.parametrize(
    ("name", "liked"), [("Evening.csv", False), ("Liked_Songs.csv", True), ("liked songs.csv", True)]
)
def test_exportify_net(tmp_path: Path, name: str, liked: bool) -> None:
    """Exportify names the file of the library itself."""
    found, [record] = read(tmp_path, NET, name)
    assert found is ExportFormat.TABLE
    assert isinstance(record, Rating if liked else PlaylistEntry)
    assert record.track[:4] == ("Copper Lantern", "Vessel Park", "Lamps", COPPER)
    if isinstance(record, PlaylistEntry):
        assert record.name == "Evening"


def test_exportify_app_in_another_language_and_with_short_rows(tmp_path: Path) -> None:
    header = ",".join(f'"Spalte {number}"' for number in range(33))
    cells = [
        f"spotify:track:{COPPER}",
        "Copper, Lantern",
        "spotify:artist:1, spotify:artist:2",
        "Park\\, Vessel, Iris Quill",
    ]
    cells += ["spotify:album:1", "Lamps", "", "Park", "2020-01-01", "", "1", "1", "201000", "", "false", "5"]
    cells += ["QMXX12500003", "me", "2020-01-01T00:00:00Z"]
    row = ",".join(f'"{cell}"' for cell in cells)
    found, records = read(tmp_path, f'{header}\n{row}\n{row},"indie"\n"short"\n', "Evening.csv")
    assert found is ExportFormat.TABLE
    assert [one.track for one in entries(records)] == [entries(records)[0].track] * 2
    assert entries(records)[0].track[:7] == (
        "Copper, Lantern",
        "Park, Vessel",
        "Lamps",
        COPPER,
        "",
        "QMXX12500003",
        201000,
    )
    assert reasons(records) == {"unreadable row": 1}


def test_a_table_of_several_peoples_listens_is_not_one_persons(tmp_path: Path) -> None:
    _, records = read(tmp_path, "user_id,title,artist,count\na,Halo,Bea,3\nb,Halo,Bea,4\n")
    assert list(reasons(records).values()) == [2]
