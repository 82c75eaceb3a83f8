"""Rank of the next track as served in mode `sequence` against the scored model: python -m bench.sequence_served
[PLAYLISTS] [--data DATA] [--url URL] [--queries N] [--out F]

The release that DATA serves (default: the demo) is asked over HTTP, in process or at URL, to go on from the first 1, 5,
10 and 25 tracks of ordered playlists: those of the held-out role of PLAYLISTS, or lists that the demo world's people
draw anew. The same queries go to the model that `evaluate` scores (pipelines/models/sequence.py), by exact search. MRR
is over the first 500 places, which is the longest list served: beyond, a track has 0 in both. A release that learned
PLAYLISTS is compared with itself all the same, but its MRR says nothing of new lists.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2
import numpy as np
import numpy.typing as npt
import orjson

from bench.fleets import published_demo
from bench.tables import Table, show
from kit.manifest import GRAPH
from kit.release import Release
from kit.release_current import open_current
from kit.wire.catalog import FEATURES
from kit.wire.recommend_options import MAX_LIMIT
from pipelines import tables
from pipelines.demo import world
from pipelines.demo.preferences import draw, person
from pipelines.evaluate import protocol, splits
from pipelines.evaluate.ordered import SHOWN, OrderedQuery, next_ranks, ordered_task
from pipelines.ingest.training_input import ingested
from pipelines.models import sequence
from services.recommend.app import create_app
from services.recommend.settings import Settings

SEED, LISTS, LENGTH = 1, 100, 40  # of the demo world's people
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Reciprocal ranks (queries,) of the next track with `shown` seeds, 0 beyond MAX_LIMIT."""

    shown: int
    served: Floats
    scored: Floats

    @property
    def same(self) -> float:
        """The share of queries with the same rank."""
        return float((self.served == self.scored).mean())

    def figures(self) -> tuple[float, float, float]:
        """MRR served, MRR scored, the share of the same ranks."""
        return float(self.served.mean()), float(self.scored.mean()), self.same


def drawn_lists() -> list[list[str]]:
    """Track ids of LISTS lists that people of the demo world draw; no release learned them."""
    tracks, ids = world.catalogue()
    rng = np.random.default_rng(SEED)
    audience = np.bincount(tracks.scene) / len(tracks.scene)
    people = (person(rng, tracks, audience) for _ in range(LISTS))
    return [[ids[row] for row in draw(rng, one.log_weights(tracks), LENGTH)] for one in people]


