"""CPU cost of query reweighting and ranker in one query: OPENBLAS_NUM_THREADS=1 python -m bench.reranking [--data DIR]

The steps of a query in the recommend service, on the release that DIR serves (default: the demo): pooling the
seeds without and with the reweighting, the look-up of as many candidates as the ranker orders, and the ranker,
including
the reads of the candidates' vectors; `sums` is the ranker's part of that for the co-occurrence table, and `followers`
what mode `sequence` reads of it instead. CPU of the process, medians over rounds that alternate the parts. The fleet
gives a service one BLAS thread.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.fleets import published_demo
from bench.tables import Table, show
from kit.cooccurrence import CooccurrenceTable, Sums
from kit.manifest import GRAPH
from kit.next_track import SeedNeighbours, recency, seed_neighbours
from kit.query import Pooled, Pooling
from kit.ranker import DEPTH, Ranker, known_log_popularity
from kit.ranker_features import ItemFeatures
from kit.release import STATE_PLACED, Release, Rows
from kit.release_current import open_current
from kit.vectors import TrackIndex, TrackQuery
from kit.vectors.choice import open_release_index

SEEDS = (1, 5, 25, 100)
QUESTIONS = 50
Step = Callable[[int], Awaitable[object]]
PARTS = ("pooling", "reweighting", "look-up", "ranker")
OF_TABLE = ("sums", "followers")


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The steps of a query, one by one."""

    release: Release
    index: TrackIndex
    plain: Pooling
    reweighted: Pooling
    ranker: Ranker
    known: ItemFeatures
    table: CooccurrenceTable | None

    @classmethod
    def of(cls, data: Path) -> "Parts":
        """The parts of the current release of a data folder; SystemExit when it has no reweighting or no ranker."""
        release = open_current(data / "releases")
        if release is None:
            raise SystemExit(f"nothing is published under {data}")
        pooling, ranker = Pooling.of(release, GRAPH), Ranker.of(release)
        if pooling.reweighting is None or ranker is None:
            raise SystemExit(f"{release.version} has no reweighting or no ranker: there is nothing to measure")
        spectra = {block.name: release.spectrum(block) for block in pooling.space.blocks if block.spectrum}
        placed = np.asarray(release.column("state")) == STATE_PLACED
        known = ItemFeatures(np.asarray(known_log_popularity(release)), np.asarray(release.column("artist")), placed)
        index = open_release_index(data, release)
        table = CooccurrenceTable.of(release)
        return cls(release, index, Pooling(pooling.space, spectra), pooling, ranker, known, table)

    def pooled(self, rule: Pooling, seeds: Rows) -> Pooled:
        """The query pooled from the seeds."""
        return rule.pool(np.asarray(self.release.query_vectors(GRAPH))[seeds], np.ones(len(seeds), np.float32))

    async def looked_up(self, query: Pooled, seeds: Rows) -> Rows:
        """The candidates, best first, without the seeds."""
        wish = TrackQuery(GRAPH, query.vector, DEPTH, exclude=seeds.tolist())
        return (await self.index.search([wish]))[0].rows

    def ranked(self, query: Pooled, seeds: Rows, found: Rows) -> Rows:
        """The candidates in the ranker's order."""
        hits = np.asarray(self.release.index_vectors(GRAPH))[found]
        known, sums = self.known.of(found), self.sums(seeds, found)
        order = self.ranker.order(self.plain.space.blocks, query.vector, self.known.of(seeds), hits, known, sums)
        return found[order]

    def sums(self, seeds: Rows, found: Rows) -> Sums | None:
        """What the ranker reads of the co-occurrence table; None in a release without one."""
        return self.table.sums_of(seeds, found) if self.table else None

    def seed_neighbours(self, seeds: Rows) -> SeedNeighbours | None:
        """What mode `sequence` reads of the table."""
        return seed_neighbours(self.table, seeds, recency(len(seeds))) if self.table else None


def held_out_queries(release: Release, seeds: int) -> list[Rows]:
    """Seeds of one taste each: tracks near a random track."""
    draw = np.random.default_rng(seeds)
    vectors = np.asarray(release.index_vectors(GRAPH), np.float32)[: release.embedded]
    hearts = vectors[draw.integers(release.embedded, size=QUESTIONS)]
    near = np.argsort(-(hearts @ vectors.T), axis=1)[:, : 3 * seeds]
    return [draw.permutation(row)[:seeds] for row in near]


async def measured(parts: Parts, seeds: int, rounds: int) -> dict[str, float]:
    """Microseconds of CPU per query of each part, medians; `reweighting` is what it adds to pooling."""
    seed_rows = held_out_queries(parts.release, seeds)
    queries = [parts.pooled(parts.reweighted, rows) for rows in seed_rows]
    found = [await parts.looked_up(query, rows) for query, rows in zip(queries, seed_rows, strict=True)]
    steps: dict[str, Step] = {
        "pooling": lambda at: _at_once(parts.pooled(parts.plain, seed_rows[at])),
        "reweighting": lambda at: _at_once(parts.pooled(parts.reweighted, seed_rows[at])),
        "look-up": lambda at: parts.looked_up(queries[at], seed_rows[at]),
        "ranker": lambda at: _at_once(parts.ranked(queries[at], seed_rows[at], found[at])),
        "sums": lambda at: _at_once(parts.sums(seed_rows[at], found[at])),
        "followers": lambda at: _at_once(parts.seed_neighbours(seed_rows[at])),
    }
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            taken[name].append(await _micros(step))
    middle = {name: statistics.median(values) for name, values in taken.items()}
    return middle | {"reweighting": max(middle["reweighting"] - middle["pooling"], 0.0)}


async def _at_once(found: object) -> object:
    return found


async def _micros(step: Step) -> float:
    started = time.process_time()
    for at in range(QUESTIONS):
        await step(at)
    return (time.process_time() - started) / QUESTIONS * 1e6


def ranking_table(parts: Parts, rows: Sequence[tuple[int, dict[str, float]]]) -> Table:
    """A row for each number of seeds."""
    dim, tracks = parts.plain.space.dim, parts.release.size
    return Table(
        f"Microseconds of CPU a query, {DEPTH} candidates, {parts.release.version}: {tracks:,} tracks, {dim} columns",
        ["seeds", *PARTS, "reweighting and ranker, of the others", *OF_TABLE],
        [
            [str(seeds), *(f"{cost[name]:,.0f}" for name in PARTS), _added(cost)]
            + [f"{cost[name]:,.0f}" for name in OF_TABLE]
            for seeds, cost in rows
        ],
    )


def _added(cost: dict[str, float]) -> str:
    return f"+{(cost['reweighting'] + cost['ranker']) / (cost['pooling'] + cost['look-up']):.0%}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a data folder with a published release; default: the demo")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, help="also write the table here, as Markdown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        parts = Parts.of(options.data or published_demo(Path(scratch)))
        rows = [(seeds, asyncio.run(measured(parts, seeds, options.rounds))) for seeds in SEEDS]
        show([ranking_table(parts, rows)], options.out)


if __name__ == "__main__":
    main()
