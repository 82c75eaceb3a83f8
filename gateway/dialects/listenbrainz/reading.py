"""What a person listened to, likes and is recommended, in the form of ListenBrainz."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway.dialects.listenbrainz import documents
from gateway.dialects.listenbrainz.requests import Me, count_of, json_response, me, user_in_path, whole
from gateway.public_routes import PublicRoutes
from kit import references
from kit.errors import BadRequest, NotFound

MAX_LISTENS = 1_000
LATEST_TS = 253_402_300_798
PAGE, MAX_ITEMS = 500, 5_000
MAX_RECOMMENDED = 500
LONGEST_QUERY = 200
OPINION_OF = {"1": "like", "-1": "dislike"}


class Reading:
    """Handlers of GET."""

    def __init__(self, routes: PublicRoutes) -> None:
        self._routes = routes

    async def validate_token(self, request: Request) -> Response:
        """Whose token it is. One that may not send listens is not valid."""
        if request.scope["caller"].authorization is None:
            raise BadRequest("You need to provide an Authorization token.")
        found = await me(self._routes, request)
        if "feedback:write" not in found.scopes:
            return invalid("Token invalid: the API key lacks the scope feedback:write.")
        valid = {"code": 200, "message": "Token valid.", "valid": True, "user_name": found.user_name}
        return json_response(valid)

    async def listens(self, request: Request) -> Response:
        """The plays before max_ts, or those after min_ts, the latest first."""
        found = await user_in_path(self._routes, request)
        count = count_of(request, MAX_LISTENS)
        query: dict[str, Any] = {"limit": min(count or 1, PAGE)}
        earliest = "min_ts" in request.query_params
        if earliest and "max_ts" in request.query_params:
            raise BadRequest("You may only specify max_ts or min_ts, not both.")
        if earliest:
            query |= {"since": moment_of(whole(request, "min_ts", None, LATEST_TS) + 1), "order": "earliest"}
        elif "max_ts" in request.query_params:
            query["until"] = moment_of(whole(request, "max_ts", None, LATEST_TS))
        plays = [play async for play in self._routes.pages(found.caller, "/v1/me/plays", query, MAX_LISTENS // PAGE)]
        plays = plays[:count]
        return json_response(documents.listens(plays[::-1] if earliest else plays, found.user_name))

    async def listen_count(self, request: Request) -> Response:
        """How many plays there are."""
        found = await user_in_path(self._routes, request)
        count = (await self._routes.call(found.caller, "GET", "/v1/me/plays/count"))["count"]
        return json_response({"payload": {"count": count}})

    async def playing_now(self, request: Request) -> Response:
        """What plays at this moment."""
        found = await user_in_path(self._routes, request)
        current = await self._routes.call(found.caller, "GET", "/v1/me/plays/current")
        return json_response(documents.playing_now(current["playing"], found.user_name))

    async def feedback(self, request: Request) -> Response:
        """Loved recordings, the latest first; hated ones with score=-1."""
        found = await user_in_path(self._routes, request)
        given = request.query_params.get("score", "1")
        if given not in OPINION_OF:
            raise BadRequest("score must be 1 (loved) or -1 (hated).")
        score, wanted = int(given), {"opinion": OPINION_OF[given]}
        count, offset = count_of(request, MAX_LISTENS), whole(request, "offset", 0, MAX_ITEMS)
        pages = (offset + count) // PAGE + 1
        total = (await self._routes.call(found.caller, "GET", "/v1/me/likes", query=wanted | {"limit": 1}))["total"]
        likes = self._routes.pages(found.caller, "/v1/me/likes", wanted | {"limit": PAGE}, pages)
        rows = [
            documents.feedback(like["track"], score, found.user_name, documents.seconds(like["liked_at"]))
            async for like in likes
        ]
        shown = rows[offset : offset + count]
        return json_response({"count": len(shown), "offset": offset, "total_count": total, "feedback": shown})

    async def feedback_for_recordings(self, request: Request) -> Response:
        """The person's opinions of some recordings."""
        found = await user_in_path(self._routes, request)
        given = request.query_params.get("recording_mbids", "").split(",")
        mbids = [mbid for one in islice(given, PAGE) if (mbid := references.mbid(one))]
        tracks = []
        if mbids:
            tracks = (await self._routes.call(found.caller, "POST", "/v1/tracks:batch", {"ids": mbids}))["items"]
        rows = [documents.feedback(track, track["like"] or 0, found.user_name) for track in tracks]
        return json_response({"feedback": rows})

    async def recommendations(self, request: Request) -> Response:
        """Recommended recordings that have an MBID; 204 when there are none."""
        found = await user_in_path(self._routes, request)
        count, offset = count_of(request, MAX_LISTENS), whole(request, "offset", 0, MAX_RECOMMENDED)
        tracks = await self._recommended(found, min(max(offset + count, 1), MAX_RECOMMENDED))
        document = documents.recommended(tracks, found.user_name, count, offset, int(time.time()))
        return json_response(document) if document else Response(status_code=204)

    async def _recommended(self, found: Me, wanted: int) -> documents.Document:
        """A list with so many recordings that have an MBID; the longest list where a shorter one has too few."""
        tracks: documents.Document = {"tracks": []}
        for limit in dict.fromkeys((wanted, MAX_RECOMMENDED)):
            tracks = await self._routes.call(found.caller, "GET", "/v1/me/recommendations", query={"limit": limit})
            if len(tracks["tracks"]) < limit or len(documents.recordings(tracks)) >= wanted:
                break
        return tracks

    async def created_for(self, request: Request) -> Response:
        """Playlists for the person."""
        found = await user_in_path(self._routes, request)
        count, offset = count_of(request, MAX_LISTENS), whole(request, "offset", 0, MAX_ITEMS)
        lists = [one async for one in self._lists(found)]
        base = found.caller.base
        shown = [documents.playlist_summary(one, found.user_name, base) for one in lists[offset : offset + count]]
        return json_response({"count": len(shown), "offset": offset, "playlist_count": len(lists), "playlists": shown})

    async def playlist(self, request: Request) -> Response:
        """One playlist of the person with its tracks, as JSPF."""
        found = await me(self._routes, request)
        try:
            wanted = str(UUID(request.path_params["playlist"]))
        except ValueError:
            raise NotFound("Cannot find playlist: its id is not a UUID.") from None
        weekly = {one["id"]: one for one in await self._weekly(found)}
        if wanted in weekly:
            summary, path = weekly[wanted], f"/v1/me/weekly/{weekly[wanted]['key']}"
        else:
            path = f"/v1/me/playlists/{wanted}"
            summary = await self._routes.call(found.caller, "GET", path, query={"limit": 1})
        jspf = await self._routes.call(found.caller, "GET", f"{path}/export", query={"format": "jspf"})
        return json_response(documents.playlist(jspf, summary, found.user_name, found.caller.base))

    async def lookup(self, request: Request) -> Response:
        """The recording of an artist and a title; empty when there is none."""
        artist, title = (request.query_params.get(name, "").strip() for name in ("artist_name", "recording_name"))
        if not artist or not title:
            raise BadRequest("artist_name and recording_name are required.")
        query = {"q": f"{title} {artist}"[:LONGEST_QUERY], "limit": 10}
        tracks = (await self._routes.call(request.scope["caller"], "GET", "/v1/search", query=query))["items"]
        wanted = (artist.casefold(), title.casefold())
        same = (one for one in tracks if (one["artists"][0]["name"].casefold(), one["title"].casefold()) == wanted)
        return json_response(documents.looked_up(next(same, None)))

    async def _lists(self, found: Me) -> AsyncIterator[dict[str, Any]]:
        """Summaries of the weekly lists and of all playlists of the person, as GET /v1/me/playlists gives them."""
        for one in await self._weekly(found):
            yield one
        async for one in self._routes.pages(found.caller, "/v1/me/playlists", {"limit": 100}, MAX_ITEMS // 100):
            yield one

    async def _weekly(self, found: Me) -> list[dict[str, Any]]:
        """Summaries of the weekly lists that have songs; none where the token may not read recommendations."""
        if "recommend:read" not in found.scopes:
            return []
        weekly = await self._routes.call(found.caller, "GET", "/v1/me/weekly")
        made = {"created_at": weekly["made_at"], "changed_at": weekly["made_at"]}
        return [one | {"description": one["about"]} | made for one in weekly["lists"] if one["tracks"]]


def invalid(message: str = "Token invalid.") -> Response:
    """The answer to a token that does not hold: no error, as clients ask whether it does."""
    return json_response({"code": 200, "message": message, "valid": False})


def moment_of(seconds: int) -> str:
    """Seconds since 1970 as an RFC 3339 moment."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
