"""Who names one version of a track means the track: no other version of it comes, whatever the list is made of."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kit import ids as track_ids
from kit.release import Release
from kit.release_current import open_current
from pipelines.release.aliases import Aliases
from pipelines.release.publish import publish
from pipelines.release.write import write_release
from services.recommend.served.recording_groups import RecordingGroups
from services.recommend.served.tables import Tables
from tests import worlds
from tests.services.recommend.people import House, house, tracks

pytestmark = pytest.mark.anyio
ONE, OTHER = 0, 1
"""Track 0 of the amber scene and its remaster; track 2 is a live take, a recording of its own."""
LIVE = worlds.track_id(2)
FORMER, OLDER = track_ids.derive(mbid="the id that song 0 had"), track_ids.derive(mbid="and the one before")
MBID, ISRC = "0f8b3c52-7b7e-4a26-9d1c-0a4b4e7c9f11", "QMXX12500003"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published release that knows other names of track 0."""
    folder = tmp_path_factory.mktemp("versions")
    own = worlds.track_id(ONE)
    known = Aliases({FORMER: own, OLDER: own}, {f"mbid:{MBID}": own, f"isrc:{ISRC}": own})
    release = write_release(folder / "out", replace(worlds.content(), aliases=known))
    publish(release.path, folder / "data")
    return folder / "data"


