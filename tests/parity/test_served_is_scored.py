"""The lists served over HTTP in mode `similar` are those that `evaluate` scores."""

from pathlib import Path

import httpx2
import numpy as np
import pytest

from kit.release import open_current
from pipelines.evaluate import release_exam
from pipelines.models.space import of_release
from pipelines.protocol import answers
from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests import worlds

pytestmark = pytest.mark.anyio
DEPTH = 100


def held_playlists() -> list[list[str]]:
    """Playlists of another draw of the same world: what a person might ask with."""
    return worlds.entries(seed=99).group_by("playlist_id").agg("track_id")["track_id"].to_list()[:40]


@pytest.mark.must("S0-57")
async def test_every_question_is_answered_over_http_as_it_was_scored(published: Path) -> None:
    release = open_current(published / "releases")
    assert release is not None
    paper = release_exam(release, held_playlists(), "wide", "random", seed=1)
    scorer = of_release(release, "graph")
    assert {question.k for question in paper.questions} >= {1, 5, 10}
    app = create_app(Settings(data=published))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        for question, ranked in answers(scorer, paper):
            seeds = [{"track": release.track_id(int(row))} for row in question.seeds]
            body = {"seeds": seeds, "mode": "similar", "limit": DEPTH}
            served = (await client.post("/v1/recommendations", json=body)).json()["tracks"]
            rows = release.rows([song["track"]["id"] for song in served])
            scored = scorer.scores([question.seeds])[0]
            assert np.allclose([song["score"] for song in served], scored[ranked[:DEPTH]], rtol=1e-4, atol=1e-5)
            assert np.allclose(scored[rows], scored[ranked[:DEPTH]], rtol=1e-4, atol=1e-5)
            assert len(set(rows.tolist())) == len(rows) == DEPTH
