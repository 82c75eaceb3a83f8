"""Tests of CORS for configured origins."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from gateway.settings import Settings
from tests.gateway.servers import Upstream, door

pytestmark = pytest.mark.anyio
HOME, OTHER = "https://music.example", "https://evil.example"
ECHO = "/v1/search/echo"
PREFLIGHT = {"access-control-request-method": "PUT", "access-control-request-headers": "authorization, x-api-key"}


@pytest.fixture
async def open_door(catalog: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        door(catalog, cors_origins=f"{HOME}, http://localhost:5173", guest_per_minute=3) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        yield client


def words(answer: httpx2.Response, name: str) -> set[str]:
    return {word.strip().lower() for word in answer.headers[name].split(",")}


async def test_a_preflight_is_answered_at_the_edge(open_door: httpx2.AsyncClient, upstream: Upstream) -> None:
    answer = await open_door.options(ECHO, headers={"origin": HOME} | PREFLIGHT)
    assert answer.status_code == 200  # the Fetch standard takes any 2xx; Starlette answers 200
    assert answer.headers["access-control-allow-origin"] == HOME
    assert words(answer, "access-control-allow-methods") >= {"get", "post", "put", "patch", "delete"}
    needed = {"authorization", "content-type", "x-api-key", "idempotency-key", "if-none-match"}
    assert words(answer, "access-control-allow-headers") >= needed
    assert int(answer.headers["access-control-max-age"]) > 0
    assert "origin" in words(answer, "vary")
    assert "access-control-allow-credentials" not in answer.headers
    assert not upstream.reached.is_set()


@pytest.mark.must("S1-06")
async def test_a_contract_with_cors_headers_of_its_own_keeps_them(open_door: httpx2.AsyncClient) -> None:
    for origin in (HOME, OTHER):
        preflight = await open_door.options("/classic/flask/search", headers={"origin": origin} | PREFLIGHT)
        answer = await open_door.get("/classic/flask/hello", headers={"origin": origin})
        for one in (preflight, answer):
            assert one.headers.get_list("access-control-allow-origin") == ["*"]
    refused = await open_door.get("/classic/flask/hello", headers={"origin": OTHER})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (429, "*")
    elsewhere = await open_door.get("/classic/search?q=a", headers={"origin": OTHER})
    assert "access-control-allow-origin" not in elsewhere.headers


async def test_a_page_of_an_allowed_origin_may_read_the_answer(open_door: httpx2.AsyncClient) -> None:
    answer = await open_door.get(ECHO, headers={"origin": HOME})
    assert answer.headers.get_list("access-control-allow-origin") == [HOME]
    reported = {"x-request-id", "ratelimit-remaining", "retry-after", "etag", "location"}
    assert words(answer, "access-control-expose-headers") >= reported
    assert "access-control-allow-credentials" not in answer.headers


async def test_refusals_and_the_gateways_own_responses_have_cors_headers_too(open_door: httpx2.AsyncClient) -> None:
    bad = {"origin": HOME, "authorization": "Basic x"}
    away, own = "/v1/releases", "/health/live"
    answers = [await open_door.get(path, headers={"origin": HOME}) for path in (own, away, "/nowhere")]
    answers += [await open_door.get(ECHO, headers=headers) for headers in (bad, {"origin": HOME})]
    assert [answer.status_code for answer in answers] == [200, 502, 404, 401, 429]
    assert [answer.headers["access-control-allow-origin"] for answer in answers] == [HOME] * 5


@pytest.mark.parametrize(
    "origin", [OTHER, "null", HOME + ":8443", HOME.replace("https", "http"), HOME + ".evil.example"]
)
async def test_a_disallowed_origin_receives_no_cors_headers(open_door: httpx2.AsyncClient, origin: str) -> None:
    preflight = await open_door.options(ECHO, headers={"origin": origin} | PREFLIGHT)
    answer = await open_door.get(ECHO, headers={"origin": origin})
    assert (preflight.status_code, preflight.text) == (400, "Disallowed CORS origin")
    for refused in (preflight, answer):
        # Starlette sends the lists of methods and headers all the same; browsers read them only where this header is.
        assert "access-control-allow-origin" not in refused.headers
        assert "origin" in words(refused, "vary")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("requested", "refused"),
    [({"access-control-request-method": "TRACE"}, "method"), ({"access-control-request-headers": "cookie"}, "headers")],
)
async def test_a_preflight_for_more_than_the_api_takes_says_what_is_refused(
    open_door: httpx2.AsyncClient, requested: dict[str, str], refused: str
) -> None:
    answer = await open_door.options(ECHO, headers={"origin": HOME} | PREFLIGHT | requested)
    assert (answer.status_code, answer.text) == (400, f"Disallowed CORS {refused}")


async def test_a_preflight_is_not_rate_limited(open_door: httpx2.AsyncClient) -> None:
    answers = [await open_door.options(ECHO, headers={"origin": HOME} | PREFLIGHT) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert (await open_door.get(ECHO)).headers["ratelimit-remaining"] == "2"


async def test_responses_vary_by_origin(open_door: httpx2.AsyncClient) -> None:
    assert "origin" in words(await open_door.get(ECHO), "vary")


async def test_options_without_a_preflight_is_forwarded(open_door: httpx2.AsyncClient) -> None:
    assert (await open_door.options(ECHO, headers={"origin": HOME})).json()["method"] == "OPTIONS"


async def test_a_star_allows_every_origin(catalog: str) -> None:
    async with door(catalog, cors_origins="*") as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await client.get(ECHO, headers={"origin": OTHER})
        preflight = await client.options(ECHO, headers={"origin": OTHER} | PREFLIGHT)
    assert (answer.headers["access-control-allow-origin"], preflight.status_code) == ("*", 200)
    assert preflight.headers["access-control-allow-origin"] == "*"


async def test_without_the_setting_no_origin_is_allowed(client: httpx2.AsyncClient) -> None:
    answer = await client.get(ECHO, headers={"origin": HOME})
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert (await client.options(ECHO, headers={"origin": HOME} | PREFLIGHT)).status_code == 200


@pytest.mark.parametrize("origin", ["music.example", "https://music.example/", "https://Music.example", "https://a/b"])
def test_an_invalid_origin_in_the_settings_is_an_error(origin: str) -> None:
    with pytest.raises(ValueError, match="not a web origin"):
        Settings(cors_origins=origin)  # type: ignore[arg-type]
