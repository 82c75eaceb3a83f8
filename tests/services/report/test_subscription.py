"""Tests of the monthly mail's subscription and of the link that ends it without a sign-in."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import AsyncClient

from services.report.share_tokens import digest, new_token
from services.report.store import Store
from tests.services.catalog.conftest import eventually
from tests.services.report.conftest import Accounts
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
ME, OTHER = uuid4(), uuid4()
SUBSCRIPTION, UNSUBSCRIBE = "/v1/me/report/subscription", "/v1/report/unsubscribe"
ONE_CLICK = {"content": "List-Unsubscribe=One-Click", "headers": {"content-type": "application/x-www-form-urlencoded"}}


async def subscribed_by(client: AsyncClient, issuer: Issuer, **more: Any) -> dict[str, Any]:
    answer = await client.put(SUBSCRIPTION, json={"monthly": True, **more}, headers=issuer.bearer(ME))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def monthly(client: AsyncClient, issuer: Issuer) -> bool:
    answer = await client.get(SUBSCRIPTION, headers=issuer.bearer(ME))
    assert answer.status_code == 200
    return bool(answer.json()["monthly"])


async def mailed_token(data: Path) -> str:
    """The token of a mail, stored as the job stores it."""
    store, token = Store(f"sqlite:///{data / 'report.db'}"), new_token()
    assert await store.subscriptions.add_token(ME, digest(token), datetime.now(UTC))
    await store.close()
    return token


async def test_nobody_gets_mails_before_asking_for_them(client: AsyncClient, issuer: Issuer) -> None:
    assert not await monthly(client, issuer)
    made = await subscribed_by(client, issuer, voice="playful")
    assert (made["monthly"], made["voice"]) == (True, "playful")
    again = await subscribed_by(client, issuer)
    assert (again["voice"], again["since"]) == ("plain", made["since"])
    ended = await client.put(SUBSCRIPTION, json={"monthly": False}, headers=issuer.bearer(ME))
    assert ended.json() == {"monthly": False, "voice": "plain", "since": None}


async def test_an_address_that_is_not_verified_gets_no_mails(
    client: AsyncClient, issuer: Issuer, accounts: Accounts
) -> None:
    accounts.verified = False
    answer = await client.put(SUBSCRIPTION, json={"monthly": True}, headers=issuer.bearer(ME))
    assert (answer.status_code, "/v1/me/verification" in answer.json()["detail"]) == (409, True)
    assert not await monthly(client, issuer)
    ended = await client.put(SUBSCRIPTION, json={"monthly": False}, headers=issuer.bearer(ME))
    assert ended.status_code == 200


@pytest.mark.parametrize("body", [{}, {"monthly": "yes"}, {"monthly": True, "voice": "loud"}, {"monthly": 1}])
async def test_a_malformed_wish_is_refused(client: AsyncClient, issuer: Issuer, body: dict[str, Any]) -> None:
    assert (await client.put(SUBSCRIPTION, json=body, headers=issuer.bearer(ME))).status_code == 422


async def test_an_api_key_neither_reads_nor_changes_the_subscription(client: AsyncClient, issuer: Issuer) -> None:
    key = issuer.bearer(ME, ["report:read"])
    assert (await client.get(SUBSCRIPTION, headers=key)).status_code == 403
    assert (await client.put(SUBSCRIPTION, json={"monthly": True}, headers=key)).status_code == 403
    assert (await client.get(SUBSCRIPTION)).status_code == 401


async def test_only_a_post_ends_the_mails_and_needs_no_sign_in(client: AsyncClient, issuer: Issuer, data: Path) -> None:
    await subscribed_by(client, issuer)
    link = f"{UNSUBSCRIBE}?token={await mailed_token(data)}"
    page = await client.get(link)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<form method="post">' in page.text
    assert (await client.head(link)).status_code == 405
    assert await monthly(client, issuer)
    for _ in range(2):  # mail programs may send it twice
        stopped = await client.post(link, **ONE_CLICK)
        assert (stopped.status_code, "No more monthly mails" in stopped.text) == (200, True)
    assert not await monthly(client, issuer)
    assert stopped.headers["referrer-policy"] == "no-referrer"
    assert "no-store" in stopped.headers["cache-control"]
    assert "form-action 'self'" in page.headers["content-security-policy"]


async def test_a_made_up_token_ends_nothing_and_the_page_repeats_none(client: AsyncClient, issuer: Issuer) -> None:
    await subscribed_by(client, issuer)
    assert (await client.post(f"{UNSUBSCRIBE}?token={new_token()}", **ONE_CLICK)).status_code == 404
    for token in ("", "a", "%3Cscript%3E", "a" * 42 + "%0A"):
        assert (await client.post(f"{UNSUBSCRIBE}?token={token}", **ONE_CLICK)).status_code == 422
        assert (await client.get(f"{UNSUBSCRIBE}?token={token}")).status_code == 422
    token = new_token()
    assert token not in (await client.get(f"{UNSUBSCRIBE}?token={token}")).text
    assert await monthly(client, issuer)


async def test_a_deleted_account_takes_its_subscription_along(
    client: AsyncClient, issuer: Issuer, accounts: Accounts, data: Path
) -> None:
    await subscribed_by(client, issuer)
    token = await mailed_token(data)
    accounts.events.append({"number": 1, "kind": "person_deleted", "subject": str(ME), "at": "2026-11-28T12:00:00Z"})

    async def gone() -> bool:
        return (await client.post(f"{UNSUBSCRIBE}?token={token}", **ONE_CLICK)).status_code == 404

    await eventually(gone)
    late = await client.put(SUBSCRIPTION, json={"monthly": True}, headers=issuer.bearer(ME))
    assert late.status_code == 401
    with closing(sqlite3.connect(data / "report.db")) as database:
        for table in ("subscriptions", "unsubscribe_tokens"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
