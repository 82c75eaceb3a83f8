"""Settings of catalog, read from SEGUE_CATALOG_*."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from kit.settings import CommonSettings


class Settings(CommonSettings):
    """The embedded mode by default: a SQLite file in the data folder, migrated at start."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_CATALOG_", frozen=True, populate_by_name=True)

    database_url: str | None = Field(
        None,
        description="postgresql://user:password@host/database; empty = the SQLite file catalog.db in the data folder.",
    )
    migrate_at_start: bool = Field(
        True, description="Bring the schema up to date at start; false where `python -m services.catalog.migrate` does."
    )
    auth_url: str = Field("http://127.0.0.1:8003", description="Where auth answers.")
    poll_s: float = Field(1.0, gt=0, description="Seconds between looks for a newly published release.")

    @property
    def database(self) -> str:
        """The URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data / 'catalog.db'}"
