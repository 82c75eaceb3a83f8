"""Request counter on a Redis or Valkey server, shared by all gateway processes; one round trip per request."""

import time
from collections.abc import Sequence

from redis.asyncio import Redis

from gateway.counting import WINDOW_S, Count, Hit

TIMEOUT_S = 0.5
# KEYS: the counters, in order. ARGV: the window in ms, then of each counter the hits to add and the most allowed. Redis
# runs a script as one atomic command; a counter without an expiry, however it arose, is given one.
SCRIPT = """
local counts = {}
for i, key in ipairs(KEYS) do
  local count = redis.call("INCRBY", key, ARGV[2 * i])
  local left = redis.call("PTTL", key)
  if left < 0 then
    redis.call("PEXPIRE", key, ARGV[1])
    left = tonumber(ARGV[1])
  end
  counts[i] = {count, left}
  if count > tonumber(ARGV[2 * i + 1]) then break end
end
return counts
"""


class Shared:
    """A Counter over redis-py; the URL is redis://, rediss:// or unix://."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(address_of(url), socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        self._script = self._redis.register_script(SCRIPT)

    async def hit(self, hits: Sequence[Hit]) -> list[Count]:
        """See Counter."""
        bounds = [number for hit in hits for number in (hit.amount, hit.most)]
        found = await self._script([f"segue/{hit.key}" for hit in hits], [WINDOW_S * 1000, *bounds])
        now = time.time()
        return [Count(count, now + left_ms / 1000) for count, left_ms in found]

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._redis.aclose()


def address_of(url: str) -> str:
    """The URL as redis-py takes it."""
    return url.removeprefix("redis+") if url.startswith("redis+unix://") else url
