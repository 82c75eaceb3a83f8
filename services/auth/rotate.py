"""Replaces the signing keys at once: `python -m services.auth.rotate`, for when one may have leaked.

What was signed before is refused as soon as a service asks for the keys again, after five minutes at most. Sessions go
on: their refresh tokens bring access tokens of the new key. It also makes new keys after the secret was lost.
"""

import asyncio
import time
from collections.abc import Callable

from kit import log
from services.auth.key_encryption import KeyEncryption
from services.auth.keyring import Keyring
from services.auth.settings import Settings
from services.auth.store import Store


async def rotate(settings: Settings, clock: Callable[[], float] = time.time) -> None:
    """One new key in the place of all that there are."""
    store = Store(settings.database)
    try:
        await Keyring(store.keys, KeyEncryption(settings.sealing_secret()), settings.key_days, clock).rotate()
    finally:
        await store.close()


if __name__ == "__main__":
    settings = Settings()
    log.configure("auth", settings.log_level)
    asyncio.run(rotate(settings))
