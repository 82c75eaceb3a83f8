"""Settings shared by all services (pydantic-settings). Defaults are for the embedded mode; docs/settings.md is
generated from them."""

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, create_model
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from kit.topology import SERVICES, Service, called_by, default_url
from kit.tracing import TraceSettings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECRETS_DIR = "SEGUE_SECRETS_DIR"


class KeyNotSet(Exception):
    """Services on several machines need SEGUE_SERVICE_KEY to be set."""


class CommonSettings(BaseSettings):
    """Base class of settings, read from the environment; a service adds its own fields and prefix."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_", extra="ignore", frozen=True, populate_by_name=True)

    data: Path = Field(
        Path("data"), description="Folder of releases, index and SQLite files.", validation_alias="SEGUE_DATA"
    )
    secrets_dir: Path | None = Field(
        None,
        description="Folder with a file for each setting that is a secret, named as its variable (segue_service_key); "
        "a variable that is set wins over its file.",
        validation_alias=SECRETS_DIR,
    )
    log_level: str = Field("info", description="debug, info, warning or error.", validation_alias="SEGUE_LOG_LEVEL")
    drain_s: float = Field(
        0.0,
        ge=0,
        le=60,
        description="Seconds between SIGTERM and the shutdown: readiness fails and requests are still served. For "
        "several replicas behind a router, which needs that long to notice.",
        validation_alias="SEGUE_DRAIN_S",
    )
    otlp_endpoint: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+/?$",
        description="OpenTelemetry collector that takes traces by OTLP over HTTP, as http://host:4318; needs the extra "
        "tracing. Empty = no traces.",
        validation_alias="SEGUE_OTLP_ENDPOINT",
    )
    trace_share: float = Field(
        0.01,
        ge=0,
        le=1,
        description="Share of the requests at the gateway that are traced through all services.",
        validation_alias="SEGUE_TRACE_SHARE",
    )
    service_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="What services show each other; the same for all. Empty = one made up in the data folder.",
        validation_alias="SEGUE_SERVICE_KEY",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the files of SEGUE_SECRETS_DIR; SettingsError when it is no folder."""
        folder = os.environ.get(SECRETS_DIR)
        if not folder:
            return init_settings, env_settings
        if not Path(folder).is_dir():
            raise SettingsError(f"{SECRETS_DIR} is {folder!r}, which is no folder: mount the secrets there")
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, folder)

    @property
    def releases(self) -> Path:
        """Folder of published releases; its file CURRENT names the one to serve."""
        return self.data / "releases"

    @property
    def tracing(self) -> TraceSettings:
        """Where traces go, and how many."""
        return TraceSettings(self.otlp_endpoint or None, self.trace_share)

    def url_of(self, service: str) -> str:
        """The URL of a service that this process calls; see with_service_urls."""
        url: str = getattr(self, f"{service}_url")
        return url.rstrip("/")

    def shared_key(self, *neighbours: str) -> str:
        """The service key: the setting, else the one in the data folder, created by the first process.

        KeyNotSet when a neighbour's URL is on another machine, which has another data folder.
        """
        elsewhere = [url for url in neighbours if urlsplit(url).hostname not in LOOPBACK]
        if elsewhere and not self.service_key:
            raise KeyNotSet(
                f"set SEGUE_SERVICE_KEY to the same 32 characters or more for every service: {elsewhere[0]!r} is on "
                "another machine and cannot share the one that would be made up here"
            )
        return self.service_key.get_secret_value() if self.service_key else secret_file(self.data / "service.key")


Kind = TypeVar("Kind", bound=CommonSettings)


def with_service_urls(caller: str, services: Sequence[Service] = SERVICES) -> Callable[[type[Kind]], type[Kind]]:
    """Class decorator that adds the URL of every service that `caller` calls as a setting: catalog_url and so on."""
    fields: dict[str, Any] = {
        f"{name}_url": (str, Field(default_url(name, services), description=f"Where {name} answers."))
        for name in called_by(caller, services)
    }

    def add(settings: type[Kind]) -> type[Kind]:
        made: type[Kind] = create_model(
            settings.__name__, __base__=settings, __module__=settings.__module__, __doc__=settings.__doc__, **fields
        )
        return made

    return add


def secret_file(path: Path) -> str:
    """Reads a random secret from a file with mode 0600; creates it the first time, atomically among processes."""
    with suppress(FileNotFoundError):
        return path.read_text()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        path.hardlink_to(fresh)
    fresh.unlink()
    return path.read_text()
