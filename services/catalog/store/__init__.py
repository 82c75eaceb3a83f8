"""All durable I/O of catalog, over one database."""

from pathlib import Path

from kit.sql import Database
from services.catalog.store.imports import ImportTable
from services.catalog.store.names import NameIndex
from services.catalog.store.tracks import TrackTable

SCRIPTS = Path(__file__).parents[1] / "migrations"


class Store:
    """`tracks` and artists by id, `names` for the search, `imports` for what the release brings."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self.tracks = TrackTable(self._database)
        self.names = NameIndex(self._database)
        self.imports = ImportTable(self._database)

    async def migrate(self) -> None:
        """Brings the schema up to date."""
        await self._database.migrate(SCRIPTS)

    async def ping(self) -> str:
        """Says ok when the database answers."""
        return await self._database.ping()

    async def close(self) -> None:
        """Closes every connection."""
        await self._database.close()
