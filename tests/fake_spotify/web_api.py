"""The Web API part of the fake: the routes that an app of 2026 may call, and 404 or 403 for the removed ones."""

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.fake_spotify.accounts import Tokens
from tests.fake_spotify.answers import EXPIRED, NO_SCOPE, NOT_FOUND, REMOVED, Answer, error, json

PLAYLIST = re.compile(r"/v1/playlists/(\w+)/items")
NEEDED = {
    "/v1/me/tracks": "user-library-read",
    "/v1/me/top/tracks": "user-top-read",
    "/v1/me/player/recently-played": "user-read-recently-played",
    "/v1/me/playlists": "playlist-read-private",
}
Row = dict[str, Any]


@dataclass
class FakePlaylist:
    """A playlist; its snapshot changes with it."""

    id: str
    name: str
    owner: str
    tracks: list[str]
    public: bool = True
    description: str = ""
    snapshot: str = field(default_factory=lambda: secrets.token_hex(8))

    def put(self, tracks: list[str]) -> None:
        self.tracks, self.snapshot = tracks, secrets.token_hex(8)


@dataclass
class Account:
    """An account and what it has; tracks are named by id."""

    id: str
    liked: list[str] = field(default_factory=list)
    top: list[str] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)


@dataclass
class WebApi:
    """All accounts, tracks and playlists. `tracks` by id: title, artist, isrc; `durations` where known, in ms."""

    tokens: Tokens
    accounts: dict[str, Account]
    tracks: dict[str, tuple[str, str, str]]
    playlists: dict[str, FakePlaylist] = field(default_factory=dict)
    durations: dict[str, int] = field(default_factory=dict)

    def answer(self, method: str, path: str, query: dict[str, str], token: str, body: Any) -> Answer:
        """One call."""
        if (known := self.tokens.access.get(token)) is None:
            return EXPIRED
        account, path = self.accounts[known.account], path.rstrip("/")
        needed = NEEDED.get(path) if method == "GET" else "playlist-modify-private"
        if needed and needed not in known.scopes:
            return NO_SCOPE
        if found := PLAYLIST.fullmatch(path):
            return self._items(method, found.group(1), account, query, body)
        return self._account(method, path, account, query, body)

    def _account(self, method: str, path: str, account: Account, query: dict[str, str], body: Any) -> Answer:
        if (method, path) == ("GET", "/v1/me"):
            return json(200, {"id": account.id, "account_id": f"acc-{account.id}", "display_name": account.id})
        if (method, path) == ("POST", "/v1/me/playlists"):
            return self._created(account, body)
        liked = [{"added_at": f"2026-05-{1 + n % 28:02}T10:00:00Z", "track": i} for n, i in enumerate(account.liked)]
        played = [{"played_at": "2026-11-01T10:00:00.123Z", "track": i} for i in account.recent]
        sections: dict[str, list[Any]] = {
            "/v1/me/tracks": [row | {"track": self._track(row["track"])} for row in liked],
            "/v1/me/top/tracks": [self._track(track) for track in account.top],
            "/v1/me/player/recently-played": [row | {"track": self._track(row["track"])} for row in played],
            "/v1/me/playlists": [self._list(one) for one in self.playlists.values()],
        }
        return _page(sections[path], query) if method == "GET" and path in sections else REMOVED

    def _items(self, method: str, number: str, account: Account, query: dict[str, str], body: Any) -> Answer:
        playlist = self.playlists.get(number)
        if playlist is None:
            return NOT_FOUND
        if playlist.owner != account.id:
            return error(403, "Forbidden")
        if method == "GET":
            rows = [{"added_at": "2026-02-01T10:00:00Z", "item": self._track(one)} for one in playlist.tracks]
            return _page(rows, query)
        uris = body["uris"] if isinstance(body, dict) else body
        if len(uris) > 100:
            return error(400, "Too many items")
        new = [uri.rpartition(":")[2] for uri in uris]
        playlist.put(new if method == "PUT" else playlist.tracks + new)
        return json(201, {"snapshot_id": playlist.snapshot})

    def _created(self, account: Account, body: Row) -> Answer:
        number = secrets.token_hex(11)
        about = {"public": body.get("public", True), "description": body.get("description", "")}
        self.playlists[number] = FakePlaylist(number, body["name"], account.id, [], **about)
        return json(201, self._list(self.playlists[number]))

    def _list(self, playlist: FakePlaylist) -> Row:
        owner = {"id": playlist.owner, "account_id": f"acc-{playlist.owner}"}
        row = {"id": playlist.id, "name": playlist.name, "owner": owner, "collaborative": False}
        row |= {"snapshot_id": playlist.snapshot, "description": playlist.description, "public": playlist.public}
        return row | {"items": {"total": len(playlist.tracks)}}

    def _track(self, number: str) -> Row:
        title, artist, isrc = self.tracks[number]
        row: Row = {"id": number, "name": title, "type": "track"}
        row["duration_ms"] = self.durations.get(number, 200_000)
        row |= {"artists": [{"name": artist}], "album": {"name": "An album"}}
        return row | {"external_ids": {"isrc": isrc} if isrc else {}, "uri": f"spotify:track:{number}"}


def _page(rows: list[Any], query: dict[str, str]) -> Answer:
    limit, offset = int(query.get("limit", 20)), int(query.get("offset", 0))
    if limit > 50:
        return error(400, "Invalid limit")
    # The absolute address of the next page leads elsewhere: a client that follows it sends its token there.
    onward = "http://127.0.0.1:9/elsewhere" if offset + limit < len(rows) else None
    return json(200, {"items": rows[offset : offset + limit], "total": len(rows), "next": onward})
