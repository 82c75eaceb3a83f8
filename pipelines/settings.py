"""Settings of the pipelines, read from SEGUE_PIPELINES_*, and where the services have their databases."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.release_settings import ReleaseSettings
from kit.settings import CommonSettings


class Settings(BaseSettings):
    """The device of the training, and where the graph's co-occurrence is computed."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_PIPELINES_", extra="ignore", frozen=True)

    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="What trains: cuda, cpu, or auto = cuda when torch sees a GPU."
    )
    spark: str = Field(
        "",
        description="The Spark master that merges groups of files and computes co-occurrence, such as local[2] or "
        "spark://host:7077 (extra `spark`, Java 17); empty: this machine.",
    )

    @property
    def wants_gpu(self) -> bool:
        """Whether the setting asks for a GPU, which stages at once would share."""
        return self.device == "cuda"


class PublishSettings(ReleaseSettings):
    """The store of releases that the services read, by their variables."""


class StoreSettings(CommonSettings):
    """The databases of the services, by the variables or secret files that the services themselves read."""

    auth_database_url: SecretStr | None = Field(None, validation_alias="SEGUE_AUTH_DATABASE_URL")
    catalog_database_url: SecretStr | None = Field(None, validation_alias="SEGUE_CATALOG_DATABASE_URL")
    report_database_url: SecretStr | None = Field(None, validation_alias="SEGUE_REPORT_DATABASE_URL")

    def database_urls(self) -> dict[str, str | None]:
        """Service -> URL of its PostgreSQL database; None where it uses the SQLite file of the data folder."""
        given = {
            "auth": self.auth_database_url,
            "catalog": self.catalog_database_url,
            "report": self.report_database_url,
        }
        urls = {name: url.get_secret_value() if url else "" for name, url in given.items()}
        return {name: url if url.startswith("postgres") else None for name, url in urls.items()}
