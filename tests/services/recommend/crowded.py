"""A planted world in which few artists stand before all others: two kinds of music, in each of which the songs of three
artists are nearer to any seed, and more popular, than those of forty others."""

from pathlib import Path

import numpy as np
import polars as pl

from kit import ids
from kit.release import Block, Release
from pipelines.publish import publish
from pipelines.release import Neighbours, ReleaseContent, SpaceContent, playlist_counts, write_release
from pipelines.tables import ENTRIES, TRACKS
from tests import worlds

KINDS, LOUD, EACH, QUIET = 2, 3, 120, 40
PER_KIND = LOUD * EACH + QUIET
SIZE = KINDS * PER_KIND
SEEDS = 4
"""The first songs of a kind, by the first artist, are what tests ask with."""


_KNOWN = worlds.tracks().row(0, named=True)


def track_id(song: int) -> str:
    return ids.derive(mbid=f"crowded-{song}")


def artist(song: int) -> str:
    kind, place = divmod(song, PER_KIND)
    return f"Loud {kind} {place // EACH}" if place < LOUD * EACH else f"Quiet {kind} {place}"


def is_quiet(song: int) -> bool:
    return song % PER_KIND >= LOUD * EACH


def content() -> ReleaseContent:
    names = [track_id(song) for song in range(SIZE)]
    entries = [(f"p{at}", 0, name, "invented") for song, name in enumerate(names) for at in range(_playlists(song))]
    vectors = np.zeros((SIZE, KINDS + 1), np.float32)
    songs = np.arange(SIZE)
    vectors[songs, songs // PER_KIND] = 1.0 - 0.001 * (songs % PER_KIND)
    nobody = Neighbours(names, np.full((SIZE, 1), -1), np.zeros((SIZE, 1), np.int64))
    graph = SpaceContent("dot", [Block(name="only", start=0, stop=KINDS + 1)], names, vectors, vectors)
    return ReleaseContent(
        name="crowded",
        tracks=pl.DataFrame([_track(song) for song in range(SIZE)], schema=TRACKS),
        playlists=playlist_counts(pl.DataFrame(entries, schema=ENTRIES, orient="row")),
        learned=names,
        spaces={"graph": graph},
        data_hash="crowded",
        neighbours=nobody,
        invented=True,
    )


def _playlists(song: int) -> int:
    return 1 if is_quiet(song) else 2


def _track(song: int) -> dict[str, object]:
    return {
        **_KNOWN,
        "track_id": track_id(song),
        "title": f"Song {song}",
        "artists": [artist(song)],
        "genres": ["quiet" if is_quiet(song) else "loud"],
        "year": 1990 + song % 10,
        "duration_ms": 100_000 + 5_000 * song,
    }


def published(folder: Path) -> Path:
    """A data folder that serves it."""
    written: Release = write_release(folder / "written", content())
    publish(written.path, folder / "data")
    return folder / "data"
