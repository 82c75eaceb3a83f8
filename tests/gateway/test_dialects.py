"""Tests of how the front door treats dialects: limits, weights, errors, what reaches the services."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from tests.gateway.auths import Auth
from tests.gateway.servers import AWAY, chunks, door, reply, serve

pytestmark = pytest.mark.anyio
KEY = {"authorization": "Token segue_key_of_ada"}
LISTEN = {"listened_at": 1_500_000_000, "track_metadata": {"artist_name": "Beyoncé", "track_name": "Halo"}}
FORGED = {"x-user-id": "1", "x-forwarded-for": "8.8.8.8", "x-api-key": "segue_key_of_bob", "user-agent": "player/1.0"}


class Catalog:
    """Takes plays, and remembers the requests."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], Any]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        document = json.loads(b"".join([chunk async for chunk in chunks(receive)]) or b"{}")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.requests.append((f"{scope['method']} {scope['path']}", headers, document))
        results = [{"status": "stored", "detail": None} for _ in document.get("plays", ())]
        await reply(send, 200, [(b"content-type", b"application/json")], json.dumps({"results": results}).encode())


@pytest.fixture
async def catalog_app() -> Catalog:
    return Catalog()


@pytest.fixture
async def catalog(catalog_app: Catalog) -> AsyncIterator[str]:
    async with serve(catalog_app) as url:
        yield url


async def submit(client: httpx2.AsyncClient, count: int = 1, **headers: str) -> httpx2.Response:
    body = {"listen_type": "import", "payload": [LISTEN] * count}
    return await client.post("/1/submit-listens", json=body, headers=KEY | headers)


async def test_listens_are_plays_of_the_public_route_in_batches(
    signed: httpx2.AsyncClient, catalog_app: Catalog, auth: Auth
) -> None:
    answer = await submit(signed, 600, **FORGED)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert [(path, len(document["plays"])) for path, _, document in catalog_app.requests] == [
        ("POST /v1/me/plays", count) for count in (250, 250, 100)
    ]
    _, headers, document = catalog_app.requests[0]
    assert document["plays"][0] == {
        **{"artist": "Beyoncé", "title": "Halo", "album": "", "duration_ms": None, "ms": None, "mbid": None},
        **{"isrc": None, "spotify": None, "source": "listenbrainz", "played_at": "2017-07-14T02:40:00+00:00"},
    }
    assert headers["authorization"].startswith("Bearer ey")
    assert headers["x-request-id"] == answer.headers["x-request-id"]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert "8.8.8.8" not in str(headers)
    assert "player/1.0" not in str(headers)
    assert not {"x-user-id", "x-api-key"} & headers.keys()
    assert auth.exchanged == ["segue_key_of_ada"]


async def test_a_batch_counts_by_its_plays(catalog: str, auth_url: str, catalog_app: Catalog) -> None:
    async with (
        door(catalog, auth_url=auth_url, key_per_minute=10) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        answer = await submit(client, 100)  # six requests: one, and one for each twenty plays
        assert (answer.status_code, answer.headers["ratelimit-remaining"]) == (200, "4")
        refused = await submit(client, 100)
        assert (refused.status_code, refused.json()["code"]) == (429, 429)
        assert "10 requests a minute" in refused.json()["error"]
        assert int(refused.headers["retry-after"]) > 0
        assert len(catalog_app.requests) == 1


async def test_wrong_tokens_count_for_their_address(catalog: str, auth_url: str) -> None:
    async with (
        door(catalog, auth_url=auth_url, guest_per_minute=2) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        wrong = {"authorization": "Token wrong"}
        answers = [await client.get("/1/user/ada/listens", headers=wrong) for _ in range(3)]
        assert [one.status_code for one in answers] == [401, 401, 429]
        assert (await submit(client)).status_code == 429  # a key that is not known yet counts for its address too


async def test_handshakes_count_as_attempts_to_sign_in(catalog: str, auth_url: str) -> None:
    async with (
        door(catalog, auth_url=auth_url, sign_in_per_minute=2) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        texts = [(await client.get("/audioscrobbler/?hs=true&p=1.2")).text for _ in range(3)]
        assert texts[2].startswith("FAILED 2 attempts")
        assert not any(text.startswith("FAILED 2 attempts") for text in texts[:2])


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "login"), ("POST", "signup"), ("POST", "forget"), ("PUT", "password/a")]
)
async def test_classic_routes_that_sign_in_count_as_attempts(auth_url: str, method: str, path: str) -> None:
    body = {"email": "a@example.com", "password": "p", "userName": "A", "newPassword": "n", "token": "t"}
    async with (
        door(AWAY, auth_url=AWAY, sign_in_per_minute=2) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        answers = [await client.request(method, f"/classic/{path}", json=body | {"forget": True}) for _ in range(3)]
        assert [one.status_code for one in answers] == [502, 502, 429]
        assert [one.json()["statusCode"] for one in answers] == [502, 502, 429]
        assert answers[2].json()["body"]["message"].startswith("2 attempts")
        assert int(answers[2].headers["retry-after"]) > 0
        assert (await client.get("/classic/flask/hello")).status_code == 200  # no attempt


async def test_a_service_that_is_away_is_an_error_in_the_form_of_the_dialect(auth_url: str) -> None:
    async with door(AWAY, auth_url=auth_url) as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await submit(client)
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (502, 502, "1")
        assert "catalog cannot be reached" in answer.json()["error"]


async def test_two_authorizations_and_control_characters_are_refused(signed: httpx2.AsyncClient) -> None:
    twice = [("authorization", "Token a"), ("authorization", "Token b")]
    assert (await signed.get("/1/user/ada/listens", headers=twice)).json()["code"] == 400
    assert (await signed.get("/1/user/a%0Ab/listens", headers=KEY)).json()["code"] == 400
    assert (await signed.get("/12/user", headers=KEY)).status_code == 401  # no path of the dialect


async def test_plays_of_the_public_route_have_a_body_limit_and_a_weight(catalog: str, auth_url: str) -> None:
    play = {"title": "Halo", "artist": "Beyoncé", "played_at": "2026-01-01T00:00:00Z", "album": "", "source": "mpd"}
    async with (
        door(catalog, auth_url=auth_url, key_per_minute=60, body_limit_bytes=1_000) as url,
        httpx2.AsyncClient(base_url=url, headers={"x-api-key": "segue_key_of_ada"}) as client,
    ):
        answer = await client.post("/v1/me/plays", json={"plays": [play] * 1_000})
        assert (answer.status_code, answer.headers["ratelimit-remaining"]) == (200, "9")
        large = await client.post("/v1/me/plays", content=b" " * ((1 << 20) + 1))
        assert (large.status_code, large.json()["limit_bytes"]) == (413, 1 << 20)
        many = {"plays": [dict.fromkeys("abcdefghijk")] * 1_000}
        assert (await client.post("/v1/me/plays", json=many)).status_code == 422
