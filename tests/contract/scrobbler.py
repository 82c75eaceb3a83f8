"""A person with an API key, and requests to the ListenBrainz-compatible API as players send them."""

import time
from typing import Any
from uuid import uuid4

import httpx2
import orjson

from tests.fleet.people import Person, sign_up

SCOPES = ("feedback:write", "catalog:read", "recommend:read")


class Scrobbler:
    """A person's player, which knows an API key."""

    def __init__(self, url: str, *scopes: str, name: str | None = None) -> None:
        self.person: Person = sign_up(url, name or f"Listener{uuid4().hex[:8]}")
        body = {"name": "scrobbler", "scopes": list(scopes or SCOPES)}
        self.made: dict[str, Any] = self.person.request("POST", "/v1/me/api-keys", 201, json=body).json()
        self.url, self.key, self.name = url, str(self.made["key"]), self.person.name

    def request(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {"authorization": f"Token {self.key}"} | more.pop("headers", {})
        return httpx2.request(method, self.url + path, headers=headers, timeout=15, **more)

    def submit(self, listen_type: str, *listens: dict[str, Any], **more: Any) -> httpx2.Response:
        return self.request(
            "POST", "/1/submit-listens", json={"listen_type": listen_type, "payload": list(listens)}, **more
        )

    def bring(self, title: str, artist: str, mbid: str) -> None:
        """Imports one listen of a recording that only its MusicBrainz id names."""
        metadata = {"track_name": title, "artist_name": artist, "additional_info": {"recording_mbid": mbid}}
        content = orjson.dumps({"listened_at": 1_700_000_000, "track_metadata": metadata}) + b"\n"
        query = {"name": "1.jsonl"}
        made = self.person.request("POST", "/v1/me/imports", 202, params=query, content=content).json()
        until = time.monotonic() + 20
        while self.person.request("GET", f"/v1/me/imports/{made['id']}").json()["status"] != "done":
            assert time.monotonic() < until
            time.sleep(0.05)

    def plays(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.person.request("GET", "/v1/me/plays").json()["items"]
        return items


def duration_of(url: str, track: str) -> int:
    """The duration of a track in milliseconds."""
    return int(httpx2.get(f"{url}/v1/tracks/{track}").json()["duration_ms"])


def names_of(url: str, track: str) -> tuple[str, str]:
    """Title and first artist of a track."""
    found = httpx2.get(f"{url}/v1/tracks/{track}").json()
    return found["title"], found["artists"][0]["name"]


def listen(url: str, track: str, ago_s: int = 600, **info: Any) -> dict[str, Any]:
    """A listen of a track that began so many seconds ago."""
    title, artist = names_of(url, track)
    metadata = {"track_name": title, "artist_name": artist, "additional_info": info}
    return {"listened_at": int(time.time()) - ago_s, "track_metadata": metadata}
