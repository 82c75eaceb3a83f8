"""Tests of the readers of Last.fm, ListenBrainz, Apple Music and YouTube Music."""

import json
from pathlib import Path
from typing import Any

import pytest

from kit.formats.user_exports import ExportFormat, Listen, Rating
from tests.kit.formats.user_exports.opening import listens, read, read_all, reasons, zipped

MBID = "2d7c7647-0000-3858-a79b-b2f38767fe75"
LASTFM = f"""uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid
"","",Kim Lo,,,,Glass Harbour,
1270468794,"05 Apr 2010, 11:59",Vessel Park,,,,Copper Lantern (Feat Iris Quill),
1287713131,"22 Oct 2010, 02:05","Marlow, Dune & Co",,Rails,,"Slow Tram, Late",{MBID}
1287712262,"22 Oct 1999, 01:51","Marlow, Dune & Co",,,,"Slow Tram, Late",
0,"01 Jan 1970, 00:00",Ben Ash,,,,Paper Moth,
"""


def test_scrobbles_with_commas_without_ids_and_without_a_date(tmp_path: Path) -> None:
    """Field case L-03; `uts` is trusted, not the text."""
    found, records = read(tmp_path, LASTFM)
    assert found is ExportFormat.LASTFM
    assert [(play.at, play.track.artist, play.track.mbid) for play in listens(records)] == [
        (1270468794, "Vessel Park", ""),
        (1287713131, "Marlow, Dune & Co", MBID),
        (1287712262, "Marlow, Dune & Co", ""),
    ]
    assert reasons(records) == {"was playing while the file was written": 1, "no moment of playing": 1}


def test_scrobbles_without_a_header(tmp_path: Path) -> None:
    rows = 'Vessel Park,Lamps,Copper Lantern,"19 Aug 2026, 20:48"\n"Dune, M",,Slow Tram,"01 Jan 1970, 00:00"\nA,,B\n'
    found, records = read(tmp_path, rows)
    assert found is ExportFormat.LASTFM_HEADERLESS
    assert listens(records) == [Listen(1, listens(records)[0].track, 1787172480.0)]
    assert listens(records)[0].track[:3] == ("Copper Lantern", "Vessel Park", "Lamps")
    assert reasons(records) == {"no moment of playing": 1, "unreadable row": 1}


SCROBBLE = {"name": "Halo", "artist": {"#text": "Bea", "mbid": ""}, "album": {"#text": "Sky"}, "mbid": MBID}
DATED = SCROBBLE | {"date": {"uts": "1600000000", "#text": "13 Sep 2020, 12:26"}}


@pytest.mark.parametrize(
    "document",
    [
        [DATED, SCROBBLE | {"@attr": {"nowplaying": "true"}}],
        [{"track": [DATED]}, {"track": [SCROBBLE | {"@attr": {"nowplaying": "true"}}]}],
        {"recenttracks": {"track": [DATED, SCROBBLE | {"@attr": {"nowplaying": "true"}}], "@attr": {"page": "1"}}},
    ],
)
def test_scrobbles_in_json(tmp_path: Path, document: Any) -> None:
    found, records = read(tmp_path, document)
    assert found is ExportFormat.LASTFM_JSON
    assert [(play.at, play.track[:3], play.track.mbid) for play in listens(records)] == [
        (1600000000, ("Halo", "Bea", "Sky"), MBID)
    ]
    assert reasons(records) == {"was playing while the file was written": 1}


LINK = "https://open.spotify.com/track/00D7xFbi4mgjcwUvokPvpj"


def listen(**metadata: Any) -> dict[str, Any]:
    return {"listened_at": 1600000000, "track_metadata": {"artist_name": "Bea", "track_name": "Halo"} | metadata}


def test_a_listenbrainz_export(tmp_path: Path) -> None:
    rows = [
        listen(mbid_mapping={"recording_mbid": MBID, "artist_mbids": []}, release_name="Sky"),
        listen(
            additional_info={
                "spotify_id": "https://open.spotify.com/track/00D7xFbi4mgjcwUvokPvpj",
                "isrc": "QMXX12500003",
            }
        ),
        listen(mbid_mapping=None, additional_info={"duration_played": 200, "duration_ms": 210000}),
        {"listened_at": None, "track_metadata": {"artist_name": "Bea", "track_name": "Halo"}},
    ]
    months = "\n".join(map(json.dumps, rows)) + "\n{broken\n"
    scores = [{"recording_mbid": MBID, "score": 1, "created": 1600000001}, {"recording_mbid": MBID, "score": -1}]
    feedback = "\n".join(map(json.dumps, scores))
    found = read_all(tmp_path, zipped({"listens/2020/9.jsonl": months, "feedback.jsonl": feedback, "user.json": "{}"}))
    (first, plays), (second, ratings), (third, _) = found.values()
    assert (first, second, third) == (ExportFormat.LISTENBRAINZ, ExportFormat.LISTENBRAINZ_FEEDBACK, None)
    codes = [(play.track.mbid, play.track.spotify, play.track.isrc, play.ms) for play in listens(plays)]
    assert codes == [(MBID, "", "", None), ("", "00D7xFbi4mgjcwUvokPvpj", "QMXX12500003", None), ("", "", "", 200_000)]
    assert reasons(plays) == {"no moment of playing": 1, "the file breaks off or is malformed here": 1}
    assert [(one.track.mbid, one.value, one.at) for one in ratings if isinstance(one, Rating)] == [
        (MBID, 1, 1600000001.0),
        (MBID, -1, None),
    ]


