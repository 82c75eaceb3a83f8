"""Listens that are sent, opinions and deletions, translated to the public routes."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.dialects.bodies import SMALL, Bodies, parse_object
from gateway.dialects.listenbrainz import documents, submission
from gateway.dialects.listenbrainz.reading import moment_of
from gateway.dialects.listenbrainz.requests import json_response, signed
from gateway.public_routes import PublicRoutes
from kit import references
from kit.errors import BadRequest, NotFound

BATCH = 250
"""Plays of one call: the largest are within the body limit of the route, and the answer comes in time."""
KINDS = {1: "like", -1: "dislike", 0: "neutral"}
OK = {"status": "ok"}


class Changes:
    """Handlers of POST."""

    def __init__(self, routes: PublicRoutes, bodies: Bodies) -> None:
        self._routes, self._bodies = routes, bodies

    async def submit_listens(self, request: Request) -> Response:
        """Records listens, or what plays now."""
        caller = signed(request)
        sent = submission.parse(await self._bodies.read(request, submission.MAX_BODY))
        if sent.listen_type == submission.PLAYING_NOW:
            await self._routes.call(caller, "PUT", "/v1/me/plays/current", sent.plays[0])
            return json_response(OK)
        for start in range(0, len(sent.plays), BATCH):
            batch = {"plays": sent.plays[start : start + BATCH]}
            _check((await self._routes.call(caller, "POST", "/v1/me/plays", batch))["results"])
        return json_response(OK)

    async def recording_feedback(self, request: Request) -> Response:
        """Loves or hates a recording, or takes either back."""
        caller = signed(request)
        document = parse_object(await self._bodies.read(request, SMALL))
        score = document.get("score")
        if type(score) is not int or score not in KINDS:
            raise BadRequest("score must be 1, 0 or -1.")
        event = {"track": _recording(document), "kind": KINDS[score], "source": submission.SOURCE}
        [result] = (await self._routes.call(caller, "POST", "/v1/me/feedback", {"events": [event]}))["results"]
        if result["status"] == "refused":
            raise NotFound(result["detail"])
        return json_response(OK)

    async def delete_listen(self, request: Request) -> Response:
        """Deletes the listen of a recording at a moment; one that is not there is deleted already."""
        caller = signed(request)
        document = parse_object(await self._bodies.read(request, SMALL))
        at = document.get("listened_at")
        if type(at) is not int or not submission.EARLIEST <= at < submission.LATEST:
            raise BadRequest("listened_at must be whole seconds since 1970.")
        track = _track_of(document.get("recording_msid"))
        query = {"since": moment_of(at), "until": moment_of(at + 1), "limit": 500}
        plays = (await self._routes.call(caller, "GET", "/v1/me/plays", query=query))["items"]
        for play in (one for one in plays if one["track"]["id"] == track):
            await self._routes.call(caller, "POST", f"/v1/me/feedback/{play['id']}/undo")
        return json_response(OK)


def _check(results: list[dict[str, Any]]) -> None:
    """BadRequest when every play was refused, as in the future or by a full log; one that is refused loses no other."""
    refused = [result["detail"] for result in results if result["status"] == "refused"]
    if results and len(refused) == len(results):
        raise BadRequest(str(refused[0]))


def _recording(document: dict[str, Any]) -> str:
    given = document.get("recording_mbid")
    if mbid := references.mbid(given if isinstance(given, str) else ""):
        return mbid
    if document.get("recording_msid") is None:
        raise BadRequest("JSON document requires recording_mbid or recording_msid, a UUID.")
    return _track_of(document["recording_msid"])


def _track_of(msid: Any) -> str:
    try:
        return documents.track_of(msid if isinstance(msid, str) else "")
    except ValueError:
        raise BadRequest("recording_msid must be a UUID, as a listen has it.") from None
