"""Writes generated playlists of any size: python -m bench.world DIR [--share 1/64] [--seed 1]

Everything in it is generated; nothing is taken from real playlists. DIR gets playlists-*.parquet (1,000 playlists each,
one row an entry, with the names that an export has) and tracks-*.parquet (50,000 tracks each, with audio features):
`segue-pipeline ingest DIR` reads them. A share of 1 has the size of the Million Playlist Dataset; a smaller share has
that share of playlists, tracks and artists. The same share and seed give the same rows.

Tracks are drawn by rank from Zipf-Mandelbrot laws, one of the whole catalogue and one of the playlist's community;
every track, its artist, its features and the playlist's name belong to a community. At a share of 1 a playlist has 66
tracks, the first track is in 1.3 % of the playlists and 22 % of the tracks that occur are in one; at 1/64 it is 3.7 %
and 3 %. Real data has more rare tracks: this is made to measure cost, not quality.
Memory: 60 bytes a track and one file of rows.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.synthetic import in_units
from kit.ids import ALPHABET, LENGTH
from kit.wire.catalog import FEATURES

PLAYLISTS, TRACKS, ARTISTS = 1_000_000, 2_262_292, 295_860
MEAN_LENGTH, SPREAD, SHORTEST, LONGEST = 75.0, 0.8, 5, 250  # drawn; about 66 are left without repeats
EXPONENT, OFFSET, OWN_OFFSET = 1.5, 800.0, 100.0
ARTIST_EXPONENT, ARTIST_OFFSET = 0.9, 5.0
COMMUNITIES = 100  # at a share of 1; they grow with its square root
OWN = 0.75  # share of a playlist's draws that stay in its community
PLAYLISTS_A_FILE, TRACKS_A_FILE = 1_000, 50_000
NAMED = 0.9
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstv" for vowel in "aeo"]
PLAYLIST, TRACK, MOOD = range(3)  # streams of random numbers

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Zipf:
    """A Zipf-Mandelbrot law over ranks 0..n-1: probabilities in proportion to (rank + 1 + offset)^-exponent."""

    cumulative: npt.NDArray[np.float64]  # (n,)

    @classmethod
    def of(cls, count: int, exponent: float, offset: float) -> "Zipf":
        cumulative = np.cumsum((np.arange(1, count + 1) + offset) ** -exponent)
        return cls(cumulative / cumulative[-1])

    def draw(self, rng: np.random.Generator, count: int) -> Ints:
        """(count,) ranks."""
        return np.searchsorted(self.cumulative, rng.random(count)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class World:
    """The sizes of a world; a share of 1 is that of the Million Playlist Dataset."""

    share: float
    seed: int = 1

    @property
    def playlists(self) -> int:
        return max(1, round(PLAYLISTS * self.share))

    @property
    def tracks(self) -> int:
        return max(10 * self.communities, round(TRACKS * self.share))

    @property
    def artists(self) -> int:
        return max(self.communities, round(ARTISTS * self.share))

    @property
    def communities(self) -> int:
        return max(4, round(COMMUNITIES * self.share**0.5))

    def rng(self, stream: int, number: int = 0) -> np.random.Generator:
        """The random numbers of one file."""
        return np.random.default_rng([self.seed, stream, number])


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """The tracks by popularity, the first the most popular; a track's community is its rank modulo their number."""

    ids: npt.NDArray[np.bytes_]  # (n,) S22
    artists: Ints  # (n,) an artist's community is its number modulo the number of communities
    popularity: Zipf  # of the whole catalogue
    own_popularity: Zipf  # of one community

    @classmethod
    def of(cls, world: World) -> "Catalogue":
        parts = [_identities(world, start) for start in range(0, world.tracks, TRACKS_A_FILE)]
        ids, artists = (np.concatenate(column) for column in zip(*parts, strict=True))
        own = Zipf.of(world.tracks // world.communities, EXPONENT, OWN_OFFSET)
        return cls(ids, artists, Zipf.of(world.tracks, EXPONENT, OFFSET), own)


def _identities(world: World, start: int) -> tuple[npt.NDArray[np.bytes_], Ints]:
    rng, communities = world.rng(TRACK, start), world.communities
    count = min(TRACKS_A_FILE, world.tracks - start)
    digits = rng.integers(0, len(ALPHABET), (count, LENGTH))
    digits[:, 0] %= 7  # ids that begin with a smaller digit are below 2^128
    letters = np.frombuffer(ALPHABET.encode(), np.uint8)[digits]
    drawn = Zipf.of(world.artists // communities, ARTIST_EXPONENT, ARTIST_OFFSET).draw(rng, count)
    return letters.view(f"S{LENGTH}").ravel(), drawn * communities + np.arange(start, start + count) % communities


def tracks(world: World, catalogue: Catalogue, start: int) -> pl.DataFrame:
    """One file of tracks with names and audio features, which go with the community."""
    rows = np.arange(start, min(start + TRACKS_A_FILE, world.tracks))
    mood = world.rng(MOOD).random((world.communities, len(FEATURES)))[rows % world.communities]
    values = np.clip(0.6 * mood + 0.4 * world.rng(MOOD, start + 1).random(mood.shape), 0, 1)
    features = {name: in_units(name, values[:, at]) for at, name in enumerate(FEATURES)}
    return described(catalogue, rows).with_columns(**{name: pl.Series(column) for name, column in features.items()})


def described(catalogue: Catalogue, rows: Ints) -> pl.DataFrame:
    """Ids, titles, artists and durations of tracks, as both kinds of file have them."""
    ids = pl.Series(catalogue.ids[rows]).cast(pl.String)
    titles = pl.Series([word(row) for row in rows.tolist()])
    artists = pl.Series([word(number, "The ") for number in catalogue.artists[rows].tolist()])
    duration_ms = 120_000 + rows * 7919 % 240_000
    return pl.DataFrame({"track_id": ids, "title": titles, "artist": artists, "duration_ms": duration_ms})


def word(number: int, before: str = "") -> str:
    """A name for a number, another for every other one."""
    parts = []
    while True:
        number, digit = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[digit])
        if not number:
            return before + "".join(parts).capitalize()


def entries(world: World, catalogue: Catalogue, start: int) -> pl.DataFrame:
    """One file of playlists, a row an entry; a track is in a playlist once."""
    rng, count = world.rng(PLAYLIST, start), min(PLAYLISTS_A_FILE, world.playlists - start)
    lengths = np.clip(rng.lognormal(np.log(MEAN_LENGTH) - SPREAD**2 / 2, SPREAD, count), SHORTEST, LONGEST).astype(int)
    community = rng.integers(0, world.communities, count)
    playlist = np.repeat(np.arange(count), lengths)
    own = catalogue.own_popularity.draw(rng, len(playlist)) * world.communities + community[playlist]
    rows = np.where(rng.random(len(playlist)) < OWN, own, catalogue.popularity.draw(rng, len(playlist)))
    _, first = np.unique(playlist * world.tracks + rows, return_index=True)
    playlist, rows = playlist[np.sort(first)], rows[np.sort(first)]
    position = np.arange(len(rows)) - np.searchsorted(playlist, playlist)
    names = [_name(rng, mood) if rng.random() < NAMED else None for mood in community.tolist()]
    ids = pl.Series([f"p{start + at:07}" for at in range(count)])
    return pl.DataFrame(
        {"playlist_id": ids[playlist], "playlist_name": pl.Series(names, dtype=pl.String)[playlist]}
    ).with_columns(pl.Series("position", position), *described(catalogue, rows))


def _name(rng: np.random.Generator, community: int) -> str:
    """A word that every playlist may have and one of the community's."""
    return f"{word(int(rng.integers(0, 30)))} {word(1000 + 8 * community + int(rng.integers(0, 8)))}".lower()


def files(world: World) -> Iterator[tuple[str, pl.DataFrame]]:
    """The files of a world, one after the other."""
    catalogue = Catalogue.of(world)
    for number, start in enumerate(range(0, world.tracks, TRACKS_A_FILE)):
        yield f"tracks-{number:05}.parquet", tracks(world, catalogue, start)
    for number, start in enumerate(range(0, world.playlists, PLAYLISTS_A_FILE)):
        yield f"playlists-{number:05}.parquet", entries(world, catalogue, start)


def write(world: World, folder: Path) -> int:
    """Writes the files of a world; returns the number of entries."""
    folder.mkdir(parents=True, exist_ok=True)
    counted = 0
    for name, frame in files(world):
        frame.write_parquet(folder / name)
        counted += frame.height if name.startswith("playlists") else 0
    return counted


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--share", type=Fraction, default=Fraction(1, 64), help="of the Million Playlist size")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    world = World(float(options.share), options.seed)
    counted = write(world, options.folder)
    print(f"{world.playlists:,} playlists, {counted:,} entries, {world.tracks:,} tracks in {options.folder}")


if __name__ == "__main__":
    main()
