"""Recommendations and genre seeds, translated to POST /v1/recommendations and GET /v1/genres."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.dialects.spotify import documents
from gateway.dialects.spotify.documents import json_response
from gateway.dialects.spotify.parameters import checked_id, listed, number, whole
from gateway.public_routes import PublicRoutes
from kit.errors import BadRequest

MAX_SEEDS, MAX_LIMIT, MAX_GENRES = 5, 100, 1_000
ATTRIBUTES = frozenset(
    {
        *("acousticness", "danceability", "duration_ms", "energy", "instrumentalness", "key", "liveness", "loudness"),
        *("mode", "popularity", "speechiness", "tempo", "time_signature", "valence"),
    }
)


class RecommendationRoutes:
    """Handlers of /recommendations."""

    def __init__(self, routes: PublicRoutes) -> None:
        self._routes = routes

    async def recommendations(self, request: Request) -> Response:
        """Tracks near 1 to 5 seeds: within min_ and max_, those near target_ first."""
        wanted = _wanted(request)
        caller = request.scope["caller"]
        found = await self._routes.call(caller, "POST", "/v1/recommendations", wanted)
        base = caller.base
        tracks = [documents.track(one["track"], base) for one in found["tracks"]]
        return json_response({"tracks": tracks, "seeds": [documents.seed(one, found, base) for one in wanted["seeds"]]})

    async def genre_seeds(self, request: Request) -> Response:
        """The genres of the release, as seed_genres takes them."""
        found = await self._routes.call(request.scope["caller"], "GET", "/v1/genres", query={"limit": MAX_GENRES})
        return json_response({"genres": documents.genre_seeds(found["items"])})


def _wanted(request: Request) -> dict[str, Any]:
    """The body of POST /v1/recommendations. Like Spotify's, the answer does not depend on what the caller knows."""
    filters: dict[str, dict[str, Any]] = {}
    targets: dict[str, Any] = {}
    for name in request.query_params:
        end, _, attribute = name.partition("_")
        if end not in ("min", "max", "target"):
            continue
        if attribute not in ATTRIBUTES:
            raise BadRequest(f"invalid request: {name[:40]!r} is no tuneable attribute")
        if end == "target":
            targets[attribute] = number(request, name)
        else:
            filters.setdefault(attribute, {})[end] = number(request, name)
    limit = whole(request, "limit", 20, 1, MAX_LIMIT)
    wishes = {"limit": limit, "filters": filters, "targets": targets, "exclude_known": False}
    return {"seeds": _seeds(request)} | wishes


def _seeds(request: Request) -> list[dict[str, str]]:
    seeds = [{"artist": checked_id(one)} for one in listed(request, "seed_artists")]
    seeds += [{"track": checked_id(one)} for one in listed(request, "seed_tracks")]
    seeds += [{"genre": one[:80]} for one in listed(request, "seed_genres")]
    if not 1 <= len(seeds) <= MAX_SEEDS:
        raise BadRequest(f"invalid request: send 1 to {MAX_SEEDS} seeds in seed_tracks, seed_artists and seed_genres")
    return seeds
