"""Settings of the gateway."""

import re
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from kit.settings import CommonSettings, with_service_urls
from kit.topology import GATEWAY

Networks = tuple[IPv4Network | IPv6Network, ...]
ADDRESS = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):([0-9]{1,5})")
# RFC 6454 section 6.2, as browsers write it: no path, no slash at the end.
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[a-z0-9.-]+(:[0-9]+)?|[a-z][a-z0-9+.-]*://\[[0-9a-f:]+\](:[0-9]+)?")


@with_service_urls(GATEWAY)
class Settings(CommonSettings):
    """Settings of the gateway, read from SEGUE_GATEWAY_*."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_GATEWAY_")

    connect_s: float = Field(2.0, gt=0, description="Longest wait for a connection to a service, in seconds.")
    read_s: float = Field(10.0, gt=0, description="Longest silence of a service before the answer is 504, in seconds.")
    # The longest request with a meaning takes about 240 KiB. For 8 MB of fields that do not exist a service takes 5 s
    # and 1.2 GB to name each of them.
    body_limit_bytes: int = Field(512 * 2**10, ge=0, description="Largest request body; more is answered 413.")
    body_s: float = Field(10.0, gt=0, description="Longest wait for a request body to come, in seconds; then 408.")
    caller_share: float = Field(
        0.125, gt=0, le=1, description="Share of a service's places that one address, person or key may hold at once."
    )
    connections_per_address: int = Field(
        1000,
        ge=0,
        description="Open connections of one address, trusted proxies exempt; above it the oldest idle one ends. "
        "0 sets no limit.",
    )
    max_in_flight: int = Field(
        256, gt=0, description="Requests that one service may have under way; more are answered 503 at once."
    )
    guest_per_minute: int = Field(120, ge=0, description="Requests a minute from one address; 0 sets no limit.")
    person_per_minute: int = Field(
        600, ge=0, description="Requests a minute of one person, wherever signed in; 0 sets no limit."
    )
    key_per_minute: int = Field(3000, ge=0, description="Requests a minute with one API key; 0 sets no limit.")
    sign_in_per_minute: int = Field(
        20,
        ge=0,
        description="Attempts a minute to sign in, sign up or reset a password from one address; 0 sets no limit.",
    )
    limits_storage: str = Field(
        "memory://",
        description="Where requests are counted: memory:// (each worker process counts alone) or redis://host:6379.",
    )
    answers_storage: str = Field(
        "",
        description="Where answers to requests with an Idempotency-Key are kept for a day: redis://host:6379; empty = "
        "the server of SEGUE_GATEWAY_LIMITS_STORAGE, or without one the file gateway.db in the data folder.",
    )
    answers_most_mb: int = Field(
        64,
        gt=0,
        description="Most MB of those answers, of all people together; near it their bodies are not kept (repeats are "
        "409), at it a new key is answered 503. Give their server twice as much memory.",
    )
    metrics_address: str = Field(
        "",
        description="Address (host:port) where the gateway serves Prometheus' /metrics, apart from the public port; "
        "empty = nowhere. The other services have /metrics on their own port.",
    )
    trusted_proxies: Annotated[Networks, NoDecode] = Field(
        (), description="Addresses or networks, separated by commas, whose X-Forwarded-For is believed."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Web origins, separated by commas, whose pages may call the API, or * for all; empty = none "
        "but the gateway's own.",
    )
    media_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Web origins, separated by commas, whose pictures and audio the web pages may load; empty = none.",
    )

    @field_validator("trusted_proxies", "cors_origins", "media_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("metrics_address")
    @classmethod
    def _address(cls, value: str) -> str:
        found = ADDRESS.fullmatch(value)
        if value and not (found and 0 < int(found[1]) < 65536):
            raise ValueError(f"{value!r} is not an address: write host:port, as 0.0.0.0:9100")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if origin != "*" and not ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"{origin!r} is not a web origin: write * or scheme://host:port in lower case, no path"
                )
        return value

    @field_validator("media_origins")
    @classmethod
    def _media_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not a web origin: write scheme://host:port in lower case, no path")
        return value
