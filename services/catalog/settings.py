"""Settings of catalog, read from SEGUE_CATALOG_*."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from kit.release_settings import ReleaseSettings
from kit.settings import with_service_urls
from kit.wire.library import MAX_SHOWN_LATELY
from services.catalog.library.retention import Retention


@with_service_urls("catalog")
class Settings(ReleaseSettings):
    """Settings of catalog. Defaults are for the embedded mode: a SQLite file in the data folder, migrated at start."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_CATALOG_", frozen=True, populate_by_name=True)

    database_url: str | None = Field(
        None,
        description="postgresql://user:password@host/database; empty = the SQLite file catalog.db in the data folder.",
    )
    migrate_at_start: bool = Field(
        True, description="Bring the schema up to date at start; false where `python -m services.catalog.migrate` does."
    )
    poll_s: float = Field(1.0, gt=0, description="Seconds between looks for a newly published release.")

    opinions_most: int = Field(
        Retention.opinions,
        ge=100,
        le=1_000_000,
        description="Tracks a person may have an opinion of (like, dislike, never); one more is refused.",
    )
    plays_most: int = Field(
        Retention.plays,
        ge=100,
        le=10_000_000,
        description="Plays and skips that are kept of a person; one more is refused. About 300 bytes each.",
    )
    added_tracks_most: int = Field(
        Retention.added_tracks,
        ge=0,
        le=1_000_000,
        description="Tracks that the catalogue lacks and a person may add by importing files; further ones are listed "
        "as unmatched.",
    )
    shown_most: int = Field(
        Retention.shown_tracks,
        ge=1,
        le=MAX_SHOWN_LATELY * 10,
        description="Tracks a person was shown in the last seven days that are remembered; beyond it the earliest go.",
    )

    import_most_mb: int = Field(
        512,
        ge=1,
        le=2_048,
        description="Largest file that a person may import, in MB; it is kept until it is imported.",
    )

    trending_days: int = Field(
        14, ge=1, le=90, description="Days whose likes and plays count for trending tracks, beside the release."
    )
    trending_least_people: int = Field(
        3,
        ge=2,
        le=1_000,
        description="People who must have liked or played a track in these days before it counts as trending: fewer "
        "can neither bring a track up nor be recognised by it.",
    )

    spotify_counts: bool = Field(
        False,
        description="Whether likes at Spotify count for recommendations, reports and training. Spotify's terms forbid "
        "to train models on its content and to build profiles of it: read docs/spotify.md first.",
    )
    spotify_every_hours: float = Field(
        24.0, ge=1, le=24 * 30, description="Hours between two readings of a linked Spotify account."
    )
    spotify_keep_days: int = Field(
        30, ge=1, le=365, description="Days after which what was read from Spotify is deleted unless it is read again."
    )

    @property
    def retention(self) -> Retention:
        """Retention limits per user."""
        return Retention(self.opinions_most, self.plays_most, self.shown_most, self.added_tracks_most)

    @property
    def database(self) -> str:
        """The URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data / 'catalog.db'}"
