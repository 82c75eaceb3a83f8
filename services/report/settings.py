"""Settings of report, read from SEGUE_REPORT_*."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from kit.mail.settings import MailSettings
from kit.release_settings import ReleaseSettings
from kit.settings import with_service_urls


@with_service_urls("report")
class Settings(MailSettings, ReleaseSettings):
    """Settings of report. Defaults are for the embedded mode: a SQLite file in the data folder, migrated at start."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_REPORT_", frozen=True, populate_by_name=True)

    database_url: str | None = Field(
        None,
        description="postgresql://user:password@host/database; empty = the SQLite file report.db in the data folder.",
    )
    migrate_at_start: bool = Field(
        True, description="Bring the schema up to date at start; false where `python -m services.report.migrate` does."
    )
    poll_s: float = Field(1.0, gt=0, description="Seconds between looks for a newly published release.")
    likes_most: int = Field(
        5_000,
        ge=20,
        le=50_000,
        description="Likes that one report considers, the latest first; the report states how many there are in all.",
    )
    threads: int = Field(
        1, ge=1, le=8, description="Reports and cards computed at once; each takes one core for up to half a second."
    )
    waiting: int = Field(
        16, ge=0, le=1_000, description="Reports and cards that may wait for a thread; one more is answered 503."
    )
    shared_card_threads: int = Field(
        1, ge=1, le=8, description="Cards of shared reports drawn at once, beside people's own reports and cards."
    )
    shared_card_waiting: int = Field(
        8, ge=0, le=1_000, description="Cards of shared reports that may wait for a thread; one more is answered 503."
    )
    shared_card_cache_mib: int = Field(
        16, ge=0, le=4_096, description="MiB of drawn cards of shared reports that are kept in memory; 0 = none."
    )
    mails_at_once: int = Field(
        4,
        ge=1,
        le=32,
        description="Monthly mails that are written and sent at once; lower it where a provider asks so.",
    )
    export_days: int = Field(
        7,
        ge=1,
        le=90,
        description="Days for which the export of a person's data can be downloaded; then it is deleted.",
    )

    @property
    def database(self) -> str:
        """The URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data / 'report.db'}"
