"""The store that the settings name."""

from gateway.idempotency.sqlite_store import SqliteResponseStore
from gateway.idempotency.stored_response import ResponseStore
from gateway.settings import Settings

MEMORY = "memory://"
FILE = "gateway.db"


def response_store(settings: Settings) -> ResponseStore:
    """On a server where one is set for answers or for counting, else in a file of the data folder."""
    most_bytes = settings.answers_most_mb << 20
    url = settings.answers_storage or settings.limits_storage
    if url == MEMORY:
        return SqliteResponseStore(settings.data / FILE, most_bytes)
    from gateway.idempotency.redis_store import RedisResponseStore  # redis-py is installed only where a server counts

    return RedisResponseStore(url, most_bytes)
