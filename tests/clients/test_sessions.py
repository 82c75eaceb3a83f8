"""A session whose access token has expired is renewed once, for both clients, against a scripted server."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import anyio
import pytest

from tests.clients.test_errors import GENRES, Scripted, problem, server

__all__ = ["server"]
EXPIRED = problem(401, "token_expired")
USER = {"id": "019c0000-0000-7000-8000-000000000000", "name": "Ada", "email": "a@example.com"}


def session(number: int) -> tuple[int, dict[str, str], str]:
    user = USER | {"created_at": "2026-01-01T00:00:00Z", "email_verified": True, "admin": False}
    tokens = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}"}
    return 200, {}, json.dumps({"user": user, "token_type": "Bearer", "expires_in": 900, **tokens})


@pytest.fixture(params=["sync", "async"])
def genres(request: pytest.FixtureRequest, segue_client: ModuleType) -> Callable[[str, int], None]:
    """Signs in with either client and asks for the genres so many times, all at once where it is asynchronous."""

    def sync(url: str, times: int) -> None:
        with segue_client.Segue(url) as guest, guest.login("a@example.com", "word") as me:
            for _ in range(times):
                assert me.genres().total == 0

    async def asynchronous(url: str, times: int) -> None:
        async with (
            segue_client.AsyncSegue(url) as guest,
            await guest.login("a@example.com", "word") as me,
            anyio.create_task_group() as tasks,
        ):
            for _ in range(times):
                tasks.start_soon(me.genres)

    return sync if request.param == "sync" else lambda url, times: anyio.run(asynchronous, url, times)


def requested(server: Scripted) -> list[tuple[str, Any]]:
    return [(path.partition("?")[0], headers.get("authorization")) for _, path, headers in server.requests]


def test_an_expired_session_is_renewed_and_the_call_sent_again(server: Scripted, genres: Callable[..., None]) -> None:
    server.script = [session(1), EXPIRED, session(2), GENRES]
    genres(server.url, 1)
    assert requested(server) == [
        ("/v1/auth/login", None),
        ("/v1/genres", "Bearer access-1"),
        ("/v1/auth/refresh", None),
        ("/v1/genres", "Bearer access-2"),
    ]


def test_a_session_that_was_ended_is_an_error(
    server: Scripted, genres: Callable[..., None], segue_client: ModuleType
) -> None:
    server.script = [session(1), EXPIRED, problem(401, "unauthorized")]
    with pytest.raises((segue_client.Unauthorized, ExceptionGroup)):
        genres(server.url, 1)
    assert server.script == []


def test_a_refusal_for_another_reason_renews_nothing(
    server: Scripted, genres: Callable[..., None], segue_client: ModuleType
) -> None:
    server.script = [session(1), problem(401, "unauthorized")]
    with pytest.raises((segue_client.Unauthorized, ExceptionGroup)):
        genres(server.url, 1)
    assert server.script == []


def test_tasks_that_find_it_expired_at_once_renew_it_once(server: Scripted, segue_client: ModuleType) -> None:
    """A refresh token works once: a second renewal would end the session."""
    seen: list[str] = []

    def answer(path: str, authorization: str | None) -> tuple[int, dict[str, str], str]:
        seen.append(path)
        if path.startswith("/v1/auth"):
            return session(len([one for one in seen if one.startswith("/v1/auth")]))
        return GENRES if authorization == "Bearer access-2" else EXPIRED

    server.answer = answer

    async def all_at_once() -> None:
        async with (
            segue_client.AsyncSegue(server.url) as guest,
            await guest.login("a@example.com", "word") as me,
            anyio.create_task_group() as tasks,
        ):
            for _ in range(5):
                tasks.start_soon(me.genres)

    anyio.run(all_at_once)
    assert seen.count("/v1/auth/refresh") == 1
