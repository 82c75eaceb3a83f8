"""Cost of an update with one percent more entries: python -m bench.update_cost FOLDER/1-of-16

FOLDER/1-of-16 is a share that bench.scale has measured whole. The first halves of every fiftieth playlist, under ids of
their own, make a new file beside the world's; one in six of their tracks is a new one by the same artist. `refresh
--update` of all is run on a copy of the stages, releases and index that are kept there (hard links to large files of
the stages and releases, which nothing writes again), and its CPU seconds are printed beside the sum of the measured
stages. After a refresh of other playlists, with the CPU seconds that it took:

    python -m bench.update_cost --sources ../shared/data/mpd_dev --data DATA --whole 331
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench.cost import ROOT
from kit import ids

EVERY, NEW = 50, 6
COLUMNS = ["playlist_id", "position", "track_id"]
LARGE = 1 << 20  # bytes: a file above it is linked


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A full refresh: the folder of its sources, how they were named to it (what was read of a file is kept by that),
    its work and data folders, and the CPU seconds that it took."""

    sources: Path
    named: Sequence[Path]
    work: Path
    data: Path
    cpu_s: float

    @classmethod
    def of_share(cls, share: Path) -> "Refreshed":
        """As bench.scale left it."""
        costs = json.loads((share / "costs.json").read_text())
        whole, world = sum(cost["cpu_s"] for cost in costs.values()), share / "world"
        return cls(world, sorted(world.glob("*.parquet")), share / "work", share / "data", whole)


def more(sources: Path, out: Path) -> tuple[int, int]:
    """Writes the files of new playlists and new tracks; returns the number of their entries and of all."""
    entries = pl.concat([pl.scan_parquet(file).select(COLUMNS) for file in sorted(sources.glob("playlists*.parquet"))])
    chosen = entries.select(pl.col("playlist_id").unique()).collect()["playlist_id"].sort().gather_every(EVERY)
    kept = entries.filter(pl.col("playlist_id").is_in(chosen.implode())).collect()
    kept = kept.filter(2 * pl.col("position") < pl.len().over("playlist_id"))
    replaced = kept["track_id"].unique().sort().gather_every(NEW)
    other = {one: ids.derive(catalogue_id=f"new {one}") for one in replaced.to_list()}
    new_id = pl.col("track_id").replace(list(other), list(other.values()))
    out.mkdir(parents=True, exist_ok=True)
    kept.with_columns(pl.col("playlist_id") + "-half", new_id).write_parquet(out / "playlists-new.parquet")
    names = tracks_of(sources).filter(pl.col("track_id").is_in(replaced.implode()))
    names.with_columns(new_id, pl.col("title") + " Again").write_parquet(out / "tracks-new.parquet")
    return kept.height, entries.select(pl.len()).collect().item()


def tracks_of(sources: Path) -> pl.DataFrame:
    """track_id, title and artist of all tracks."""
    read = (pl.read_parquet(file) for file in sorted(sources.glob("tracks*.parquet")))
    named = {"track_name": "title", "artist_name": "artist"}
    return pl.concat([one.rename(named, strict=False).select("track_id", "title", "artist") for one in read])


def linked(source: str, target: str) -> None:
    """A second name for a large file where that can be, a copy of another."""
    if Path(source).stat().st_size > LARGE:
        with suppress(OSError):  # another file system
            os.link(source, target)
            return
    shutil.copy2(source, target)


def prepare_update(full: Refreshed, scratch: Path) -> tuple[list[str], str]:
    """Copies the folders and writes the new files; the words of the update, and a sentence about its entries."""
    count, of = more(full.sources, scratch / "new")
    shutil.copytree(full.data / "releases", scratch / "data" / "releases", copy_function=linked)
    shutil.copytree(full.data / "index", scratch / "data" / "index")
    shutil.copytree(full.work, scratch / "work", copy_function=linked)
    words = ["refresh", *full.named, scratch / "new", "--update", "--jobs", "1"]
    words += ["--data", scratch / "data", "--work", scratch / "work"]
    return [str(word) for word in words], f"{count:,} entries more beside {of:,} ({count / of:.2%})"


def update(full: Refreshed, scratch: Path) -> str:
    """Runs the update on copies of the folders; a sentence about what it took."""
    words, entries = prepare_update(full, scratch)
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "pipelines", *words], cwd=ROOT, check=True)
    used, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - started
    cpu = used.ru_utime + used.ru_stime
    share, peak_mb = f"{cpu:.1f} CPU s of {full.cpu_s:.1f} ({cpu / full.cpu_s:.1%})", used.ru_maxrss / 1024
    return f"{entries}\n{share}, {seconds:.0f} s, {peak_mb:,.0f} MB"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("share", type=Path, nargs="?", help="the folder of a share, as bench.scale left it")
    parser.add_argument("--sources", type=Path)
    parser.add_argument("--data", type=Path, help="the data folder, with the work folder in it")
    parser.add_argument("--whole", type=float, help="CPU seconds of the full refresh")
    given = parser.parse_args()
    if given.share:
        full = Refreshed.of_share(given.share.resolve())
    elif given.sources and given.data and given.whole:
        sources, data = given.sources.resolve(), given.data.resolve()
        full = Refreshed(sources, [sources], data / "work", data, given.whole)
    else:
        parser.error("give the folder of a share, or --sources, --data and --whole")
    with tempfile.TemporaryDirectory(dir=full.data.parent) as scratch:
        print(update(full, Path(scratch)))


if __name__ == "__main__":
    main()
