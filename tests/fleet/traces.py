"""A person who leaves a recognisable trace in everything that Segue stores, and searches for these traces.

Each trace is a text that occurs nowhere else. `left_in_files` reads every byte of every file below a folder, so that
freed pages and write-ahead logs of SQLite count too; `left_in_tables` reads every row of a PostgreSQL database.
"""

import asyncio
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from tests import worlds
from tests.fleet.fleets import eventually
from tests.fleet.people import PASSWORD, Person, sign_up

NAME = "Quillon Brackwater"
LIKED = [worlds.track_id(i) for i in range(3, 9)]
ISRC = "QZZZZ2612345"
FILE = (
    "track,artist,isrc\n"
    f"Ballad of the zebrawood trace,Ossifrage Trio,{ISRC}\n"
    "Nowhere matched kumquat trace,Quokka Nine,\n"
)
TEXTS = {
    "name": NAME,
    "title of a track that an import added": "zebrawood trace",
    "artist of that track": "Ossifrage",
    "title of a row that was not matched": "kumquat trace",
    "name of an imported file": "marmalade-file",
    "bytes of an upload": "unfinished-upload-trace",
    "name of an API key": "kitchen-radio-trace",
    "name of a playlist": "Lobster evening trace",
    "description of a playlist": "description-trace",
    "source of a play": "walkman-trace",
    "context of a play": "context-trace",
    "idempotency key": "idempotency-trace",
    "text of a request": "Vellichor seed trace",
}


@dataclass
class Traced:
    """The person, and the bytes of each trace by what it is of."""

    person: Person
    export: bytes
    needles: dict[str, bytes] = field(default_factory=dict)


def traced(url: str) -> Traced:
    """Signs somebody up and makes them use everything that is stored."""
    person = sign_up(url, "Quillon")
    person.request("PATCH", "/v1/me", json={"name": NAME})
    person.request("POST", "/v1/me/verification", expected=202)
    other = f"other.{person.email}"
    person.request("PATCH", "/v1/me", json={"email": other, "password": PASSWORD})
    key = {"name": TEXTS["name of an API key"], "scopes": ["recommend:read"]}
    person.request("POST", "/v1/me/api-keys", expected=201, json=key)
    _listen(person)
    _import(person)
    share = {"period": "all", "voice": "plain", "show_name": True}
    person.request("POST", "/v1/me/report/share", expected=201, json=share)
    export = exported(person)
    texts = TEXTS | {"address": person.email, "new address": other}
    needles = {what: text.encode() for what, text in texts.items()}
    middle = len(export) // 2
    return Traced(person, export, needles | {"bytes of the export": export[middle : middle + 32]})


def _listen(person: Person) -> None:
    person.like(*LIKED)
    play = {"track": LIKED[0], "kind": "play", "ms": 200_000, "source": TEXTS["source of a play"]}
    event = play | {"context": TEXTS["context of a play"], "key": TEXTS["idempotency key"]}
    person.request("POST", "/v1/me/feedback", json={"events": [event]})
    playlist = {"name": TEXTS["name of a playlist"], "description": TEXTS["description of a playlist"]}
    person.request("POST", "/v1/me/playlists", expected=201, json=playlist | {"tracks": LIKED})
    person.request("POST", "/v1/me/exclusions", expected=201, json={"source": TEXTS["source of a play"]})
    person.request("PUT", "/v1/me/mutes", json={"genres": ["dune"]})
    person.request("POST", "/v1/me/interest-test", json={"answers": [{"track": LIKED[1], "value": 1}]})
    seeds = {"seeds": [{"track": LIKED[0]}, {"text": TEXTS["text of a request"]}], "limit": 5}
    person.request("POST", "/v1/recommendations", json=seeds)
    person.tracks(limit=5)
    history = "/v1/me/recommendations/history"  # recommend tells catalog of a list after it has answered
    eventually(lambda: TEXTS["text of a request"] in person.request("GET", history).text, "the list is in the history")


def _import(person: Person) -> None:
    name = {"name": TEXTS["name of an imported file"] + ".csv"}
    begun = person.request("POST", "/v1/me/imports", expected=202, params=name, content=FILE.encode()).json()
    path = f"/v1/me/imports/{begun['id']}"
    eventually(lambda: person.request("GET", path).json()["status"] == "done", "the import ends")
    counts = person.request("GET", path).json()["counts"]
    assert (counts["tracks_added"], counts["unmatched"]) == (1, 1), counts
    size = {"name": "later.json", "size": 10_000}
    upload = person.request("POST", "/v1/me/imports:upload", expected=201, json=size).json()
    content = TEXTS["bytes of an upload"].encode()
    person.request("PATCH", f"/v1/me/imports/{upload['id']}", params={"offset": 0}, content=content)


def exported(person: Person) -> bytes:
    """Has the export made, and downloads it."""
    person.request("POST", "/v1/me/export", expected=202)
    eventually(lambda: person.request("GET", "/v1/me/export").json()["status"] == "done", "the export is made")
    return person.request("GET", "/v1/me/export/file").content


def opened(export: bytes) -> dict[str, list[dict[str, Any]]]:
    """The rows of each file of an export."""
    with zipfile.ZipFile(io.BytesIO(export)) as packed:
        assert packed.testzip() is None
        names = [name for name in packed.namelist() if name.endswith(".jsonl")]
        return {name: [orjson.loads(line) for line in packed.read(name).splitlines()] for name in names}


def left_in_files(folder: Path, needles: dict[str, bytes]) -> dict[str, list[str]]:
    """What is found -> the files that hold it, below a folder; releases hold nothing of people and are left out."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or "releases" in path.parts:
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # a file that was just being written
            continue
        for what, needle in needles.items():
            if needle in content:
                found.setdefault(what, []).append(str(path.relative_to(folder)))
    return found


def left_in_tables(urls: Iterable[str], needles: dict[str, bytes]) -> dict[str, list[str]]:
    """What is found -> the tables that hold it, in PostgreSQL databases. Bytes are written as hex there."""
    found: dict[str, list[str]] = {}
    for table, row in asyncio.run(_rows(list(urls))):
        for what, needle in needles.items():
            if needle.hex() in row or needle.decode("utf-8", "replace") in row:
                found.setdefault(what, []).append(table)
    return found


async def _rows(urls: list[str]) -> Iterator[tuple[str, str]]:
    every: list[tuple[str, str]] = []
    for url in urls:
        connection = await asyncpg.connect(url)
        try:
            names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            for (name,) in await connection.fetch(names):
                rows = await connection.fetch(f'SELECT t::text FROM "{name}" t')
                every += [(name, row[0]) for row in rows]
        finally:
            await connection.close()
    return iter(every)
