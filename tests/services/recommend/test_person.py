"""GET /v1/me/recommendations on a planted world: what a person says changes the very next answer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from kit.wire.recommend_response import Recommendations
from tests import worlds
from tests.services.recommend.people import ME, House, eventually, house, scenes, tracks

pytestmark = pytest.mark.anyio
AMBER, BASALT = (0, 5, 10, 15, 20), (50, 55, 60, 65, 70)


def ids(*numbers: int) -> set[str]:
    return {worlds.track_id(number) for number in numbers}


@pytest.fixture
async def home(published: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with house(published, tmp_path) as opened:
        yield opened


async def test_a_like_changes_the_very_next_answer_and_its_undo_takes_it_back(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    first = await person.gets()
    assert scenes(first) == {"Amber": 20}
    [*_, last] = await person.record("like", *BASALT)
    second = await person.gets()
    assert scenes(second)["Basalt"] >= 5
    assert ids(*AMBER, *BASALT).isdisjoint(tracks(second))
    await person.takes_back(last)
    assert worlds.track_id(BASALT[-1]) in tracks(await person.gets(limit=200, mode="similar"))


@pytest.mark.parametrize("word", ["dislike", "never"])
async def test_what_a_person_dislikes_never_comes_whatever_is_asked(home: House, word: str) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    hated = (await person.gets())["tracks"][0]["track"]["id"]
    number = next(n for n in range(worlds.SIZE) if worlds.track_id(n) == hated)
    [event] = await person.record(word, number)
    for wishes in ({}, {"exclude_known": "false"}, {"mode": "similar", "limit": 500}, {"set": 2}):
        assert hated not in tracks(await person.gets(**wishes))
    await person.takes_back(event)
    assert hated in tracks(await person.gets())


async def test_a_dislike_pushes_its_surroundings_down(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER[:3], *BASALT[:3])
    before = scenes(await person.gets(mode="similar", limit=30))
    await person.record("never", *range(75, 80))
    after = scenes(await person.gets(mode="similar", limit=30))
    assert after.get("Basalt", 0) < before["Basalt"]


async def test_two_workers_agree_at_once(published: Path, tmp_path: Path) -> None:
    async with house(published, tmp_path, workers=2) as home:
        person = home.person()
        for number in (*AMBER, *BASALT):
            await person.record("like", number)
            lists = [await person.gets(worker) for worker in (0, 1, 0)]
            assert plain(lists[0]) == plain(lists[1])
            assert scores(lists[0]) == pytest.approx(scores(lists[1]), abs=1e-5)  # told to 6 places, summed in float32
            assert lists[0]["tracks"] == lists[2]["tracks"]
            assert worlds.track_id(number) not in tracks(lists[1])


def plain(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The tracks in order, without the figures that are rounded."""
    return [item["track"] for item in found["tracks"]]


def scores(found: dict[str, Any]) -> list[float]:
    return [value for item in found["tracks"] for value in (item["score"], item["similarity"])]


