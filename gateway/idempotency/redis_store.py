"""ResponseStore on a Redis or Valkey server, shared by all gateway processes.

segue/answer/OWNER/NAME   the fingerprint, a line break, and the answer; while the request runs, the fingerprint, a
                          blank, and who holds the key
segue/answers/OWNER       the names of an owner by time, for the bounds and for forgetting
segue/answers-bytes       bytes of the answers of all people by the hour in which they were stored: those of hours that
                          are over a day ago have expired, and so has every miscount
segue/answers-followed    the number of the last event of auth that was applied
"""

import time
from collections.abc import Callable

from redis.asyncio import Redis

from gateway.idempotency.stored_response import (
    BODIES_SHARE,
    ENTRY_BYTES,
    KEPT_S,
    MOST_BYTES,
    MOST_KEYS,
    Claim,
    Entry,
    Full,
    Packed,
)
from gateway.shared_counts import TIMEOUT_S, address_of

Argument = str | int | float | bytes
TOTAL, OFFSET = "segue/answers-bytes", "segue/answers-followed"
SUM = """
local function total(key, now)
  local sum, oldest, held = 0, math.floor(now / 3600) - 24, redis.call("HGETALL", key)
  for i = 1, #held, 2 do
    if tonumber(held[i]) < oldest then redis.call("HDEL", key, held[i]) else sum = sum + tonumber(held[i + 1]) end
  end
  return sum
end
"""
# KEYS: the entry, the names of its owner, the bytes of all. ARGV: fingerprint and holder, name, lease in ms, now in s,
# KEPT_S, most bytes of all. Returns what is held, nothing for a claimed key, 0 in a full store.
CLAIM = f"""{SUM}
local held = redis.call("GET", KEYS[1])
if held then return held end
if total(KEYS[3], ARGV[4]) >= tonumber(ARGV[6]) then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[3])
redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", ARGV[4] - ARGV[5])
redis.call("ZADD", KEYS[2], ARGV[4], ARGV[2])
redis.call("EXPIRE", KEYS[2], ARGV[5])
return false
"""
# KEYS as in CLAIM. ARGV: holder, then what the holder alone may do, with its arguments. Returns 0 for another holder,
# 2 where the short answer was stored.
HELD = f"""{SUM}
local held = redis.call("GET", KEYS[1])
if not held or string.sub(held, -string.len(ARGV[1]) - 1) ~= " " .. ARGV[1] then return 0 end
if ARGV[2] == "renew" then
  redis.call("PEXPIRE", KEYS[1], ARGV[3])
  return 1
elseif ARGV[2] == "release" then
  redis.call("DEL", KEYS[1])
  redis.call("ZREM", KEYS[2], ARGV[3])
  return 1
end
local answer, kept, now, name, bytes = ARGV[3], ARGV[5], ARGV[6], ARGV[7], ARGV[9]
if total(KEYS[3], now) + string.len(answer) + bytes > tonumber(ARGV[8]) then answer = ARGV[4] end
local value = string.sub(held, 1, -string.len(ARGV[1]) - 2) .. "\\n" .. answer
redis.call("SET", KEYS[1], value, "EX", kept)
redis.call("ZADD", KEYS[2], now, name)
redis.call("EXPIRE", KEYS[2], kept)
redis.call("HINCRBY", KEYS[3], math.floor(now / 3600), string.len(value) + bytes)
redis.call("EXPIRE", KEYS[3], kept + 3600)
return answer == ARGV[3] and 1 or 2
"""
# KEYS: the names of an owner, the bytes of all, then the entries from the latest on. ARGV: most names, most bytes,
# bytes beside an answer, then the names. A running request has no line break, and was not counted.
BEYOND = """
local sum = 0
for i = 3, #KEYS do
  local held = redis.call("GET", KEYS[i]) or ""
  sum = sum + string.len(held)
  if i - 2 > tonumber(ARGV[1]) or (sum > tonumber(ARGV[2]) and i > 3) then
    local at = redis.call("ZSCORE", KEYS[1], ARGV[i + 1])
    local hour = at and math.floor(at / 3600)
    if hour and string.find(held, "\\n", 1, true) and redis.call("HEXISTS", KEYS[2], hour) == 1 then
      redis.call("HINCRBY", KEYS[2], hour, -string.len(held) - ARGV[3])
    end
    redis.call("DEL", KEYS[i])
    redis.call("ZREM", KEYS[1], ARGV[i + 1])
  end
end
"""


class RedisResponseStore:
    """See ResponseStore; over redis-py, the URL is redis://, rediss:// or unix://."""

    def __init__(self, url: str, most_bytes: int, clock: Callable[[], float] = time.time) -> None:
        self._most_bytes, self._clock = most_bytes, clock
        self._redis = Redis.from_url(address_of(url), socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        register = self._redis.register_script
        self._claim, self._held, self._beyond = register(CLAIM), register(HELD), register(BEYOND)

    async def claim(self, claim: Claim, fingerprint: str, lease_s: float) -> Entry | None:
        """See ResponseStore."""
        marker = f"{fingerprint} {claim.holder}"
        given: list[Argument] = [marker, claim.name, int(lease_s * 1000), self._clock()]
        held = await self._claim(_keys(claim), [*given, KEPT_S, self._most_bytes])
        if held is None:
            return None
        if held == 0:
            raise Full("all people together have as many stored answers as SEGUE_GATEWAY_ANSWERS_MOST_MB allows")
        known, finished, response = held.partition(b"\n")
        return Entry(known.partition(b" ")[0].decode(), response if finished else None)

    async def renew(self, claim: Claim, lease_s: float) -> None:
        """See ResponseStore."""
        await self._held(_keys(claim), [claim.holder, "renew", int(lease_s * 1000)])

    async def finish(self, claim: Claim, response: Packed) -> bool:
        """See ResponseStore."""
        bodies = int(BODIES_SHARE * self._most_bytes)
        given: list[Argument] = [
            claim.holder,
            "finish",
            *response,
            KEPT_S,
            self._clock(),
            claim.name,
            bodies,
            ENTRY_BYTES,
        ]
        if stored := await self._held(_keys(claim), given):
            await self._drop_beyond(claim.owner, MOST_KEYS, MOST_BYTES)
        return bool(stored != 2)

    async def release(self, claim: Claim) -> None:
        """See ResponseStore."""
        await self._held(_keys(claim), [claim.holder, "release", claim.name])

    async def forget(self, owner: str) -> None:
        """See ResponseStore."""
        await self._drop_beyond(owner, 0, 0)

    async def offset(self) -> int:
        """See ResponseStore."""
        return int(await self._redis.get(OFFSET) or 0)

    async def store_offset(self, number: int) -> None:
        """See ResponseStore."""
        await self._redis.set(OFFSET, number)

    async def _drop_beyond(self, owner: str, keys: int, size: int) -> None:
        """Deletes all but the latest entries of an owner: so many keys, with so many bytes."""
        found: list[bytes] = await self._redis.zrevrange(_names(owner), 0, -1)  # type: ignore[assignment]
        names = [one.decode() for one in found]
        entries = [_entry(owner, one) for one in names]
        await self._beyond([_names(owner), TOTAL, *entries], [keys, size, ENTRY_BYTES, *names])

    async def aclose(self) -> None:
        """See ResponseStore."""
        await self._redis.aclose()


def _keys(claim: Claim) -> list[str]:
    return [_entry(claim.owner, claim.name), _names(claim.owner), TOTAL]


def _entry(owner: str, name: str) -> str:
    return f"segue/answer/{owner}/{name}"


def _names(owner: str) -> str:
    return f"segue/answers/{owner}"
