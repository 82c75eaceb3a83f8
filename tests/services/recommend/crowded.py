"""A planted world in which few artists stand before all others: two kinds of music, in each of which the tracks of
three artists are nearer to any seed, and more popular, than those of forty others."""

from pathlib import Path

import numpy as np
import polars as pl

from kit import ids
from kit.release import Block, Release
from pipelines.release.publish import publish
from pipelines.release.release_content import Neighbours, ReleaseContent, SpaceContent, playlist_counts
from pipelines.release.write import write_release
from pipelines.tables import ENTRIES, TRACKS
from tests import worlds

KINDS, LOUD, EACH, QUIET = 2, 3, 120, 40
PER_KIND = LOUD * EACH + QUIET
SIZE = KINDS * PER_KIND
SEEDS = 4
"""The first tracks of a kind, by the first artist, are what tests ask with."""


_KNOWN = worlds.tracks().row(0, named=True)


def track_id(track: int) -> str:
    return ids.derive(mbid=f"crowded-{track}")


def artist(track: int) -> str:
    kind, place = divmod(track, PER_KIND)
    return f"Loud {kind} {place // EACH}" if place < LOUD * EACH else f"Quiet {kind} {place}"


def is_quiet(track: int) -> bool:
    return track % PER_KIND >= LOUD * EACH


def content() -> ReleaseContent:
    names = [track_id(track) for track in range(SIZE)]
    entries = [(f"p{at}", 0, name, "invented") for track, name in enumerate(names) for at in range(_playlists(track))]
    vectors = np.zeros((SIZE, KINDS + 1), np.float32)
    tracks = np.arange(SIZE)
    vectors[tracks, tracks // PER_KIND] = 1.0 - 0.001 * (tracks % PER_KIND)
    nobody = Neighbours(names, np.full((SIZE, 1), -1), np.zeros((SIZE, 1), np.int64))
    graph = SpaceContent("dot", [Block(name="only", start=0, stop=KINDS + 1)], names, vectors, vectors)
    return ReleaseContent(
        name="crowded",
        tracks=pl.DataFrame([_track(track) for track in range(SIZE)], schema=TRACKS),
        playlists=playlist_counts(pl.DataFrame(entries, schema=ENTRIES, orient="row")),
        learned=names,
        spaces={"graph": graph},
        data_hash="crowded",
        neighbours=nobody,
        invented=True,
    )


def _playlists(track: int) -> int:
    return 1 if is_quiet(track) else 2


def _track(track: int) -> dict[str, object]:
    return {
        **_KNOWN,
        "track_id": track_id(track),
        "title": f"Song {track}",
        "artists": [artist(track)],
        "genres": ["quiet" if is_quiet(track) else "loud"],
        "year": 1990 + track % 10,
        "duration_ms": 100_000 + 5_000 * track,
    }


def published(folder: Path) -> Path:
    """A data folder that serves it."""
    written: Release = write_release(folder / "written", content())
    publish(written.path, folder / "data")
    return folder / "data"