@pytest.fixture(scope="module")
async def home(data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(data, tmp_path_factory.mktemp("house")) as opened:
        yield opened


def both() -> set[str]:
    return {worlds.track_id(ONE), worlds.track_id(OTHER)}


@pytest.mark.parametrize("named", [ONE, OTHER])
@pytest.mark.parametrize("mode", ["balanced", "similar"])
async def test_no_version_of_a_seed_or_of_an_avoided_track_comes(home: House, named: int, mode: str) -> None:
    seed, near = {"track": worlds.track_id(named)}, {"track": worlds.track_id(5)}
    person = home.person()
    for body in ({"seeds": [seed]}, {"seeds": [near], "avoid": [seed]}):
        found = tracks(await person.posts(**body, mode=mode, limit=150))
        assert both().isdisjoint(found)
        assert LIVE in found


async def test_no_version_of_what_a_person_likes_played_or_never_wants_comes(home: House) -> None:
    for kind in ("like", "play", "dislike", "never"):
        person = home.person()
        await person.record("like", 5, 10)
        await person.record(kind, OTHER)
        assert both().isdisjoint(tracks(await person.gets(limit=150)))
        assert both().isdisjoint(tracks(await person.gets(limit=150, mode="similar")))
        with_known = set(tracks(await person.gets(limit=190, exclude_known="false", mode="similar")))
        assert both().isdisjoint(with_known) is (kind in ("dislike", "never"))


async def test_popular_tracks_leave_out_every_version_too(home: House) -> None:
    person = home.person()
    await person.record("never", ONE)
    found = await person.gets(limit=190, per_artist=190)
    assert found["tracks"][0]["reason"]["space"] == "popular"
    assert both().isdisjoint(tracks(found))


async def test_what_was_shown_hides_its_other_versions(home: House) -> None:
    person = home.person()
    await person.record("like", 5, 10)
    everything = await person.gets(limit=190, mode="similar")
    assert both() <= set(tracks(everything))
    fresh = home.person()
    await fresh.record("like", 5, 10)
    await fresh.record("impression", ONE)
    assert both().isdisjoint(tracks(await fresh.gets(limit=190, mode="similar", exclude_shown="true")))


@pytest.mark.parametrize("name", [FORMER, OLDER, MBID, MBID.upper(), ISRC, "qm-xx1-25-00003", f"{FORMER}?si=1a2b"])
async def test_a_seed_by_any_name_of_a_track_is_that_track(home: House, name: str) -> None:
    [recommend] = home.recommends
    answers = [
        (await recommend.post("/v1/recommendations", json={"seeds": [{"track": one}]})).json()
        for one in (name, worlds.track_id(ONE))
    ]
    assert [{**answer, "request_id": None} for answer in answers[:1]] == [{**answers[1], "request_id": None}]
    assert answers[0]["tracks"][0]["reason"]["seeds"][0]["track"] == worlds.track_id(ONE)


@pytest.mark.parametrize("name", [ONE, OTHER])
async def test_versions_of_a_track_are_the_others_of_its_recording(home: House, name: int) -> None:
    [recommend] = home.recommends
    answer = await recommend.get(f"/v1/tracks/{worlds.track_id(name)}/versions")
    assert answer.status_code == 200
    assert {one["id"] for one in answer.json()["items"]} == both() - {worlds.track_id(name)}
    assert answer.json()["items"][0]["artists"]


async def test_a_track_may_have_no_other_version_and_an_unknown_one_is_told(home: House) -> None:
    [recommend] = home.recommends
    assert (await recommend.get(f"/v1/tracks/{LIVE}/versions")).json()["items"] == []
    unknown = await recommend.get(f"/v1/tracks/{track_ids.derive(mbid='nobody knows this')}/versions")
    assert (unknown.status_code, "GET /v1/search" in unknown.json()["detail"]) == (404, True)
    assert (await recommend.get(f"/v1/tracks/{LIVE}/versions", params={"limit": 51})).status_code == 422


@pytest.mark.parametrize("form", ["spotify:track:{}", "https%3A%2F%2Fopen.spotify.com%2Ftrack%2F{}%3Fsi%3D1a2b"])
async def test_similar_takes_a_link_in_its_address(home: House, form: str) -> None:
    [recommend] = home.recommends
    answer = await recommend.get(f"/v1/tracks/{form.format(FORMER)}/similar")
    plain = await recommend.get(f"/v1/tracks/{worlds.track_id(ONE)}/similar")
    assert answer.json()["tracks"] == plain.json()["tracks"]
    assert (await recommend.get("/v1/tracks/nonsense/similar")).status_code == 422


@pytest.mark.parametrize("name", [FORMER, MBID, ISRC, f"spotify%3Atrack%3A{FORMER}", f"{FORMER}%3Fsi%3D1a2b"])
async def test_catalog_gives_the_track_of_today_for_every_name(home: House, name: str) -> None:
    found = await home.catalog.get(f"/v1/tracks/{name}")
    assert (found.status_code, found.json()["id"]) == (200, worlds.track_id(ONE))


async def test_a_code_that_nobody_knows_is_told_as_it_was_asked(home: House) -> None:
    person = home.person()
    found = await person.posts(seeds=[{"track": worlds.track_id(ONE)}, {"track": "QMXX12500009"}])
    assert found["unknown"] == ["QMXX12500009"]


async def test_a_like_under_an_older_id_is_a_like_of_the_track(home: House) -> None:
    person, plain = home.person(), home.person()
    for name in (FORMER, OLDER, MBID):
        answer = await home.catalog.put(f"/v1/me/likes/{name}", headers=person.bearer)
        assert answer.json()["track"] == worlds.track_id(ONE)
    await plain.record("like", ONE)
    assert (await person.gets())["tracks"] == (await plain.gets())["tracks"]


def test_rows_are_expanded_to_whole_groups_and_no_further() -> None:
    rng = np.random.default_rng(3)
    group = np.unique(rng.integers(0, 3_000, 4_000), return_inverse=True)[1]
    named = rng.choice(4_000, 200, replace=False).tolist()
    assert RecordingGroups.of(group).expand(named) == set(np.flatnonzero(np.isin(group, group[named])).tolist())


def test_the_group_of_nothing_is_nothing() -> None:
    assert RecordingGroups.of(np.zeros(0, np.int32)).expand([]) == frozenset()
    assert RecordingGroups.of(np.array([0, 1, 0])).expand(iter([2, 2])) == {0, 2}


def test_joined_names_share_a_cap_and_older_releases_cap_as_they_did(tmp_path: Path) -> None:
    cells = {3: ["The Amber Band 0"], 4: ["Amber Band 0 & Somebody"]}
    content = worlds.content()
    named = {worlds.track_id(i): cell for i, cell in cells.items()}
    rows = [
        {**row, "artists": named.get(row["track_id"], row["artists"])} for row in content.tracks.iter_rows(named=True)
    ]
    tracks = pl.DataFrame(rows, schema=content.tracks.schema)
    release = write_release(tmp_path, replace(content, tracks=tracks))
    of = [int(row) for row in release.rows([worlds.track_id(i) for i in (0, 3, 4)])]
    tables = Tables.of(release)
    assert len(set(tables.main_artist[of].tolist())) == 1
    assert len(set(tables.artist[of].tolist())) == 3
    assert Tables.of(_without_column(release)).main_artist[of].tolist() == tables.artist[of].tolist()


def _without_column(release: Release) -> Release:
    """The release as it was made before caps saw joined names."""
    older = Release(release.path)
    older.manifest = release.manifest.model_copy(deep=True)
    del older.manifest.files["columns/main_artist.npy"]
    return older


def test_the_release_that_serves_holds_the_names(data: Path) -> None:
    release = open_current(data / "releases")
    assert release is not None
    assert release.manifest.counts["aliases"] == 4
