"""Tests of the forgotten password: the mailed link, what it changes, and that nothing tells who has an account."""

import asyncio
import json
from collections import Counter
from typing import Any

import anyio
import pytest
from sqlalchemy import event

from services.auth import throttle
from services.auth.mail_delivery import MailDelivery
from services.auth.mail_types import LIFETIME_S, MailType
from tests.services.auth.conftest import PASSWORD, Service, Somebody, token_of

pytestmark = pytest.mark.anyio
NEW, OTHER = "a new password", "another password"
NOBODY = "nobody@example.org"


async def test_a_mailed_link_sets_a_new_password(service: Service) -> None:
    await service.sign_up()
    assert (await service.forgot()).status_code == 202
    [mail] = await service.mails()
    assert (mail["To"], mail["Subject"]) == ("ann@example.org", "Set a new password")
    answer = await service.reset(token_of(mail), NEW)
    assert answer.status_code == 200, answer.text
    assert (await Somebody(service, answer.json()).request("GET", "/v1/me")).json()["email_verified"] is True
    assert (await service.log_in(PASSWORD)).status_code == 401
    assert (await service.log_in(NEW)).status_code == 200


async def test_the_link_leads_to_the_public_address_whatever_host_was_asked(service: Service) -> None:
    await service.sign_up()
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "gopher"}
    await service.client.post("/v1/auth/forgot", json={"email": "ann@example.org"}, headers=headers)
    [mail] = await service.mails()
    assert "evil" not in mail.as_string()
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert f"{service.settings.public_url}/reset?token={token_of(mail)}" in plain.get_content().splitlines()


async def test_a_reset_ends_all_sessions_and_revokes_all_api_keys(service: Service) -> None:
    ann, ben = await service.sign_up(), await service.sign_up("ben@example.org")
    elsewhere = await service.signed_in()
    made = (await ann.request("POST", "/v1/me/api-keys", {"name": "k", "scopes": ["catalog:read"]})).json()
    await service.forgot()
    answer = await service.reset(await service.token("reset"), NEW)
    assert answer.json()["api_keys_revoked"] == 1
    for old in (ann, elsewhere):
        assert (await old.request("GET", "/v1/me")).status_code == 401
        assert (await old.refresh()).status_code == 401
    assert (await service.internal("POST", "/internal/keys:exchange", {"key": made["key"]})).status_code == 401
    assert (await ben.request("GET", "/v1/me")).status_code == 200


async def refused(service: Service, token: str) -> None:
    answer = await service.reset(token, OTHER)
    assert (answer.status_code, answer.json()["code"]) == (400, "link_refused")
    assert "/v1/auth/forgot" in answer.json()["detail"]


async def test_a_link_works_once(service: Service) -> None:
    await service.sign_up()
    await service.forgot()
    token = await service.token("reset")
    assert (await service.reset(token, NEW)).status_code == 200
    await refused(service, token)
    assert (await service.log_in(NEW)).status_code == 200


async def test_a_link_is_refused_for_another_account_and_holds_for_its_own(service: Service) -> None:
    ann, ben = await service.sign_up(), await service.sign_up("ben@example.org", "Ben")
    await service.forgot()
    body = {"token": await service.token("reset"), "new_password": NEW}
    others = await service.client.post("/v1/auth/reset", json=body | {"person": ben.session["user"]["id"]})
    assert (others.status_code, others.json()["code"]) == (400, "link_refused")
    assert (await service.log_in(NEW)).status_code == 401
    own = await service.client.post("/v1/auth/reset", json=body | {"person": ann.session["user"]["id"]})
    assert own.status_code == 200
    assert (await service.log_in(NEW)).status_code == 200


