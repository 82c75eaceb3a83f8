"""Tests of share links: made, read by anybody, revoked, bounded, gone with their owner."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import anyio
import pytest
from httpx2 import ASGITransport, AsyncClient, Response

from kit.errors import Gone
from kit.wire.report_sharing import MAX_SHARES
from services.report.card.layout import Ground, Size
from services.report.shared_cards import CardCache, SharedCards
from services.report.shared_schema import opened
from tests.services.catalog.conftest import eventually
from tests.services.report.conftest import NAME, Accounts
from tests.services.report.listeners import LikesOfCatalog, demo
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
ME, OTHER = uuid4(), uuid4()
SHARE = "/v1/me/report/share"


async def query(
    client: AsyncClient, issuer: Issuer, method: str, path: str, person: UUID = ME, **more: Any
) -> Response:
    return await client.request(method, path, headers=issuer.bearer(person), **more)


async def shared(client: AsyncClient, issuer: Issuer, person: UUID = ME, **body: Any) -> dict[str, Any]:
    answer = await query(client, issuer, "POST", SHARE, person, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_shared_report_is_read_without_a_token_and_stays_as_it_was(
    client: AsyncClient, issuer: Issuer, library: LikesOfCatalog
) -> None:
    library.like([demo().catalogue.release.track_id(row) for row in range(30)])
    made = await shared(client, issuer, period="2026-11", voice="playful")
    library.like([])
    answer = await client.get(made["path"])
    assert answer.status_code == 200
    assert answer.json()["name"] is None
    report = answer.json()["report"]
    assert (report["n_likes"], report["period"], report["voice"]) == (30, "2026-11", "playful")
    assert "no-store" in answer.headers["cache-control"]
    card = await client.get(f"{made['path']}/card.png")
    assert (card.headers["content-type"], card.content[:4]) == ("image/png", b"\x89PNG")


async def test_the_name_is_shown_only_when_asked_for(client: AsyncClient, issuer: Issuer) -> None:
    hidden, shown = await shared(client, issuer), await shared(client, issuer, show_name=True)
    assert (hidden["name"], shown["name"]) == (None, NAME)
    assert "Ada Лавлейс" not in (await client.get(f"{hidden['path']}/card.svg")).text
    assert "Ada " in (await client.get(f"{shown['path']}/card.svg")).text
    assert (await client.get(shown["path"])).json()["name"] == NAME


async def test_a_revoked_link_opens_nothing_and_only_its_owner_revokes_it(client: AsyncClient, issuer: Issuer) -> None:
    made = await shared(client, issuer)
    refused = await query(client, issuer, "DELETE", f"{SHARE}/{made['id']}", OTHER)
    assert (refused.status_code, (await client.get(made["path"])).status_code) == (404, 200)
    assert (await query(client, issuer, "GET", SHARE, OTHER)).json()["items"] == []
    listed = (await query(client, issuer, "GET", SHARE)).json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert "token" not in listed[0]
    assert (await query(client, issuer, "DELETE", f"{SHARE}/{made['id']}")).status_code == 204
    for path in ("", "/card.svg", "/card.png"):
        assert (await client.get(made["path"] + path)).status_code == 404
    assert (await query(client, issuer, "DELETE", f"{SHARE}/{made['id']}")).status_code == 404


async def test_tokens_are_random_and_stored_as_digests(client: AsyncClient, issuer: Issuer, data: Path) -> None:
    first, second = await shared(client, issuer), await shared(client, issuer)
    assert first["token"] != second["token"]
    assert len(first["token"]) == 43
    with closing(sqlite3.connect(data / "report.db")) as database:
        stored = database.execute("SELECT * FROM shares").fetchall()
    assert len(stored) == 2
    assert first["token"] not in repr(stored)


@pytest.mark.parametrize(("token", "status"), [("a" * 43, 404), ("a" * 42, 422), ("a" * 42 + "!", 422)])
async def test_a_made_up_token_opens_nothing(client: AsyncClient, token: str, status: int) -> None:
    assert (await client.get(f"/v1/shared/reports/{token}")).status_code == status


async def test_an_api_key_makes_and_revokes_no_link_and_shows_no_name(client: AsyncClient, issuer: Issuer) -> None:
    headers = issuer.bearer(ME, ["report:read"])
    assert (await client.post(SHARE, json={}, headers=headers)).status_code == 403
    assert (await client.get(SHARE, headers=headers)).status_code == 403
    assert (await client.delete(f"{SHARE}/{uuid4()}", headers=headers)).status_code == 403
    assert (await client.get("/v1/me/report/card.svg", headers=headers)).status_code == 200
    assert (await client.get("/v1/me/report/card.svg?name=true", headers=headers)).status_code == 403


async def test_links_of_a_person_are_bounded(client: AsyncClient, issuer: Issuer) -> None:
    for _ in range(MAX_SHARES):
        await shared(client, issuer)
    answer = await query(client, issuer, "POST", SHARE, json={})
    assert (answer.status_code, "revoke one" in answer.json()["detail"]) == (409, True)
    await shared(client, issuer, OTHER)


async def test_a_deleted_account_takes_its_links_along(
    client: AsyncClient, issuer: Issuer, accounts: Accounts, data: Path
) -> None:
    mine, others = await shared(client, issuer), await shared(client, issuer, OTHER)
    event = {"number": 1, "kind": "person_deleted", "subject": str(ME), "at": "2026-11-28T12:00:00Z"}
    accounts.events.append(event)

    async def gone() -> bool:
        return (await client.get(mine["path"])).status_code == 404

    await eventually(gone)
    assert (await client.get(others["path"])).status_code == 200
    late = await query(client, issuer, "POST", SHARE, json={})
    assert late.status_code == 401
    with closing(sqlite3.connect(data / "report.db")) as database:
        assert database.execute("SELECT count(*) FROM shares").fetchone() == (1,)
        assert database.execute("SELECT after FROM followed").fetchone() == (1,)


# -- cards of shared reports -------------------------------------------------------------------------------------------
def cards_of(client: AsyncClient) -> SharedCards:
    transport = client._transport
    assert isinstance(transport, ASGITransport)
    cards: SharedCards = transport.app.state.shared_cards  # type: ignore[attr-defined]
    return cards


async def test_a_card_is_drawn_once_and_a_revoked_link_opens_no_kept_card(client: AsyncClient, issuer: Issuer) -> None:
    made = await shared(client, issuer)
    drawn: list[object] = []
    threads = cards_of(client)._threads
    run = threads.run

    async def counted(work: Any, *arguments: Any) -> Any:
        drawn.append(work)
        return await run(work, *arguments)

    threads.run = counted  # type: ignore[method-assign]
    first, second = [await client.get(f"{made['path']}/card.png") for _ in range(2)]
    assert first.content == second.content
    assert len(drawn) == 1
    other = await client.get(f"{made['path']}/card.png?size=tall")
    assert other.content != first.content
    assert len(drawn) == 2
    await query(client, issuer, "DELETE", f"{SHARE}/{made['id']}")
    assert (await client.get(f"{made['path']}/card.png")).status_code == 404


async def test_cards_of_strangers_wait_in_a_queue_of_their_own(
    client: AsyncClient, issuer: Issuer, library: LikesOfCatalog
) -> None:
    library.like([demo().catalogue.release.track_id(row) for row in range(30)])
    made = await shared(client, issuer)
    go, cards = threading.Event(), cards_of(client)
    async with anyio.create_task_group() as group:
        for _ in range(1 + 8):  # the thread and its queue
            group.start_soon(cards._threads.run, go.wait, 20)
        try:
            await anyio.sleep(0.05)
            refused = await client.get(f"{made['path']}/card.svg")
            assert (refused.status_code, "cards" in refused.json()["detail"]) == (503, True)
            assert (await query(client, issuer, "GET", "/v1/me/report")).status_code == 200
            assert (await query(client, issuer, "GET", "/v1/me/report/card.svg")).status_code == 200
        finally:
            go.set()
    assert (await client.get(f"{made['path']}/card.svg")).status_code == 200


def test_the_cache_keeps_the_cards_used_last_within_its_bytes() -> None:
    cache, key = CardCache(100), [(uuid4(), "svg", Size.WIDE, Ground.PAPER) for _ in range(4)]
    for one in key[:2]:
        cache.put(one, b"x" * 40)
    assert cache.get(key[0]) == b"x" * 40
    cache.put(key[2], b"y" * 40)
    assert [one in cache for one in key] == [True, False, True, False]
    cache.put(key[3], b"z" * 101)
    assert key[3] not in cache
    cache.put(key[0], b"w" * 60)
    assert (cache.get(key[0]), cache.bytes) == (b"w" * 60, 100)


# -- the stored form ---------------------------------------------------------------------------------------------------
async def stored(data: Path, statement: str, *values: object) -> None:
    """In a thread: a job of the service may be in the middle of a write, and goes on in this event loop alone."""

    def execute() -> None:
        with closing(sqlite3.connect(data / "report.db")) as database, database:
            database.execute(statement, values)

    await anyio.to_thread.run_sync(execute)


async def test_a_report_that_another_version_stored_is_refused_with_what_to_do(
    client: AsyncClient, issuer: Issuer, data: Path
) -> None:
    made = await shared(client, issuer)
    changes = {"schema_version = 99": "newer version", "schema_version = 0": "ask for a new link"}
    for change, words in changes.items():
        await stored(data, f"UPDATE shares SET {change}")
        for path in ("", "/card.svg", "/card.png"):
            answer = await client.get(made["path"] + path)
            assert (answer.status_code, answer.json()["code"]) == (410, "gone")
            assert words in answer.json()["detail"]
    await stored(data, "UPDATE shares SET schema_version = 1, report = ?", '{"period": "all"}')
    assert (await client.get(made["path"])).status_code == 410


async def test_an_older_report_is_brought_to_the_present_form(client: AsyncClient, issuer: Issuer) -> None:
    report = (await client.get((await shared(client, issuer))["path"])).json()["report"]
    older = {("title" if name == "summary" else name): value for name, value in report.items()}

    def renamed(before: dict[str, Any]) -> dict[str, Any]:
        return {("summary" if name == "title" else name): value for name, value in before.items()}

    assert opened(older, 1, {1: renamed}, present=2) == opened(report, 2, {}, present=2)
    with pytest.raises(Gone, match="ask for a new link"):
        opened(older, 1, {}, present=2)
