"""A track that one person alone sees, through every route of catalog that takes a track: other people's calls."""

from typing import Any

import pytest
from httpx2 import AsyncClient

from kit.ids import artist_id
from tests.services.catalog.listener import HALO, Listener
from tests.services.catalog.test_added_tracks import ODD, added, listed
from tests.services.catalog.test_imports import play

pytestmark = pytest.mark.anyio
TITLE = "Something Nobody Knows"


@pytest.fixture
async def own(ann: Listener) -> str:
    """Ann's own track."""
    _, mine = await added(ann, [ODD])
    return str(mine["items"][0]["track"]["id"])


async def test_every_route_answers_as_if_there_were_no_such_track(ann: Listener, ben: Listener, own: str) -> None:
    calls: list[tuple[str, str, dict[str, Any] | None, int]] = [
        ("GET", f"/v1/tracks/{own}", None, 404),
        ("PUT", f"/v1/me/likes/{own}", None, 404),
        ("PUT", f"/v1/me/added-tracks/{own}", {"track": HALO}, 404),
        ("DELETE", f"/v1/me/added-tracks/{own}", None, 404),
        ("POST", "/v1/me/exclusions", {"track": own}, 404),
        ("GET", f"/v1/artists/{artist_id('Nobody At All')}", None, 404),
        ("POST", "/v1/me/playlists", {"name": "theirs", "tracks": [own]}, 201),
        ("POST", "/v1/me/feedback", {"events": [{"track": own, "kind": "like"}]}, 200),
        ("POST", "/v1/tracks:batch", {"ids": [own]}, 200),
    ]
    for method, path, body, status in calls:
        answer = await ben.request(method, path, json=body)
        assert (path, answer.status_code) == (path, status), answer.text
        assert TITLE not in answer.text, path
    for path in ("likes", "plays", "exclusions", "added-tracks"):
        assert (await ben.request("GET", f"/v1/me/{path}")).json()["items"] == [], path
    [playlist] = (await ben.request("GET", "/v1/me/playlists")).json()["items"]
    assert TITLE not in (await ben.request("GET", f"/v1/me/playlists/{playlist['id']}")).text
    assert (await ann.request("GET", f"/v1/tracks/{own}")).json()["title"] == TITLE
    assert (await listed(ann))["total"] == 1


async def test_the_same_names_from_somebody_else_do_not_lead_to_it(ann: Listener, ben: Listener, own: str) -> None:
    named = {"title": TITLE, "artist": "Nobody At All", "played_at": "2026-01-31T20:15:00Z"}
    for person, matches in ((ben, False), (ann, True)):
        answer = await person.request("POST", "/v1/me/plays", json={"plays": [named]})
        assert answer.status_code == 200, answer.text
        assert (own in answer.text) is matches


async def test_an_own_track_cannot_be_named_after_another_persons(ann: Listener, ben: Listener, own: str) -> None:
    _, theirs = await added(ben, [play("Another That Nobody Knows", "Nobody At All", 20)])
    path = f"/v1/me/added-tracks/{theirs['items'][0]['track']['id']}"
    assert (await ben.request("PUT", path, json={"track": own})).status_code == 404
    assert (await listed(ben))["total"] == 1


async def test_nobody_sees_added_tracks_or_earlier_weeks_without_a_token(client: AsyncClient, own: str) -> None:
    for method, path in (
        ("GET", "/v1/me/added-tracks"),
        ("PUT", f"/v1/me/added-tracks/{own}"),
        ("DELETE", f"/v1/me/added-tracks/{own}"),
        ("POST", "/v1/me/imports/018f0000-0000-7000-8000-000000000000/unmatched/added"),
        ("GET", "/v1/me/weekly/earlier"),
        ("GET", "/v1/me/weekly/earlier/2026-11-23"),
    ):
        assert (await client.request(method, path, json={})).status_code == 401, path
    assert (await client.get(f"/v1/tracks/{own}")).status_code == 404
