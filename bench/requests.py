"""Evaluates a release on the held-out queries: over HTTP as it serves, and offline part by part.

Three catalogues: `5-core` and `learned` are those of the leaderboard, tracks in at least 5 and in at least 2 training
playlists, which over HTTP the filter on popularity selects; `listed` holds the tracks that the release placed too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import numpy as np
import numpy.typing as npt
import orjson

from bench.unseen import Unseen
from kit.manifest import GRAPH
from kit.query import Pooling
from kit.release import STATE_LEARNED, Release
from kit.wire.recommend_options import MAX_LIMIT
from pipelines.evaluate import metrics, protocol
from pipelines.evaluate.protocol import EvaluationTask, Query, TaskMetrics
from pipelines.evaluate.release_score import release_task
from pipelines.graph.playlist_graph import Rows
from pipelines.models import reranked_scorer, space
from pipelines.models.interface import Scorer
from services.recommend.app import create_app
from services.recommend.settings import Settings

LIMIT = 100
SIMILAR, DEFAULT = "similar", "default"
WHOLE = "with reweighting and ranker"
Wish = Mapping[str, Any]  # request fields besides the seeds
MODES: dict[str, Wish] = {SIMILAR: {"mode": "similar"}, DEFAULT: {}}
WITHOUT: dict[str, Wish] = {  # one part of the default after another; what remains are kinds of music and versions
    "default, variety 0": {"dials": {"variety": 0}},
    "and any number per artist": {"dials": {"variety": 0, "per_artist": MAX_LIMIT}},
}
Answered = Sequence[tuple[Query, Rows]]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A catalogue with its queries, the request variants over HTTP, and the filter that selects the catalogue there."""

    name: str
    task: EvaluationTask
    requests: Mapping[str, Wish]
    filters: Wish

    def wishes(self) -> Iterator[tuple[str, Wish]]:
        """Each request, and what its requests say besides the seeds."""
        return ((name, {"filters": self.filters, **wish}) for name, wish in self.requests.items())


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One request variant on one view: the lists and their metrics."""

    view: str
    request: str
    limit: int  # of each answer, at most
    answered: Answered
    results: TaskMetrics

    @classmethod
    def of(cls, view: View, request: str, limit: int, answered: Answered) -> "Row":
        """The answers, marked."""
        return cls(view.name, request, limit, answered, protocol.metrics_of(answered, view.task))


def views(world: Unseen) -> list[View]:
    """The three catalogues; the last two have the same queries."""
    release, seed = world.release, world.source.seed
    item_degree = np.asarray(release.column("playlists"))[: release.embedded]
    track_information = metrics.self_information(item_degree, world.training_playlists)
    core, listed = (
        replace(release_task(release, world.held, view, "random", seed), track_information=track_information)
        for view in ("5-core", "full")
    )
    known = listed.allowed & (state(release) == STATE_LEARNED)
    learned = replace(listed, allowed=known, tail=metrics.tail(item_degree, known))
    return [
        View("5-core", core, MODES, popular_enough(release, core.allowed)),
        View("learned", learned, MODES, popular_enough(release, learned.allowed)),
        View("listed", listed, {**MODES, **WITHOUT}, {}),
    ]


def popular_enough(release: Release, allowed: Mask) -> dict[str, dict[str, float]]:
    """The filter that selects the tracks marked in allowed (n,) among all that are listed; SystemExit without one."""
    popularity = np.asarray(release.column("popularity"), np.float64)[: release.embedded]
    listed = np.asarray(release.index_vectors(GRAPH)).any(axis=1)
    others = popularity[listed & ~allowed]
    lowest, below = popularity[allowed].min(), max(others[~np.isnan(others)], default=-1.0)
    if not below < lowest:
        raise SystemExit(f"no bound on popularity tells these tracks apart ({lowest} and {below}): give more playlists")
    return {"popularity": {"min": float(lowest + below) / 2}}


def state(release: Release) -> npt.NDArray[np.uint8]:
    """(n,) the state of each track with a vector: learned, or how it was placed."""
    return np.asarray(release.column("state"))[: release.embedded]


# -- over HTTP -------------------------------------------------------------------------------------------------------
async def served(world: Unseen, requested: Sequence[View]) -> list[Row]:
    """Runs every request variant on every view; the first LIMIT tracks of each response."""
    app = create_app(Settings(data=world.data, log_level="error"))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        return [
            Row.of(
                view, name, LIMIT, [await _answered(client, world.release, one, wishes) for one in view.task.queries]
            )
            for view in requested
            for name, wishes in view.wishes()
        ]


async def _answered(client: httpx2.AsyncClient, release: Release, query: Query, wishes: Wish) -> tuple[Query, Rows]:
    """A query with the rows of its response, best first; none where the release holds no seed of it."""
    seeds = [{"track": release.track_id(int(row))} for row in query.seeds if row >= 0]
    if not seeds:
        return query, np.empty(0, np.int64)
    response = await client.post("/v1/recommendations", json={"seeds": seeds, "limit": LIMIT, **wishes})
    answer = orjson.loads(response.raise_for_status().content)
    if answer["degraded"]:
        raise SystemExit(f"recommend answered without a part of itself: {answer['degraded']}")
    return query, release.rows([track["track"]["id"] for track in answer["tracks"]])


# -- offline ---------------------------------------------------------------------------------------------------------
def offline(release: Release, requested: Sequence[View]) -> Iterator[Row]:
    """The listed tracks by exact search with one part after another, and with all where nothing placed is listed."""
    learned, listed = (next(view for view in requested if view.name == name) for name in ("learned", "listed"))
    plain = space.of_release(release, GRAPH)
    stated = release.manifest.spaces[GRAPH]
    spectra = {block.name: release.spectrum(block) for block in stated.blocks if block.spectrum}
    ranked = reranked_scorer.of_release(release)
    yield _row(listed, "lookup", replace(plain, pooling=Pooling(stated, spectra)))
    yield _row(listed, "with reweighting", plain)
    yield _row(listed, WHOLE, ranked)
    yield _row(learned, "the same, nothing placed listed", ranked)


def _row(view: View, name: str, scorer: Scorer) -> Row:
    return Row.of(view, name, metrics.DEPTH, list(protocol.ranked_lists(scorer, view.task)))
