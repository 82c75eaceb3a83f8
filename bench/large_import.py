"""Peak memory of catalog while it imports a large zip: python -m bench.large_import [--gb 2] [--rows 200000]

Writes a streaming history in the form of Spotify's extended export, with invented plays of the committed release's
tracks and of unknown ones, packs it, uploads it in parts to one catalog process (SQLite) and waits for its job. Random
user agents, which are never stored, fill the rows until the archive has its size. The default is as many plays as
catalog keeps of a person. Disk: about four times the zip. Peak memory is VmHWM of the process.
"""

import argparse
import asyncio
import base64
import os
import re
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

import orjson

from bench.fleets import ready
from bench.imports import FORMATS
from bench.library import ROOT, SERVE, Caller, jwks
from bench.load import ApiCall
from supervisor.first_publish import newest_release
from supervisor.programs import free_port, listen_once
from tests.tokens import Issuer

MEMBER_BYTES = 400 << 20
"""Unpacked bytes of a member; 500 MB are the most that is read of one."""
ROW_BYTES = 750
"""Of a row without the user agent."""
PART = 8 << 20
POLL_S = 2.0
WORKING = ("queued", "running")


def write_zip(path: Path, size: int, rows: int, names: list[tuple[str, str]]) -> None:
    """Writes an archive of about `size` bytes; every second row has a name of the catalogue."""
    before, row, between, after = FORMATS["Spotify extended history"]
    padding = max(size // rows - ROW_BYTES, 0) * 3 // 4
    of_member = MEMBER_BYTES * rows // size
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=0) as archive:
        for first in range(0, rows, of_member):
            last = min(first + of_member, rows)
            with archive.open(f"Streaming_History_Audio_{first}.json", "w") as member:
                member.write(before.encode())
                for number in range(first, last):
                    document = orjson.loads(row(number)) | _varied(number, padding, names)
                    member.write(orjson.dumps(document) + (between if number < last - 1 else after).encode())


def _varied(number: int, padding: int, names: list[tuple[str, str]]) -> dict[str, object]:
    agent = {"user_agent_decrypted": base64.b64encode(os.urandom(padding)).decode()}
    if number % 2:
        return agent
    title, artist = names[number // 2 * 7919 % len(names)]
    known = {"master_metadata_track_name": title, "master_metadata_album_artist_name": artist}
    return agent | known | {"spotify_track_uri": None, "master_metadata_album_album_name": None}


@asynccontextmanager
async def catalog(folder: Path, issuer: Issuer) -> AsyncIterator[tuple[int, int]]:
    """A catalog process with the committed release imported: its port and process id."""
    release, port = newest_release(ROOT / "releases"), listen_once(0)
    shutil.copytree(release, folder / "releases" / release.name)
    (folder / "releases" / "CURRENT").write_text(release.name)
    auth = free_port(0, {port})
    settings = {"SEGUE_DATA": str(folder), "SEGUE_CATALOG_AUTH_URL": f"http://127.0.0.1:{auth}"}
    settings |= {"SEGUE_CATALOG_IMPORT_MOST_MB": "2048", "SEGUE_LOG_LEVEL": "error"}
    server = await jwks(auth, issuer)
    command = (sys.executable, "-m", "uvicorn", *SERVE, "--factory", "services.catalog.app:create_app", "--port")
    environment = os.environ | settings | {"TMPDIR": str(folder)}
    process = await asyncio.create_subprocess_exec(*command, str(port), env=environment)
    try:
        await ready(port)
        await _imported(port)
        yield port, process.pid
    finally:
        process.terminate()
        await process.wait()
        server.close()


async def _imported(port: int) -> None:
    """Returns once the release has been imported; a busy machine answers 503 before."""
    ask = ApiCall("GET", "/health/ready").raw()
    for _ in range(600):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ask)
        with suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            if b'"release":"ok"' in await reader.read(1000):
                return
        writer.close()
        await asyncio.sleep(POLL_S)
    raise SystemExit("the release was not imported: look at the log above")


async def measure(port: int, pid: int, issuer: Issuer, path: Path) -> AsyncIterator[str]:
    """Uploads, waits, and yields the lines of the result."""
    person, size = uuid4(), path.stat().st_size  # noqa: ASYNC240 - a benchmark waits for nothing else
    caller = Caller(*await asyncio.open_connection("127.0.0.1", port))
    yield f"the zip has {size / 1e9:.2f} GB; catalog takes {_peak_mb(pid):.0f} MB before"

    async def ask(method: str, path: str, body: bytes, kind: str, status: int) -> dict[str, object]:
        head = f"{method} {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {issuer.token(person)}\r\n"
        head += f"content-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
        found: dict[str, object] = orjson.loads(await caller.send(head.encode() + body, status))
        return found

    started = time.monotonic()
    new = orjson.dumps({"name": "my_spotify_data.zip", "size": size})
    upload = (await ask("POST", "/v1/me/imports:upload", new, "application/json", 201))["id"]
    with path.open("rb") as file:
        for offset in range(0, size, PART):
            where = f"/v1/me/imports/{upload}?offset={offset}"
            await ask("PATCH", where, file.read(PART), "application/octet-stream", 200)
    sent = time.monotonic()
    yield f"uploaded in {sent - started:.0f} s; peak memory so far {_peak_mb(pid):.0f} MB"
    view = await ask("GET", f"/v1/me/imports/{upload}", b"", "text/plain", 200)
    while view["status"] in WORKING:
        await asyncio.sleep(POLL_S)
        view = await ask("GET", f"/v1/me/imports/{upload}", b"", "text/plain", 200)
    seconds = time.monotonic() - sent
    counts = view["counts"]
    assert isinstance(counts, dict)
    figures = {name: counts[name] for name in ("read", "matched", "added", "unmatched", "new", "repeated", "skipped")}
    yield f"{view['status']}: {figures}"
    yield f"{counts['read'] / seconds:,.0f} rows a second ({seconds:.0f} s); peak memory {_peak_mb(pid):.0f} MB"


def _peak_mb(pid: int) -> float:
    """The most memory that a process has held so far, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


async def run(size_gb: float, rows: int) -> None:
    """Generates, measures, prints."""
    issuer = Issuer()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with (newest_release(ROOT / "releases") / "cards.jsonl").open("rb") as cards:
            tracks = [orjson.loads(line) for line in cards]
        names = [(track["title"], track["artists"][0]["name"]) for track in tracks]
        write_zip(folder / "history.zip", round(size_gb * 1e9), rows, names)
        async with catalog(folder, issuer) as (port, pid):
            async for line in measure(port, pid, issuer, folder / "history.zip"):
                print(line, flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gb", type=float, default=2.0, help="size of the zip, in 1e9 bytes")
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    asyncio.run(run(options.gb, options.rows))


if __name__ == "__main__":
    main()
