"""Keys between auth and the other services: the public ones that tokens are checked with, and API keys for tokens."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints


class KeyExchange(BaseModel):
    """POST /internal/keys:exchange: the gateway gives an API key and gets an access token of its scopes."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[SecretStr, Field(min_length=1, max_length=200)]


class KeyToken(BaseModel):
    """An access token that stands for an API key; forget it after `expires_in` seconds, so that a revoked key ends."""

    access_token: str
    expires_in: int


class Handshake(BaseModel):
    """POST /internal/scrobblers:handshake: an Audioscrobbler 1.2 handshake. `username` is an e-mail address, `digest`
    md5(md5(scrobble password) + timestamp), `timestamp` in seconds since 1970 as the client wrote it."""

    model_config = ConfigDict(extra="forbid")

    username: Annotated[str, Field(min_length=1, max_length=254, repr=False)]
    timestamp: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}$")]
    digest: Annotated[SecretStr, Field(min_length=32, max_length=32)]


class ScrobbleSession(BaseModel):
    """A session of a scrobbler: the gateway exchanges it like an API key that has the scope feedback:write only."""

    session: str = Field(repr=False)


class Jwks(BaseModel):
    """RFC 7517: the public keys that access tokens are signed with, the coming one included."""

    keys: list[dict[str, Any]]
