"""Music of the cloud platform: interest test, search, recommendation, report, likes, more by ranges."""

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.dialects.classic.documents import music, rated
from gateway.dialects.classic.requests import Handlers, envelope, objects
from kit.errors import NotFound

TESTED, RECOMMENDED = 4, 5
"""Tracks of an interest test and of a recommendation, as the original printed them."""
MAX_FOUND, MAX_LIKED = 50, 500
"""Tracks that the public routes give at once."""
INTEREST_TEST = "/v1/me/interest-test"
RECOMMENDATIONS = "/v1/me/recommendations"
RANGES = (
    *("acousticness", "danceability", "energy", "instrumentalness", "key", "liveness", "loudness", "speechiness"),
    *("valence", "popularity"),
)
LIMITS = [f"{end}_{name}" for name in RANGES for end in ("min", "max")]


class CloudMusic(Handlers):
    """Handlers of music."""

    def paths(self, prefix: str) -> Iterable[Route]:
        """The paths of the contract."""
        yield Route(f"{prefix}/interest/{{user}}", self.interest, methods=["GET"])
        yield Route(f"{prefix}/interest/{{user}}", self.rate, methods=["POST"])
        yield Route(f"{prefix}/search", self.search, methods=["GET"])
        yield Route(f"{prefix}/recommendation/{{user}}", self.recommendation, methods=["GET"])
        yield Route(f"{prefix}/report/{{user}}", self.report, methods=["GET"])
        yield Route(f"{prefix}/like/{{user}}", self.liked, methods=["GET"])
        yield Route(f"{prefix}/morerecom", self.more, methods=["GET"])

    async def interest(self, request: Request) -> Response:
        """The next tracks to rate."""
        await self.owned_by(request, request.path_params["user"])
        found = await self.call(request, "GET", INTEREST_TEST, limit=TESTED)
        return _listed([music(track) for track in found["tracks"]], "fetch test interest successfully")

    async def rate(self, request: Request) -> Response:
        """Records ratings; `refused` names those that were not, NotFound when none was."""
        await self.owned_by(request, request.path_params["user"])
        rows = objects(await self.body(request), "music")
        answers = [{"track": row.get("musicId"), "value": row.get("like")} for row in rows]
        found = await self.call(request, "POST", INTEREST_TEST, {"answers": answers}, limit=1)
        refused = [{"musicId": row["track"], "message": row["detail"]} for row in found["refused"]]
        if refused and len(refused) == len(answers):
            raise NotFound(refused[0]["message"])
        return envelope(({"refused": refused} if refused else {}) | {"message": "send interest test successfully"})

    async def search(self, request: Request) -> Response:
        """Tracks by words; with userId, which needs that person's token, their likes."""
        if user_id := request.query_params.get("userId"):
            await self.owned_by(request, user_id)
        words = request.query_params.get("q", "")
        tracks = await self.page(request, "/v1/search", MAX_FOUND, q=words)
        return _listed([rated(track) for track in tracks], "get search data successfully")

    async def recommendation(self, request: Request) -> Response:
        """Tracks for the person's taste, another set each time."""
        await self.owned_by(request, request.path_params["user"])
        found = await self.call(request, "GET", RECOMMENDATIONS, limit=RECOMMENDED, exclude_shown="true")
        tracks = [rated(one["track"]) for one in found["tracks"]]
        return _listed(tracks, "fetch recommendation data successfully")

    async def report(self, request: Request) -> Response:
        """Averages of the person's likes; the report has them in this form."""
        await self.owned_by(request, request.path_params["user"])
        return envelope((await self.call(request, "GET", "/v1/me/report"))["averages"])

    async def liked(self, request: Request) -> Response:
        """The person's likes, the latest first."""
        await self.owned_by(request, request.path_params["user"])
        likes = await self.page(request, "/v1/me/likes", MAX_LIKED)
        return _listed([rated(like["track"]) for like in likes], "fetch user like data successfully")

    async def more(self, request: Request) -> Response:
        """Tracks for the person's taste within ranges of features; `q` is a mood in words."""
        given = request.query_params
        await self.owned_by(request, given.get("userId", ""))
        ranges: dict[str, Any] = {name: given[name] for name in LIMITS if given.get(name)}
        name = given.get("q") or None
        found = await self.call(request, "GET", RECOMMENDATIONS, limit=RECOMMENDED, name=name, **ranges)
        tracks = [rated(one["track"]) for one in found["tracks"]]
        return _listed(tracks, "fetch more recommendation data successfully")


def _listed(tracks: list[dict[str, Any]], message: str) -> Response:
    return envelope({"count": len(tracks), "music": tracks, "message": message})
