"""CPU cost of feedback and user profiles in catalog: python -m bench.library [requests] [--postgres]

One uvicorn process with a SQLite file and the committed demo release; one kept connection sends requests in a closed
loop. The figure is the process's user + system time from /proc per request, the median of rounds that alternate
request types. With --postgres catalog stores in a local PostgreSQL server, whose CPU time is in a column of its own.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import orjson

from bench.fleets import ready
from bench.load import ApiCall, cpu_seconds
from supervisor.first_publish import newest_release
from supervisor.programs import free_port, listen_once
from tests.postgres import LocalServer, binaries
from tests.tokens import Issuer

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
SERVE = [
    "--no-access-log",
    "--log-level",
    "error",
    "--loop",
    "uvloop",
    "--http",
    "httptools",
    "--ws",
    "none",
    "--timeout-keep-alive",
    "75",
]


async def jwks(port: int, issuer: Issuer) -> asyncio.Server:
    """Stands in for auth: every response is the key set."""
    body = orjson.dumps(issuer.jwks)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head % len(body) + body)
        await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", port)


class Caller:
    """A client with one kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, raw: bytes, expected: int) -> bytes:
        """The body of the response; ends the benchmark on any other status."""
        self._writer.write(raw)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].split(b"\r")[0]
        body = await self._reader.readexactly(int(length or 0))
        if int(head[9:12]) != expected:
            raise SystemExit(f"expected {expected}: {head!r} {body[:300]!r}")
        return body


def bearing(call: ApiCall, etag: int) -> bytes:
    """The request with the ETag of the profile that the caller has."""
    return call.raw().replace(b"\r\n\r\n", b'\r\nif-none-match: "%d"\r\n\r\n' % etag, 1)


async def listener(caller: Caller, token: str, tracks: list[str], plays: int) -> None:
    """An account that likes these tracks and has played the first of them often."""
    events = [{"track": track, "kind": "like"} for track in tracks]
    events += [
        {"track": tracks[i % len(tracks)], "kind": "play", "at": f"20{i // 10**5:02}-01-01T00:00:00.{i % 10**5:05}Z"}
        for i in range(10**5, 10**5 + plays)
    ]
    for first in range(0, len(events), 500):
        await caller.send(ApiCall("POST", "/v1/me/feedback", token, {"events": events[first : first + 500]}).raw(), 200)


async def measure(port: int, pid: int, database: int | None, issuer: Issuer, requests: int, plays: int) -> None:
    """Everything, then a table."""
    caller = Caller(*await asyncio.open_connection("127.0.0.1", port))
    ids = [orjson.loads(line)["id"] for line in _cards()]
    tokens = {name: issuer.token(uuid4()) for name in ("few", "many", "often", "new")}
    await listener(caller, tokens["few"], ids[:50], 0)
    await listener(caller, tokens["many"], ids[:1000], 0)
    await listener(caller, tokens["often"], ids[:1000], plays)
    calls = {name: ApiCall("GET", "/internal/taste", token) for name, token in tokens.items()}
    version = orjson.loads(await caller.send(calls["few"].raw(), 200))["version"]
    like = [ApiCall(method, f"/v1/me/likes/{ids[60]}", tokens["new"]).raw() for method in ("PUT", "DELETE")]
    skip = ApiCall("POST", "/v1/me/feedback", tokens["new"], {"events": [{"track": ids[61], "kind": "skip"}]})
    track = f"/v1/tracks/{ids[7]}"
    kinds: dict[str, tuple[list[bytes], int, int]] = {
        "live": ([ApiCall("GET", "/health/live").raw()], 200, requests),
        "taste, 304": ([bearing(calls["few"], version)], 304, requests),
        "taste, 50 likes": ([calls["few"].raw()], 200, requests // 10),
        "taste, 1,000 likes": ([calls["many"].raw()], 200, requests // 50),
        f"taste, 1,000 likes and {plays:,} plays": ([calls["often"].raw()], 200, requests // 500),
        "a track, guest": ([ApiCall("GET", track).raw()], 200, requests // 10),
        "a track, signed in": ([ApiCall("GET", track, tokens["few"]).raw()], 200, requests // 10),
        "like, unlike": (like, 200, requests // 10),
        "a skip": ([skip.raw()], 200, requests // 10),
    }
    spent: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for number in range(-1, ROUNDS):
        for kind, (raws, status, count) in kinds.items():
            before = _cpu(pid, database)
            for i in range(max(count, 20)):
                await caller.send(raws[i % len(raws)], status)
            used = [now - then for now, then in zip(_cpu(pid, database), before, strict=True)]
            if number >= 0:
                spent[kind].append((used[0] / max(count, 20) * 1e6, used[1] / max(count, 20) * 1e6))
    for kind, rounds in spent.items():
        own, of_database = ([one[part] for one in rounds] for part in (0, 1))
        print(f"{kind:40} {statistics.median(own):8.0f} us CPU  ({min(own):.0f} to {max(own):.0f})", end="")
        print(f"  database {statistics.median(of_database):6.0f}" if database else "")


def _cpu(pid: int, database: int | None) -> tuple[float, float]:
    """CPU seconds so far of catalog, and of the database's server with all its processes."""
    return cpu_seconds(pid), cpu_seconds(database) if database else 0.0


def _cards() -> Iterator[bytes]:
    with (newest_release(ROOT / "releases") / "cards.jsonl").open("rb") as cards:
        yield from cards


@contextmanager
def _database(postgres: bool) -> Iterator[tuple[dict[str, str], int | None]]:
    """Settings of catalog that name the database, and the process of its server."""
    if not postgres:
        yield {}, None
        return
    if (tools := binaries()) is None:
        raise SystemExit("no PostgreSQL: install PostgreSQL's server package")
    with LocalServer(tools) as server:
        yield {"SEGUE_CATALOG_DATABASE_URL": server.url}, server.pid


async def run(requests: int, postgres: bool, plays: int) -> None:
    """Starts catalog, measures, ends it."""
    issuer, port = Issuer(), listen_once(0)
    auth = free_port(0, {port})
    release = newest_release(ROOT / "releases")
    with tempfile.TemporaryDirectory() as folder, _database(postgres) as (url, database):
        shutil.copytree(release, Path(folder) / "releases" / release.name)
        (Path(folder) / "releases" / "CURRENT").write_text(release.name)
        environment = os.environ | {"SEGUE_DATA": folder, "SEGUE_CATALOG_AUTH_URL": f"http://127.0.0.1:{auth}"} | url
        server = await jwks(auth, issuer)
        factory = ("--factory", "services.catalog.app:create_app", "--port", str(port))
        command = (sys.executable, "-m", "uvicorn", *SERVE, *factory)
        catalog = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)
        try:
            await ready(port)
            await imported(port)
            await measure(port, catalog.pid, database, issuer, requests, plays)
        finally:
            catalog.terminate()
            await catalog.wait()
            server.close()


async def imported(port: int) -> None:
    """Returns once the release has been imported."""
    while True:
        caller = Caller(*await asyncio.open_connection("127.0.0.1", port))
        if b'"release":"ok"' in await caller.send(ApiCall("GET", "/health/ready").raw(), 200):
            return
        await asyncio.sleep(0.2)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("requests", type=int, nargs="?", default=5_000)
    parser.add_argument("--postgres", action="store_true", help="store in a local PostgreSQL server")
    parser.add_argument("--plays", type=int, default=100_000, help="plays of the person who has most")
    options = parser.parse_args()
    asyncio.run(run(options.requests, options.postgres, options.plays))


if __name__ == "__main__":
    main()
