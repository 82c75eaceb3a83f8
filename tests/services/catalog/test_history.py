"""Tests of the lists that a person was shown: GET /v1/me/recommendations/history."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx2 import AsyncClient

from tests.services.catalog.conftest import FROM_SERVICE
from tests.services.catalog.listener import CRAZY, HALO, HEY_YA, TEEN, UNKNOWN, Listener, impressions, shown_list

pytestmark = pytest.mark.anyio
PATH = "/v1/me/recommendations/history"
NOW = datetime.now(UTC)


@pytest.mark.must("S3-12")
async def test_lists_are_shown_again_latest_first_and_to_their_owner_only(
    client: AsyncClient, ann: Listener, ben: Listener
) -> None:
    await impressions(
        client,
        FROM_SERVICE,
        shown_list(ann.id, NOW - timedelta(hours=2), HALO, CRAZY),
        shown_list(ann.id, NOW - timedelta(hours=1), HEY_YA, UNKNOWN),
        shown_list(ben.id, NOW, TEEN),
        shown_list(ann.id, NOW - timedelta(days=8), TEEN),
    )
    await ann.like(HALO)
    items = (await ann.request("GET", PATH)).json()["items"]
    assert [[track["id"] for track in item["tracks"]] for item in items] == [[HEY_YA], [HALO, CRAZY]]
    assert items[1]["tracks"][0]["like"] == 1
    assert (items[0]["source"], items[0]["release"]) == ("me", "r")
    assert [len(item["tracks"]) for item in (await ben.request("GET", PATH)).json()["items"]] == [1]


async def test_pages_have_every_list_once(client: AsyncClient, ann: Listener) -> None:
    lists = [shown_list(ann.id, NOW - timedelta(minutes=number), HALO) for number in range(5)]
    await impressions(client, FROM_SERVICE, *lists)
    found, cursor = [], ""
    while cursor is not None:
        page = (await ann.request("GET", f"{PATH}?limit=2{cursor and '&cursor=' + cursor}")).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == [one["id"] for one in lists]


async def test_a_list_names_the_seeds_and_the_request_it_came_from(client: AsyncClient, ann: Listener) -> None:
    stated = {"mode": "discover", "filters": {"genres": ["amber"]}}
    came_from = {"seeds": [CRAZY, UNKNOWN, TEEN], "request": stated}
    plain = shown_list(ann.id, NOW - timedelta(hours=1), HALO)
    await impressions(client, FROM_SERVICE, shown_list(ann.id, NOW, HEY_YA) | came_from, plain)
    await ann.like(TEEN)
    first, second = (await ann.request("GET", PATH)).json()["items"]
    assert [(track["id"], track["like"]) for track in first["seeds"]] == [(CRAZY, None), (TEEN, 1)]
    assert first["request"] == stated
    assert (second["seeds"], second["request"]) == ([], {})


async def test_guests_are_refused(client: AsyncClient) -> None:
    assert (await client.get(PATH)).status_code == 401