async def test_known_tracks_come_only_when_asked_for_and_say_that_they_are_liked(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    await person.record("play", 25, times=2)
    fresh = tracks(await person.gets(limit=500, mode="similar"))
    assert ids(*AMBER, 25).isdisjoint(fresh)
    everything = await person.gets(limit=500, mode="similar", exclude_known="false")
    liked = {item["track"]["id"]: item["track"]["like"] for item in everything["tracks"]}
    assert {track for track, like in liked.items() if like == 1} == ids(*AMBER)
    assert liked[worlds.track_id(25)] is None
    assert set(fresh) < set(liked)


async def test_plays_alone_are_a_taste_and_skips_take_it_away(home: House) -> None:
    person = home.person()
    await person.record("play", *BASALT, times=3)
    found = await person.gets(limit=10)
    assert scenes(found) == {"Basalt": 10}
    assert found["tracks"][0]["reason"]["text"].startswith("Because you played Basalt Song")
    await person.record("skip", *BASALT, times=4)
    assert {item["reason"]["space"] for item in (await person.gets())["tracks"]} == {"popular"}


async def test_somebody_new_gets_popular_tracks_that_say_so(home: House) -> None:
    found = await home.person().gets()
    Recommendations.model_validate(found)
    popularity = [item["track"]["popularity"] for item in found["tracks"]]
    assert found["degraded"] is None
    assert len(popularity) == 20
    assert popularity == sorted(popularity, reverse=True)
    assert {item["reason"]["text"] for item in found["tracks"]} == {
        "Popular here: like some songs and this list becomes yours"
    }


async def test_popular_tracks_keep_filters_and_dislikes_and_sets_apart(home: House) -> None:
    person = home.person()
    first = await person.gets(min_year=1980, max_year=1999)
    hated = next(n for n in range(worlds.SIZE) if worlds.track_id(n) == tracks(first)[0])
    await person.record("dislike", hated)
    lists = [await person.gets(min_year=1980, max_year=1999, limit=10, set=number) for number in (1, 2, 3)]
    shown = [item for found in lists for item in tracks(found)]
    assert len(shown) == len(set(shown)) == 30
    assert tracks(first)[0] not in shown
    assert all(1980 <= item["track"]["year"] <= 1999 for found in lists for item in found["tracks"])


async def test_a_broad_taste_gets_every_kind_it_likes_and_reasons_from_the_same_kind(home: House) -> None:
    person = home.person()
    await person.record("like", *range(0, 30, 3), *range(50, 80, 3))
    found = await person.gets(limit=40)
    assert min(scenes(found).get(scene, 0) for scene in ("Amber", "Basalt")) >= 10
    for item in found["tracks"]:
        scene = item["track"]["title"].split()[0]
        reason = item["reason"]
        assert reason["text"].startswith(f"Because you liked {scene}")
        assert {seed["title"].split()[0] for seed in reason["seeds"]} == {scene}
        assert reason["text"].startswith(f"Because you liked {reason['seeds'][0]['title']}: ")


async def test_shares_of_a_persons_likes_sum_to_one(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    for item in (await person.gets())["tracks"]:
        shares = [seed["share"] for seed in item["reason"]["seeds"]]
        assert sum(shares) == pytest.approx(1.0, abs=0.01)
        assert shares == sorted(shares, reverse=True)


WISHES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"limit": 7, "mode": "similar"}, {"limit": 7, "mode": "similar"}),
    ({"min_year": 1985, "max_year": 1995}, {"filters": {"year": {"min": 1985, "max": 1995}}}),
    ({"max_energy": 0.22, "genres": ["even"]}, {"filters": {"energy": {"max": 0.22}, "genres": ["even"]}}),
    ({"explicit": "false", "limit": 50}, {"filters": {"explicit": False}, "limit": 50}),
    ({"target_valence": 0.9}, {"targets": {"valence": 0.9}}),
    ({"variety": 0.9, "per_artist": 1, "popularity": 1}, {"dials": {"variety": 0.9, "per_artist": 1, "popularity": 1}}),
    ({"mode": "discover", "adventurous": 1.0, "set": 2}, {"mode": "discover", "dials": {"adventurous": 1}, "set": 2}),
]


@pytest.mark.parametrize(("query", "body"), WISHES)
async def test_wishes_in_the_address_do_what_they_do_in_a_body(
    home: House, query: dict[str, Any], body: dict[str, Any]
) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    seeds = [{"track": worlds.track_id(number)} for number in reversed(AMBER)]
    guest = (await home.recommends[0].post("/v1/recommendations", json={"seeds": seeds, **body})).json()
    mine = await person.gets(**query)
    assert len(tracks(mine)) >= 5
    assert tracks(mine) == tracks(guest)
    assert [item["score"] for item in mine["tracks"]] == pytest.approx([item["score"] for item in guest["tracks"]])


async def test_sets_of_a_person_never_share_a_track(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER, *BASALT)
    lists = [tracks(await person.gets(limit=10, set=number)) for number in (1, 2, 3)]
    assert len({item for found in lists for item in found}) == 30
    assert lists[1] == tracks(await person.gets(limit=10, set=2))


