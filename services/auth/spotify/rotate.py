"""Encrypts stored Spotify tokens with the first of SEGUE_AUTH_SPOTIFY_KEYS: `python -m services.auth.spotify.rotate`.

To rotate: put a new key before the old one and restart auth, run this, then remove the old key.
"""

import asyncio

from kit import log
from services.auth.settings import Settings
from services.auth.spotify.token_encryption import TokenEncryption
from services.auth.store import Store


async def rotate(settings: Settings) -> int:
    """Encrypts every token anew; how many. WrongKey, without a change, when one opens with no key."""
    store = Store(settings.database)
    try:
        return await store.spotify.reseal(TokenEncryption(settings.spotify_key_list()).renew)
    finally:
        await store.close()


if __name__ == "__main__":
    settings = Settings()
    log.configure("auth", settings.log_level)
    log.get("spotify").info("tokens encrypted with the first key", links=asyncio.run(rotate(settings)))
