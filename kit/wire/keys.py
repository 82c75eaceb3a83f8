"""Keys between auth and the other services: the public ones that tokens are checked with, and API keys for tokens."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class KeyExchange(BaseModel):
    """POST /internal/keys:exchange: the gateway gives an API key and gets an access token of its scopes."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[SecretStr, Field(min_length=1, max_length=200)]


class KeyToken(BaseModel):
    """An access token that stands for an API key; forget it after `expires_in` seconds, so that a revoked key ends."""

    access_token: str
    expires_in: int


class Jwks(BaseModel):
    """RFC 7517: the public keys that access tokens are signed with, the coming one included."""

    keys: list[dict[str, Any]]