async def test_what_was_shown_comes_again_unless_the_person_asks_for_other_tracks(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    first = tracks(await person.gets(limit=10))
    assert tracks(await person.gets(limit=10)) == first
    at_once = tracks(await person.gets(limit=10, exclude_shown="true"))
    assert set(first).isdisjoint(at_once)

    async def reported() -> bool:
        shown = await home.catalog.get("/internal/shown", headers=person.bearer)
        return {*first, *at_once} <= set(shown.json()["tracks"])

    await eventually(reported)
    later = tracks(await person.gets(limit=10, exclude_shown="true"))
    assert {*first, *at_once}.isdisjoint(later)
    assert len(later) == 10


async def test_what_a_guest_is_shown_is_told_to_nobody(home: House) -> None:
    await home.recommends[0].post("/v1/recommendations", json={"seeds": [{"track": worlds.track_id(0)}]})
    person = home.person()
    await person.gets(limit=5)

    async def reported() -> bool:
        return bool((await home.catalog.get("/internal/shown", headers=person.bearer)).json()["tracks"])

    await eventually(reported)
    assert [path for path, _ in home.wire.statuses].count("/internal/impressions") == 1


async def test_a_taste_that_did_not_change_is_not_sent_again(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    for _ in range(3):
        await person.gets()
    await person.record("like", *BASALT)
    await person.gets()
    assert [status for path, status in home.wire.statuses if path == "/internal/taste"] == [200, 304, 304, 200]


async def test_seeds_of_a_person_leave_out_what_they_know_and_mark_what_they_like(home: House) -> None:
    person, seeds = home.person(), [{"track": worlds.track_id(number)} for number in AMBER]
    guest = await home.recommends[0].post("/v1/recommendations", json={"seeds": seeds, "mode": "similar"})
    best = tracks(guest.json())
    numbers = {worlds.track_id(n): n for n in range(worlds.SIZE)}
    await person.record("like", numbers[best[0]])
    await person.record("never", numbers[best[1]])
    fresh = await person.posts(seeds=seeds, mode="similar")
    assert tracks(fresh)[:18] == best[2:]
    known = await person.posts(seeds=seeds, mode="similar", exclude_known=False)
    assert tracks(known)[:19] == [best[0], *best[2:]]
    assert [item["track"]["like"] for item in known["tracks"]][:2] == [1, None]
    around = f"/v1/tracks/{worlds.track_id(0)}/similar"
    mine, theirs = [
        tracks((await home.recommends[0].get(around, params={"limit": 100}, headers=bearer)).json())
        for bearer in (person.bearer, {})
    ]
    assert mine[:98] == [track for track in theirs if track not in best[:2]]


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ({}, 401, "unauthorized"),
        ({"authorization": "Bearer nonsense"}, 401, "unauthorized"),
        ({"authorization": "Basic abc"}, 401, "unauthorized"),
    ],
)
async def test_without_a_token_that_holds_there_is_no_person(
    home: House, header: dict[str, str], status: int, code: str
) -> None:
    answer = await home.recommends[0].get(ME, headers=header)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_without_the_scope_is_refused_everywhere_and_an_expired_token_says_so(home: House) -> None:
    seeds = {"seeds": [{"track": worlds.track_id(0)}]}
    person = home.person(["catalog:read"])
    client = home.recommends[0]
    answers = [
        await client.get(ME, headers=person.bearer),
        await client.post("/v1/recommendations", json=seeds, headers=person.bearer),
        await client.get(f"/v1/tracks/{worlds.track_id(0)}/similar", headers=person.bearer),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "forbidden")] * 3
    assert "recommend:read" in answers[0].json()["detail"]
    old = {"authorization": f"Bearer {home.auth.issuer.token(person.id, exp=1)}"}
    assert (await client.get(ME, headers=old)).json()["code"] == "token_expired"
    assert (await client.post("/v1/recommendations", json=seeds, headers=old)).status_code == 401


async def test_a_deleted_person_is_forgotten_and_no_longer_answered(home: House) -> None:
    person, other = home.person(), home.person()
    for somebody in (person, other):
        await somebody.record("like", *AMBER)
        await somebody.gets()
    profiles = home.apps[0].state.pipeline.profiles
    assert person.id in profiles
    home.auth.deleted.append(person.id)

    async def forgotten() -> bool:
        return person.id not in profiles

    await eventually(forgotten)
    assert other.id in profiles
    answer = await home.recommends[0].get(ME, headers=person.bearer)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert person.id not in profiles


@pytest.mark.must("S0-01")
async def test_the_answers_of_an_interest_test_are_the_taste_of_the_very_next_list(home: House) -> None:
    person = home.person()
    catalog, path = home.catalog, "/v1/me/interest-test"
    first = (await catalog.get(path, params={"limit": 12}, headers=person.bearer)).json()
    answers = [
        {"track": item["id"], "value": 1 if item["title"].startswith("Dune") else -1} for item in first["tracks"]
    ]
    assert {answer["value"] for answer in answers} == {1, -1}
    answered = await catalog.post(path, json={"answers": answers}, headers=person.bearer)
    assert answered.status_code == 200, answered.text
    found = await person.gets(limit=10)
    assert scenes(found) == {"Dune": 10}


async def test_searches_wait_for_a_request_only_while_it_reads_its_profile(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    [app] = home.apps
    coming: list[bool] = []
    home.wire.seen = lambda path: coming.append(app.state.pipeline.arrivals.wait(lambda: None))
    await person.gets()
    assert True in coming
    assert not app.state.pipeline.arrivals.wait(lambda: None)
