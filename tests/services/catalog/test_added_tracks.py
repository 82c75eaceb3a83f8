"""Tests of tracks that a person's file names and the catalogue lacks, through catalog."""

from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient

from kit.ids import artist_id
from services.catalog.imports.new_tracks import split_credit
from tests import worlds
from tests.kit.formats.user_exports.opening import as_bytes
from tests.services.catalog.conftest import FROM_SERVICE, eventually, settings, write
from tests.services.catalog.listener import HALO, Listener
from tests.services.catalog.test_imports import NEW, exported, imported, play, playlists_of, plays_of

pytestmark = pytest.mark.anyio
ODD = play("Something Nobody Knows", "Nobody At All", 20)
OF_BEYONCE = play("A Song Of No Album", "Beyoncé feat. Nobody", 40)


async def added(person: Listener, history: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The counts of an import that adds unknown tracks, and the person's added tracks."""
    answer = await person.request(
        "POST", "/v1/me/imports", params={"name": "h.json", "add_unknown": True}, content=as_bytes(history)
    )

    async def done() -> bool:
        found.update((await person.request("GET", f"/v1/me/imports/{answer.json()['id']}")).json())
        return found["status"] == "done"

    found: dict[str, Any] = {}
    await eventually(done)
    return found, await listed(person)


async def listed(person: Listener) -> dict[str, Any]:
    return dict((await person.request("GET", "/v1/me/added-tracks")).json())


async def test_unknown_tracks_are_added_for_the_person_alone_and_counted(ann: Listener, ben: Listener) -> None:
    done, mine = await added(ann, [ODD, OF_BEYONCE, ODD | {"ts": "2023-06-01T12:00:00Z"}])
    counts = done["counts"]
    shown = {name: counts[name] for name in ("read", "matched", "added", "unmatched", "new", "tracks_added")}
    assert shown == {"read": 3, "matched": 0, "added": 3, "unmatched": 0, "new": 3, "tracks_added": 2}
    by_title = {one["track"]["title"]: one for one in mine["items"]}
    assert {title: (one["own"], one["placed_by"]) for title, one in by_title.items()} == {
        "Something Nobody Knows": (True, "unknown"),
        "A Song Of No Album": (True, "unknown"),
    }
    odd = by_title["Something Nobody Knows"]["track"]["id"]
    assert plays_of(await ann.user_feedback())[odd] == 2
    history = (await ann.request("GET", "/v1/me/plays")).json()["items"]
    assert [one["track"]["title"] for one in history].count("Something Nobody Knows") == 2
    assert by_title["A Song Of No Album"]["track"]["artists"][0] == {"id": artist_id("Beyoncé"), "name": "Beyoncé"}
    for person, status in ((ann, 200), (ben, 404)):
        assert (await person.request("GET", f"/v1/tracks/{odd}")).status_code == status
    assert (await listed(ben))["items"] == []
    assert (await ben.request("POST", "/v1/tracks:batch", json={"ids": [odd]})).json()["unknown"] == [odd]
    assert (await ben.request("PUT", f"/v1/me/likes/{odd}")).status_code == 404
    assert (await ann.request("GET", "/v1/search", params={"q": "Something Nobody Knows"})).json()["items"] == []


async def test_each_person_has_a_track_of_their_own_and_a_second_import_adds_none(ann: Listener, ben: Listener) -> None:
    _, mine = await added(ann, [ODD])
    other, _ = await added(ann, [play("SOMETHING, nobody knows", "Nobody at all", 20)])
    assert (other["counts"]["tracks_added"], other["counts"]["new"], other["counts"]["repeated"]) == (0, 0, 1)
    _, bens = await added(ben, [ODD])
    assert mine["total"] == bens["total"] == 1
    assert mine["items"][0]["track"]["id"] != bens["items"][0]["track"]["id"]
    again = await imported(ann, as_bytes([ODD | {"ts": "2024-06-01T12:00:00Z"}]))
    assert again["counts"]["matched_by"] == {"correction": 1}


async def test_unmatched_rows_are_added_afterwards_also_into_playlists(ann: Listener, ben: Listener) -> None:
    only = await imported(ann, exported(("Late", [("Halo", "Beyoncé"), ("Krazy in Luv", "Bee")])), "Playlist1.json")
    path = f"/v1/me/imports/{only['id']}/unmatched/added"
    assert (await ben.request("POST", path, json={})).status_code == 404
    answer = (await ann.request("POST", path, json={})).json()
    assert {name: answer[name] for name in ("tracks", "rows", "new")} == {"tracks": 1, "rows": 1, "new": 1}
    assert (await ann.request("POST", path, json={"after": answer["after"]})).json()["after"] is None
    own = (await listed(ann))["items"][0]["track"]["id"]
    assert await playlists_of(ann) == {"Late 0": [HALO, own]}
    assert (await ann.request("DELETE", f"/v1/me/added-tracks/{own}")).status_code == 204
    assert await playlists_of(ann) == {"Late 0": [HALO]}
    assert (await listed(ann))["total"] == 0
    assert (await ann.request("DELETE", f"/v1/me/added-tracks/{own}")).status_code == 404
    [row] = (await ann.request("GET", f"/v1/me/imports/{only['id']}/unmatched")).json()["items"]
    assert row["track"] is None


async def test_a_row_that_others_come_near_is_added_on_request_only(ann: Listener) -> None:
    near = play("Nothimg Else Mattets", "Metallica", 60)
    done, mine = await added(ann, [near])
    assert (done["counts"]["unmatched"], mine["total"]) == (1, 0)
    path = f"/v1/me/imports/{done['id']}/unmatched"
    [row] = (await ann.request("GET", path)).json()["items"]
    answer = (await ann.request("POST", f"{path}/added", json={"number": row["number"]})).json()
    assert plays_of(await ann.user_feedback()) == {answer["track"]: 1}
    [row] = (await ann.request("GET", path)).json()["items"]
    assert (row["track"], row["own"]) == (answer["track"], True)
    assert (await ann.request("POST", f"{path}/added", json={"number": row["number"]})).json()["new"] == 0
    assert (await ann.request("POST", f"{path}/added", json={"number": 10**9})).status_code == 404


async def test_an_own_track_can_be_named_after_one_of_the_catalogue(ann: Listener, ben: Listener) -> None:
    _, mine = await added(ann, [ODD, play("Halo", "Beyoncé", 60)])
    own = mine["items"][0]["track"]["id"]
    path, same = f"/v1/me/added-tracks/{own}", {"track": HALO}
    assert (await ben.request("PUT", path, json=same)).status_code == 404
    assert (await ann.request("PUT", path, json=same)).status_code == 204
    assert plays_of(await ann.user_feedback()) == {HALO: 2}
    assert (await listed(ann))["total"] == 0
    assert (await imported(ann, as_bytes([ODD])))["counts"]["repeated"] == 1


async def test_own_tracks_of_others_push_nothing_out_of_a_search(ann: Listener, ben: Listener) -> None:
    shared = (await ben.request("GET", "/v1/search", params={"q": "halo"})).json()["items"]
    await added(ann, [play("Halo", f"Invented Artist {number}", 20) for number in range(120)])
    assert shared
    assert (await ben.request("GET", "/v1/search", params={"q": "halo"})).json()["items"] == shared


async def test_an_own_track_that_was_named_can_be_named_anew_and_starts_afresh_when_removed(ann: Listener) -> None:
    _, mine = await added(ann, [ODD])
    own = mine["items"][0]["track"]["id"]
    for track in (worlds.track_id(4), HALO, HALO):
        named = await ann.request("PUT", f"/v1/me/added-tracks/{own}", json={"track": track})
        assert named.status_code == 204, named.text
        assert (await ann.request("GET", f"/v1/tracks/{own}")).json()["id"] == track
    assert (await ann.request("DELETE", f"/v1/me/added-tracks/{own}")).status_code == 204
    assert (await ann.request("GET", f"/v1/tracks/{own}")).status_code == 404
    _, again = await added(ann, [ODD | {"ts": "2024-01-01T12:00:00Z"}])
    assert [one["track"]["id"] for one in again["items"]] == [own]


async def test_a_like_of_an_own_track_is_trained_on_once_it_is_one_of_the_catalogue(
    ann: Listener, client: AsyncClient
) -> None:
    async def trained() -> list[str]:
        found = (await client.get("/internal/opinions", headers=FROM_SERVICE)).json()
        return [one["track"] for one in found["items"]]

    _, mine = await added(ann, [ODD])
    own = mine["items"][0]["track"]["id"]
    await ann.like(own)
    assert await trained() == []
    await ann.request("PUT", f"/v1/me/added-tracks/{own}", json={"track": HALO})
    assert await trained() == [HALO]


async def test_an_own_track_that_was_named_starts_afresh_after_its_import_was_taken_back(ann: Listener) -> None:
    done, mine = await added(ann, [ODD])
    own = mine["items"][0]["track"]["id"]
    await ann.request("PUT", f"/v1/me/added-tracks/{own}", json={"track": HALO})
    await ann.request("POST", f"/v1/me/imports/{done['id']}/undo")

    async def gone() -> bool:
        return (await ann.request("GET", f"/v1/me/imports/{done['id']}")).status_code == 404

    await eventually(gone)
    assert (await ann.request("GET", f"/v1/tracks/{own}")).status_code == 404
    _, again = await added(ann, [ODD])
    assert [one["track"]["id"] for one in again["items"]] == [own]


async def test_taking_an_import_back_takes_its_added_tracks(ann: Listener) -> None:
    done, mine = await added(ann, [ODD])
    assert mine["total"] == 1
    await ann.request("POST", f"/v1/me/imports/{done['id']}/undo")

    async def gone() -> bool:
        return (await ann.request("GET", f"/v1/me/imports/{done['id']}")).status_code == 404

    await eventually(gone)
    assert (await listed(ann))["total"] == 0
    assert (await imported(ann, as_bytes([ODD])))["counts"]["unmatched"] == 1


async def test_a_release_that_has_the_track_takes_it_over(ann: Listener, client: AsyncClient, tmp_path: Path) -> None:
    _, mine = await added(ann, [ODD])
    assert mine["total"] == 1
    write(settings(tmp_path).releases, 8, {4: ("Something Nobody Knows", "Nobody At All")})

    async def adopted() -> bool:
        return (await listed(ann))["total"] == 0

    await eventually(adopted)
    assert plays_of(await ann.user_feedback()) == {worlds.track_id(4): 1}


async def test_features_of_a_table_are_kept(ann: Listener) -> None:
    table = (
        "Track URI,Track Name,Artist Name(s),Danceability,Energy,Key,Tempo\n"
        f"spotify:track:{NEW},Never Gonna,Rick A,0.5,0.25,11,120.5\n"
        f"spotify:track:{NEW[:-1]}A,Broken,Rick A,5,nan,,\n"
    )
    await imported(ann, table.encode(), "Mine.csv")
    features = (await ann.request("GET", f"/v1/tracks/{NEW}")).json()["features"]
    assert {name: features[name] for name in ("danceability", "energy", "key", "tempo", "valence")} == {
        **{"danceability": 0.5, "energy": 0.25, "key": 11, "tempo": 120.5, "valence": None}
    }
    mine = await listed(ann)
    assert {one["track"]["title"]: one["own"] for one in mine["items"]} == {"Never Gonna": False, "Broken": False}
    assert (await ann.request("GET", f"/v1/tracks/{NEW[:-1]}A")).json()["features"] is None


def test_credits_of_several_artists() -> None:
    assert split_credit("Beyoncé feat. Jay-Z") == ("Beyoncé", "Jay-Z")
    assert split_credit("A & B") == ("A", "B")
    assert split_credit("Portishead") is None
