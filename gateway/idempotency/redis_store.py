"""AnswerStore on a Redis or Valkey server, shared by all gateway processes.

segue/answer/OWNER/NAME   the fingerprint, a line break, and the answer; while the request runs, the fingerprint, a
                          blank, and who holds the key
segue/answers/OWNER       the names of an owner by time, for the bounds and for forgetting
"""

import time

from redis.asyncio import Redis

from gateway.idempotency.answers import KEPT_S, MOST_BYTES, MOST_KEYS, Claim, Entry
from gateway.shared_counts import TIMEOUT_S, address_of

# KEYS: the entry, the names of its owner. ARGV: fingerprint and holder, name, lease in ms, now in s, KEPT_S.
CLAIM = """
local held = redis.call("GET", KEYS[1])
if held then return held end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[3])
redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", ARGV[4] - ARGV[5])
redis.call("ZADD", KEYS[2], ARGV[4], ARGV[2])
redis.call("EXPIRE", KEYS[2], ARGV[5])
return false
"""
# KEYS as in CLAIM. ARGV: holder, then what the holder alone may do, with its arguments.
HELD = """
local held = redis.call("GET", KEYS[1])
if not held or string.sub(held, -string.len(ARGV[1]) - 1) ~= " " .. ARGV[1] then return 0 end
if ARGV[2] == "renew" then
  redis.call("PEXPIRE", KEYS[1], ARGV[3])
elseif ARGV[2] == "release" then
  redis.call("DEL", KEYS[1])
  redis.call("ZREM", KEYS[2], ARGV[3])
else
  local fingerprint = string.sub(held, 1, -string.len(ARGV[1]) - 2)
  redis.call("SET", KEYS[1], fingerprint .. "\\n" .. ARGV[3], "EX", ARGV[4])
  redis.call("ZADD", KEYS[2], ARGV[5], ARGV[6])
  redis.call("EXPIRE", KEYS[2], ARGV[4])
end
return 1
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
        register = self._redis.register_script
        self._claim, self._held, self._beyond = register(CLAIM), register(HELD), register(BEYOND)

    async def claim(self, claim: Claim, fingerprint: str, lease_s: float) -> Entry | None:
        """See AnswerStore."""
        marker = f"{fingerprint} {claim.holder}"
        held = await self._claim(_keys(claim), [marker, claim.name, int(lease_s * 1000), time.time(), KEPT_S])
        if not held:
            return None
        known, finished, answer = held.partition(b"\n")
        return Entry(known.partition(b" ")[0].decode(), answer if finished else None)

    async def renew(self, claim: Claim, lease_s: float) -> None:
        """See AnswerStore."""
        await self._held(_keys(claim), [claim.holder, "renew", int(lease_s * 1000)])

    async def finish(self, claim: Claim, answer: bytes) -> None:
        """See AnswerStore."""
        given: list[str | int | float | bytes] = [claim.holder, "finish", answer, KEPT_S, time.time(), claim.name]
        if not await self._held(_keys(claim), given):
            return
        names = await self._latest(claim.owner)
        entries = [_entry(claim.owner, one) for one in names]
        await self._beyond([_names(claim.owner), *entries], [MOST_KEYS, MOST_BYTES, *names])

    async def release(self, claim: Claim) -> None:
        """See AnswerStore."""
        await self._held(_keys(claim), [claim.holder, "release", claim.name])

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


def _keys(claim: Claim) -> list[str]:
    return [_entry(claim.owner, claim.name), _names(claim.owner)]


def _entry(owner: str, name: str) -> str:
    return f"segue/answer/{owner}/{name}"


def _names(owner: str) -> str:
    return f"segue/answers/{owner}"
