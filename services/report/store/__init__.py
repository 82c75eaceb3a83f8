"""Database access of report: share links, the monthly mail, exports, and the people who were deleted, over one
database."""

from pathlib import Path

from kit.jobs import JobTable
from kit.personal_data import PersonalData
from kit.sql import Database
from services.report.store.exports import ExportTable
from services.report.store.mails import MailTable
from services.report.store.people import PeopleTable
from services.report.store.personal_data import SECTIONS
from services.report.store.shares import ShareTable
from services.report.store.snapshots import SnapshotTable
from services.report.store.subscriptions import SubscriptionTable

SCRIPTS = Path(__file__).parents[1] / "migrations"


class Store:
    """All tables; `people` consumes auth's account deletions and deletes the rows of all others, `personal_data` reads
    what they hold of one person."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self.shares = ShareTable(self._database)
        self.subscriptions = SubscriptionTable(self._database)
        self.mails = MailTable(self._database)
        self.snapshots = SnapshotTable(self._database)
        self.people = PeopleTable(self._database)
        self.jobs = JobTable(self._database)
        self.exports = ExportTable(self._database)
        self.personal_data = PersonalData(self._database, SECTIONS)

    async def migrate(self) -> None:
        """Migrates the schema to the newest revision."""
        await self._database.migrate(SCRIPTS)

    async def ping(self) -> str:
        """Readiness check of the database; returns "ok"."""
        return await self._database.ping()

    async def close(self) -> None:
        """Closes every connection."""
        await self._database.close()
