"""Command that migrates catalog's database and exits: `python -m services.catalog.migrate`, for a cluster's Job."""

import asyncio

from services.catalog.settings import Settings
from services.catalog.store import Store


async def migrate(settings: Settings) -> None:
    """Runs all pending Alembic revisions."""
    store = Store(settings.database)
    try:
        await store.migrate()
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(migrate(Settings()))
