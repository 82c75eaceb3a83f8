"""Tracks, audio features and search, translated to the routes of the catalogue."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.dialects.spotify import documents
from gateway.dialects.spotify.documents import json_response
from gateway.dialects.spotify.parameters import checked_id, listed, search_words, several_ids, whole
from gateway.public_routes import PublicRoutes
from kit import references
from kit.errors import BadRequest, NotFound
from kit.wire.catalog import MAX_OFFSET

MOST_TRACKS, MOST_FEATURES = 50, 100
MOST_FOUND = 50


class TrackRoutes:
    """Handlers of /tracks, /audio-features and /search."""

    def __init__(self, routes: PublicRoutes) -> None:
        self._routes = routes

    async def track(self, request: Request) -> Response:
        """One track."""
        return json_response(documents.track(await self._one(request), _base(request)))

    async def several_tracks(self, request: Request) -> Response:
        """Tracks in the order of their ids, null for an unknown one."""
        found = await self._found(request, several_ids(request, MOST_TRACKS))
        return json_response({"tracks": [one and documents.track(one, _base(request)) for one in found]})

    async def features(self, request: Request) -> Response:
        """The audio features of one track; NotFound where they are not known."""
        track = await self._one(request)
        if (found := documents.features(track, _base(request))) is None:
            raise NotFound(f"analysis not found: nobody has measured the features of {track['id']}")
        return json_response(found)

    async def several_features(self, request: Request) -> Response:
        """Audio features in the order of the ids, null where the track or its features are unknown."""
        found = await self._found(request, several_ids(request, MOST_FEATURES))
        return json_response({"audio_features": [one and documents.features(one, _base(request)) for one in found]})

    async def search(self, request: Request) -> Response:
        """A page of the tracks that the words mean."""
        if listed(request, "type") != ["track"]:
            raise BadRequest("Bad search type field: only tracks are searched here, send type=track")
        words, isrc = search_words(request)
        limit = whole(request, "limit", 20, 1, MOST_FOUND)
        offset = whole(request, "offset", 0, 0, MAX_OFFSET)
        found = await (self._by_isrc(request, isrc, offset) if isrc else self._by_words(request, words, limit, offset))
        return json_response({"tracks": documents.page(found, request.query_params, limit, offset, _base(request))})

    async def _by_words(self, request: Request, words: str, limit: int, offset: int) -> Any:
        query = {"q": words, "limit": limit, "offset": offset}
        return await self._routes.call(request.scope["caller"], "GET", "/v1/search", query=query)

    async def _by_isrc(self, request: Request, text: str, offset: int) -> Any:
        if (code := references.isrc(text)) is None:
            return {"items": [], "total": 0}
        found = [one for one in await self._found(request, [code]) if one]
        return {"items": found[offset:], "total": len(found)}

    async def _one(self, request: Request) -> dict[str, Any]:
        path = f"/v1/tracks/{checked_id(request.path_params['id'])}"
        found: dict[str, Any] = await self._routes.call(request.scope["caller"], "GET", path)
        return found

    async def _found(self, request: Request, wanted: list[str]) -> list[dict[str, Any] | None]:
        """The tracks of these ids, None for an unknown one. The route leaves those out and keeps the order."""
        found = await self._routes.call(request.scope["caller"], "POST", "/v1/tracks:batch", {"ids": wanted})
        unknown, tracks = set(found["unknown"]), iter(found["items"])
        return [None if one in unknown else next(tracks) for one in wanted]


def _base(request: Request) -> str:
    return str(request.scope["caller"].base)
