"""Tests of verifying an e-mail address, of what an unverified account may do, and of changing the address."""

from collections.abc import AsyncIterator

import jwt
import pytest
from pydantic import ValidationError

from kit.tokens import SCOPES
from services.auth import throttle
from services.auth.settings import Settings
from tests.services.auth.conftest import PASSWORD, Service, Somebody, running, token_of

pytestmark = pytest.mark.anyio
NEW = "new@example.org"


@pytest.fixture
async def strict(settings: Settings) -> AsyncIterator[Service]:
    """A service that asks for verified addresses."""
    async with running(settings.model_copy(update={"verify_email": True})) as service:
        yield service


def scopes(session: dict[str, str]) -> set[str]:
    claims = jwt.decode(session["access_token"], options={"verify_signature": False})
    return set(claims["scope"].split())


async def test_by_default_nothing_is_mailed_at_sign_up_and_everything_allowed(service: Service) -> None:
    ann = await service.sign_up()
    assert await service.mails() == []
    assert scopes(ann.session) == {*SCOPES, "account"}
    assert ann.session["user"]["email_verified"] is False


async def test_with_verification_a_new_account_may_do_less_until_the_link_is_followed(strict: Service) -> None:
    ann = await strict.sign_up()
    assert scopes(ann.session) == {"recommend:read", "catalog:read", "account"}
    refused = await ann.request("POST", "/v1/me/api-keys", {"name": "k", "scopes": ["catalog:read", "feedback:write"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "/v1/me/verification" in refused.json()["detail"]
    assert (await ann.request("POST", "/v1/me/api-keys", {"name": "k", "scopes": ["catalog:read"]})).status_code == 201
    [mail] = await strict.mails()
    assert (mail["To"], mail["Subject"]) == ("ann@example.org", "Verify your mail address")
    done = await strict.verify(token_of(mail))
    assert (done.status_code, done.json()) == (200, {"email": "ann@example.org"})
    assert (await ann.request("GET", "/v1/me")).json()["email_verified"] is True
    assert scopes((await ann.refresh()).json()) == {*SCOPES, "account"}
    assert (
        await ann.request("POST", "/v1/me/api-keys", {"name": "k", "scopes": ["feedback:write"]})
    ).status_code == 201


async def test_what_an_unverified_account_may_do_is_a_setting(settings: Settings) -> None:
    chosen = {"verify_email": True, "unverified_may": "report:read, feedback:write"}
    async with running(settings.model_copy(update=chosen)) as service:
        assert scopes((await service.sign_up()).session) == {"report:read", "feedback:write", "account"}


def test_an_unknown_scope_in_the_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="'catalogue:read' is no scope"):
        Settings(unverified_may="catalogue:read")


async def test_a_verification_link_is_mailed_again_and_replaces_the_older(strict: Service) -> None:
    ann = await strict.sign_up()
    older = await strict.token("verify")
    strict.clock.now += 1
    answer = await ann.request("POST", "/v1/me/verification")
    assert answer.status_code == 202, answer.text
    newer = await strict.token("verify")
    assert (await strict.verify(older)).json()["code"] == "link_refused"
    assert (await strict.verify(newer)).status_code == 200
    again = await ann.request("POST", "/v1/me/verification")
    assert (again.status_code, again.json()["code"]) == (409, "already_verified")


async def test_verification_links_are_limited_per_mailbox(service: Service) -> None:
    ann = await service.sign_up()
    codes = [
        (await ann.request("POST", "/v1/me/verification")).status_code for _ in range(throttle.MAILS_OF_MAILBOX + 1)
    ]
    assert codes == [202] * throttle.MAILS_OF_MAILBOX + [429]


async def test_a_verification_link_works_once_for_a_day(strict: Service) -> None:
    await strict.sign_up()
    token = await strict.token("verify")
    strict.clock.now += 24 * 3600
    assert (await strict.verify(token)).json()["code"] == "link_refused"
    strict.clock.now -= 1
    assert (await strict.verify(token)).status_code == 200
    assert (await strict.verify(token)).json()["code"] == "link_refused"
    assert (await strict.verify("x" * 43)).json()["code"] == "link_refused"


async def test_another_address_needs_the_password(service: Service) -> None:
    ann = await service.sign_up()
    missing = await ann.request("PATCH", "/v1/me", {"email": NEW})
    assert (missing.status_code, missing.json()["code"]) == (400, "bad_request")
    wrong = await ann.request("PATCH", "/v1/me", {"email": NEW, "password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    assert await service.mails() == []


async def change(ann: Somebody, email: str = NEW) -> None:
    answer = await ann.request("PATCH", "/v1/me", {"email": email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    assert answer.json()["confirmation_sent_to"] == email
    assert answer.json()["email"] == "ann@example.org"


async def test_the_address_changes_when_the_link_mailed_to_the_new_one_is_followed(service: Service) -> None:
    ann = await service.sign_up()
    await change(ann)
    assert (await service.log_in(email=NEW)).status_code == 401
    mails = {mail["To"]: mail for mail in await service.mails()}
    assert mails[NEW]["Subject"] == "Confirm your new mail address"
    assert mails["ann@example.org"]["Subject"] == "Another mail address was asked for"
    assert "token" not in mails["ann@example.org"].as_string()
    done = await service.verify(token_of(mails[NEW]), PASSWORD)
    assert (done.status_code, done.json()) == (200, {"email": NEW})
    assert (await ann.request("GET", "/v1/me")).json()["email"] == NEW
    assert (await service.log_in(email=NEW)).status_code == 200
    assert (await service.log_in()).status_code == 401


async def test_a_changed_address_ends_links_mailed_to_the_former_one(service: Service) -> None:
    ann = await service.sign_up()
    await service.forgot()
    reset = await service.token("reset")
    await change(ann)
    await service.verify(await service.token("change"), PASSWORD)
    assert (await service.reset(reset, "a new password")).json()["code"] == "link_refused"


async def test_a_new_password_ends_a_change_that_waits(service: Service) -> None:
    ann = await service.sign_up()
    await change(ann)
    token = await service.token("change")
    await service.forgot()
    assert (await service.reset(await service.token("reset"), "a new password")).status_code == 200
    assert (await service.verify(token)).json()["code"] == "link_refused"


async def test_an_address_of_somebody_else_gets_no_link_and_the_answer_does_not_tell(service: Service) -> None:
    ann = await service.sign_up()
    await service.sign_up("ben@example.org")
    await change(ann, "ben@example.org")
    assert [mail["To"] for mail in await service.mails()] == ["ann@example.org"]


async def test_an_address_taken_before_the_link_is_followed_is_not_taken_again(service: Service) -> None:
    ann = await service.sign_up()
    await change(ann)
    token = await service.token("change")
    ben = await service.sign_up(NEW)
    answer = await service.verify(token, PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert (await ann.request("GET", "/v1/me")).json()["email"] == "ann@example.org"
    assert (await ben.request("GET", "/v1/me")).json()["email"] == NEW


async def test_the_spelling_of_ones_own_address_can_be_changed(service: Service) -> None:
    ann = await service.sign_up()
    await change(ann, "Ann@example.org")
    await service.verify(await service.token("change"), PASSWORD)
    assert (await ann.request("GET", "/v1/me")).json()["email"] == "Ann@example.org"


async def test_a_mailbox_is_not_flooded_with_confirmations(service: Service) -> None:
    ann = await service.sign_up()
    for _ in range(throttle.MAILS_OF_MAILBOX):
        await change(ann)
    answer = await ann.request("PATCH", "/v1/me", {"email": NEW, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")


async def test_signing_up_with_somebodys_address_again_and_again_does_not_flood_it(strict: Service) -> None:
    for _ in range(throttle.MAILS_OF_MAILBOX + 2):
        ann = await strict.sign_up()
        assert (await ann.request("DELETE", "/v1/me", {"password": PASSWORD})).status_code == 202
    assert len(await strict.mails("verify")) <= throttle.MAILS_OF_MAILBOX


async def test_notices_of_changes_do_not_flood_the_present_address(service: Service) -> None:
    ann = await service.sign_up()
    for number in range(throttle.MAILS_OF_MAILBOX + 2):
        wish = {"email": f"new{number}@example.org", "password": PASSWORD}
        assert (await ann.request("PATCH", "/v1/me", wish)).status_code == 200
    assert len(await service.mails("notice")) == throttle.MAILS_OF_MAILBOX


async def test_who_reads_a_mistyped_mailbox_cannot_take_the_account_by_its_link(service: Service) -> None:
    ann = await service.sign_up()
    await change(ann, "stranger@example.org")
    token = await service.token("change")
    answer = await service.verify(token)
    assert (answer.status_code, answer.json()["code"]) == (400, "password_needed")
    guess = await service.verify(token, "a guess of the stranger")
    assert (guess.status_code, guess.json()["code"]) == (401, "wrong_credentials")
    assert (await ann.request("GET", "/v1/me")).json()["email"] == "ann@example.org"
    await service.forgot("stranger@example.org")
    assert [mail["To"] for mail in await service.mails("reset")] == []
    assert (await service.verify(token, PASSWORD)).status_code == 200


async def test_guesses_with_a_link_are_counted_as_those_at_the_sign_in(service: Service) -> None:
    ann = await service.sign_up()
    await change(ann)
    token = await service.token("change")
    codes = [(await service.verify(token, f"guess {number}")).status_code for number in range(throttle.OF_ACCOUNT + 1)]
    assert codes == [401] * throttle.OF_ACCOUNT + [429]
