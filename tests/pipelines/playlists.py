"""Planted worlds: playlists with a known structure as canonical entries, and the ids of their tracks."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from kit import ids
from pipelines.tables import ENTRIES, PLAYLISTS, TRACKS


def track(number: int) -> str:
    """The id of track `number`."""
    return ids.derive(mbid=f"planted-{number}")


def entries(playlists: Sequence[Sequence[int]]) -> pl.DataFrame:
    """Entries of numbered tracks; playlist i is named p00i, so that names sort as numbers."""
    rows = [
        (f"p{number:05}", position, track(one), "planted")
        for number, playlist in enumerate(playlists)
        for position, one in enumerate(playlist)
    ]
    return pl.DataFrame(rows, schema=ENTRIES, orient="row")


def tracks(count: int, per_artist: int = 5) -> pl.DataFrame:
    """A track table of `count` tracks, five in a row by one artist."""
    table = pl.DataFrame(
        {
            "track_id": [track(n) for n in range(count)],
            "title": [f"Song {n}" for n in range(count)],
            "artists": [[f"Artist {n // per_artist}"] for n in range(count)],
        }
    )
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in TRACKS.items() if name not in table.columns]
    return table.with_columns(missing).select(list(TRACKS))


def roles(playlists: int, held: Sequence[int] = ()) -> pl.DataFrame:
    """A playlist table; `held` are valid and the others train, or none has a role when nothing is held."""
    marked = dict.fromkeys(held, "planted_valid")
    rows = [
        (f"p{n:05}", marked.get(n, "planted_train") if held else None, None, None, None, "planted")
        for n in range(playlists)
    ]
    return pl.DataFrame(rows, schema=PLAYLISTS, orient="row")


def islands(playlists: int = 200, tracks: int = 60, length: int = 12, seed: int = 3) -> list[list[int]]:
    """Two islands that never share a playlist: even ones draw from the first half of the tracks, odd from the rest."""
    rng = np.random.default_rng(seed)
    half = tracks // 2
    return [(rng.permutation(half)[:length] + half * (n % 2)).tolist() for n in range(playlists)]


def chain(tracks: int = 80, length: int = 8) -> list[list[int]]:
    """A chain: each playlist is a run of consecutive tracks, so close numbers are close in taste."""
    return [list(range(start, start + length)) for start in range(tracks - length + 1) for _ in range(3)]
