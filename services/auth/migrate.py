"""Command that migrates auth's database and exits: `python -m services.auth.migrate`, for a cluster's Job."""

import asyncio

from services.auth.settings import Settings
from services.auth.store import Store


async def migrate(settings: Settings) -> None:
    """Runs all pending Alembic revisions."""
    store = Store(settings.database)
    try:
        await store.migrate()
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(migrate(Settings()))
