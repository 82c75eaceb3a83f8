"""Synthetic dumps of ListenBrainz, MusicBrainz and AcousticBrainz with the layouts of the real ones, and a web server
with byte ranges to fetch them from.

Layouts: a Spark dump is an uncompressed tar of N.parquet (zstd, INT96 times), in the order of listening, all columns of
the real one; canonical data and features are CSV files in a tar.zst. The listens come from playlists: each is a session
of one user, and everything that must not count is played in between.
"""

import csv
import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit
from uuid import UUID

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

MEMBERS = 1_526  # of the dump of July 2026
USER = 7_310_000_000_000  # user ids of the synthetic dumps begin here: no other number of a file looks like one
FIRST = 1_780_272_000  # 2026-06-01 00:00 UTC
STEP_S, APART_S = 210, 6 * 3_600  # between the tracks of a session, between sessions of a user
DUMP = "listenbrainz-spark-dump-2653-20260701-000003-full"
Listen = tuple[int, int, str | None]
"""User, seconds since 1970, recording_mbid."""


def mbid(kind: str, number: object) -> str:
    """A random-looking MBID."""
    return str(UUID(bytes=sha256(f"{kind} {number}".encode()).digest()[:16], version=4))


# -- listens -----------------------------------------------------------------------------------------------------------
def sessions_as_listens(playlists: Sequence[Sequence[str]], users: int) -> list[Listen]:
    """Each playlist of MBIDs as a session; playlist p is of user p modulo `users`."""
    found: list[Listen] = []
    for number, tracks in enumerate(playlists):
        user, begin = number % users, FIRST + number // users * APART_S + number % users * 7
        begin += sum(len(playlists[other]) * STEP_S for other in range(number % users, number, users))
        found += [(USER + user, begin + at * STEP_S, track) for at, track in enumerate(tracks)]
    return found


