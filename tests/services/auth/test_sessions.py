"""Tests of sessions: single-use refresh tokens, reuse detection, expiry and logout."""

from uuid import uuid4

import anyio
import jwt
import pytest

from services.auth import sessions
from tests.services.auth.conftest import PASSWORD, Service, Somebody

pytestmark = pytest.mark.anyio
DAY_S = 86_400


async def test_a_refresh_gives_new_tokens_of_the_same_session(service: Service) -> None:
    ann = await service.sign_up()
    answer = await ann.refresh()
    assert answer.status_code == 200
    following = answer.json()
    assert following["user"] == ann.session["user"]
    assert following["refresh_token"] != ann.refresh_token
    reported = [
        jwt.decode(one["access_token"], options={"verify_signature": False}) for one in (ann.session, following)
    ]
    assert reported[0]["sid"] == reported[1]["sid"]
    assert (await Somebody(service, following).refresh()).status_code == 200


GRACE_S = 10


async def test_a_used_refresh_token_ends_every_session_of_its_family(service: Service) -> None:
    ann, elsewhere = await service.sign_up(), await service.signed_in()
    thief = Somebody(service, (await ann.refresh()).json())
    service.clock.now += GRACE_S + 1
    reused = await ann.refresh()
    assert (reused.status_code, reused.json()["code"]) == (401, "unauthorized")
    assert (await thief.refresh()).status_code == 401
    assert (await thief.request("GET", "/v1/me")).status_code == 401
    assert (await elsewhere.refresh()).status_code == 200


async def test_a_refresh_token_used_long_ago_ends_its_session_too(service: Service) -> None:
    ann = await service.sign_up()
    latest = ann
    for _ in range(5):
        latest = Somebody(service, (await latest.refresh()).json())
        service.clock.now += 20 * DAY_S
    assert (await ann.refresh()).status_code == 401
    assert (await latest.refresh()).status_code == 401


async def test_concurrent_refreshes_get_the_same_successor(service: Service) -> None:
    ann = await service.sign_up()
    answers = []

    async def refresh() -> None:
        answers.append(await ann.refresh())

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(refresh)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    following = Somebody(service, answers[0].json())
    assert (await following.refresh()).status_code == 200


async def test_the_grace_of_a_used_refresh_token_ends_when_its_successor_is_used(service: Service) -> None:
    ann = await service.sign_up()
    following = Somebody(service, (await ann.refresh()).json())
    latest = Somebody(service, (await following.refresh()).json())
    assert (await ann.refresh()).status_code == 401
    assert (await latest.refresh()).status_code == 401


async def test_the_grace_of_a_used_refresh_token_is_not_prolonged_by_using_it(service: Service) -> None:
    ann = await service.sign_up()
    for _ in range(2):
        assert (await ann.refresh()).status_code == 200
        service.clock.now += GRACE_S - 3
    assert (await ann.refresh()).status_code == 401


async def test_two_processes_agree_on_a_used_refresh_token(two: tuple[Service, Service]) -> None:
    one, other = two
    ann = await one.sign_up()
    moved = Somebody(other, ann.session)
    answers = [await moved.refresh(), await ann.refresh()]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["refresh_token"] == answers[1].json()["refresh_token"]
    one.clock.now += GRACE_S + 1
    other.clock.now = one.clock.now
    assert (await ann.refresh()).status_code == 401
    assert (await moved.refresh()).status_code == 401


@pytest.mark.parametrize("token", ["x", ".", "a.b", "x" * 200])
async def test_an_invented_refresh_token_is_refused_and_ends_nothing(service: Service, token: str) -> None:
    ann = await service.sign_up()
    answer = await service.client.post("/v1/auth/refresh", json={"refresh_token": token})
    assert answer.status_code == 401
    assert token not in answer.json()["detail"] or len(token) < 3
    assert (await ann.refresh()).status_code == 200


async def test_the_id_of_a_session_is_not_enough_to_end_it(service: Service) -> None:
    ann = await service.sign_up()
    session = (await ann.request("GET", "/v1/me/sessions")).json()["items"][0]["id"]
    for invented in (session, f"{session}.x", f"{ann.refresh_token.partition('.')[2]}.x"):
        await service.client.post("/v1/auth/refresh", json={"refresh_token": invented})
        await service.client.post("/v1/auth/logout", json={"refresh_token": invented})
    assert (await ann.refresh()).status_code == 200


@pytest.mark.parametrize("token", ["", "x" * 201, None, 5])
async def test_a_malformed_refresh_is_refused(service: Service, token: object) -> None:
    assert (await service.client.post("/v1/auth/refresh", json={"refresh_token": token})).status_code == 422


