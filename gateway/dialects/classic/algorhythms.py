"""AlgoRhythms: a list of tracks with their features in, a list in the same form out."""

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.dialects.classic.documents import features, uri
from gateway.dialects.classic.requests import Handlers, json_response, objects
from kit.wire.catalog import FEATURES

RECOMMENDED = 10
MAX_BODY = 1 << 20
"""Bytes; 500 tracks with their features take about 200,000."""


class AlgoRhythms(Handlers):
    """Handler of /ask."""

    def paths(self, prefix: str) -> Iterable[Route]:
        """The path of the contract."""
        yield Route(f"{prefix}/ask", self.ask, methods=["POST"])

    async def ask(self, request: Request) -> Response:
        """The tracks nearest to the list; one that is not known here is placed by its features."""
        document = await self.body(request, MAX_BODY)
        seeds = [_seed(given) for given in objects(document, "songs")]
        wanted = {"seeds": seeds, "limit": document.get("count", RECOMMENDED), "mode": "similar"}
        found = await self.call(request, "POST", "/v1/recommendations", wanted)
        tracks = [_listed(one) for one in found["tracks"]]
        return json_response({"count": len(tracks), "songs": tracks, "unknown": found["unknown"]})


def _seed(given: dict[str, Any]) -> dict[str, Any]:
    """A track of the request as a seed: its id, and those of its features that count here."""
    measured = given.get("features")
    known = {name: measured.get(name) for name in FEATURES} if isinstance(measured, dict) else {}
    return {"track": given.get("id"), "features": known if any(one is not None for one in known.values()) else None}


def _listed(recommended: dict[str, Any]) -> dict[str, Any]:
    track = recommended["track"]
    artist = ", ".join(one["name"] for one in track["artists"])
    names = {"id": uri(track), "name": track["title"], "artist": artist}
    return names | {"score": recommended["score"], "features": features(track)}
