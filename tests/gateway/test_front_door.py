"""Tests of the front door: routing, forwarded headers, rate limits and readiness."""

import asyncio

import httpx2
import pytest

from gateway.routing import route_of
from gateway.settings import Settings
from tests.gateway.servers import Upstream, door, serve

pytestmark = pytest.mark.anyio

LOOPBACK = "127.0.0.1/32"


async def headers_seen(client: httpx2.AsyncClient, **headers: str) -> dict[str, str]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return dict((await client.get("/v1/search/echo", headers=sent)).json()["headers"])


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/tracks/0000000000000000000001", "catalog"),
        ("/v1/tracks:batch", "catalog"),
        ("/v1/search", "catalog"),
        ("/v1/artists/0000000000000000000001", "catalog"),
        ("/v1/tracks/0000000000000000000001/similar", "recommend"),
        ("/v1/recommendations", "recommend"),
        ("/v1/playlists/continue", "recommend"),
        ("/v1/releases", "recommend"),
        ("/v1/releases/current", "recommend"),
        ("/v1/me/recommendations", "recommend"),
        ("/v1/me/likes", "catalog"),
        ("/v1/me/likes/0000000000000000000001", "catalog"),
        ("/v1/me/feedback", "catalog"),
        ("/v1/me/feedback/0192f0c1-0000-7000-8000-000000000000/undo", "catalog"),
        ("/v1/me", "auth"),
        ("/v1/me/password", "auth"),
        ("/v1/me/sessions", "auth"),
        ("/v1/me/sessions/0192f0c1-0000-7000-8000-000000000000", "auth"),
        ("/v1/me/api-keys", "auth"),
        ("/v1/me/verification", "auth"),
        ("/v1/auth/login", "auth"),
        ("/v1/auth/forgot", "auth"),
        ("/v1/auth/reset", "auth"),
        ("/v1/auth/verify", "auth"),
        ("/.well-known/jwks.json", "auth"),
    ],
)
async def test_each_public_path_leads_to_its_service(path: str, service: str) -> None:
    route = route_of(path)
    assert route is not None
    assert route.service == service


@pytest.mark.parametrize(
    "path",
    [
        "/internal/search:batch",
        "/metrics",
        "/v1/internal/search:batch",
        "//internal/search:batch",
        "/v1/tracks/../../internal/search:batch",
        "/v1/tracks/%2e%2e/%2e%2e/internal/search:batch",
        "/v1/tracks/..%2f..%2finternal/search:batch",
        "/internal/keys:exchange",
        "/internal/events",
        "/v1/auth/../../internal/keys:exchange",
        "/v1/auth/%2e%2e/%2e%2e/internal/keys:exchange",
        "/v1/me/nobody",
        "/v1/mean",
        "/v1/me/passwords",
        "/.well-known/openid-configuration",
        "/v1/searching",
        "/V1/search",
        "/v1",
        "/nowhere",
    ],
)
async def test_what_is_not_public_is_404_and_never_reaches_a_service(
    gateway: str, upstream: Upstream, path: str
) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.request("POST", httpx2.URL(gateway).copy_with(raw_path=path.encode()))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "/docs" in answer.json()["detail"]
    assert not upstream.reached.is_set()


@pytest.mark.parametrize(
    "name",
    [
        "x-user-id",
        "X_User_Id",
        "x-userinfo",
        "x-segue-person",
        "x-forwarded-user",
        "x-forwarded-email",
        "x-auth-request-user",
        "remote-user",
        "x-remote-user",
        "x-real-ip",
        "forwarded",
        "true-client-ip",
    ],
)
async def test_identity_headers_of_the_caller_are_dropped(client: httpx2.AsyncClient, name: str) -> None:
    answer = await client.get("/v1/search/echo", headers={name: "somebody"})
    assert "somebody" not in [value for _, value in answer.json()["headers"]]


async def test_cookies_pass(client: httpx2.AsyncClient) -> None:
    assert (await headers_seen(client, cookie="a=1"))["cookie"] == "a=1"


async def test_a_service_learns_the_address_the_host_and_the_scheme_from_us(client: httpx2.AsyncClient) -> None:
    seen = await headers_seen(client, host="music.example", x_forwarded_host="evil.example", x_forwarded_for="1.2.3.4")
    assert (seen["x-forwarded-for"], seen["x-forwarded-host"]) == ("127.0.0.1", "music.example")
    assert seen["x-forwarded-proto"] == "http"


