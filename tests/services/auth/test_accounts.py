"""Tests of sign-up, login, account changes and deletion."""

import json
from typing import Any
from uuid import uuid4

import anyio
import pytest

from kit.tokens import SCOPES, Verifier
from tests.services.auth.conftest import PASSWORD, Service

pytestmark = pytest.mark.anyio
OTHER = "another password"


async def verifier(service: Service) -> Verifier:
    async def fetch() -> dict[str, Any]:
        document: dict[str, Any] = (await service.client.get("/.well-known/jwks.json")).json()
        return document

    return Verifier(fetch)


async def test_signing_up_makes_an_account_and_signs_in_to_it(service: Service) -> None:
    ann = await service.sign_up("Ann@Example.org", "  Ann  ")
    assert ann.session["user"]["name"] == "Ann"
    assert ann.session["user"]["email"] == "Ann@example.org"
    assert (ann.session["token_type"], ann.session["expires_in"]) == ("Bearer", 900)
    caller = await (await verifier(service)).verify(ann.session["access_token"])
    assert (caller.person, caller.scopes) == (ann.id, {*SCOPES, "account"})
    assert (await ann.request("GET", "/v1/me")).json() == ann.session["user"]


async def test_responses_with_tokens_are_not_cacheable(service: Service) -> None:
    await service.sign_up()
    assert (await service.log_in()).headers["cache-control"] == "no-store"


