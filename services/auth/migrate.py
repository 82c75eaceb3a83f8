"""Brings auth's schema up to date and ends: `python -m services.auth.migrate`, the Job of a cluster."""

import asyncio

from services.auth.settings import Settings
from services.auth.store import Store


async def migrate(settings: Settings) -> None:
    """Runs every revision the database has not seen yet."""
    store = Store(settings.database)
    try:
        await store.migrate()
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(migrate(Settings()))
