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
        found[f"{method} {path} {more_of}"] = _tracks(answer.json())
    return found


def _tracks(body: dict[str, Any]) -> list[dict[str, Any]]:
    if "rows" in body:
        seeds = [row["seed"] for row in body["rows"] if row["seed"]]
        return [*seeds, *(item["track"] for row in body["rows"] for item in row["tracks"])]
    if "items" in body:
        return [track for item in body["items"] for track in item["tracks"]]
    return [item["track"] for item in body["tracks"]]


def _as_query(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a body as query parameters."""
    flat = {name: str(value).lower() for name, value in options.items() if name != "mutes"}
    return flat | {f"mute_{name}": values for name, values in options.get("mutes", {}).items()}
