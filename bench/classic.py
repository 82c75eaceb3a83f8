"""CPU cost of the classic routes beside the public routes behind them: python -m bench.classic [requests] [rounds]

A fleet on the committed demo release; one kept connection sends the same request to both routes in turn. The figures
are user + system time of all processes of the fleet from /proc, and of the gateway alone, a request: medians of the
rounds, in which the routes alternate.
"""

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from bench.fleets import Running, call, imported, person, published_demo, ready, running
from bench.load import ApiCall, Connection

LIKES = 20
MOST = 1.3
"""The bound of the ratio."""


class Pair(NamedTuple):
    """A classic request, and the one that it is translated to."""

    classic: ApiCall
    public: ApiCall


def pairs(user: str, token: str, tracks: list[dict[str, Any]]) -> dict[str, Pair]:
    """What is compared."""
    ids = [track["id"] for track in tracks]
    title = f"{tracks[0]['title']} {tracks[0]['artists'][0]['name']}"
    unknown = {"id": "spotify:track:7KXjTSCq5nL1LoYtL7XAwS", "features": tracks[0]["features"]}
    seed = {"track": unknown["id"], "features": unknown["features"]}
    bounds = {"max_energy": 0.8, "limit": 5}
    similar = {"limit": 5, "mode": "similar"}
    return {
        "morerecom": Pair(
            ApiCall("GET", f"/classic/morerecom?userId={user}&max_energy=0.8", token),
            ApiCall("GET", f"/v1/me/recommendations?{urlencode(bounds)}", token),
        ),
        "search": Pair(ApiCall("GET", "/classic/search?q=love"), ApiCall("GET", "/v1/search?q=love&limit=20")),
        "like": Pair(ApiCall("GET", f"/classic/like/{user}", token), ApiCall("GET", "/v1/me/likes?limit=20", token)),
        "report": Pair(ApiCall("GET", f"/classic/report/{user}", token), ApiCall("GET", "/v1/me/report", token)),
        "flask/search": Pair(
            ApiCall("POST", "/classic/flask/search", body={"song_title": title}),
            ApiCall("POST", "/v1/recommendations", body={"seeds": [{"text": title}]} | similar),
        ),
        "ask": Pair(
            ApiCall("POST", "/classic/ask", body={"count": 5, "songs": [unknown]}),
            ApiCall("POST", "/v1/recommendations", body={"seeds": [seed]} | similar),
        ),
        "recommends": Pair(
            ApiCall("POST", "/classic/recommends", body={"idlist": ids[:3]}),
            ApiCall("POST", "/v1/playlists/continue", body={"tracks": ids[:3], "length": 10}),
        ),
    }


async def cost(fleet: Running, request: ApiCall, count: int) -> tuple[float, float]:
    """Milliseconds of CPU a request: of all processes, and of the gateway."""
    connection, raw, before = Connection(fleet.port), request.raw(), fleet.cpu()
    for _ in range(count):
        status, body = await connection.send(raw)
        if status not in (200, 201):
            raise SystemExit(f"{request.method} {request.path} answered {status}: {body[:300]!r}")
    connection.close()
    spent = {name: seconds - before[name] for name, seconds in fleet.cpu().items()}
    return sum(spent.values()) / count * 1000, spent["gateway"] / count * 1000


async def report(fleet: Running, count: int, rounds: int) -> None:
    """Prints each pair in milliseconds and the ratio."""
    await ready(fleet.port, patience_s=300)
    await imported(fleet.programs)
    found = (await call(fleet.port, ApiCall("GET", f"/v1/trending?limit={LIKES}")))["tracks"]
    tracks = [one["track"] for one in found]
    token = await person(fleet.port, "bench", [track["id"] for track in tracks])
    user = (await call(fleet.port, ApiCall("GET", "/v1/me", token)))["id"]
    print(
        f"CPU ms a request, medians of {rounds} rounds of {count}: public route, classic route, ratio (gateway alone)"
    )
    for name, pair in pairs(user, token, tracks).items():
        seen: list[tuple[float, ...]] = []
        for turn in range(rounds + 1):
            figures = (*await cost(fleet, pair.public, count), *await cost(fleet, pair.classic, count))
            if turn:  # the first round warms up
                seen.append(figures)
        public, gateway, classic, translated = (statistics.median(column) for column in zip(*seen, strict=True))
        ratio = classic / public
        alone = f"gateway {gateway:.2f} -> {translated:.2f}"
        print(
            f"{name:>14}  {public:6.2f}  {classic:6.2f}  {ratio:5.2f} x{'' if ratio <= MOST else ' ABOVE'}  ({alone})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=200, help="requests a round")
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(published_demo(Path(folder))) as fleet:
        asyncio.run(report(fleet, given.count, given.rounds))


if __name__ == "__main__":
    main()
