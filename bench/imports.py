"""Rows a second of the readers of people's own files, by format, on one core, and the memory that they take.

    python -m bench.imports [--rows 200000] [--format NAME]

Each file is generated with invented names in the form that its service writes, unpacked and as a zip where the service
sends one. The time covers recognising, decoding and every record; peak memory is that of the process.
"""

import argparse
import json
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kit.formats.user_exports import Skipped, files

START = datetime(2015, 1, 1, tzinfo=UTC)
TRACKS = 5_000


def _moment(number: int) -> str:
    return (START + timedelta(seconds=200 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _extended(number: int) -> str:
    track = number * 7919 % TRACKS
    row = {"ts": _moment(number), "platform": "Android OS 12 API 31 (samsung, SM-G991B)", "ms_played": 201_000}
    row |= {"conn_country": "DE", "ip_addr": "192.0.2.77", "user_agent_decrypted": None}
    row |= {"master_metadata_track_name": f"Copper Lantern {track}"}
    row |= {"master_metadata_album_artist_name": f"Vessel Park {track % 500}"}
    row |= {
        "master_metadata_album_album_name": f"Lamps {track % 900}",
        "spotify_track_uri": f"spotify:track:{track:022}",
    }
    row |= {"episode_name": None, "episode_show_name": None, "spotify_episode_uri": None, "audiobook_title": None}
    row |= {"audiobook_uri": None, "audiobook_chapter_uri": None, "audiobook_chapter_title": None}
    row |= {"reason_start": "trackdone", "reason_end": "trackdone", "shuffle": True, "skipped": False}
    row |= {"offline": False, "offline_timestamp": 1600000000, "incognito_mode": False}
    return json.dumps(row)


def _account(number: int) -> str:
    row = {"endTime": _moment(number)[:16].replace("T", " "), "artistName": f"Vessel Park {number % 500}"}
    return json.dumps(row | {"trackName": f"Copper Lantern {number % TRACKS}", "msPlayed": 201_000})


def _listenbrainz(number: int) -> str:
    info = {"submission_client": "navidrome", "duration_ms": 201_000, "tracknumber": 3}
    mapped = {"recording_mbid": f"2d7c7647-0000-3858-a79b-{number % TRACKS:012}", "artist_mbids": []}
    names = {"artist_name": f"Vessel Park {number % 500}", "track_name": f"Copper Lantern {number % TRACKS}"}
    metadata = names | {"release_name": "Lamps", "additional_info": info, "mbid_mapping": mapped}
    return json.dumps({"listened_at": 1_420_070_400 + 200 * number, "track_metadata": metadata})


def _lastfm(number: int) -> str:
    moment = f'{1_420_070_400 + 200 * number},"01 Jan 2015, 00:00"'
    return f"{moment},Vessel Park {number % 500},,Lamps,,Copper {number % TRACKS},"


def _headerless(number: int) -> str:
    when = (START + timedelta(minutes=4 * number)).strftime("%d %b %Y, %H:%M")
    return f'Vessel Park {number % 500},Lamps,Copper {number % TRACKS},"{when}"'


def _youtube(number: int) -> str:
    row = {"header": "YouTube Music", "title": f"Watched Copper {number % TRACKS}", "titleUrl": "https://example.com/v"}
    row |= {"subtitles": [{"name": f"Vessel Park {number % 500} - Topic", "url": "https://example.com/c"}]}
    return json.dumps(row | {"time": _moment(number), "products": ["YouTube"], "activityControls": ["YouTube history"]})


def _apple(number: int) -> str:
    names = f"Copper {number % TRACKS},Vessel Park {number % 500},Lamps"
    return f"{_moment(number)},PLAY_END,{names},201000,201000,NATURAL_END_OF_TRACK"


def _saved(number: int) -> str:
    row = {"artist": f"Vessel Park {number % 500}", "album": "Lamps", "track": f"Copper {number}"}
    return json.dumps(row | {"uri": f"spotify:track:{number:022}"})


def _exportify(number: int) -> str:
    names = f"spotify:track:{number:022},Copper {number},Lamps,Vessel Park {number % 500};Iris Quill"
    return f"{names},2020,201000,5,2020-01-01T00:00:00Z,indie"


def _exportify_net(number: int) -> str:
    """All columns of Exportify.net, with audio features."""
    names = f"spotify:track:{number:022},Copper {number},Lamps,Vessel Park {number % 500};Iris Quill"
    added = "2020-03-01,201000,55,false,jo,2021-05-05T10:00:00Z"
    return f'{names},{added},"indie,shoegaze",Iris,0.512,0.734,4,-6.21,1,0.041,0.112,0.0003,0.09,0.42,121.03,4'


def _exportify_app(number: int) -> str:
    """The columns of Exportify.app, without audio features."""
    artist = f'"spotify:artist:{number % 500:022}","Vessel Park {number % 500}"'
    album = f'"spotify:album:{number % 900:022}","Lamps",{artist},"2020-03-01","https://example.com/i"'
    track = f'"spotify:track:{number:022}","Copper {number}"'
    return f'{track},{artist},{album},"1","3","201000","","false","55","GBABC20{number % 100000:05}","jo","2021-05-05"'


def _m3u(number: int) -> str:
    return f"#EXTINF:201,Vessel Park {number % 500} - Copper {number}\nmusic/{number}.flac"


_NET_HEADER = (
    "Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Explicit,Added By,Added At,"
    "Genres,Record Label,Danceability,Energy,Key,Loudness,Mode,Speechiness,Acousticness,Instrumentalness,Liveness,"
    "Valence,Tempo,Time Signature\n"
)
_APP_HEADER = (
    "Track URI,Track Name,Artist URI(s),Artist Name(s),Album URI,Album Name,Album Artist URI(s),Album Artist Name(s),"
    "Album Release Date,Album Image URL,Disc Number,Track Number,Track Duration (ms),Track Preview URL,Explicit,"
    "Popularity,ISRC,Added By,Added At\n"
)
_APPLE_HEADER = "Event Start Timestamp,Event Type,Song Name,Artist Name,Album Name,Media Duration In Milliseconds,"
FORMATS: dict[str, tuple[str, Callable[[int], str], str, str]] = {
    # name: before the rows, a row, between them, after them
    "Spotify extended history": ("[", _extended, ",", "]"),
    "Spotify account history": ("[\n", _account, ",\n", "]"),
    "Spotify library": ('{"tracks":[', _saved, ",", '],"bannedTracks":[]}'),
    "ListenBrainz listens": ("", _listenbrainz, "\n", "\n"),
    "Last.fm CSV": ("uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n", _lastfm, "\n", "\n"),
    "Last.fm CSV without header": ("", _headerless, "\n", "\n"),
    "Apple Music play activity": (
        f"{_APPLE_HEADER}Play Duration Milliseconds,End Reason Type\n",
        _apple,
        "\n",
        "\n",
    ),
    "YouTube Music history": ("[", _youtube, ",", "]"),
    "Exportify CSV": (
        "Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Added At,Genres\n",
        _exportify,
        "\n",
        "\n",
    ),
    "Exportify.net with features": (_NET_HEADER, _exportify_net, "\n", "\n"),
    "Exportify.app": (_APP_HEADER, _exportify_app, "\n", "\n"),
    "M3U8": ("#EXTM3U\n", _m3u, "\n", "\n"),
}


def write(path: Path, name: str, rows: int) -> None:
    """Writes a file of this format."""
    before, row, between, after = FORMATS[name]
    with path.open("w") as file:
        file.write(before)
        for number in range(rows):
            file.write(row(number) + (between if number < rows - 1 else after))


def packed(path: Path) -> Path:
    """The file in a zip archive."""
    target = path.with_suffix(".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "folder/file")
    return target


def measure(path: Path, folder: Path) -> tuple[int, int, float]:
    """Records, rows without a record, and seconds of processor time."""
    started, records, skipped = time.process_time(), 0, 0
    for one in files(path, "file", folder):
        for record in one.records:
            records += 1
            skipped += isinstance(record, Skipped)
    return records, skipped, time.process_time() - started


def table(rows: int, names: list[str]) -> Iterator[str]:
    """Lines of the table, one for each format, as a file and as a zip."""
    yield f"{'format':<30}{'MB':>7}{'rows a second':>16}{'from a zip':>13}{'skipped':>9}"
    for name in names:
        with tempfile.TemporaryDirectory() as scratch:
            plain = Path(scratch) / "upload"
            write(plain, name, rows)
            rates, skipped = [], 0
            for path in (plain, packed(plain)):
                records, skipped, seconds = measure(path, Path(scratch))
                rates.append(records / seconds)
            size = plain.stat().st_size / 1e6
        yield f"{name:<30}{size:>7.0f}{rates[0]:>16,.0f}{rates[1]:>13,.0f}{skipped:>9}"
    yield f"peak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--format", choices=FORMATS, action="append")
    chosen = parser.parse_args()
    for line in table(chosen.rows, chosen.format or list(FORMATS)):
        print(line, flush=True)


if __name__ == "__main__":
    main()