async def test_the_forwarded_address_of_a_trusted_proxy_is_used(catalog: str) -> None:
    async with (
        door(catalog, trusted_proxies=f"{LOOPBACK}, 10.0.0.0/8") as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        seen = await headers_seen(client, x_forwarded_for="6.6.6.6, 203.0.113.7, 10.1.2.3")
    assert seen["x-forwarded-for"] == "203.0.113.7"


async def test_the_request_id_travels_both_ways(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/search/echo", headers={"x-request-id": "abc-1"})
    assert answer.headers["x-request-id"] == "abc-1"
    assert dict(answer.json()["headers"])["x-request-id"] == "abc-1"


async def test_a_harmful_request_id_is_replaced(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/search/echo", headers={"x-request-id": "a b<script>"})
    made = answer.headers["x-request-id"]
    assert len(made) == 36
    assert dict(answer.json()["headers"])["x-request-id"] == made


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_a_traceparents_ids_are_kept_but_not_its_flag_and_an_invalid_one_is_replaced(
    client: httpx2.AsyncClient,
) -> None:
    """What is recorded is the gateway's decision: services record what is marked as sampled."""
    assert (await headers_seen(client, traceparent=TRACE))["traceparent"] == f"{TRACE[:-2]}00"
    made = (await headers_seen(client, traceparent="00-" + "0" * 32 + "-b7ad6b7169203331-01"))["traceparent"]
    version, trace, span, flags = made.split("-")
    assert (version, len(trace), len(span), flags) == ("00", 32, 16, "00")
    assert int(trace, 16)


async def test_the_rate_limit_counts_down_then_is_429_with_retry_after(catalog: str, upstream: Upstream) -> None:
    async with door(catalog, guest_per_minute=2) as url, httpx2.AsyncClient(base_url=url) as client:
        left = [(await client.get("/v1/search/echo")).headers["ratelimit-remaining"] for _ in range(2)]
        upstream.reached.clear()
        refused = await client.get("/v1/search/echo")
    assert left == ["1", "0"]
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["retry-after"] == refused.headers["ratelimit-reset"]
    assert (refused.headers["ratelimit-limit"], refused.headers["ratelimit-remaining"]) == ("2", "0")
    assert refused.json()["request_id"] == refused.headers["x-request-id"]
    assert not upstream.reached.is_set()


async def test_one_address_cannot_use_up_the_limit_of_another(catalog: str) -> None:
    async with (
        door(catalog, guest_per_minute=1, trusted_proxies=LOOPBACK) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        statuses = [
            (await client.get("/v1/search/echo", headers={"x-forwarded-for": address})).status_code
            for address in ("203.0.113.1", "203.0.113.1", "203.0.113.2")
        ]
    assert statuses == [200, 429, 200]


async def test_a_forged_forwarded_address_does_not_bypass_the_limit(catalog: str) -> None:
    async with door(catalog, guest_per_minute=1) as url, httpx2.AsyncClient(base_url=url) as client:
        statuses = [
            (await client.get("/v1/search/echo", headers={"x-forwarded-for": f"203.0.113.{last}"})).status_code
            for last in range(2)
        ]
    assert statuses == [200, 429]


async def test_probes_and_documentation_are_never_refused(catalog: str) -> None:
    async with door(catalog, guest_per_minute=1) as url, httpx2.AsyncClient(base_url=url) as client:
        assert (await client.get("/v1/search/echo")).status_code == 200
        paths = ["/health/live", "/docs", "/openapi.json"] * 2
        assert [(await client.get(path)).status_code for path in paths] == [200] * 6


async def test_requests_are_admitted_while_the_counters_are_unreachable(catalog: str) -> None:
    storage = "redis://127.0.0.1:9"
    async with (
        door(catalog, guest_per_minute=1, limits_storage=storage) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        statuses = [(await client.get("/v1/search/echo")).status_code for _ in range(3)]
    assert statuses == [200, 200, 200]


async def test_unreachable_counters_are_not_tried_by_every_request(catalog: str) -> None:
    connections = 0

    async def closed(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    server = await asyncio.start_server(closed, "127.0.0.1", 0)
    storage = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with (
        server,
        door(catalog, guest_per_minute=1, limits_storage=storage) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        assert (await client.get("/v1/search/echo")).status_code == 200
        first = connections
        assert [(await client.get("/v1/search/echo")).status_code for _ in range(5)] == [200] * 5
    assert 0 < first == connections


async def test_ready_names_the_service_that_is_missing_and_nothing_of_its_inside(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unready",
        "checks": {"auth": "ready", "catalog": "ready", "recommend": "failed: does not answer", "report": "ready"},
    }


async def test_ready_when_every_service_is(catalog: str) -> None:
    async with door(catalog, recommend_url=catalog) as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


async def test_ready_waits_for_a_service_that_is_not() -> None:
    async def importing(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 503, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"secret"})  # type: ignore[operator]

    async with serve(importing) as service, door(service) as url, httpx2.AsyncClient(base_url=url) as client:  # type: ignore[arg-type]
        answer = await client.get("/health/ready")
    assert answer.json()["checks"]["catalog"] == "failed: is not ready (503)"


def test_trusted_proxies_are_written_with_commas() -> None:
    settings = Settings(trusted_proxies="10.0.0.0/8, ::1")  # type: ignore[arg-type]
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]


def test_a_trusted_proxy_that_is_no_address_refuses_to_start() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        Settings(trusted_proxies="nonsense")  # type: ignore[arg-type]
