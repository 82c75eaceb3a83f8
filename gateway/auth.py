"""Client of the auth service: fetches the public keys of access tokens, and exchanges API keys for access tokens."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from kit import log
from kit.errors import BadRequest, NeighbourUnavailable, Unauthorized
from kit.wire.keys import KeyToken

Call = Callable[..., Awaitable[tuple[int, bytes]]]
"""(service, method, path, body, headers) -> status and body, as gateway.services.Services.ask."""

NOT_A_KEY = "api_key_refused"
"""The code of auth's 401 for an invalid API key; any other 401 means that our service key is wrong."""


class Auth:
    """Client of auth. `service_key` is called when the first API key is exchanged."""

    def __init__(self, call: Call, service_key: Callable[[], str]) -> None:
        self._call = call
        self._service_key = service_key

    async def get_json(self, path: str) -> Mapping[str, Any]:
        """Sends a GET and returns the JSON object; NeighbourUnavailable."""
        return _document(*await self._call("auth", "GET", path))

    async def exchange(self, key: str) -> KeyToken | None:
        """Exchanges an API key for an access token; None when auth does not know the key."""
        headers = {"authorization": f"Segue-Service {self._service_key()}", "content-type": "application/json"}
        status, body = await self._call(
            "auth", "POST", "/internal/keys:exchange", body=orjson.dumps({"key": key}), headers=headers
        )
        document = _document(status, body, also=401)
        if status == 401 and document.get("code") == NOT_A_KEY:
            return None
        if status == 401:
            log.get("auth").error("auth refuses our service key: SEGUE_SERVICE_KEY must be the same for all services")
            raise NeighbourUnavailable("API keys cannot be checked right now: try again later, or sign in")
        try:
            return KeyToken.model_validate(document)
        except ValidationError:
            raise NeighbourUnavailable("auth answered something else than a token") from None

    async def handshake(self, username: str, timestamp: str, digest: str) -> str:
        """The session of an Audioscrobbler handshake; Unauthorized when name and password do not match, BadRequest when
        the client's clock is wrong."""
        headers = {"authorization": f"Segue-Service {self._service_key()}", "content-type": "application/json"}
        body = orjson.dumps({"username": username, "timestamp": timestamp, "digest": digest})
        status, answer = await self._call("auth", "POST", "/internal/scrobblers:handshake", body=body, headers=headers)
        document = _document(status, answer, also=status if status in (400, 401, 422) else 200)
        if document.get("code") == "scrobbler_clock_wrong":
            raise BadRequest(str(document["detail"]))
        if status == 422 or document.get("code") == "scrobbler_refused":
            raise Unauthorized(str(document["detail"]))
        if status != 200:
            log.get("auth").error("auth refuses our service key: SEGUE_SERVICE_KEY must be the same for all services")
            raise NeighbourUnavailable("scrobblers cannot be checked right now: try again later")
        return str(document["session"])


def _document(status: int, body: bytes, also: int = 200) -> Mapping[str, Any]:
    try:
        document = orjson.loads(body)
    except ValueError:
        document = None
    if status not in (200, also) or not isinstance(document, dict):
        raise NeighbourUnavailable(f"auth answered {status} instead of what was asked")
    return document
