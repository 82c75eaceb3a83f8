"""CPU cost of a playlist's name in a query: OPENBLAS_NUM_THREADS=1 python -m bench.playlist_names [--data DIR]

What recommend does for a name besides the query without it: the name to its vector, and that vector into the pooled
query (kit/playlist_names.py), on the release that DIR serves (default: the demo). The look-up and the ranker take the
same time with a name. CPU of the process, medians over rounds. The fleet gives a service one BLAS thread.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.fleets import published_demo
from bench.tables import Table, show
from kit.playlist_names import LETTERS_MOST, NameModel, with_list_name
from kit.query import Pooled
from kit.release_current import open_current

NAMES = (
    "jazz",
    "rainy sunday jazz",
    "ranyi sudnay jaz",
    "Songs to stare at walls to",
    ("abcdefghijk " * 20)[:LETTERS_MOST],
)
SEEDS = 25
REPEATS = 200


def micros(step: Callable[[], object]) -> float:
    """Microseconds of CPU of one call."""
    started = time.process_time()
    for _ in range(REPEATS):
        step()
    return (time.process_time() - started) / REPEATS * 1e6


def measured(model: NameModel, name: str, rounds: int) -> tuple[float, float]:
    """Microseconds of the name's vector, and of adding it to a query of SEEDS seeds; medians of the rounds."""
    parts = np.random.default_rng(1).standard_normal((SEEDS, len(model.mean))).astype(np.float32)
    pooled, vector = Pooled(parts.sum(axis=0), parts), model.vector(name)
    alone = statistics.median(micros(lambda: model.vector(name)) for _ in range(rounds))
    added = statistics.median(micros(lambda: with_list_name(pooled, SEEDS, vector)) for _ in range(rounds))
    return alone, added


def names_table(model: NameModel, rounds: int) -> Table:
    """A row for each name."""
    rows = []
    for name in NAMES:
        alone, added = measured(model, name, rounds)
        rows.append([f"{len(name)} characters", f"{alone:,.0f}", f"{added:,.0f}", f"{alone + added:,.0f}"])
    size, dim = model.vectors.shape
    title = f"Microseconds of CPU a request, {size:,} n-grams, {dim} columns, {SEEDS} seeds"
    return Table(title, ["name", "its vector", "into the query", "together"], rows)


def model_of(data: Path) -> NameModel:
    """The name model of the current release of a data folder; SystemExit when it has none."""
    release = open_current(data / "releases")
    model = NameModel.of(release) if release else None
    if model is None:
        raise SystemExit(f"the release served from {data} has no name model: refresh it with named playlists")
    return model


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a data folder with a published release; default: the demo")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, help="also write the table here, as Markdown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        show([names_table(model_of(options.data or published_demo(Path(scratch))), options.rounds)], options.out)


if __name__ == "__main__":
    main()
