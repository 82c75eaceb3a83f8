"""Tests of what auth tells a job that mails people: addresses in a batch, and a token that only reads."""

import time
from uuid import uuid4

import pytest

from services.auth.settings import Settings
from tests.services.auth.conftest import Service, running

pytestmark = pytest.mark.anyio
BATCH, DELEGATE = "/internal/people:batch", "/internal/tokens:delegate"


async def test_accounts_are_found_in_a_batch_and_deleted_ones_are_left_out(service: Service) -> None:
    ann, ben = await service.sign_up(), await service.sign_up("ben@example.org", "Ben")
    answer = await service.internal("POST", BATCH, {"ids": [str(ann.id), str(uuid4()), str(ben.id)]})
    assert answer.status_code == 200
    found = {one["email"]: one for one in answer.json()["items"]}
    assert found.keys() == {"ann@example.org", "ben@example.org"}
    ann_shown = {"id": str(ann.id), "name": "Ann", "email": "ann@example.org", "email_verified": False}
    assert found["ann@example.org"] == ann_shown
    for ids in ([], [str(uuid4())] * 101, ["ann@example.org"]):
        assert (await service.internal("POST", BATCH, {"ids": ids})).status_code == 422


async def test_only_services_look_people_up_and_get_tokens(service: Service) -> None:
    ann = await service.sign_up()
    for path, body in ((BATCH, {"ids": [str(ann.id)]}), (DELEGATE, {"person": str(ann.id)})):
        assert (await service.client.post(path, json=body)).status_code == 401
        assert (await ann.request("POST", path, body)).status_code == 401


async def test_a_delegated_token_reads_for_two_minutes_and_manages_nothing(service: Service) -> None:
    service.clock.now = time.time()  # tokens are checked by the real time
    ann = await service.sign_up()
    answer = await service.internal("POST", DELEGATE, {"person": str(ann.id)})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    token = answer.json()["access_token"]
    caller = await service.app.state.verifier.verify(token)
    assert (caller.person, caller.scopes, caller.session) == (ann.id, {"recommend:read", "report:read"}, None)
    assert caller.expires == int(service.clock()) + 120
    headers = {"authorization": f"Bearer {token}"}
    for method, path in (("GET", "/v1/me"), ("DELETE", "/v1/me"), ("POST", "/v1/me/api-keys")):
        body = {"password": "x", "name": "x", "scopes": ["report:read"]} if method != "GET" else None
        refused = await service.client.request(method, path, headers=headers, json=body)
        assert refused.status_code in (403, 422), path
    assert (await service.client.get("/v1/me", headers=headers)).status_code == 403


async def test_there_is_no_token_for_nobody(service: Service) -> None:
    assert (await service.internal("POST", DELEGATE, {"person": str(uuid4())})).status_code == 404
    for body in ({}, {"person": "ann"}, {"person": str(uuid4()), "scopes": ["account"]}):
        assert (await service.internal("POST", DELEGATE, body)).status_code == 422


async def test_a_token_may_no_more_than_its_account(settings: Settings) -> None:
    limited = settings.model_copy(update={"verify_email": True, "unverified_may": "recommend:read"})
    async with running(limited) as service:
        service.clock.now = time.time()
        ann = await service.sign_up()
        answer = await service.internal("POST", DELEGATE, {"person": str(ann.id)})
        caller = await service.app.state.verifier.verify(answer.json()["access_token"])
        assert caller.scopes == {"recommend:read"}
