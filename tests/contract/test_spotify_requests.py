"""Tests of /spotify/v1 with requests of every shape: no 500, no status that docs/spotify-api.md does not list."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.dialects.spotify.app import paths_of
from gateway.dialects.spotify.recommendations import ATTRIBUTES, RecommendationRoutes
from gateway.dialects.spotify.tracks import TrackRoutes
from tests import worlds
from tests.contract.spotify_shapes import assert_shape
from tests.contract.test_spotify_dialect import fetched

LINE = re.compile(r"^\| `GET (/spotify/v1[^`]*)` \|[^|]*\|[^|]*\| ([0-9 ]+) \|", re.MULTILINE)
PAGE = (Path(__file__).parents[2] / "docs" / "spotify-api.md").read_text()
DOCUMENTED = {path: {int(status) for status in statuses.split()} for path, statuses in LINE.findall(PAGE)}
ANYWHERE = {401, 403, 429, 502, 503, 504}

TRACKS = [worlds.track_id(number) for number in (0, 5, 47, 150)]
LISTS = st.lists(st.sampled_from([*TRACKS, "4uLU6hMCjMI75M1A2tKUQC", "rock", "amber", "z" * 22, "", "é"]), max_size=7)
NUMBERS = st.sampled_from(["0", "1", "0.5", "-5", ".5", "1e3", "1e99", "NaN", "101", "9" * 30, "", "true", "٣", " 1 "])
NAMES = st.sampled_from([f"{end}_{name}" for end in ("min", "max", "target", "mean") for name in (*ATTRIBUTES, "x")])
QUERY = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("ids", "seed_tracks", "seed_artists", "seed_genres"), LISTS.map(",".join)),
        **dict.fromkeys(("limit", "offset"), NUMBERS),
        "q": st.text(max_size=30) | st.sampled_from(["amber song", "isrc:X", 'track:"a" artist:b', "\x00"]),
        "type": st.sampled_from(["track", "track,artist", "album", ""]),
        "market": st.text(max_size=5),
    },
)


def test_the_page_lists_every_route_and_no_other() -> None:
    served = {route.path for route in paths_of(RecommendationRoutes(None), TrackRoutes(None))}  # type: ignore[arg-type]
    assert served == set(DOCUMENTED)


@pytest.mark.parametrize("path", sorted(DOCUMENTED))
@settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(query=QUERY, attributes=st.dictionaries(NAMES, NUMBERS, max_size=3), item=st.sampled_from([*TRACKS, "x", "%00"]))
def test_no_request_breaks_a_route(
    public: str, path: str, query: dict[str, str], attributes: dict[str, str], item: str
) -> None:
    target = path.removeprefix("/spotify/v1").replace("{id}", item)
    answer = fetched(public, target, **query, **attributes)
    assert answer.status_code in DOCUMENTED[path] | ANYWHERE, answer.text
    if answer.status_code >= 400:
        assert_shape("error", answer.json())
