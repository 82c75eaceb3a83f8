"""Tests that Accept and Accept-Encoding need be no part of a request whose answer is stored."""

import gzip
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from tests.gateway.auths import Auth
from tests.gateway.servers import chunks, door, reply, serve

PLAYLISTS = "/v1/me/playlists"
OPENAPI = Path(__file__).parents[3] / "openapi.json"


class Compressing:
    """A service that numbers its answers and compresses them where it may."""

    def __init__(self) -> None:
        self.accepted: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async for _ in chunks(receive):
            pass
        given = dict(scope["headers"])
        self.accepted.append(given[b"accept"].decode())
        headers = [(b"content-type", b"application/json")]
        answer = json.dumps({"served": len(self.accepted)}).encode()
        if b"gzip" in given.get(b"accept-encoding", b""):
            headers, answer = [*headers, (b"content-encoding", b"gzip")], gzip.compress(answer)
        await reply(send, 201, headers, answer)


@pytest.mark.anyio
async def test_a_repeat_that_accepts_less_can_read_the_stored_answer(auth_url: str, auth: Auth, tmp_path: Path) -> None:
    behind = Compressing()
    key = {"idempotency-key": "k-1"}
    gzipped = {"accept": "application/x-ndjson", "accept-encoding": "gzip, br"}
    plain = {"accept": "application/json", "accept-encoding": "identity"}
    async with (
        serve(behind) as catalog,
        door(catalog, auth_url=auth_url, data=tmp_path) as url,
        httpx2.AsyncClient(base_url=url, headers=auth.issuer.bearer(uuid4())) as ada,
    ):
        without_key = await ada.post(PLAYLISTS, content="{}", headers=gzipped)
        answers = [await ada.post(PLAYLISTS, content="{}", headers=key | one) for one in (gzipped, plain, gzipped)]
    assert without_key.headers["content-encoding"] == "gzip", "the service compresses, or this proves nothing"
    assert [answer.json() for answer in answers] == [{"served": 2}] * 3
    assert not any("content-encoding" in answer.headers for answer in answers)
    assert behind.accepted[1:] == ["application/x-ndjson"], "the service decides over Accept, once"


def test_no_answer_that_is_stored_has_a_form_that_only_accept_chooses() -> None:
    """Lines are answered to lines: the type of the body is part of the request."""
    paths = json.loads(OPENAPI.read_text())["paths"]
    posts = {path: of["post"] for path, of in paths.items() if "post" in of}
    keyed = {path: post for path, post in posts.items() if takes_a_key(post)}
    assert PLAYLISTS in keyed
    for path, post in keyed.items():
        sent = set(post.get("requestBody", {}).get("content", {}))
        for status, answer in post["responses"].items():
            if status.startswith("2"):
                assert set(answer.get("content", {})) <= sent | {"application/json"}, path


def takes_a_key(operation: dict[str, Any]) -> bool:
    return any(one.get("name", "").lower() == "idempotency-key" for one in operation.get("parameters", []))