async def test_of_two_who_use_a_link_at_once_one_wins(service: Service) -> None:
    await service.sign_up()
    await service.forgot()
    token, codes = await service.token("reset"), list[int]()

    async def use(password: str) -> None:
        codes.append((await service.reset(token, password)).status_code)

    async with anyio.create_task_group() as group:
        for password in (NEW, OTHER, "a third password"):
            group.start_soon(use, password)
    assert sorted(codes) == [200, 400, 400]


@pytest.mark.parametrize("late_s", [-1.0, 0.0])
async def test_a_link_works_for_thirty_minutes(service: Service, late_s: float) -> None:
    await service.sign_up()
    await service.forgot()
    token = await service.token("reset")
    service.clock.now += 30 * 60 + late_s
    assert (await service.reset(token, NEW)).status_code == (200 if late_s < 0 else 400)


async def test_a_newer_link_replaces_the_older(service: Service) -> None:
    await service.sign_up()
    await service.forgot()
    older = await service.token("reset")
    service.clock.now += 1
    await service.forgot()
    newer = await service.token("reset")
    await refused(service, older)
    assert (await service.reset(newer, NEW)).status_code == 200


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 200, "\u00e4", "\ud800"])
async def test_a_wrong_token_is_refused_without_hashing_a_password(service: Service, token: str) -> None:
    before = service.hasher.hashed
    body = {"token": token, "new_password": NEW}
    answer = await service.client.post(
        "/v1/auth/reset", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "link_refused")
    assert service.hasher.hashed == before


async def test_a_link_of_another_kind_sets_no_password(service: Service) -> None:
    ann = await service.sign_up()
    await ann.request("PATCH", "/v1/me", {"email": "new@example.org", "password": PASSWORD})
    await refused(service, await service.token("change"))


@pytest.mark.parametrize("password", ["short", "x" * 257])
async def test_a_password_that_would_not_do_leaves_the_link_good(service: Service, password: str) -> None:
    await service.sign_up()
    await service.forgot()
    token = await service.token("reset")
    assert (await service.reset(token, password)).status_code == 422
    assert (await service.reset(token, NEW)).status_code == 200


async def test_a_changed_password_ends_the_links_before_it(service: Service) -> None:
    ann = await service.sign_up()
    await service.forgot()
    token = await service.token("reset")
    await ann.request("PUT", "/v1/me/password", {"old_password": PASSWORD, "new_password": NEW})
    await refused(service, token)


async def test_a_deleted_account_takes_its_links_along(service: Service) -> None:
    ann = await service.sign_up()
    await service.forgot()
    token = await service.token("reset")
    await ann.request("DELETE", "/v1/me", {"password": PASSWORD})
    await refused(service, token)


async def test_the_mail_goes_to_the_stored_address_however_it_was_asked_for(service: Service) -> None:
    await service.sign_up("Ann@example.org")
    await service.forgot("\uff41NN@EXAMPLE.org")
    [mail] = await service.mails()
    assert mail["To"] == "Ann@example.org"


async def test_the_mail_holds_nothing_that_a_stranger_wrote(service: Service) -> None:
    await service.sign_up(name="Win at https://evil.example")
    await service.forgot()
    [mail] = await service.mails()
    assert "evil.example" not in mail.as_string()


async def test_the_answer_is_the_same_for_known_and_unknown_addresses(service: Service) -> None:
    await service.sign_up()
    known, unknown = await service.forgot(), await service.forgot(NOBODY)
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    own = {"x-request-id"}
    assert {**known.headers, **dict.fromkeys(own)} == {**unknown.headers, **dict.fromkeys(own)}
    assert [mail["To"] for mail in await service.mails()] == ["ann@example.org"]


