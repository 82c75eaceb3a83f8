"""Cost of an update with one percent more entries: python -m bench.update_cost FOLDER/1-of-16

FOLDER/1-of-16 is a share that bench.scale has measured whole. The first halves of every fiftieth playlist, under ids of
their own, make a new file beside the world's; `refresh --update` of all is run from the stages that are kept there, and
its CPU seconds are printed beside the sum of the measured stages. The update is published to a data folder of its own.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

from bench.cost import ROOT

EVERY = 50


def halves(world: Path, out: Path) -> int:
    """Writes the file of new playlists; returns the number of its entries."""
    entries = pl.read_parquet(sorted(world.glob("playlists*.parquet")))
    chosen = entries["playlist_id"].unique().sort().gather_every(EVERY)
    kept = entries.filter(pl.col("playlist_id").is_in(chosen.to_list()))
    kept = kept.filter(2 * pl.col("position") < pl.len().over("playlist_id"))
    out.parent.mkdir(parents=True, exist_ok=True)
    kept.with_columns(pl.col("playlist_id") + "-half").write_parquet(out)
    return kept.height


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("share", type=Path, help="the folder of a share, as bench.scale left it")
    share = parser.parse_args().share.resolve()
    costs = json.loads((share / "costs.json").read_text())
    new, data = share / "new" / "playlists-new.parquet", share / "updated"
    count, of = halves(share / "world", new), int((share / "entries.json").read_text())
    shutil.rmtree(data, ignore_errors=True)
    started = time.perf_counter()
    command = [sys.executable, "-m", "pipelines", "refresh", share / "world", new, "--update", "--jobs", "1"]
    subprocess.run([*map(str, command), "--data", str(data), "--work", str(share / "work")], cwd=ROOT, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, whole = used.ru_utime + used.ru_stime, sum(cost["cpu_s"] for cost in costs.values())
    print(f"{count:,} entries more beside {of:,} ({count / of:.2%})")
    seconds, peak_mb = time.perf_counter() - started, used.ru_maxrss / 1024
    print(f"{cpu:.1f} CPU s of {whole:.1f} ({cpu / whole:.1%}), {seconds:.0f} s, {peak_mb:,.0f} MB at the peak")


if __name__ == "__main__":
    main()
