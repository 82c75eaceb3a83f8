"""Settings shared by every process. Defaults are the embedded mode; docs/settings.md is printed from these."""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, create_model
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.topology import SERVICES, Service, called_by, default_url

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class KeyNotSet(Exception):
    """Services on several machines need to be told their common key."""


class CommonSettings(BaseSettings):
    """Read from the environment; a service adds its own fields and prefix."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_", extra="ignore", frozen=True, populate_by_name=True)

    data: Path = Field(
        Path("data"), description="Folder of releases, index and SQLite files.", validation_alias="SEGUE_DATA"
    )
    log_level: str = Field("info", description="debug, info, warning or error.", validation_alias="SEGUE_LOG_LEVEL")
    service_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="What services show each other; the same for all. Empty = one made up in the data folder.",
        validation_alias="SEGUE_SERVICE_KEY",
    )

    @property
    def releases(self) -> Path:
        """Folder of published releases; its file CURRENT names the one that serves."""
        return self.data / "releases"

    def url_of(self, service: str) -> str:
        """Where a service answers that this process calls; see with_service_urls."""
        url: str = getattr(self, f"{service}_url")
        return url.rstrip("/")

    def shared_key(self, *neighbours: str) -> str:
        """The service key: the one set, else the one in the data folder, made up by whoever comes first.

        KeyNotSet when a neighbour's URL leads to another machine, which has another data folder.
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
    """Adds the URL of every service that `caller` calls to its settings: catalog_url and so on, with its prefix."""
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
    """A random secret kept in a file that only we may read; made the first time, by one process of several."""
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