PLAYED = "Media Duration In Milliseconds,Play Duration Milliseconds,End Reason Type"
APPLE = f"""Event Start Timestamp,Event Type,Song Name,Artist Name,Album Name,{PLAYED}
2023-08-19T20:48:11.123Z,PLAY_END,Copper Lantern,Vessel Park,Lamps,201000,201000,NATURAL_END_OF_TRACK
2023-08-19T20:52:11.123Z,PLAY_START,Copper Lantern,Vessel Park,Lamps,201000,,
2023-08-19T20:53:11.123Z,PLAY_END,Salt Ferry,Iris Quill,,224000,4000,TRACK_SKIPPED_FORWARDS
,PLAY_END,Salt Ferry,Iris Quill,,224000,204000,NATURAL_END_OF_TRACK
"""


def test_apple_music(tmp_path: Path) -> None:
    rows = "1,Bea - Halo - Live,LOVE,2020-01-01T00:00:00Z\n2,Bea,LOVE,\n3,Dan - Din,DISLIKE,\n"
    likes = f"Item Reference,Item Description,Preference,Created\n{rows}"
    found = read_all(tmp_path, zipped({"Apple Music Play Activity.csv": APPLE, "Likes.csv": likes}))
    (first, plays), (second, ratings) = found.values()
    assert (first, second) == (ExportFormat.APPLE_PLAYS, ExportFormat.APPLE_LIKES)
    assert [(play.track.title, play.ms) for play in listens(plays)] == [("Copper Lantern", 201_000)]
    assert reasons(plays) == {
        "not the end of a play": 1,
        "played under 30 s and skipped": 1,
        "no moment of playing": 1,
    }
    assert [(one.track.artist, one.track.title, one.value) for one in ratings if isinstance(one, Rating)] == [
        ("Bea", "Halo - Live", 1),
        ("Dan", "Din", -1),
    ]


def video(title: str, channel: str | None, header: str = "YouTube Music", **more: Any) -> dict[str, Any]:
    row = {"header": header, "title": title, "time": "2023-08-19T20:48:11.123Z", "products": ["YouTube"]} | more
    return row | ({"subtitles": [{"name": channel, "url": "https://example.com"}]} if channel else {})


def test_a_takeout_in_another_language(tmp_path: Path) -> None:
    """Field case L-06."""
    rows = [
        video("Copper Lantern angesehen", "Vessel Park - Topic"),
        video("Ein Video angesehen, das entfernt wurde", None),
        video("How to fold a kite angesehen", "Kite Club", "YouTube"),
        video("Watched Marlow Dune - Slow Tram (Official Video)", "MarlowDuneVEVO"),
        video("https://music.youtube.com/watch?v=DDDDDDDDDDD angesehen", None),
    ]
    found, records = read(tmp_path, rows)
    assert found is ExportFormat.YOUTUBE_HISTORY
    assert [(play.track.artist, play.track.title, play.ms) for play in listens(records)] == [
        ("Vessel Park", "Copper Lantern", None),
        ("Marlow Dune", "Slow Tram (Official Video)", None),
    ]
    assert reasons(records) == {"a removed video": 1, "outside YouTube Music": 1, "names no track": 1}


def test_the_verb_of_a_language_that_is_not_known_is_found_by_its_frequency(tmp_path: Path) -> None:
    rows = [video(f"Spektita {title} {title}", "Bea - Topic") for title in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert [play.track.title for play in listens(read(tmp_path, rows)[1])][:3] == ["A A", "B B", "C C"]


def test_the_library_of_youtube_music(tmp_path: Path) -> None:
    found, [rating] = read(tmp_path, "Video ID,Titel,Album,Interpret 1,Interpret 2\nabc,Halo,Sky,Bea,Ann\n")
    assert found is ExportFormat.YOUTUBE_LIBRARY
    assert isinstance(rating, Rating)
    assert (rating.track[:3], rating.value) == (("Halo", "Bea", "Sky"), 1)


@pytest.mark.parametrize(
    ("when", "at"),
    [
        ("19 Aug 2026, 20:48", 1_787_172_480),
        (" 9 aug 2026, 00:00 ", 1_786_233_600),
        ("19 Aug 2026, 8:48", 1_787_129_280),
        ("19 Aug 2026, 24:00", None),
        ("31 Feb 2026, 20:48", None),
        ("19 Aug 26, 20:48", None),
    ],
)
def test_moments_of_a_csv_without_a_header(tmp_path: Path, when: str, at: int | None) -> None:
    found, records = read(tmp_path, f'A,B,C,"19 Aug 2026, 20:48"\nA,B,C,"{when}"\n')
    assert found == ExportFormat.LASTFM_HEADERLESS
    assert [one.at for one in listens(records)][1:] == ([] if at is None else [at])
    assert reasons(records) == ({} if at else {"no moment of playing": 1})