class Work:
    """Counts what costs time: SQL statements by their text, password hashes, and rendered mails."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.statements: Counter[str] = Counter()
        self._hashes = self._hashed()
        event.listen(service.app.state.store._database.engine.sync_engine, "before_cursor_execute", self._count)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.statements[statement] += 1

    def _hashed(self) -> int:
        return self._service.hasher.hashed + self._service.hasher.verified

    def done(self) -> tuple[Counter[str], int]:
        """What was done since the start."""
        engine = self._service.app.state.store._database.engine.sync_engine
        event.remove(engine, "before_cursor_execute", self._count)
        return self.statements, self._hashed() - self._hashes


async def request_work(service: Service, email: str) -> tuple[Counter[str], int]:
    """The work of the request, up to its answer."""
    work = Work(service)
    assert (await service.forgot(email)).status_code == 202
    return work.done()


async def delivery_work(service: Service) -> tuple[Counter[str], int]:
    """The work of delivering one queued mail, by a delivery of the test's own: the background task has stopped."""
    stopped, work = service.app.state.mail_delivery, Work(service)
    parts = (stopped._mails, stopped._tokens, stopped._derived, stopped._mailer, asyncio.Event(), service.clock)
    await MailDelivery(*parts).deliver_due()
    return work.done()


async def test_request_and_delivery_do_the_same_work_for_known_and_unknown_addresses(service: Service) -> None:
    await service.sign_up()
    await service.forgot("first@example.org")  # the first request of an address purges the counts
    await service.queue_empty()
    service.app.state.mail_delivery.stop()
    with anyio.fail_after(30):
        while (await service.client.get("/health/ready")).status_code != 503:  # noqa: ASYNC110 - until it has ended
            await anyio.sleep(0.01)
    requests, deliveries = [], []
    for email in ("ann@example.org", NOBODY):
        requests.append(await request_work(service, email))
        deliveries.append(await delivery_work(service))
    assert requests[0] == requests[1]
    assert deliveries[0] == deliveries[1]
    assert requests[0][0].total() >= 3
    assert deliveries[0][0].total() >= 5
    assert requests[0][1] == deliveries[0][1] == 0
    assert [mail["To"] for mail in await service.mails()] == ["ann@example.org"]


@pytest.mark.parametrize("email", ["ann@example.org", NOBODY])
async def test_a_mailbox_gets_three_links_in_a_quarter_of_an_hour_and_the_answer_does_not_tell(
    service: Service, email: str
) -> None:
    await service.sign_up()
    answers = []
    for number in range(5):
        service.clock.now += 1
        answers.append(await service.forgot(email, f"198.51.100.{number}"))
        await service.queue_empty()
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
    expected = throttle.MAILS_OF_MAILBOX if email != NOBODY else 0
    assert len(await service.mails("reset")) == expected
    service.clock.now += throttle.WINDOW_S + 1
    await service.forgot(email)
    assert len(await service.mails("reset")) == (expected + 1 if expected else 0)


async def test_an_address_that_asks_for_many_mails_waits(service: Service) -> None:
    answers = [await service.forgot(f"{number}@example.org") for number in range(throttle.MAILS_OF_ADDRESS + 1)]
    assert [answer.status_code for answer in answers] == [202] * throttle.MAILS_OF_ADDRESS + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= throttle.WINDOW_S + 1
    assert (await service.forgot(address="198.51.100.9")).status_code == 202


async def test_asking_for_links_costs_no_sign_in_attempts(service: Service) -> None:
    await service.sign_up()
    for number in range(4):
        await service.forgot(address=f"203.0.113.{number}")
    assert (await service.log_in()).status_code == 200


async def test_counts_and_queue_hold_no_more_than_what_waits(service: Service) -> None:
    for number in range(8):
        await service.forgot(f"{number}@example.org")
    await service.queue_empty()
    assert await service.mails() == []


@pytest.mark.parametrize("body", [{}, {"email": "nobody"}, {"email": "ann@example.org", "name": "x"}])
async def test_a_malformed_request_is_refused(service: Service, body: dict[str, str]) -> None:
    assert (await service.client.post("/v1/auth/forgot", json=body)).status_code == 422


def test_a_reset_link_lives_as_long_as_the_mail_says() -> None:
    assert LIFETIME_S[MailType.RESET] == 30 * 60
