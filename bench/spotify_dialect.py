"""CPU cost of Spotify's retired routes beside the public routes behind them: python -m bench.spotify_dialect [requests]
[rounds]

A fleet on the committed demo release; one kept connection sends the same request to both routes in turn. The figures
are user + system time of all processes of the fleet from /proc a request: medians of rounds in which the routes
alternate.
"""

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path
from typing import NamedTuple

from bench.fleets import Running, call, imported, published_demo, ready, running
from bench.load import ApiCall, Connection

MOST = 1.3
"""The bound of the ratio."""


class Pair(NamedTuple):
    """A request of the dialect, and the one that it is translated to."""

    dialect: ApiCall
    public: ApiCall


def pairs(ids: list[str], key: str) -> dict[str, Pair]:
    """What is compared."""
    seeds = [{"track": one} for one in ids[:2]]
    wishes = {"filters": {"energy": {"min": 0.3}}, "targets": {"valence": 0.8}, "limit": 20, "exclude_known": False}
    wanted = f"seed_tracks={','.join(ids[:2])}&min_energy=0.3&target_valence=0.8"
    several = ",".join(ids[:50])
    return {
        "recommendations": Pair(
            _get(f"recommendations?{wanted}", key),
            ApiCall("POST", "/v1/recommendations", key, body={"seeds": seeds} | wishes),
        ),
        "genre seeds": Pair(
            _get("recommendations/available-genre-seeds", key), ApiCall("GET", "/v1/genres?limit=1000", key)
        ),
        "audio features": Pair(
            _get(f"audio-features?ids={several}", key), ApiCall("POST", "/v1/tracks:batch", key, body={"ids": ids[:50]})
        ),
        "tracks": Pair(
            _get(f"tracks?ids={several}", key), ApiCall("POST", "/v1/tracks:batch", key, body={"ids": ids[:50]})
        ),
        "one track": Pair(_get(f"tracks/{ids[0]}", key), ApiCall("GET", f"/v1/tracks/{ids[0]}", key)),
        "search": Pair(
            _get("search?q=love&type=track&limit=20", key), ApiCall("GET", "/v1/search?q=love&limit=20", key)
        ),
    }


def _get(path: str, token: str) -> ApiCall:
    return ApiCall("GET", f"/spotify/v1/{path}", token)


async def cost(fleet: Running, request: ApiCall, count: int) -> float:
    """Milliseconds of CPU a request, of all processes."""
    connection, raw, before = Connection(fleet.port), request.raw(), sum(fleet.cpu().values())
    for _ in range(count):
        status, body = await connection.send(raw)
        if status != 200:
            raise SystemExit(f"{request.method} {request.path} answered {status}: {body[:300]!r}")
    connection.close()
    return (sum(fleet.cpu().values()) - before) / count * 1000


async def report(fleet: Running, count: int, rounds: int) -> None:
    """Prints each pair in milliseconds and the ratio."""
    await ready(fleet.port, patience_s=240)
    await imported(fleet.programs)
    found = (await call(fleet.port, ApiCall("GET", "/v1/trending?limit=50")))["tracks"]
    body = {"name": "bench", "email": "bench@example.com", "password": "correct horse battery"}
    token = (await call(fleet.port, ApiCall("POST", "/v1/auth/signup", body=body), 201))["access_token"]
    print(f"CPU ms a request, medians of {rounds} rounds of {count}: public route, dialect, ratio")
    for name, pair in pairs([one["track"]["id"] for one in found], token).items():
        seen: list[tuple[float, float]] = []
        for turn in range(rounds + 1):
            figures = (await cost(fleet, pair.public, count), await cost(fleet, pair.dialect, count))
            if turn:  # the first round warms up
                seen.append(figures)
        public, dialect = (statistics.median(column) for column in zip(*seen, strict=True))
        ratio = dialect / public
        print(f"{name:>16}  {public:6.2f}  {dialect:6.2f}  {ratio:5.2f} x{'' if ratio <= MOST else ' ABOVE'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=200, help="requests a round")
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(published_demo(Path(folder))) as fleet:
        asyncio.run(report(fleet, given.count, given.rounds))


if __name__ == "__main__":
    main()
