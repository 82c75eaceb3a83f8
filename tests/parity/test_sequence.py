"""Lists served in mode `sequence` equal those of the scored model `sequence_near`, so the reciprocal ranks do too."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx2
import numpy as np
import pytest

from kit.release import Release, Rows
from kit.release_current import open_current
from pipelines.evaluate import protocol
from pipelines.evaluate.ordered import next_ranks, ordered_task
from pipelines.graph.playlist_graph import top_rows
from pipelines.models import sequence
from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests import worlds

pytestmark = pytest.mark.anyio
DEPTH = 60


@pytest.fixture(params=["published", "published_ranked"])
def data(request: pytest.FixtureRequest) -> Path:
    """The release that the pipeline learned, and one with a query reweighting and a ranker, unread in this mode."""
    folder: Path = request.getfixturevalue(request.param)
    return folder


@pytest.fixture
async def client(data: Path) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(Settings(data=data))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        yield client


def held_playlists(release: Release) -> list[Rows]:
    """Playlists of another draw of the same world, in order, as rows."""
    names = worlds.entries(seed=99)["playlist_id"].unique(maintain_order=True).to_list()[:40]
    found = [release.rows(tracks) for tracks in protocol.ordered_tracks(worlds.entries(seed=99), names)]
    return [rows[(rows >= 0) & (rows < release.embedded)] for rows in found]


async def served(client: httpx2.AsyncClient, release: Release, seeds: Sequence[int], limit: int = DEPTH) -> list[dict]:
    queried = [{"track": release.track_id(int(row))} for row in seeds]
    response = await client.post("/v1/recommendations", json={"seeds": queried, "mode": "sequence", "limit": limit})
    tracks: list[dict] = response.raise_for_status().json()["tracks"]
    return tracks


async def test_the_served_list_is_that_of_the_scored_model(client: httpx2.AsyncClient, data: Path) -> None:
    release = open_current(data / "releases")
    assert release is not None
    scorer = sequence.of_release(release)
    listed = np.asarray(release.index_vectors("graph")).any(axis=1)
    for playlist in held_playlists(release):
        for shown in (1, 4, 10):
            seeds = playlist[:shown]
            scored = scorer.scores([seeds])[0]
            scored[~listed] = scored[seeds] = -np.inf
            best = top_rows(scored, DEPTH)
            tracks = await served(client, release, seeds)
            rows = release.rows([track["track"]["id"] for track in tracks])
            assert len(set(rows.tolist())) == len(rows) == len(best)
            assert [track["score"] for track in tracks] == pytest.approx(scored[best].tolist(), rel=1e-4, abs=1e-5)
            assert scored[rows] == pytest.approx(scored[best], rel=1e-4, abs=1e-5)


async def test_the_rank_of_the_next_track_is_served_as_scored(client: httpx2.AsyncClient, data: Path) -> None:
    """Ranks among all tracks: a list of 200 holds the small world. Equal scores may be in another order."""
    release = open_current(data / "releases")
    assert release is not None
    allowed = np.asarray(release.index_vectors("graph")).any(axis=1)
    task = ordered_task(held_playlists(release), allowed, np.zeros((release.embedded, 12), np.float32))
    queries = task.queries_after(5)
    group, scorer = np.asarray(release.column("group")), sequence.of_release(release)
    queried = [query for query in queries if not np.isin(group[query.following[0]], group[query.shown])]
    assert len(queried) > 30
    reciprocal = []
    for query in queried:
        tracks = await served(client, release, query.shown, limit=200)
        ids = [track["track"]["id"] for track in tracks]
        reciprocal.append(1 / (1 + ids.index(release.track_id(int(query.following[0])))))
    assert np.mean(reciprocal) == pytest.approx(np.mean(1 / next_ranks(scorer, queried, allowed)), abs=2e-3)
