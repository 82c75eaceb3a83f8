"""Tests of the readers of Spotify's exports: extended history, account history, library, playlists."""

from pathlib import Path
from typing import Any

import pytest

from kit.formats.user_exports import ExportFormat, Listen, PlaylistEntry, Rating, Skipped
from tests.kit.formats.user_exports.opening import extended, listens, read, read_all, reasons, zipped

COPPER = "00D7xFbi4mgjcwUvokPvpj"
NOON = 1_682_942_400.0  # 2023-05-01T12:00:00Z


def test_a_play_of_the_extended_history_begins_before_its_ts(tmp_path: Path) -> None:
    found, [play] = read(tmp_path, [extended()])
    assert found is ExportFormat.SPOTIFY_EXTENDED
    assert isinstance(play, Listen)
    assert (play.at, play.ms) == (NOON, 180_000)
    assert play.track[:4] == ("Copper Lantern", "Vessel Park", "Lamps", COPPER)


def test_addresses_and_agents_are_in_no_record(tmp_path: Path) -> None:
    rows = [extended(), extended(ms_played=1000, skipped=True), extended(ts="?"), extended(spotify_track_uri=None)]
    _, records = read(tmp_path, rows)
    assert len(records) == 4
    for secret in ("192.0.2.77", "SECRET"):
        assert secret not in repr(records)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"incognito_mode": True}, "private session"),
        ({"ms_played": 29_999, "skipped": True}, "played under 30 s and skipped"),
        ({"ms_played": 29_999, "skipped": 1}, "played under 30 s and skipped"),
        ({"ms_played": 5_000, "skipped": None, "reason_end": "fwdbtn"}, "played under 30 s and skipped"),
        ({"ms_played": 5_000, "skipped": None, "reason_end": "unexpected-exit"}, "played under 30 s and skipped"),
        ({"ts": None}, "no moment of playing"),
        ({"ts": "yesterday"}, "no moment of playing"),
        (
            {"spotify_track_uri": None, "master_metadata_track_name": None, "spotify_episode_uri": "spotify:episode:1"},
            "podcast, audiobook or video",
        ),
        ({"spotify_track_uri": None, "master_metadata_track_name": None}, "names no track"),
    ],
)
def test_rows_that_are_no_plays_are_counted_with_a_reason(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    _, records = read(tmp_path, [extended(), extended(**changed)])
    assert (reasons(records), len(listens(records))) == ({reason: 1}, 1)
    assert records[1].line == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"ms_played": 20_000, "reason_end": "trackdone"},  # a short track to its end
        {"ms_played": 31_000, "skipped": True, "reason_end": "fwdbtn"},
        {"skipped": False},
        {"incognito_mode": None},
    ],
)
def test_plays_that_count(tmp_path: Path, changed: dict[str, Any]) -> None:
    assert len(listens(read(tmp_path, [extended(**changed)])[1])) == 1


HISTORY = [
    {"endTime": "2021-10-13 23:02", "artistName": "Vessel Park", "trackName": "Copper Lantern", "msPlayed": 201_000},
    {"endTime": "2021-10-14 18:01", "artistName": "Iris Quill", "trackName": "Salt Ferry", "msPlayed": 224_255},
    {"endTime": "2021-10-14 18:01", "artistName": "Iris Quill", "trackName": "Salt Ferry", "msPlayed": 224_255},
    {"endTime": "2021-10-14 18:05", "artistName": "", "trackName": "Unknown Track", "msPlayed": 0},
]
LIBRARY = {
    "tracks": [{"artist": "Marlow Dune", "album": "Rails", "track": "Slow Tram", "uri": f"spotify:track:{COPPER}"}],
    "albums": [],
    "episodes": [],
    "bannedTracks": [{"artist": "Ben Ash", "album": "Moths", "track": "Paper Moth", "uri": f"spotify:track:{COPPER}"}],
    "artists": [],
    "bannedArtists": [{"name": "Loud Larry", "uri": "spotify:artist:0A"}],
}
COPPER_ROW = {"trackName": "Copper Lantern", "artistName": "Vessel Park", "albumName": "Lamps"}
PLAYLISTS = {
    "playlists": [
        {
            "name": "Evening 🌙",
            "lastModifiedDate": "2021-10-01",
            "items": [
                {"track": COPPER_ROW | {"trackUri": f"spotify:track:{COPPER}"}, "episode": None, "localTrack": None},
                {"track": None, "episode": {"episodeName": "Morning Talk 12"}, "localTrack": None},
                {"track": None, "localTrack": {"uri": "spotify:local:Oren+Vale:Tapes:Demo+Tape:201"}},
            ],
        },
        {"name": "Evening 🌙", "items": [{"track": COPPER_ROW, "episode": None}]},
    ]
}


def test_the_account_data_in_a_folder_of_any_name(tmp_path: Path) -> None:
    """Field case L-02: renamed files, rows of one minute, local files and episodes in playlists."""
    members = {
        "Mein Konto/a.json": HISTORY,
        "Mein Konto/b.json": LIBRARY,
        "c.json": PLAYLISTS,
        "Userdata.json": {"x": 1},
    }
    found = read_all(tmp_path, zipped(members), "my.zip")
    assert [one for one, _ in found.values()] == [
        ExportFormat.SPOTIFY_HISTORY,
        ExportFormat.SPOTIFY_LIBRARY,
        ExportFormat.SPOTIFY_PLAYLISTS,
        None,
    ]
    (_, plays), (_, ratings), (_, entries), (_, other) = found.values()
    assert [play.track.title for play in listens(plays)] == ["Copper Lantern", "Salt Ferry", "Salt Ferry"]
    assert reasons(plays) == {"names no track": 1}
    assert [(one.track.title, one.value) for one in ratings if isinstance(one, Rating)] == [
        ("Slow Tram", 1),
        ("Paper Moth", -2),
    ]
    assert list(reasons(ratings)) == ["banned artist (only tracks are imported)"]
    tracks = [(e.playlist, e.name, e.track.artist, e.track.title) for e in entries if isinstance(e, PlaylistEntry)]
    assert tracks == [
        ("1", "Evening 🌙", "Vessel Park", "Copper Lantern"),
        ("1", "Evening 🌙", "Oren Vale", "Demo Tape"),
        ("2", "Evening 🌙", "Vessel Park", "Copper Lantern"),
    ]
    assert reasons(entries) == {"podcast, audiobook or video": 1}
    assert reasons(other) == {"a file of no known format": 1}


def test_the_podcast_history_of_the_account_data_holds_no_music(tmp_path: Path) -> None:
    row = {"endTime": "2021-10-13 23:02", "podcastName": "The Daily Brew", "episodeName": "One", "msPlayed": 201_000}
    assert reasons(read(tmp_path, [row])[1]) == {"podcast, audiobook or video": 1}


def test_the_technical_log_is_named(tmp_path: Path) -> None:
    _, [only] = read(tmp_path, zipped({"Spotify Technical Log Information/Added.json": [{"timestamp_utc": 1}]}))
    assert isinstance(only, Skipped)
    assert "technical log" in only.reason


@pytest.mark.parametrize("document", [LIBRARY, PLAYLISTS])
def test_a_document_that_breaks_off_keeps_what_came_before(tmp_path: Path, document: Any) -> None:
    import json

    text = json.dumps(document)
    whole = len(read(tmp_path, text)[1])
    for cut in range(len(text) // 2, len(text) - 2, 7):
        _, records = read(tmp_path, text[:cut])
        assert len(records) <= whole + 1
        assert isinstance(records[-1], Skipped)
