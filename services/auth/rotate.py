"""Emergency rotation of the signing keys: `python -m services.auth.rotate`, for when one may have leaked.

Old access tokens are refused as soon as a service fetches the keys again, after five minutes at most. Sessions remain:
their refresh tokens give access tokens of the new key. It also creates new keys after the secret was lost.
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
    """Replaces all signing keys by one new key."""
    store = Store(settings.database)
    try:
        await Keyring(store.keys, KeyEncryption(settings.sealing_secret()), settings.key_days, clock).rotate()
    finally:
        await store.close()


if __name__ == "__main__":
    settings = Settings()
    log.configure("auth", settings.log_level)
    asyncio.run(rotate(settings))
