"""Cost by route of the public API: python -m bench.routes [--servers] [--rounds N] [--requests N]

As bench.serve does it, with the routes that it leaves out: search, tracks, likes, feedback, the report. The demo
release, people with 50 and 1,000 likes; with --servers on PostgreSQL, Valkey or Redis and the stand-in for Qdrant.
"""

from itertools import cycle, islice

from bench import serve
from bench.load import ApiCall
from bench.turns import Scenario
from kit.release import Release

WORDS = ("love", "night", "river", "the sun", "blue hotel", "ames", "champagn", "eleven minutes")
OTHERS = 64
"""Tracks that are liked and taken back: each of the eight people likes eight of them."""


async def routes(port: int, noop: int, release: Release) -> list[Scenario]:
    """The scenarios of bench.serve and those of the other routes, in between whose likes are taken back again."""
    found = await serve.scenarios(port, noop, release)
    people = [call.token for call in found[0].calls]
    tracks = [release.track_id(row) for row in range(release.embedded - OTHERS, release.embedded)]
    pairs = list(zip(islice(cycle(people), OTHERS), tracks, strict=True))
    like = [{"events": [{"track": track, "kind": "like"}]} for track in tracks]
    neutral = [{"events": [{"track": track, "kind": "neutral"}]} for track in tracks]
    feedback = "/v1/me/feedback"
    return [
        *found,
        Scenario("search", [ApiCall("GET", f"/v1/search?limit=20&q={'+'.join(q.split())}") for q in WORDS], port),
        Scenario("one track", [ApiCall("GET", f"/v1/tracks/{track}") for track in tracks], port),
        Scenario("PUT a like", [ApiCall("PUT", f"/v1/me/likes/{track}", token) for token, track in pairs], port),
        Scenario("DELETE a like", [ApiCall("DELETE", f"/v1/me/likes/{track}", token) for token, track in pairs], port),
        Scenario(
            "POST feedback, 1 like",
            [ApiCall("POST", feedback, token, one) for (token, _), one in zip(pairs, like, strict=True)],
            port,
        ),
        Scenario(
            "POST feedback, 1 neutral",
            [ApiCall("POST", feedback, token, one) for (token, _), one in zip(pairs, neutral, strict=True)],
            port,
        ),
        Scenario("report, 50 likes", [ApiCall("GET", "/v1/me/report", token) for token in people], port),
    ]


if __name__ == "__main__":
    serve.main(routes)
