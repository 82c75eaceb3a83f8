"""Search over about 200,000 real titles: CPU per search, and recall of misspelt names.

    PYTHONPATH=. python bench/search.py [TRACKS.parquet] [--database URL]

Builds a database from the research table (never committed), then corrupts 500 seeded names of the better-known half:
one or two letters changed, dropped, added or swapped in a title, an artist, or both. A title or an artist alone matches
many tracks, so a result is correct when its compared name is the one that was corrupted.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import polars as pl

from kit import ids
from kit.wire.catalog import Artist, Track
from services.catalog import find
from services.catalog.search import By, key
from services.catalog.store import Store

SEED, QUERIES = 20_25, 500
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PLAIN = ["love", "the", "hello", "a", "u2", "metalica", "nirvan", "bohemian rapsody", "outkats", "beyonce"]
PLAIN += ["hey ya outkast", "outkast hey ya", "love the way you lie", "the beatles", "zxqwv kjhgf", "humble"]


def tracks(path: Path) -> list[Track]:
    """The research table as catalog's tracks; popularity is the percentile of playlists that hold it."""
    table = pl.read_parquet(path).filter(pl.col("track_name").is_not_null() & pl.col("artist_name").is_not_null())
    popularity = (pl.col("n_playlists").rank("average") * 100 / pl.len()).alias("percentile")
    return [
        Track(id=row["track_id"], title=row["track_name"], popularity=row["percentile"], artists=[_artist(row)])
        for row in table.with_columns(popularity).iter_rows(named=True)
    ]


def _artist(row: dict[str, str]) -> Artist:
    return Artist(id=ids.artist_id(row["artist_name"]), name=row["artist_name"])


async def build(store: Store, all_tracks: list[Track]) -> None:
    """Fills the store the way the release import does, 1,000 tracks a transaction."""
    me = uuid4()
    await store.migrate()
    assert await store.imports.claim(me, "bench", 600) is not None
    for start in range(0, len(all_tracks), 1_000):
        await store.imports.put(me, "bench", all_tracks[start : start + 1_000], start, 600)
    await store.imports.finish(me, "bench")


def misspelt(name: str, errors: int, rng: random.Random) -> str:
    """The name with some letters changed, dropped, added or swapped with the next."""
    letters = list(name)
    for _ in range(errors):
        at = rng.randrange(1, len(letters) - 1)
        kind = rng.choice(("change", "drop", "add", "swap"))
        if kind == "change":
            letters[at] = rng.choice(LETTERS)
        elif kind == "drop":
            del letters[at]
        elif kind == "add":
            letters.insert(at, rng.choice(LETTERS))
        else:
            letters[at - 1], letters[at] = letters[at], letters[at - 1]
    return "".join(letters)


async def quality(store: Store, all_tracks: list[Track]) -> None:
    """Prints the share of corrupted names found at rank 1 and in the first five, by field and number of errors."""
    rng = random.Random(SEED)
    known = [track for track in all_tracks if (track.popularity or 0) > 50 and len(key(track.title)) >= 5]
    ranks: dict[tuple[str, int], list[int]] = {}
    for at, track in enumerate(rng.sample(known, QUERIES)):
        kind, errors = ("title", "artist", "both")[at % 3], 1 + at // 3 % 2
        typed = misspelt(_name(track, kind), errors, rng)
        page = await find.page(store, typed, By.BOTH, 20, None)
        right = [position for position, found in enumerate(page.items) if _name(found, kind) == _name(track, kind)]
        ranks.setdefault((kind, errors), []).append(right[0] if right else 99)
    for (kind, errors), found in sorted(ranks.items()):
        print(f"{kind:6} {errors} wrong  {_shares(found)}")
    print(f"all             {_shares([position for found in ranks.values() for position in found])}")


def _name(track: Track, kind: str) -> str:
    title, artist = key(track.title), key(track.artists[0].name)
    return {"title": title, "artist": artist, "both": f"{title} {artist}"}[kind]


def _shares(ranks: list[int]) -> str:
    shares = (sum(position < top for position in ranks) / len(ranks) for top in (1, 5, 20))
    return "first {:.3f}  top 5 {:.3f}  top 20 {:.3f}".format(*shares) + f"  of {len(ranks)}"


async def speed(store: Store, all_tracks: list[Track], clock: Callable[[], float], unit: str) -> None:
    """Prints milliseconds per search for plain queries and for 200 seeded titles with one error."""
    rng = random.Random(SEED + 1)
    titles = [misspelt(key(t.title), 1, rng) for t in rng.sample(all_tracks, 400) if len(key(t.title)) >= 4][:200]
    await _timed(store, titles[:20], clock)
    for query in PLAIN:
        print(f"  {query!r:24} {min(await _timed(store, [query] * 5, clock)):6.1f} ms {unit}")
    took = sorted(await _timed(store, titles, clock))
    print(f"misspelt titles: median {statistics.median(took):.1f}, p95 {took[190]:.1f}, worst {took[-1]:.1f} ms {unit}")


async def _timed(store: Store, queries: list[str], clock: Callable[[], float]) -> list[float]:
    took = []
    for query in queries:
        started = clock()
        await find.page(store, query, By.BOTH, 20, None)
        took.append((clock() - started) * 1000)
    return took


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tracks", nargs="?", type=Path, default=Path("../shared/data/mpd_dev/tracks.parquet"))
    parser.add_argument("--database", help="an empty PostgreSQL database; a temporary SQLite file without it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(options.database or f"sqlite:///{folder}/catalog.db")
        all_tracks = tracks(options.tracks)
        started, cpu = time.perf_counter(), time.process_time()
        await build(store, all_tracks)
        wall, cpu = time.perf_counter() - started, time.process_time() - cpu
        print(f"{len(all_tracks)} tracks imported in {wall:.1f} s ({cpu:.1f} CPU s)")
        # PostgreSQL works in another process, whose CPU this one does not see.
        clock, unit = (time.perf_counter, "wall") if options.database else (time.process_time, "CPU")
        await speed(store, all_tracks, clock, unit)
        await quality(store, all_tracks)
        await store.close()


if __name__ == "__main__":
    asyncio.run(main())
