"""Fake auth service for the gateway's tests: signed tokens, deletable API keys, request counts."""

import asyncio
import json
import time
from uuid import UUID, uuid4

import httpx2
from starlette.types import Receive, Scope, Send

from tests.gateway.servers import SERVICE_KEY, chunks, reply
from tests.tokens import Issuer


class Clock:
    """A clock to move."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


class Auth:
    """Answers for the two addresses that the gateway asks."""

    def __init__(self) -> None:
        self.issuer = Issuer()
        self.people: dict[str, UUID] = {"segue_key_of_ada": uuid4(), "segue_key_of_bob": uuid4()}
        self.keys_looked_up = 0
        self.exchanged: list[str] = []
        self.expires_in = 60
        self.broken = False
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def call(
        self, _service: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """As gateway.services.Services.ask, without a socket."""
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(self), base_url="http://auth") as client:
            answer = await client.request(method, path, content=body, headers=headers)
        return answer.status_code, answer.content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.broken:
            await reply(send, 500, [], b"no")
        elif scope["path"] == "/.well-known/jwks.json":
            self.keys_looked_up += 1
            await reply(send, 200, [], json.dumps(self.issuer.jwks).encode())
        elif scope["path"] == "/internal/keys:exchange":
            await self._exchange(scope, receive, send)
        else:
            await reply(send, 200, [], b"{}")

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        if dict(scope["headers"])[b"authorization"] != f"Segue-Service {SERVICE_KEY}".encode():
            await reply(send, 401, [], b'{"code": "unauthorized", "detail": "for our own services"}')
            return
        key = json.loads(b"".join([chunk async for chunk in chunks(receive)]))["key"]
        self.exchanged.append(key)
        await self.go_on.wait()
        person = self.people.get(key)
        if person is None:
            await reply(send, 401, [], b'{"code": "api_key_refused", "detail": "no such key"}')
            return
        token = self.issuer.token(person, ["recommend:read"], sid=None)
        await reply(send, 200, [], json.dumps({"access_token": token, "expires_in": self.expires_in}).encode())