def noise(tracks: Sequence[str], planted: Sequence[Listen], users: int) -> list[Listen]:
    """A bot, an importer, a campaign, and skipped and unmatched listens between those of the planted sessions."""
    bot = [(USER + users, FIRST + 40 * at, tracks[at % len(tracks)]) for at in range(1_200)]
    importer = [(USER + users + 1, FIRST + 900 * at, tracks[at]) for at in range(20)]
    importer += [(USER + users + 1, FIRST + 60, track) for track in tracks[:4]]
    campaign = [(USER + users + 2, FIRST + 200 * at, tracks[at % 6]) for at in range(1_000)]
    campaign += [(USER + users + 3, FIRST + 300 * at, tracks[0]) for at in range(150)]
    skipped = [(user, at - 12, tracks[(at // 7) % len(tracks)]) for user, at, _ in planted[::9]]
    unmatched = [(user, at + 100, None) for user, at, _ in planted[::7]]
    unknown = [(user, at + 110, mbid("in no dump", at)) for user, at, _ in planted[::31]]
    return [*bot, *importer, *campaign, *skipped, *unmatched, *unknown]


def spark_tar(path: Path, listens: Sequence[Listen], fillers: int = MEMBERS - 4, members: int = 4) -> Path:
    """The tar: `fillers` small members of old listens, then the listens in equal members, in the order of time."""
    ordered = sorted(listens, key=lambda one: (one[1], one[0]))
    size = -(-len(ordered) // members)
    old = _member([(USER + 999, 1_100_000_000, None)])
    blocks = [_member(ordered[start : start + size]) for start in range(0, len(ordered), size)]
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, f"{DUMP}/COPYING-PublicDomain", b"CC0\n")
        for number, content in enumerate([old] * fillers + blocks):
            _add(archive, f"{DUMP}/{number}.parquet", content)
    return path


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime = len(content), 1_782_864_003.25  # type: ignore[assignment] - a fraction, as tar.add: pax
    archive.addfile(member, io.BytesIO(content))


def _member(listens: Sequence[Listen]) -> bytes:
    count = len(listens)
    times = pa.array([at * 1_000_000 for _, at, _ in listens], pa.timestamp("us"))
    words = pa.array(["words"] * count)
    table = pa.table(
        {
            "listened_at": times,
            "created": times,
            "user_id": pa.array([user for user, _, _ in listens], pa.int64()),
            "recording_msid": words,
            "artist_name": words,
            "artist_credit_id": pa.array([1] * count, pa.int64()),
            "release_name": words,
            "release_mbid": words,
            "recording_name": words,
            "recording_mbid": pa.array([track for _, _, track in listens], pa.string()),
            "artist_credit_mbids": pa.array([[] for _ in listens], pa.list_(pa.string())),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", use_deprecated_int96_timestamps=True)
    return buffer.getvalue()


# -- MusicBrainz and AcousticBrainz ------------------------------------------------------------------------------------
def canonical_tar(path: Path, recordings: pl.DataFrame, redirects: Mapping[str, str]) -> Path:
    """recordings: recording_mbid, title, artist, release_mbid, album. redirects: another recording -> canonical one."""
    header = "id,artist_credit_id,artist_mbids,artist_credit_name,release_mbid,release_name,recording_mbid"
    rows = [
        (at, at, mbid("artist", artist), artist, release, album, recording, title, f"{artist}{title}".lower(), at)
        for at, (recording, title, artist, release, album) in enumerate(
            recordings.select("recording_mbid", "title", "artist", "release_mbid", "album").iter_rows()
        )
    ]
    folder = "musicbrainz-canonical-dump-20260703-080003"
    data = _csv([*header.split(","), "recording_name", "combined_lookup", "score"], rows)
    others = _csv(
        ["recording_mbid", "canonical_recording_mbid", "canonical_release_mbid"],
        [(other, into, mbid("release", into)) for other, into in redirects.items()],
    )
    files = {
        f"{folder}/COPYING": b"CC0",
        f"{folder}/canonical/canonical_musicbrainz_data.csv": data,
        f"{folder}/canonical/canonical_recording_redirect.csv": others,
    }
    return zstd_tar(path, files)


def acousticbrainz_csv(features: Iterable[tuple[str, float, float, float, float, str, str]]) -> dict[str, bytes]:
    """The three CSV files; rows are mbid, bpm, danceability, onset_rate, average_loudness, key, scale."""
    rows = list(features)
    peaks = ["bpm_histogram_first_peak_bpm_mean", "bpm_histogram_first_peak_bpm_median"]
    peaks += [name.replace("first", "second") for name in peaks]
    rhythm = _csv(
        ["mbid", "submission_offset", "bpm", *peaks, "danceability", "onset_rate"],
        [(one, 0, bpm, 1, 1, 1, 1, dance, onset) for one, bpm, dance, onset, *_ in rows],
    )
    tonal = _csv(
        ["mbid", "submission_offset", "key_key", "key_scale", "tuning_frequency", "tuning_equal_tempered_deviation"],
        [(one, 0, key, scale, 440, 0) for one, *_, key, scale in rows],
    )
    lowlevel = _csv(
        ["mbid", "submission_offset", "average_loudness", "dynamic_complexity", "mfcc_zero_mean"],
        [(one, 0, loud, 1, 1) for one, _, _, _, loud, *_ in rows],
    )
    return {"rhythm.csv": rhythm, "tonal.csv": tonal, "lowlevel.csv": lowlevel}


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def zstd_tar(path: Path, files: Mapping[str, bytes]) -> Path:
    """A .tar.zst of the files."""
    with (
        pa.OSFile(str(path), "wb") as raw,
        pa.CompressedOutputStream(raw, "zstd") as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        for name, content in files.items():
            _add(archive, name, content)
    return path


# -- a server with ranges ----------------------------------------------------------------------------------------------
@dataclass
class Served:
    """A running server of a folder; `ranges` are the ranges that were requested, `breaks` the bytes after which a
    response ends early, one for each of the next responses of several bytes; `statuses` and `redirects` are what some
    names are answered with in place of the file, and `headers` the last request's."""

    url: str
    ranges: list[tuple[str, int, int]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    without_ranges: bool = False
    statuses: dict[str, int] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serves the files of a folder on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, folder, state)

        def log_message(self, *_: object) -> None:
            """Prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Served(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(request: BaseHTTPRequestHandler, folder: Path, state: Served) -> None:
    name, state.headers = unquote(urlsplit(request.path).path).lstrip("/"), dict(request.headers)
    file = folder / name
    if name in state.redirects:
        request.send_response(302)
        request.send_header("Location", state.redirects[name])
        request.send_header("Content-Length", "0")
        request.end_headers()
        return
    if name in state.statuses or not file.is_file():
        request.send_error(state.statuses.get(name, 404))
        return
    size, tag = file.stat().st_size, state.tags.get(name, f'"{file.stat().st_mtime_ns:x}"')
    wanted = request.headers.get("Range", f"bytes=0-{size}").removeprefix("bytes=").split("-")
    start, stop = int(wanted[0]), min(int(wanted[1]) + 1, size)
    whole = state.without_ranges or "Range" not in request.headers or request.headers.get("If-Range", tag) != tag
    state.ranges.append((name, start, stop))
    request.send_response(200 if whole else 206)
    request.send_header("ETag", tag)
    if not whole:
        request.send_header("Content-Range", f"bytes {start}-{stop - 1}/{size}")
    request.send_header("Content-Length", str(size if whole else stop - start))
    request.end_headers()
    with file.open("rb") as opened:
        opened.seek(0 if whole else start)
        content = opened.read(size if whole else stop - start)
    cut = state.breaks.pop(0) if state.breaks and stop - start > 512 else len(content)
    try:
        request.wfile.write(content[:cut])
    except (BrokenPipeError, ConnectionResetError):  # the client has what it wants
        request.close_connection = True
