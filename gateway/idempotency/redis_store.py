"""AnswerStore on a Redis or Valkey server, shared by all gateway processes.

segue/answer/OWNER/NAME   the fingerprint, a line break, and the answer; nothing after it while the request runs
segue/answers/OWNER       the names of an owner by time, for the bounds and for forgetting
"""

import time

from redis.asyncio import Redis

from gateway.idempotency.answers import KEPT_S, MOST_BYTES, MOST_KEYS, Entry
from gateway.shared_counts import TIMEOUT_S, address_of

# KEYS: the entry, the names of its owner. ARGV: fingerprint, name, lease in ms, now in s, KEPT_S.
CLAIM = """
local held = redis.call("GET", KEYS[1])
if held then return held end
redis.call("SET", KEYS[1], ARGV[1] .. "\\n", "PX", ARGV[3])
redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", ARGV[4] - ARGV[5])
redis.call("ZADD", KEYS[2], ARGV[4], ARGV[2])
redis.call("EXPIRE", KEYS[2], ARGV[5])
return false
"""
# KEYS: the names of an owner, then the entries from the latest on. ARGV: most names, most bytes, then the names.
BEYOND = """
local bytes = 0
for i = 2, #KEYS do
  bytes = bytes + redis.call("STRLEN", KEYS[i])
  if i - 1 > tonumber(ARGV[1]) or (bytes > tonumber(ARGV[2]) and i > 2) then
    redis.call("DEL", KEYS[i])
    redis.call("ZREM", KEYS[1], ARGV[i + 1])
  end
end
"""


class RedisAnswers:
    """See AnswerStore; over redis-py, the URL is redis://, rediss:// or unix://."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(address_of(url), socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        self._claim, self._beyond = self._redis.register_script(CLAIM), self._redis.register_script(BEYOND)

    async def claim(self, owner: str, name: str, fingerprint: str, lease_s: float) -> Entry | None:
        """See AnswerStore."""
        arguments: list[str | int | float] = [fingerprint, name, int(lease_s * 1000), time.time(), KEPT_S]
        held = await self._claim([_entry(owner, name), _names(owner)], arguments)
        if not held:
            return None
        known, _, answer = held.partition(b"\n")
        return Entry(known.decode(), answer or None)

    async def finish(self, owner: str, name: str, fingerprint: str, answer: bytes) -> None:
        """See AnswerStore."""
        value = fingerprint.encode() + b"\n" + answer
        if not await self._redis.set(_entry(owner, name), value, ex=KEPT_S, xx=True):
            return
        names = await self._latest(owner)
        entries = [_entry(owner, one) for one in names]
        await self._beyond([_names(owner), *entries], [MOST_KEYS, MOST_BYTES, *names])

    async def release(self, owner: str, name: str) -> None:
        """See AnswerStore."""
        await self._redis.delete(_entry(owner, name))
        await self._redis.zrem(_names(owner), name)

    async def forget(self, owner: str) -> None:
        """See AnswerStore."""
        await self._redis.delete(_names(owner), *(_entry(owner, one) for one in await self._latest(owner)))

    async def _latest(self, owner: str) -> list[str]:
        """The names of an owner, the latest first."""
        found: list[bytes] = await self._redis.zrevrange(_names(owner), 0, -1)  # type: ignore[assignment]
        return [one.decode() for one in found]

    async def aclose(self) -> None:
        """See AnswerStore."""
        await self._redis.aclose()


def _entry(owner: str, name: str) -> str:
    return f"segue/answer/{owner}/{name}"


def _names(owner: str) -> str:
    return f"segue/answers/{owner}"
