"""What the gateway asks auth: the public keys of access tokens, and an access token in exchange for an API key."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from kit import log
from kit.errors import NeighbourUnavailable
from kit.wire.keys import KeyToken

Ask = Callable[..., Awaitable[tuple[int, bytes]]]
"""(service, method, path, body, headers) -> status and body, as gateway.services.Services.ask."""

NOT_A_KEY = "api_key_refused"
"""The code of auth's 401 for a key that does not hold; any other 401 means that our service key does not."""


class Auth:
    """The auth service. `service_key` is read when the first API key comes."""

    def __init__(self, ask: Ask, service_key: Callable[[], str]) -> None:
        self._ask = ask
        self._service_key = service_key

    async def get_json(self, path: str) -> Mapping[str, Any]:
        """The JSON object of a GET; NeighbourUnavailable when there is none to be had."""
        return _document(*await self._ask("auth", "GET", path))

    async def exchange(self, key: str) -> KeyToken | None:
        """An access token that stands for the API key; None when auth knows no such key."""
        headers = {"authorization": f"Segue-Service {self._service_key()}", "content-type": "application/json"}
        status, body = await self._ask(
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


def _document(status: int, body: bytes, also: int = 200) -> Mapping[str, Any]:
    try:
        document = orjson.loads(body)
    except ValueError:
        document = None
    if status not in (200, also) or not isinstance(document, dict):
        raise NeighbourUnavailable(f"auth answered {status} instead of what was asked")
    return document
