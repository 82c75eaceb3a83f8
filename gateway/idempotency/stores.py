"""The store that the settings name."""

from gateway.idempotency.answers import AnswerStore
from gateway.idempotency.sqlite_store import SqliteAnswers
from gateway.settings import Settings

MEMORY = "memory://"
FILE = "gateway.db"


def answer_store(settings: Settings) -> AnswerStore:
    """On a server where one is set for answers or for counting, else in a file of the data folder."""
    most_bytes = settings.answers_most_mb << 20
    url = settings.answers_storage or settings.limits_storage
    if url == MEMORY:
        return SqliteAnswers(settings.data / FILE, most_bytes)
    from gateway.idempotency.redis_store import RedisAnswers  # redis-py is installed only where a server counts

    return RedisAnswers(url, most_bytes)
