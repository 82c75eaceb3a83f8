"""Settings shared by every process. Defaults are the embedded mode; docs/settings.md is printed from these."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CommonSettings(BaseSettings):
    """Read from the environment; a service adds its own fields and prefix."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_", extra="ignore", frozen=True, populate_by_name=True)

    data: Path = Field(
        Path("data"), description="Folder of releases, index and SQLite files.", validation_alias="SEGUE_DATA"
    )
    log_level: str = Field("info", description="debug, info, warning or error.", validation_alias="SEGUE_LOG_LEVEL")

    @property
    def releases(self) -> Path:
        """Folder of published releases; its file CURRENT names the one that serves."""
        return self.data / "releases"
