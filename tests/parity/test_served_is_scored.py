"""The lists served in mode `similar` equal those that `evaluate` scores, except for other versions of the seeds."""

import itertools
from dataclasses import replace
from pathlib import Path

import httpx2
import numpy as np
import pytest

from kit.calibration import Calibration
from kit.release_current import open_current
from pipelines.evaluate.protocol import ranked_lists
from pipelines.evaluate.release_score import release_task
from pipelines.models.interface import Restrictable
from pipelines.models.reranked_scorer import RerankedScorer, of_release
from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests import worlds
from tests.named_release import published_with_names
from tests.reranked_release import published_with_a_ranker, unranked

pytestmark = pytest.mark.anyio
DEPTH = 100


@pytest.fixture(params=["published", "published_ranked"])
def data(request: pytest.FixtureRequest) -> Path:
    """The release that the pipeline learned, and one that carries a query reweighting and a ranker."""
    folder: Path = request.getfixturevalue(request.param)
    return folder


def held_playlists() -> list[list[str]]:
    """Playlists of another draw of the same world, as seeds."""
    return worlds.entries(seed=99).group_by("playlist_id").agg("track_id")["track_id"].to_list()[:40]


@pytest.mark.must("S0-57")
async def test_every_query_is_served_over_http_as_it_was_evaluated(data: Path) -> None:
    release = open_current(data / "releases")
    assert release is not None
    paper = release_task(release, held_playlists(), "full", "random", seed=1)
    whole, group = of_release(release), np.asarray(release.column("group"))
    assert {query.k for query in paper.queries} >= {1, 5, 10}
    app = create_app(Settings(data=data))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        for query in paper.queries:
            allowed = paper.allowed & ~np.isin(group[: release.embedded], group[query.seeds])
            scorer = whole.within(allowed) if isinstance(whole, Restrictable) else whole
            [(_, ranked)] = ranked_lists(scorer, replace(paper, allowed=allowed, queries=[query]))
            seeds = [{"track": release.track_id(int(row))} for row in query.seeds]
            body = {"seeds": seeds, "mode": "similar", "limit": DEPTH}
            served = (await client.post("/v1/recommendations", json=body)).json()["tracks"]
            rows = release.rows([track["track"]["id"] for track in served])
            scored = scorer.scores([query.seeds])[0]
            assert np.allclose([track["score"] for track in served], scored[ranked[:DEPTH]], rtol=1e-4, atol=1e-5)
            assert np.allclose(scored[rows], scored[ranked[:DEPTH]], rtol=1e-4, atol=1e-5)
            assert len(set(rows.tolist())) == len(rows) == DEPTH


@pytest.fixture(scope="module", params=["plain", "ranked"])
def named(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release that carries names, without and with a query reweighting and a ranker."""
    folder = tmp_path_factory.mktemp("named")
    return published_with_names(folder) if request.param == "plain" else published_with_a_ranker(folder, named=True)


async def test_lists_with_a_name_are_served_as_they_are_evaluated(named: Path) -> None:
    release = open_current(named / "releases")
    assert release is not None
    scorer, group = of_release(release), np.asarray(release.column("group"))
    placed = np.asarray(release.index_vectors("graph")).any(axis=1)
    assert isinstance(scorer, RerankedScorer)
    app = create_app(Settings(data=named))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        for rows, name in itertools.product(([], [3], [3, 40, 90], [7, 8, 9, 11, 60]), ("deep cobalt", "rainy ambr")):
            seeds = np.array(rows, np.int64)
            allowed = placed & ~np.isin(group[: release.embedded], group[seeds])
            [scored] = scorer.within(allowed).named_scores([seeds], [name])
            body = {"seeds": [{"track": release.track_id(row)} for row in rows], "name": name, "mode": "similar"}
            served = (await client.post("/v1/recommendations", json={**body, "limit": DEPTH})).json()
            assert served["name"]["known"]
            found = release.rows([track["track"]["id"] for track in served["tracks"]])
            best = np.sort(scored[allowed])[::-1][: len(found)]
            assert len(found) == DEPTH
            assert np.allclose([track["score"] for track in served["tracks"]], best, rtol=1e-4, atol=1e-5)
            assert np.allclose(scored[found], best, rtol=1e-4, atol=1e-5)


def test_the_ranker_and_the_emphasis_change_what_is_served(published_ranked: Path) -> None:
    release = open_current(published_ranked / "releases")
    assert release is not None
    seeds = [np.array([3, 40, 90])]
    scorer = of_release(release)
    assert isinstance(scorer, RerankedScorer)
    plain, reweighted = of_release(unranked(release)), replace(scorer, ranker=None)
    scored = [one.scores(seeds)[0] for one in (scorer, reweighted, plain)]
    lists = [np.argsort(-scores, kind="stable")[:20].tolist() for scores in scored]
    assert lists[0] != lists[1] != lists[2]


@pytest.mark.parametrize("data", ["published_ranked"], indirect=True)
async def test_a_longer_list_begins_with_the_shorter_one_and_scores_fall(data: Path) -> None:
    release = open_current(data / "releases")
    assert release is not None
    seeds = [{"track": release.track_id(row)} for row in (3, 40, 90)]
    app = create_app(Settings(data=data))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        lists = []
        for limit in (5, 60):
            body = {"seeds": seeds, "mode": "similar", "limit": limit}
            lists.append((await client.post("/v1/recommendations", json=body)).json()["tracks"])
    ids, scores = (
        ([track["track"]["id"] for track in tracks] for tracks in lists),
        [track["score"] for track in lists[1]],
    )
    shorter, longer = ids
    assert longer[:5] == shorter
    assert scores == sorted(scores, reverse=True)
    assert [track["similarity"] for track in lists[1]] != scores


@pytest.mark.parametrize("data", ["published_ranked"], indirect=True)
async def test_match_is_the_calibrated_chance_of_the_evaluated_score(data: Path) -> None:
    release = open_current(data / "releases")
    assert release is not None
    calibration, scorer, group = Calibration.of(release), of_release(release), np.asarray(release.column("group"))
    assert calibration is not None
    assert isinstance(scorer, RerankedScorer)
    app = create_app(Settings(data=data))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        for rows in ([3], [3, 40, 90], list(range(0, 96, 8))):
            seeds = np.array(rows, np.int64)
            allowed = np.asarray(release.index_vectors("graph")).any(axis=1)
            allowed &= ~np.isin(group[: release.embedded], group[seeds])
            [scored] = scorer.within(allowed).scores([seeds])
            chances = calibration.of_scores("seeds", len(rows), np.sort(scored[allowed])[::-1][:DEPTH])
            body = {"seeds": [{"track": release.track_id(row)} for row in rows], "mode": "similar", "limit": DEPTH}
            served = (await client.post("/v1/recommendations", json=body)).json()["tracks"]
            assert chances is not None
            assert np.allclose([track["match"] for track in served], 100 * chances, atol=0.51)
