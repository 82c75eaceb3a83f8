"""Every route of recommend that answers tracks, called for one caller: the tracks of each."""

from collections.abc import Mapping
from typing import Any

import httpx2

from kit.ids import artist_id
from tests import worlds

SEED, ARTIST = worlds.track_id(103), artist_id(worlds.artist_name(103))
"""A cobalt track and its artist."""
Tracks = dict[str, list[dict[str, Any]]]


async def answered(client: httpx2.AsyncClient, headers: Mapping[str, str], **options: Any) -> Tracks:
    """The track objects of each route; `options` are those of a body, in the routes that take any."""
    query = {"limit": 40, **_as_query(options)}
    seeds = {"seeds": [{"track": SEED}], "limit": 40, **options}
    more = {"tracks": [SEED, worlds.track_id(104)], "length": 40, **options}
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/v1/recommendations", {"json": seeds}),
        ("POST", "/v1/recommendations", {"json": seeds | {"mode": "similar", "limit": 150}}),
        ("POST", "/v1/recommendations", {"json": seeds | {"mode": "sequence"}}),
        ("POST", "/v1/playlists/continue", {"json": more}),
        ("POST", "/v1/playlists/continue", {"json": more | {"ordered": False}}),
    ]
    if headers:
        calls += [
            ("GET", "/v1/me/recommendations", {"params": query}),
            ("GET", "/v1/me/recommendations", {"params": query | {"mode": "similar", "limit": 150}}),
            ("GET", "/v1/me/recommendations", {"params": query | {"set": 2}}),
        ]
    if not options:
        calls += [
            ("GET", f"/v1/tracks/{SEED}/similar", {"params": {"limit": 150}}),
            ("GET", f"/v1/artists/{ARTIST}/similar", {"params": {"limit": 50}}),
            ("GET", "/v1/me/home", {"params": {"limit": 20}}),
            ("GET", "/v1/trending", {"params": {"limit": 40}}),
        ]
    found: Tracks = {}
    for method, path, more_of in calls:
        answer = await client.request(method, path, headers=dict(headers), **more_of)
        assert answer.status_code == 200, (path, answer.text)
        found |= _tracks(f"{method} {path} {more_of}", answer.json())
    return found


def exclude_known(route: str) -> bool:
    """Whether a route leaves out what the person knows, when nothing else is asked for."""
    return not any(part in route for part in ("trending", "/v1/artists/", " seeds", "rediscover"))


async def weekly(client: httpx2.AsyncClient, headers: Mapping[str, str]) -> Tracks:
    """The tracks of each weekly list. Lists hold for a week: nobody asks before everything is told."""
    answer = await client.get("/v1/me/weekly", headers=dict(headers))
    assert answer.status_code == 200, answer.text
    lists = answer.json()["lists"]
    return {f"weekly {one['key']}": [item["track"] for item in one["tracks"]] for one in lists}


def _tracks(route: str, body: dict[str, Any]) -> Tracks:
    """The tracks of an answer; of a home page those of each row, and the seeds that titles name."""
    if "rows" in body:
        rows = {f"{route} {row['key']}": [item["track"] for item in row["tracks"]] for row in body["rows"]}
        return rows | {f"{route} seeds": [row["seed"] for row in body["rows"] if row["seed"]]}
    if "items" in body:
        return {route: [track for item in body["items"] for track in item["tracks"]]}
    return {route: [item["track"] for item in body["tracks"]]}


def _as_query(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a body as query parameters."""
    flat = {name: str(value).lower() for name, value in options.items() if name != "mutes"}
    return flat | {f"mute_{name}": values for name, values in options.get("mutes", {}).items()}
