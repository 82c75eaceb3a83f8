"""Effect of the popularity and adventurousness dials on lists: python -m bench.dials [--data DIR] [--lists N]

On the release that DIR serves (default: the demo), lists of 20 tracks for 5 seeds each, in mode `balanced`: the mean
popularity of the lists over the popularity dial, and the share of tracks by the seeds' own artists over the
adventurous one (without a limit per artist), with the values of the modes. A step is the change by a quarter turn.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.fleets import published_demo
from bench.tables import Table, show
from kit.release import Release
from kit.vectors.choice import open_release_index
from kit.wire.recommend import RecommendationOptions
from services.recommend import ranked_list
from services.recommend.ranking.scoring import PRESETS
from services.recommend.retrieval.query_vectors import query_vectors
from services.recommend.served.release_store import ReleaseStore
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import SeedVectors

SEEDS, LIMIT = 5, 20
TURNS = (0.0, 0.25, 0.5, 0.75, 1.0)


def seed_lists(release: Release, lists: int) -> list[list[int]]:
    """Rows of seeds: some of the tracks near a random one, as one person's likes are."""
    draw = np.random.default_rng(1)
    vectors = np.asarray(release.index_vectors("graph"), np.float32)[: release.embedded]
    hearts = vectors[draw.integers(release.embedded, size=lists)]
    return [draw.permutation(np.argsort(-(vectors @ heart))[: 4 * SEEDS])[:SEEDS].tolist() for heart in hearts]


async def listed(serving: ServedRelease, seeds: Sequence[int], wish: dict[str, object]) -> tuple[float, float]:
    """Mean popularity of one list, and its share of tracks by the seeds' artists."""
    tables, vectors = serving.tables, serving.release.query_vectors("graph")
    named = [SeedVectors(1.0, {"graph": vectors[row]}, tables.features[row], row, title="") for row in seeds]
    wishes = RecommendationOptions.model_validate({"limit": LIMIT} | wish)
    found = await ranked_list.nearest_tracks(
        wishes, serving, query_vectors(serving.poolings, named, []), frozenset(seeds)
    )
    popularity = np.nan_to_num(tables.popularity[found.rows])
    return float(popularity.mean()), float(np.isin(tables.artist[found.rows], tables.artist[list(seeds)]).mean())


async def measured(
    serving: ServedRelease, lists: Sequence[Sequence[int]], wish: dict[str, object]
) -> tuple[float, float]:
    """The same, averaged over many lists."""
    found = np.mean([await listed(serving, seeds, wish) for seeds in lists], axis=0)
    return float(found[0]), float(found[1])


def steps(name: str, values: Sequence[float], digits: int) -> list[str]:
    """A row: the value at each position, then the change by each quarter turn."""
    return [name, *(f"{value:.{digits}f}" for value in values), *(f"{step:+.{digits}f}" for step in np.diff(values))]


async def tables(data: Path, lists: int) -> list[Table]:
    """The tables of both dials."""
    store = ReleaseStore(data / "releases", 60, lambda one: open_release_index(data, one))
    await store.refresh()
    async with store.lease() as serving:
        seeds = seed_lists(serving.release, lists)
        popular = [await measured(serving, seeds, {"dials": {"popularity": turn}}) for turn in TURNS]
        free = {"per_artist": LIMIT, "variety": 0.0}
        bold = [await measured(serving, seeds, {"dials": free | {"adventurous": turn}}) for turn in TURNS]
        modes = {mode: await measured(serving, seeds, {"mode": mode}) for mode in PRESETS}
        title = f"{serving.release.version}, {serving.release.embedded:,} tracks, {lists} lists of {LIMIT}"
    await store.close()
    heads = ["dial", *(f"{turn:g}" for turn in TURNS), "step 1", "step 2", "step 3", "step 4"]
    rows = [
        steps("popularity: mean percentile", [one[0] for one in popular], 1),
        steps("adventurous: share by the seeds' artists", [one[1] for one in bold], 3),
    ]
    by_mode = [[mode, f"{found[0]:.1f}", f"{found[1]:.3f}"] for mode, found in modes.items()]
    return [Table(title, heads, rows), Table("Modes", ["mode", "mean percentile", "by the seeds' artists"], by_mode)]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a data folder with a published release; default: the demo")
    parser.add_argument("--lists", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = options.data or published_demo(Path(scratch))
        show(asyncio.run(tables(data, options.lists)), None)


if __name__ == "__main__":
    main()