@pytest.mark.must("S0-36")
@pytest.mark.parametrize("email", ["ann@example.org", "ANN@EXAMPLE.ORG", "\uff41nn@example.org"])
async def test_one_address_has_one_account_however_it_is_written(service: Service, email: str) -> None:
    await service.sign_up("Ann@example.org")
    wish = {"name": "Ann", "email": email, "password": PASSWORD}
    answer = await service.client.post("/v1/auth/signup", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert (await service.log_in(email=email)).status_code == 200


async def test_of_two_who_sign_up_at_once_with_one_address_one_wins(service: Service) -> None:
    codes: list[int] = []

    async def sign_up() -> None:
        wish = {"name": "Ann", "email": "ann@example.org", "password": PASSWORD}
        codes.append((await service.client.post("/v1/auth/signup", json=wish)).status_code)

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(sign_up)
    assert sorted(codes) == [201, 409, 409, 409]


@pytest.mark.must("S0-36")
@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "a\x00b"},
        {"name": "a\nb"},
        {"email": "nobody"},
        {"email": f"{'x' * 250}@example.org"},
        {"email": "a\x00@example.org"},
        {"password": "short"},
        {"password": "x" * 257},
        {"password": "\ud800 is half a character"},
        {"role": "admin"},
    ],
)
async def test_a_malformed_signup_is_refused_and_makes_nothing(service: Service, changed: dict[str, str]) -> None:
    wish = json.dumps({"name": "Ann", "email": "ann@example.org", "password": PASSWORD} | changed)
    headers = {"content-type": "application/json"}
    answer = await service.client.post("/v1/auth/signup", content=wish, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert changed.get("password", PASSWORD) not in answer.text
    assert (await service.log_in()).status_code == 401


async def test_wrong_password_and_unknown_address_get_the_same_answer(service: Service) -> None:
    await service.sign_up()
    wrong = (await service.log_in("wrong password")).json()
    unknown = (await service.log_in(email="nobody@example.org")).json()
    assert wrong["code"] == "wrong_credentials"
    assert {**wrong, "request_id": ""} == {**unknown, "request_id": ""}


async def test_an_unknown_email_takes_a_password_hash_comparison_too(service: Service) -> None:
    await service.sign_up()
    before = service.hasher.verified
    await service.log_in("wrong password")
    known = service.hasher.verified - before
    await service.log_in(email="nobody@example.org")
    assert (known, service.hasher.verified - before) == (1, 2)


async def test_me_needs_a_token(service: Service) -> None:
    answer = await service.client.get("/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


async def test_a_name_is_changed_without_the_password(service: Service) -> None:
    ann = await service.sign_up()
    answer = await ann.request("PATCH", "/v1/me", {"name": "Anna"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Anna")
    assert (await ann.request("GET", "/v1/me")).json().items() < answer.json().items()


async def test_changing_nothing_is_fine(service: Service) -> None:
    ann = await service.sign_up()
    unchanged = {**ann.session["user"], "confirmation_sent_to": None}
    assert (await ann.request("PATCH", "/v1/me", {})).json() == unchanged


@pytest.mark.parametrize("changed", [{"name": "a\x00"}, {"name": ""}, {"email": "x"}, {"id": str(uuid4())}])
async def test_a_malformed_change_is_refused(service: Service, changed: dict[str, str]) -> None:
    ann = await service.sign_up()
    assert (await ann.request("PATCH", "/v1/me", changed)).status_code == 422


async def test_a_new_password_ends_every_other_session_and_answers_a_fresh_one(service: Service) -> None:
    ann = await service.sign_up()
    elsewhere = await service.signed_in()
    answer = await ann.request("PUT", "/v1/me/password", {"old_password": PASSWORD, "new_password": OTHER})
    assert answer.status_code == 200
    assert (await elsewhere.request("GET", "/v1/me")).status_code == 401
    assert (await elsewhere.refresh()).status_code == 401
    ann.session = answer.json()
    assert [one["current"] for one in (await ann.request("GET", "/v1/me/sessions")).json()["items"]] == [True]
    assert (await ann.refresh()).status_code == 200
    assert (await service.log_in(PASSWORD)).status_code == 401
    assert (await service.log_in(OTHER)).status_code == 200


async def test_a_password_is_not_changed_without_the_old_one(service: Service) -> None:
    ann = await service.sign_up()
    answer = await ann.request("PUT", "/v1/me/password", {"old_password": "wrong", "new_password": OTHER})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")
    assert (
        await ann.request("PUT", "/v1/me/password", {"old_password": PASSWORD, "new_password": "x"})
    ).status_code == 422
    assert (await service.log_in()).status_code == 200


async def test_of_two_password_changes_at_once_one_wins(service: Service) -> None:
    ann = await service.sign_up()
    answers: dict[str, int] = {}

    async def change(new: str) -> None:
        wish = {"old_password": PASSWORD, "new_password": new}
        answers[new] = (await ann.request("PUT", "/v1/me/password", wish)).status_code

    async with anyio.create_task_group() as group:
        for new in ("the first password", "the second password"):
            group.start_soon(change, new)
    assert sorted(answers.values()) == [200, 401]
    for new, status in answers.items():
        assert (await service.log_in(new)).status_code == status


async def test_deleting_the_account_deletes_its_data_and_publishes_an_event(service: Service) -> None:
    ann, ben = await service.sign_up(), await service.sign_up("ben@example.org")
    key = (await ann.request("POST", "/v1/me/api-keys", {"name": "k", "scopes": ["catalog:read"]})).json()["key"]
    wrong = await ann.request("DELETE", "/v1/me", {"password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    gone = await ann.request("DELETE", "/v1/me", {"password": PASSWORD})
    assert (gone.status_code, gone.content) == (202, b"")
    assert (await ann.request("GET", "/v1/me")).status_code == 401
    assert (await ann.refresh()).status_code == 401
    assert (await service.log_in()).status_code == 401
    assert (await service.internal("POST", "/internal/keys:exchange", {"key": key})).status_code == 401
    items = (await service.internal("GET", "/internal/events?after=0")).json()["items"]
    assert [(item["kind"], item["subject"]) for item in items] == [("person_deleted", str(ann.id))]
    assert (await ben.request("GET", "/v1/me")).status_code == 200
    again = await service.sign_up()
    assert again.id != ann.id


async def test_deleting_the_account_deletes_its_attempt_counters(service: Service) -> None:
    ann = await service.sign_up()
    for _ in range(9):
        await service.log_in("wrong password")
    await ann.request("DELETE", "/v1/me", {"password": PASSWORD})
    await service.sign_up()
    for _ in range(10):
        assert (await service.log_in("wrong password")).status_code == 401


@pytest.mark.must("S0-63")
async def test_the_outbox_is_read_from_a_number(service: Service) -> None:
    nothing = (await service.internal("GET", "/internal/events?after=-1")).json()
    assert nothing == {"items": [], "after": 0}
    for email in ("ann@example.org", "ben@example.org"):
        await (await service.sign_up(email)).request("DELETE", "/v1/me", {"password": PASSWORD})
    first, second = (await service.internal("GET", "/internal/events?after=0")).json()["items"]
    page = (await service.internal("GET", f"/internal/events?after={first['number']}")).json()
    assert (page["items"], page["after"]) == ([second], second["number"])
    assert (await service.internal("GET", "/internal/events?after=-1")).json() == {"items": [], "after": page["after"]}


@pytest.mark.parametrize("after", ["-2", str(2**63), "x"])
async def test_an_event_number_out_of_range_is_refused(service: Service, after: str) -> None:
    assert (await service.internal("GET", f"/internal/events?after={after}")).status_code == 422


async def test_internal_routes_need_the_service_key(service: Service) -> None:
    ann = await service.sign_up()
    assert (await ann.request("GET", "/internal/events?after=0")).status_code == 401
    assert (await ann.request("POST", "/internal/keys:exchange", {"key": "x"})).status_code == 401
    assert (await service.client.get("/internal/events?after=0")).status_code == 401


async def test_readiness_names_the_database_the_keys_and_the_mail_delivery(service: Service) -> None:
    answer = await service.client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]) == (
        200,
        {"database": "ok", "keys": "ok", "mail_delivery": "ok"},
    )


async def test_the_error_for_a_short_password_has_the_minimum_but_not_the_password(service: Service) -> None:
    body = {"name": "Ann", "email": "ann@example.com", "password": "tiny-7!"}
    answer = await service.client.post("/v1/auth/signup", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert "8 to 256 characters, this one 7" in answer.json()["detail"]
    assert "tiny-7!" not in answer.text
