"""Settings of the gateway."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from kit.settings import CommonSettings

Networks = tuple[IPv4Network | IPv6Network, ...]


class Settings(CommonSettings):
    """Read from SEGUE_GATEWAY_*."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_GATEWAY_")

    catalog_url: str = Field("http://127.0.0.1:8001", description="Where catalog answers.")
    recommend_url: str = Field("http://127.0.0.1:8002", description="Where recommend answers.")
    connect_s: float = Field(2.0, gt=0, description="Longest wait for a connection to a service, in seconds.")
    read_s: float = Field(10.0, gt=0, description="Longest silence of a service before the answer is 504, in seconds.")
    # The longest request with a meaning takes about 240 KiB. For 8 MB of fields that do not exist a service takes 5 s
    # and 1.2 GB to name each of them.
    body_limit_bytes: int = Field(512 * 2**10, ge=0, description="Largest request body; more is answered 413.")
    guest_per_minute: int = Field(120, ge=0, description="Requests a minute from one address; 0 sets no limit.")
    limits_storage: str = Field(
        "memory://",
        description="Where requests are counted: memory:// (each worker process counts alone) or redis://host:6379.",
    )
    trusted_proxies: Annotated[Networks, NoDecode] = Field(
        (), description="Addresses or networks, separated by commas, whose X-Forwarded-For is believed."
    )

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
