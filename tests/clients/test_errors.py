"""Errors and retries, against a small server that answers as it is scripted."""

import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

import pytest

GENRES = (200, {}, json.dumps({"items": [], "total": 0}))
STORED = (200, {}, json.dumps({"results": [{"status": "stored", "id": None}], "taste_version": 1}))


def problem(status: int, code: str, **headers: str) -> tuple[int, dict[str, str], str]:
    body = {
        "type": "about:blank",
        "title": "T",
        "status": status,
        "code": code,
        "detail": "do this",
        "request_id": "r1",
    }
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body)


class Scripted(ThreadingHTTPServer):
    """Gives the answers of `script` in order, and keeps what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[tuple[int, dict[str, str], str]] = []
        self.answer: Callable[[str, str | None], tuple[int, dict[str, str], str]] = lambda *_: self.script.pop(0)
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def handle_one(self) -> None:
        server: Any = self.server
        self.rfile.read(int(self.headers.get("content-length", 0)))
        named = {name.lower(): value for name, value in self.headers.items()}
        server.requests.append((self.command, self.path, named))
        status, headers, body = server.answer(self.path, named.get("authorization"))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST = do_PUT = handle_one

    def log_message(self, *_: Any) -> None:
        """Tests print nothing."""


@pytest.fixture
def server() -> Iterator[Scripted]:
    running = Scripted()
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, segue_client: ModuleType) -> Callable[..., Any]:
    """Runs one method of either client: ask(url, method, *arguments, retries=2)."""

    def sync(url: str, method: str, *arguments: Any, **options: Any) -> Any:
        with segue_client.Segue(url, **options) as client:
            return getattr(client, method)(*arguments)

    async def in_loop(url: str, method: str, *arguments: Any, **options: Any) -> Any:
        async with segue_client.AsyncSegue(url, **options) as client:
            answer: Awaitable[Any] = getattr(client, method)(*arguments)
            return await answer

    def asynchronous(*arguments: Any, **options: Any) -> Any:
        import anyio

        async def run() -> Any:
            return await in_loop(*arguments, **options)

        return anyio.run(run)

    return sync if request.param == "sync" else asynchronous


@pytest.mark.parametrize(
    ("status", "family"),
    [(400, "BadRequest"), (401, "Unauthorized"), (403, "Forbidden"), (404, "NotFound"), (409, "Conflict"),
     (412, "PreconditionFailed"), (413, "TooLarge"), (422, "Malformed"), (500, "SegueError")],
)  # fmt: skip
def test_each_family_has_its_class(segue_client: ModuleType, status: int, family: str) -> None:
    from segue_client.errors import error_of

    _, headers, body = problem(status, "the_code")
    error = error_of(status, headers, body.encode())
    assert type(error) is getattr(segue_client, family)
    assert (error.status, error.code, error.detail, error.request_id) == (status, "the_code", "do this", "r1")


def test_what_the_problem_states_is_raised(server: Scripted, ask: Callable[..., Any], segue_client: ModuleType) -> None:
    server.script = [problem(429, "too_many_requests", Retry_After="61")]
    with pytest.raises(segue_client.RateLimited, match="429 too_many_requests: do this") as raised:
        ask(server.url, "genres", key="the key")
    assert (raised.value.retry_after_s, raised.value.request_id) == (61.0, "r1")
    assert server.requests[0][2]["x-api-key"] == "the key"
    assert len(server.requests) == 1  # more than a minute: no retry


def test_a_part_that_is_away_for_a_moment_is_asked_again(server: Scripted, ask: Callable[..., Any]) -> None:
    server.script = [problem(503, "unavailable", Retry_After="0"), problem(429, "x", Retry_After="0"), GENRES]
    assert ask(server.url, "genres").total == 0
    assert len(server.requests) == 3


def test_retries_end(server: Scripted, ask: Callable[..., Any], segue_client: ModuleType) -> None:
    server.script = [problem(502, "bad_gateway", Retry_After="0")] * 2
    with pytest.raises(segue_client.Unavailable):
        ask(server.url, "genres", retries=1)
    assert server.script == []


@pytest.mark.parametrize("first", [(504, "gateway_timeout"), (409, "request_in_progress")])
def test_a_post_is_repeated_with_the_same_key(
    server: Scripted, ask: Callable[..., Any], first: tuple[int, str]
) -> None:
    server.script = [problem(*first, Retry_After="0"), STORED]
    assert [row.status for row in ask(server.url, "feedback", [{"track": "0" * 22, "kind": "play"}])] == ["stored"]
    keys = {headers["idempotency-key"] for _, _, headers in server.requests}
    assert (len(server.requests), len(keys)) == (2, 1)


def test_a_post_that_only_reads_is_repeated_and_signing_in_is_not(
    server: Scripted, ask: Callable[..., Any], segue_client: ModuleType
) -> None:
    found = (200, {}, json.dumps({"items": [], "unknown": ["0" * 22]}))
    server.script = [problem(503, "unavailable", Retry_After="0"), found]
    assert ask(server.url, "tracks", ["0" * 22]).unknown == ["0" * 22]
    server.script = [problem(503, "unavailable", Retry_After="0"), GENRES]
    with pytest.raises(segue_client.Unavailable):
        ask(server.url, "login", "a@example.com", "word")
    assert len(server.script) == 1


@pytest.mark.parametrize("status", [200, 404])
def test_a_page_of_something_else_is_no_answer(
    server: Scripted, ask: Callable[..., Any], segue_client: ModuleType, status: int
) -> None:
    server.script = [(status, {}, "<html>Welcome to nginx</html>")]
    with pytest.raises(segue_client.SegueError) as raised:
        ask(server.url, "genres")
    assert (raised.value.status, raised.value.code) == (status, "unexpected_answer")


def test_nobody_there(ask: Callable[..., Any], segue_client: ModuleType) -> None:
    with pytest.raises(segue_client.Unreachable, match=r"no answer of http://127.0.0.1:9"):
        ask("http://127.0.0.1:9", "genres")


@pytest.mark.parametrize(("url", "options"), [("127.0.0.1:8000", {}), ("http://127.0.0.1", {"retries": -1})])
def test_an_address_or_number_that_cannot_be_is_refused(
    segue_client: ModuleType, url: str, options: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"http://|retries"):
        segue_client.Segue(url, **options)


def test_a_row_that_was_refused_is_an_error_of_dislike(
    server: Scripted, ask: Callable[..., Any], segue_client: ModuleType
) -> None:
    refused = {"results": [{"status": "refused", "id": None, "detail": "no such track"}], "taste_version": 1}
    server.script = [(200, {}, json.dumps(refused))]
    with pytest.raises(segue_client.Refused, match="no such track"):
        ask(server.url, "dislike", "0" * 22)


def test_waits_double_and_stop_at_a_minute(segue_client: ModuleType) -> None:
    from segue_client.retrying import pause_s

    def error(wait_s: float | None) -> Any:
        return segue_client.Unavailable(503, "unavailable", "later", wait_s=wait_s)

    assert [pause_s(error(None), attempt, 9, True) for attempt in range(3)] == [0.5, 1.0, 2.0]
    assert pause_s(error(None), 8, 9, True) is None
    assert [pause_s(error(wait), 0, 1, True) for wait in (0.0, 60.0, 61.0)] == [0.0, 60.0, None]
    assert pause_s(error(1.0), 0, 1, False) is None
    assert pause_s(segue_client.NotFound(404, "not_found", "no"), 0, 1, True) is None
