"""Tests of the routes of background jobs: state, cancelling, owners."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from httpx2 import AsyncClient

from kit.jobs import delete_of, enqueue
from kit.sql import Database
from tests.services.catalog.listener import Listener
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def job_id(client: AsyncClient, ann: Listener, tmp_path: Path) -> AsyncIterator[UUID]:
    """A job of ann's that no worker of the service runs."""
    database = Database(f"sqlite:///{tmp_path}/catalog.db")
    async with database.write() as connection:
        added = await enqueue(connection, "nobody runs this", {"secret": "argument"}, person=ann.id)
    yield added
    async with database.write() as connection:
        await delete_of(connection, [ann.id])
    await database.close()


async def test_a_person_sees_and_cancels_their_own_job(ann: Listener, job_id: UUID) -> None:
    job = (await ann.request("GET", f"/v1/me/jobs/{job_id}")).json()
    assert (job["status"], job["job_type"], job["progress"]) == ("queued", "nobody runs this", {})
    assert "argument" not in str(job)
    assert [one["id"] for one in (await ann.request("GET", "/v1/me/jobs")).json()["items"]] == [str(job_id)]
    cancelled = (await ann.request("POST", f"/v1/me/jobs/{job_id}/cancel")).json()
    assert (cancelled["status"], cancelled["cancelling"]) == ("cancelled", True)
    assert (await ann.request("POST", f"/v1/me/jobs/{job_id}/cancel")).json()["status"] == "cancelled"


async def test_a_job_of_somebody_else_does_not_exist(ben: Listener, ann: Listener, job_id: UUID) -> None:
    answers = [
        await ben.request("GET", f"/v1/me/jobs/{job_id}"),
        await ben.request("POST", f"/v1/me/jobs/{job_id}/cancel"),
        await ben.request("GET", f"/v1/me/jobs/{uuid4()}"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert "GET /v1/me/jobs lists them" in answers[0].json()["detail"]
    assert (await ben.request("GET", "/v1/me/jobs")).json() == {"items": []}
    assert (await ann.request("GET", f"/v1/me/jobs/{job_id}")).json()["status"] == "queued"


async def test_the_scopes_of_a_key_hold_for_jobs(
    client: AsyncClient, issuer: Issuer, ann: Listener, job_id: UUID
) -> None:
    reader = Listener(client, issuer, "catalog:read", person=ann.id)
    assert (await reader.request("GET", f"/v1/me/jobs/{job_id}")).status_code == 200
    assert (await reader.request("POST", f"/v1/me/jobs/{job_id}/cancel")).status_code == 403
    assert (await client.get(f"/v1/me/jobs/{job_id}")).status_code == 401


async def test_an_id_that_is_none_is_malformed(ann: Listener) -> None:
    assert (await ann.request("GET", "/v1/me/jobs/first")).status_code == 422