def held_lists(playlists: Path) -> list[list[str]]:
    """Track ids of the held-out role's playlists, in order."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = ingested([playlists], Path(scratch)).path
        entries, roles = tables.read(folder, "entries"), tables.read(folder, "playlists")
    return protocol.ordered_tracks(entries, splits.split(roles, SEED)[1])


def queries_of(release: Release, lists: Sequence[Sequence[str]], most: int) -> list[OrderedQuery]:
    """At most `most` queries of each number of seeds, drawn at random, without those whose next track is another
    version of a seed: no list holds it."""
    allowed, group = listed(release), np.asarray(release.column("group"))
    rows = [release.rows(tracks) for tracks in lists]
    known = [one[(one >= 0) & (one < release.embedded)] for one in rows]
    task = ordered_task(known, allowed, np.zeros((release.embedded, len(FEATURES)), np.float32))
    rng, found = np.random.default_rng(SEED), []
    for shown in SHOWN:
        queries = [one for one in task.queries_after(shown) if group[one.following[0]] not in group[one.shown]]
        found += [queries[at] for at in sorted(rng.permutation(len(queries))[:most].tolist())]
    return found


def listed(release: Release) -> npt.NDArray[np.bool_]:
    """(placed,) the tracks that lists may hold."""
    return np.asarray(np.asarray(release.index_vectors(GRAPH)).any(axis=1))


async def served_ranks(client: httpx2.AsyncClient, release: Release, queries: Sequence[OrderedQuery]) -> Floats:
    """(queries,) reciprocal ranks of the next track in served lists, 0 where it is not in the list."""
    return np.array([await _reciprocal(client, release, query) for query in queries])


async def _reciprocal(client: httpx2.AsyncClient, release: Release, query: OrderedQuery) -> float:
    seeds = [{"track": release.track_id(int(row))} for row in query.shown]
    body = {"seeds": seeds, "mode": "sequence", "limit": MAX_LIMIT}
    answer = orjson.loads((await client.post("/v1/recommendations", json=body)).raise_for_status().content)
    if answer["degraded"]:
        raise SystemExit(f"recommend answered without a part of itself: {answer['degraded']}")
    ids = [track["track"]["id"] for track in answer["tracks"]]
    target = release.track_id(int(query.following[0]))
    return 1 / (1 + ids.index(target)) if target in ids else 0.0


def scored_ranks(release: Release, queries: Sequence[OrderedQuery]) -> Floats:
    """(queries,) reciprocal ranks by the scored model, 0 beyond MAX_LIMIT."""
    ranks = next_ranks(sequence.of_release(release), queries, listed(release))
    return np.where(ranks <= MAX_LIMIT, 1 / ranks, 0.0)


async def compared(client: httpx2.AsyncClient, release: Release, queries: Sequence[OrderedQuery]) -> list[Ranked]:
    """Both reciprocal ranks of every query, by number of seeds."""
    parts = {shown: [query for query in queries if len(query.shown) == shown] for shown in SHOWN}
    return [
        Ranked(shown, await served_ranks(client, release, part), scored_ranks(release, part))
        for shown, part in parts.items()
        if part
    ]


async def measured(data: Path, url: str | None, queries: Sequence[OrderedQuery]) -> list[Ranked]:
    """Asks recommend on the data folder, in process, or the Segue at a URL, which serves the same release."""
    release = open_current(data / "releases")
    assert release is not None
    async with AsyncExitStack() as stack:
        client = httpx2.AsyncClient(base_url=url or "http://recommend", timeout=60)
        if not url:
            app = create_app(Settings(data=data, log_level="error"))
            await stack.enter_async_context(app.router.lifespan_context(app))
            client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend")
        return await compared(await stack.enter_async_context(client), release, queries)


def ranks_table(release: Release, ranked: Sequence[Ranked]) -> Table:
    """A row for each number of seeds, and the mean of the rows."""
    rows = [
        [
            str(one.shown),
            f"{len(one.served):,}",
            f"{one.served.mean():.4f}",
            f"{one.scored.mean():.4f}",
            f"{one.same:.4f}",
        ]
        for one in ranked
    ]
    means = np.mean([one.figures() for one in ranked], axis=0)
    total = sum(len(one.served) for one in ranked)
    title = f"The next track, {release.version}, {int(listed(release).sum()):,} tracks listed"
    headings = ["seeds", "queries", "MRR served", "MRR scored", "same rank"]
    return Table(title, headings, [*rows, ["mean", f"{total:,}", *(f"{share:.4f}" for share in means)]])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("playlists", type=Path, nargs="?", help="default: lists drawn in the demo world")
    parser.add_argument("--data", type=Path, help="a data folder with a published release; default: the demo")
    parser.add_argument("--url", help="a running Segue or recommend that serves it; default: in process")
    parser.add_argument("--queries", type=int, default=200, help="at most, for each number of seeds")
    parser.add_argument("--out", type=Path, help="also write the table here, as Markdown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = options.data or published_demo(Path(scratch))
        release = open_current(data / "releases")
        if release is None:
            raise SystemExit(f"no release is published in {data}")
        lists = held_lists(options.playlists) if options.playlists else drawn_lists()
        queries = queries_of(release, lists, options.queries)
        show([ranks_table(release, asyncio.run(measured(data, options.url, queries)))], options.out)


if __name__ == "__main__":
    main()
