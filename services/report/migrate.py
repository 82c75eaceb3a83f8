"""Command that migrates report's database and exits: `python -m services.report.migrate`, for a cluster's Job."""

import asyncio

from services.report.settings import Settings
from services.report.store import Store


async def migrate(settings: Settings) -> None:
    """Runs all pending Alembic revisions."""
    store = Store(settings.database)
    try:
        await store.migrate()
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(migrate(Settings()))