async def test_a_session_ends_after_its_days_without_a_refresh(service: Service) -> None:
    ann = await service.sign_up()
    service.clock.now += 29 * DAY_S
    ann = Somebody(service, (await ann.refresh()).json())
    service.clock.now += 29 * DAY_S
    ann = Somebody(service, (await ann.refresh()).json())
    service.clock.now += 31 * DAY_S
    assert (await ann.refresh()).status_code == 401


async def test_expired_sessions_are_deleted_when_somebody_signs_in(service: Service) -> None:
    ann, begun = await service.sign_up(), service.clock.now
    ben = await service.sign_up("ben@example.org")
    service.clock.now += 31 * DAY_S
    assert len(await service.app.state.store.sessions.of(ann.id, begun)) == 1
    await service.signed_in("ben@example.org")
    assert await service.app.state.store.sessions.of(ann.id, begun) == []
    assert len(await service.app.state.store.sessions.of(ben.id, begun)) == 1


async def test_logging_out_is_idempotent(service: Service) -> None:
    ann, elsewhere = await service.sign_up(), await service.signed_in()
    for _ in range(2):
        answer = await service.client.post("/v1/auth/logout", json={"refresh_token": ann.refresh_token})
        assert (answer.status_code, answer.content) == (204, b"")
    assert (await ann.refresh()).status_code == 401
    assert (await ann.request("GET", "/v1/me")).status_code == 401
    assert (await elsewhere.request("GET", "/v1/me")).status_code == 200


async def test_logging_out_with_a_used_token_ends_the_session_as_well(service: Service) -> None:
    ann = await service.sign_up()
    following = Somebody(service, (await ann.refresh()).json())
    await service.client.post("/v1/auth/logout", json={"refresh_token": ann.refresh_token})
    assert (await following.refresh()).status_code == 401


async def test_logging_out_with_what_is_no_token_changes_nothing(service: Service) -> None:
    assert (await service.client.post("/v1/auth/logout", json={"refresh_token": "x"})).status_code == 204
    assert (await service.client.post("/v1/auth/logout", json={})).status_code == 422


async def test_the_list_of_sessions_marks_the_current_one(service: Service) -> None:
    ann = await service.sign_up()
    service.clock.now += 60
    elsewhere = await service.signed_in()
    items = (await elsewhere.request("GET", "/v1/me/sessions")).json()["items"]
    assert [item["current"] for item in items] == [True, False]
    assert [item["current"] for item in (await ann.request("GET", "/v1/me/sessions")).json()["items"]] == [False, True]
    assert items[0]["created_at"] > items[1]["created_at"]


async def test_a_person_ends_a_session_from_another_place(service: Service) -> None:
    ann, elsewhere = await service.sign_up(), await service.signed_in()
    items = (await ann.request("GET", "/v1/me/sessions")).json()["items"]
    stolen = next(item["id"] for item in items if not item["current"])
    assert (await ann.request("DELETE", f"/v1/me/sessions/{stolen}")).status_code == 204
    assert (await elsewhere.request("GET", "/v1/me")).status_code == 401
    assert (await elsewhere.refresh()).status_code == 401
    assert (await ann.request("GET", "/v1/me")).status_code == 200
    assert (await ann.request("DELETE", f"/v1/me/sessions/{stolen}")).status_code == 404


async def test_users_cannot_end_sessions_of_others(service: Service) -> None:
    ann, ben = await service.sign_up(), await service.sign_up("ben@example.org")
    session = (await ann.request("GET", "/v1/me/sessions")).json()["items"][0]["id"]
    answer = await ben.request("DELETE", f"/v1/me/sessions/{session}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await ben.request("DELETE", f"/v1/me/sessions/{uuid4()}")).status_code == 404
    assert (await ben.request("DELETE", "/v1/me/sessions/nonsense")).status_code == 422
    assert (await ann.refresh()).status_code == 200


async def test_beyond_fifty_sessions_the_one_unused_for_longest_ends(service: Service) -> None:
    first = await service.sign_up()
    service.clock.now += 1
    second = await service.signed_in()
    service.clock.now += 1
    first = Somebody(service, (await first.refresh()).json())
    for _ in range(sessions.MOST - 1):
        service.clock.now += 1
        latest = await service.signed_in()
    assert len((await latest.request("GET", "/v1/me/sessions")).json()["items"]) == sessions.MOST
    assert (await second.refresh()).status_code == 401
    assert (await first.refresh()).status_code == 200


async def test_a_login_that_began_before_the_password_changed_opens_no_session(service: Service) -> None:
    """Whoever knows only the old password is out, also in the moment between its check and the new session."""
    ann = await service.sign_up()
    store = service.app.state.store
    verified = await store.people.by_email("ann@example.org")
    await ann.request("PUT", "/v1/me/password", {"old_password": PASSWORD, "new_password": "another password"})
    begun = service.app.state.sessions.begin(verified.id)
    assert not await store.sessions.begin(verified, begun.row, sessions.MOST, None)
    assert len(await store.sessions.of(ann.id, service.clock.now)) == 1
