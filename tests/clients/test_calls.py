"""The pure parts of the client: what a method asks, what is repeated, bodies and pages."""

from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

TRACK = "0" * 22


@pytest.fixture(scope="module")
def calls(segue_client: ModuleType) -> ModuleType:
    from segue_client import calls

    return calls


def every_call(calls: ModuleType) -> list[Any]:
    """One call of each kind."""
    return [
        calls.search("a", "title", 5, None),
        calls.track(TRACK),
        calls.tracks([TRACK]),
        calls.recommend([TRACK, {"text": "a"}], {"limit": 3}),
        calls.similar(TRACK, 5, 1),
        calls.continue_playlist([TRACK], {"length": 3}),
        calls.genres(5),
        calls.like(TRACK),
        calls.unlike(TRACK),
        *calls.feedback([{"track": TRACK, "kind": "play"}], "key"),
        calls.liked(5, None),
        calls.history(5, "cursor"),
        calls.plays(5, None, datetime(2026, 1, 1, tzinfo=UTC), None, "earliest"),
        calls.playlists(5, None),
        calls.create_playlist("name", None, [TRACK], "key"),
        calls.report("all", None),
        calls.login("a@example.com", "word"),
        calls.refresh(SimpleNamespace(refresh_token="token")),
    ]


READING_POSTS = ("/v1/recommendations", "/v1/playlists/continue", "/v1/tracks:batch")


def test_only_a_post_that_writes_without_an_idempotency_key_is_not_repeated(calls: ModuleType) -> None:
    for call in every_call(calls):
        request = call.operation._get_kwargs(**call.arguments)
        keyed = "Idempotency-Key" in request.get("headers", {})
        reads = request["method"] != "post" or request["url"] in READING_POSTS
        assert call.repeatable == (reads or keyed), request["url"]


def test_a_recommendation_asks_for_what_was_given_and_nothing_else(calls: ModuleType) -> None:
    filters = {"energy": {"min": 0.5}, "genres": ["amber"], "explicit": False}
    sound = {"features": {"tempo": 120}, "weight": 0.5}
    call = calls.recommend([TRACK, sound], {"filters": filters, "mode": "similar"})
    wanted = {"seeds": [{"track": TRACK}, sound], "filters": filters, "mode": "similar"}
    assert call.operation._get_kwargs(**call.arguments)["json"] == wanted


def test_feedback_goes_out_in_batches_with_a_key_each_read_as_they_are_sent(calls: ModuleType) -> None:
    read = []

    def events() -> Any:
        for n in range(1_100):
            read.append(n)
            yield {"track": TRACK, "kind": "play", "at": datetime(2026, 1, 1, tzinfo=UTC), "ms": n}

    batches = calls.feedback(events(), "mine")
    first = next(batches)
    assert len(read) == 500
    both = [first, *batches]
    assert [call.arguments["idempotency_key"] for call in both] == ["mine-0", "mine-1", "mine-2"]
    rows = [row for call in both for row in call.arguments["body"].to_dict()["events"]]
    assert [row["ms"] for row in rows] == list(range(1_100))
    assert rows[0]["at"] == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("wishes", "lost"),
    [
        ({"filters": {"enrgy": {"min": 0.5}}}, "filters.enrgy"),
        ({"moode": "similar"}, "moode"),
        ({"avoid": [{"track": TRACK}, {"track": TRACK, "why": 1}]}, r"avoid\[1\].why"),
    ],
)
def test_a_field_that_the_api_has_not_is_named(calls: ModuleType, wishes: dict[str, Any], lost: str) -> None:
    with pytest.raises(ValueError, match=lost):
        calls.recommend([TRACK], wishes)


def test_a_field_that_is_needed_is_named(calls: ModuleType) -> None:
    with pytest.raises(ValueError, match="needs the field 'kind'"):
        list(calls.feedback([{"track": TRACK}], "key"))


def test_pages_are_fetched_when_their_first_item_is_wanted(segue_client: ModuleType) -> None:
    from segue_client import pages

    held = {None: ([1, 2], "a"), "a": ([], "b"), "b": ([3], None)}
    fetched: list[str | None] = []

    def fetch(cursor: str | None) -> Any:
        fetched.append(cursor)
        items, following = held[cursor]
        return SimpleNamespace(items=items, next_cursor=following)

    walk = pages.items(fetch)
    assert (next(walk), fetched) == (1, [None])
    assert (list(walk), fetched) == ([2, 3], [None, "a", "b"])
