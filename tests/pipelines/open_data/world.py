"""The small world of tests.worlds as open dumps: its playlists are sessions of users, its tracks recordings."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.open_data.dumps import Dumps
from pipelines.open_data.fetch import fetch_listens, fetch_tables
from tests import open_dumps, worlds
from tests.open_dumps import DUMP, mbid, noise, served, sessions_as_listens

USERS = 40  # of the same scene for each user: 120 playlists of four scenes in turn
FEWEST_USERS, FEWEST_TRACKS = 5, 5


@dataclass(frozen=True, slots=True)
class OpenWorld:
    """A folder of fetched dumps, and the playlists, as MBIDs, that were planted in them."""

    dumps: Path
    planted: list[list[str]]


def recording(track_id: str) -> str:
    """The MBID of a track of the world."""
    return mbid("recording", track_id)


def other_recording(track_id: str) -> str:
    """An MBID that is redirected to that of the track."""
    return mbid("another recording", track_id)


def make(folder: Path, entries: pl.DataFrame, tracks: pl.DataFrame, users: int, fillers: int) -> OpenWorld:
    """Writes the dumps of a world, serves them, and fetches them."""
    mirror = folder / "mirror"
    mirror.mkdir(parents=True)
    lists = entries.group_by("playlist_id", maintain_order=True).agg("track_id")["track_id"].to_list()
    planted = [[recording(track) for track in one] for one in lists]
    played = [[(other_recording if at % 5 == 0 else recording)(one) for at, one in enumerate(own)] for own in lists]
    listens = sessions_as_listens(played, users)
    every = [recording(track) for track in tracks["track_id"]]
    open_dumps.spark_tar(mirror / f"{DUMP}.tar", [*listens, *noise(every, listens, users)], fillers=fillers)
    _canonical(mirror, tracks)
    _features(mirror, tracks)
    found = Dumps(folder / "open-data")
    with served(mirror) as running:
        fetch_tables("canonical", [f"{running.url}/canonical.tar.zst"], found, 1 << 30)
        fetch_tables("acousticbrainz", [f"{running.url}/features.tar.zst"], found, 1 << 30)
        fetch_listens(f"{running.url}/{DUMP}.tar", 4, found, 1 << 30)
    return OpenWorld(found.folder, planted)


def small(folder: Path) -> OpenWorld:
    """The small world with a dump of 1,526 members."""
    named = worlds.tracks().with_columns(pl.col("title").fill_null("Untitled"))
    return make(folder, worlds.entries(), named, USERS, open_dumps.MEMBERS - 4)


def publishable(world: OpenWorld, users: int = USERS) -> list[list[str]]:
    """What may be published of the planted playlists, by the definition: tracks of at least 5 users, in playlists of
    at least 5 such tracks."""
    kept = [(number % users, list(tracks)) for number, tracks in enumerate(world.planted)]
    while True:
        listeners: dict[str, set[int]] = {}
        for user, tracks in kept:
            for track in tracks:
                listeners.setdefault(track, set()).add(user)
        fewer = [(user, [one for one in own if len(listeners[one]) >= FEWEST_USERS]) for user, own in kept]
        fewer = [(user, own) for user, own in fewer if len(own) >= FEWEST_TRACKS]
        if fewer == kept:
            return [own for _, own in kept]
        kept = fewer


def users_of(users: int) -> list[int]:
    """The users of the dump, programs and campaigns too."""
    return [open_dumps.USER + number for number in range(users + 4)]


def contents(folder: Path) -> list[bytes]:
    """The bytes of every file, and those of tables also as plain values: compression hides none."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.append(path.read_bytes())
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path)
            found += [frame.write_json().encode(), b"".join(
                column.to_numpy().tobytes() for column in frame if column.dtype.is_numeric()
            )]  # fmt: skip
    return found


def spellings(user: int) -> list[bytes]:
    """A user as text, and as a number of 8 bytes."""
    return [str(user).encode(), np.int64(user).tobytes(), np.float64(user).tobytes()]


def _canonical(mirror: Path, tracks: pl.DataFrame) -> None:
    rows = [
        (recording(one), title, artists[0], mbid("release", one), album or "Single")
        for one, title, artists, album in tracks.select("track_id", "title", "artists", "album").iter_rows()
    ]
    table = pl.DataFrame(rows, schema=["recording_mbid", "title", "artist", "release_mbid", "album"], orient="row")
    redirects = {other_recording(one): recording(one) for one in tracks["track_id"]}
    open_dumps.canonical_tar(mirror / "canonical.tar.zst", table, redirects)


def _features(mirror: Path, tracks: pl.DataFrame) -> None:
    """Three readings of each measured track: its own value, and one below and above it."""
    names = ("tempo", "danceability", "energy", "loudness")
    rows = []
    for one, *values in tracks.filter(pl.col("tempo").is_not_null()).select("track_id", *names, "key").iter_rows():
        tempo, dance, energy, loud, key = values
        for other, change in ((recording, 0.0), (other_recording, 0.3), (recording, -0.3)):
            shown = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"][int(key) if change >= 0 else 0]
            own = (tempo + change, 3 * dance + change, energy * 5 + change, (loud + 60) / 60 + change / 60)
            rows.append((other(one), *own, shown, "minor"))
    open_dumps.zstd_tar(mirror / "features.tar.zst", open_dumps.acousticbrainz_csv(rows))
