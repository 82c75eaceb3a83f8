"""Tests of /classic with requests of every shape: no 500, no status that docs/classic.md does not list."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.app import create_app
from gateway.dialects.classic.app import Classic
from gateway.dialects.slashless import Slashless
from gateway.settings import Settings
from tests import worlds
from tests.contract.classic import Listener

ROOT = Path(__file__).parents[2]
ANYWHERE = {401, 403, 408, 413, 429, 502, 503, 504}
LINE = re.compile(r"^\| `([A-Z]+) (/classic[^`]*)` \|[^|]*\| ([0-9 ]+) \|", re.MULTILINE)
PAGE = (ROOT / "docs" / "classic.md").read_text()
DOCUMENTED = {
    (method, path): {int(status) for status in statuses.split()} for method, path, statuses in LINE.findall(PAGE)
}


def test_the_page_lists_every_route_and_no_other() -> None:
    front_door = next(one for one in create_app(Settings()).user_middleware if "dialects" in one.kwargs)
    [classic] = [one for one in front_door.kwargs["dialects"] if isinstance(one, Classic)]
    assert isinstance(classic.app, Slashless)
    assert isinstance(classic.app.app, Starlette)
    routes = [route for route in classic.app.app.routes if isinstance(route, Route)]
    served = {(method, route.path.replace("{user}", "{userId}")) for route in routes for method in route.methods or ()}
    assert {one for one in served if one[0] != "HEAD"} == set(DOCUMENTED)


@pytest.mark.must("S2-09")
def test_every_variable_of_the_third_system_has_a_setting_in_its_place() -> None:
    was = "DATABASE_URL DATABASE_INDEX DATABASE_USER DATABASE_PASS MODEL_BUCKET OHE_KEY SCALER_KEY WEIGHTS1_KEY"
    assert [name for name in [*was.split(), "WEIGHTS2_KEY", "BIAS1_KEY", "BIAS2_KEY"] if f"`{name}`" not in PAGE] == []
    listed = set(re.findall(r"SEGUE_[A-Z_]+", (ROOT / "docs" / "settings.md").read_text()))
    assert set(re.findall(r"SEGUE_[A-Z_]+", PAGE)) <= listed


TRACKS = [worlds.track_id(number) for number in (0, 5, 150)]
TEXTS = st.sampled_from([*TRACKS, "amber", "a@example.com", "correct horse battery", "7KXjTSCq5nL1LoYtL7XAwS", ""])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "musicId": TEXTS | JSON,
            "like": st.sampled_from([1, 0, -1]) | JSON,
            "id": TEXTS | JSON,
            "features": st.dictionaries(st.sampled_from(["energy", "key", "tempo", "duration_ms"]), JSON) | JSON,
        },
    ),
    max_size=3,
)
BODY = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            ("email", "password", "userName", "newPassword", "oldPassword", "token", "song_title"), TEXTS | JSON
        ),
        **dict.fromkeys(("accessToken", "forget", "count"), JSON),
        "music": ROWS | JSON,
        "songs": ROWS | JSON,
        "idlist": st.lists(TEXTS, max_size=3) | JSON,
    },
)
NUMBERS = st.sampled_from(["0", "1", "2", "0.4", "-5", "1e3", "1e999", "NaN", "31", "9" * 30])
QUERY = st.dictionaries(
    st.sampled_from(["q", "page", "max_energy", "min_energy", "min_key", "max_loudness", "min_popularity", "other"]),
    NUMBERS | TEXTS | st.text(max_size=20),
)
HEADERS = st.sampled_from(
    [{}, {"accept": "application/json"}, {"content-type": "application/x-www-form-urlencoded"}, {"accept": "text/html"}]
)


@pytest.mark.parametrize(("method", "path"), sorted(DOCUMENTED))
@settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(body=BODY | JSON, query=QUERY, headers=HEADERS, own=st.booleans() | st.just(True), raw=st.none() | st.binary())
def test_no_request_breaks_a_route(
    public: str, method: str, path: str, body: Any, query: dict[str, str], headers: dict[str, str], own: bool, raw: Any
) -> None:
    ann = _fuzzing(public)
    user = ann.id if own else TRACKS[0]
    if isinstance(body, dict):
        body = {"userId": user} | body
    content = {} if method == "GET" else {"content": json.dumps(body).encode() if raw is None else raw}
    url = path.removeprefix("/classic").replace("{userId}", user)
    answer = ann.request(method, url, params={"userId": user} | query, headers=dict(headers), **content)
    assert answer.status_code in DOCUMENTED[method, path] | ANYWHERE, answer.text
    if answer.status_code >= 400:
        assert answer.json()["statusCode"] == answer.status_code
        assert answer.json()["body"]["message"]


@cache
def _fuzzing(url: str) -> Listener:
    """One person for all examples."""
    return Listener(url)
