"""Tests of feedback batches: results per event, idempotency, refusals."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.services.catalog.listener import (
    A_MOMENT,
    CRAZY,
    HALO,
    TEEN,
    UNKNOWN,
    Listener,
    event,
    played_by,
    statuses,
)

pytestmark = pytest.mark.anyio


async def test_a_refused_event_does_not_affect_the_others(ann: Listener) -> None:
    later = (datetime.now(UTC) + timedelta(minutes=6)).isoformat()
    answer = await ann.record(
        event(UNKNOWN, "like"),
        event(HALO, "like"),
        event(HALO, "play", at=later),
        event(HALO, "play", at="0001-01-01T00:00:00+14:00"),
        event(HALO, "skip", at="9999-12-31T23:59:59-14:00"),
        event(CRAZY, "dislike"),
    )
    assert statuses(answer) == ["refused", "stored", "refused", "refused", "refused", "stored"]
    details = [row["detail"] or "" for row in answer["results"]]
    assert (UNKNOWN in details[0], "future" in details[2], "before 2000" in details[3]) == (True, True, True)
    assert (answer["taste_version"], await ann.liked()) == (1, [HALO])


@pytest.mark.parametrize("at", [0, 1_700_000_000, 1.5])
async def test_a_timestamp_must_be_text_not_a_number(ann: Listener, at: float) -> None:
    """Nor of milliseconds: nobody says which."""
    answer = await ann.request("POST", "/v1/me/feedback", json={"events": [event(HALO, "play", at=at)]})
    assert answer.status_code == 422
    assert f"expected a moment such as 2026-01-31T12:00:00Z, not {at!r}" in answer.text


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2000-01-01T00:00:00+00:01"])
async def test_an_impossible_timestamp_is_refused_with_advice(ann: Listener, at: Any) -> None:
    """1970 is what a program sends that does not know the moment."""
    [refused] = (await ann.record(event(HALO, "play", at=at)))["results"]
    assert refused["status"] == "refused"
    assert "is before 2000: send when it happened, or leave it out" in refused["detail"]
    assert statuses(await ann.record(event(HALO, "play", at="2000-01-01T00:00:00Z"))) == ["stored"]


async def test_a_small_clock_skew_is_accepted(ann: Listener) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=4)).isoformat()
    assert statuses(await ann.record(event(HALO, "play", at=soon))) == ["stored"]


async def test_the_same_play_at_the_same_time_is_stored_once(ann: Listener) -> None:
    same = event(HALO, "play", at="2026-01-01T10:00:00Z")
    answer = await ann.record(event(HALO, "play", at=A_MOMENT), same, event(HALO, "skip", at=A_MOMENT))
    again = await ann.record(same)
    assert statuses(answer) == ["stored", "repeated", "stored"]
    assert statuses(again) == ["repeated"]
    assert len({row["id"] for row in [*answer["results"][:2], *again["results"]]}) == 1
    assert played_by(await ann.user_feedback()) == [{"track": HALO, "plays": 1, "skips": 1}]
    assert again["taste_version"] == answer["taste_version"] == 1


async def test_a_batch_sent_again_with_its_key_changes_nothing(ann: Listener) -> None:
    batch = [event(HALO, "play"), event(TEEN, "play"), event(CRAZY, "like"), event(CRAZY, "neutral")]
    first = await ann.record(*batch, key="batch-1")
    again = await ann.record(*batch, key="batch-1")
    assert statuses(first) == ["stored"] * 4
    assert statuses(again) == ["repeated"] * 4
    assert [row["id"] for row in again["results"]] == [row["id"] for row in first["results"]]
    assert again["taste_version"] == 1


async def test_a_late_retry_of_a_repeated_like_does_not_bring_it_back(ann: Listener) -> None:
    await ann.like(HALO)
    assert statuses(await ann.record(event(HALO, "like", key="k"))) == ["repeated"]
    await ann.request("DELETE", f"/v1/me/likes/{HALO}")
    assert statuses(await ann.record(event(HALO, "like", key="k"))) == ["repeated"]
    assert await ann.liked() == []


async def test_a_key_used_for_something_else_is_refused(ann: Listener, ben: Listener) -> None:
    await ann.record(event(HALO, "play", key="k"))
    other = event(CRAZY, "play", key="k")
    answer = await ann.record(other, event(CRAZY, "like"))
    assert statuses(answer) == ["refused", "stored"]
    assert "'k'" in answer["results"][0]["detail"]
    assert statuses(await ben.record(other)) == ["stored"]


async def test_a_like_with_a_key_of_another_is_409(ann: Listener) -> None:
    key = {"idempotency-key": "k"}
    first = await ann.request("PUT", f"/v1/me/likes/{HALO}", headers=key)
    assert (await ann.request("PUT", f"/v1/me/likes/{HALO}", headers=key)).json() == first.json()
    answer = await ann.request("PUT", f"/v1/me/likes/{CRAZY}", headers=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert await ann.liked() == [HALO]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"events": []},
        {"events": [event(HALO, "love")]},
        {"events": [event("short", "like")]},
        {"events": [event(HALO, "like", at="2026-01-01T00:00:00")]},
        {"events": [event(HALO, "play", ms=-1)]},
        {"events": [event(HALO, "play", ms=10**30)]},
        {"events": [event(HALO, "play", key="")]},
        {"events": [event(HALO, "play", key="two words")]},
        {"events": [event(HALO, "play", context="x" * 201)]},
        {"events": [event(HALO, "play", who="me")]},
        {"events": [event(HALO, "like")] * 501},
    ],
)
async def test_a_malformed_batch_is_422(ann: Listener, wrong: dict[str, Any]) -> None:
    answer = await ann.request("POST", "/v1/me/feedback", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ufffe", "😀", "'; drop table feedback; --"])
async def test_any_context_is_kept_or_refused_but_breaks_nothing(ann: Listener, text: str) -> None:
    answer = await ann.request("POST", "/v1/me/feedback", json={"events": [event(HALO, "play", context=text)]})
    assert answer.status_code == 200
    assert statuses(answer.json()) == ["refused" if "\x00" in text else "stored"]


async def test_five_hundred_events_go_in_at_once(ann: Listener) -> None:
    noon = datetime.fromisoformat(A_MOMENT)
    answer = await ann.record(*(event(HALO, "play", at=(noon + timedelta(minutes=i)).isoformat()) for i in range(500)))
    assert set(statuses(answer)) == {"stored"}
    assert played_by(await ann.user_feedback()) == [{"track": HALO, "plays": 500, "skips": 0}]
