"""Seeds that catalog knows and the release does not: placed by their sound and their artist, as far as it may."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import polars as pl
import pytest

from kit import ids
from kit.cold_start import ColdStart
from kit.query import Pooling
from kit.release import STATE_LEARNED, Floats, Release
from kit.release_current import open_current
from kit.wire.catalog import Features, Track
from pipelines.release.write import write_release
from services.catalog.app import create_app as create_catalog
from services.catalog.settings import Settings as CatalogSettings
from services.recommend.app import create_app
from services.recommend.served.artist_vectors import ArtistVectors
from services.recommend.settings import Settings
from tests import worlds
from tests.services.recommend.imported_catalog import imported
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
COBALT = worlds.artist_name(103)
SIGNED, BARE, LOUD, TITLED = (ids.derive(mbid=f"imported later {n}") for n in range(4))
"""By a cobalt artist with the sound of amber; by the same with no sound; amber's sound and nobody's; a title only."""


def later_tracks() -> pl.DataFrame:
    """Tracks that came after the release was made."""
    amber = next(row for row in worlds.tracks().iter_rows(named=True) if row["track_id"] == worlds.track_id(0))
    silent = dict.fromkeys(Features.model_fields) | {"features_from": None}
    rows = [
        amber | {"track_id": SIGNED, "title": "Later Signed", "artists": [COBALT]},
        amber | silent | {"track_id": BARE, "title": "Later Bare", "artists": [COBALT]},
        amber | {"track_id": LOUD, "title": "Later Loud", "artists": ["Nobody In Particular"]},
        amber | silent | {"track_id": TITLED, "title": "Later Titled", "artists": []},
    ]
    return pl.DataFrame(rows, schema=worlds.tracks().schema)


@pytest.fixture
async def client(published: Path, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """Asks recommend, whose catalogue holds tracks that the published release does not."""
    content = worlds.content()
    tracks = pl.concat([content.tracks, later_tracks()])
    worlds.set_current(tmp_path, write_release(tmp_path, replace(content, tracks=tracks)))
    (tmp_path / "releases").symlink_to(tmp_path)
    async with AsyncExitStack() as opened:
        catalog = create_catalog(CatalogSettings(data=tmp_path, poll_s=0.05))
        await opened.enter_async_context(catalog.router.lifespan_context(catalog))
        await imported(catalog)
        app = create_app(Settings(data=published), TransportWire(httpx2.ASGITransport(catalog)))
        await opened.enter_async_context(app.router.lifespan_context(app))
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        yield await opened.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://recommend"))


@pytest.fixture
def release(published: Path) -> Release:
    found = open_current(published / "releases")
    assert found is not None
    return found


def of_artist(release: Release, name: str) -> list[int]:
    """Rows of an artist's learned tracks, by looking at every card."""
    cards = [Track.model_validate_json(release.card(row)) for row in range(release.size)]
    learned = release.column("state") == STATE_LEARNED
    return [row for row, card in enumerate(cards) if learned[row] and card.artists[0].name == name]


def ranked(release: Release, features: dict[str, float | None], artist: str | None) -> list[str]:
    """What an exact search lists for the vector that the release's network gives."""
    network = ColdStart.of(release)
    assert network is not None
    sides = (release.index_vectors("graph"), release.query_vectors("graph"))
    means: list[Floats] = []
    if artist:
        rows = of_artist(release, artist)
        means = [np.asarray(side[rows], np.float32).mean(axis=0) for side in sides]
    placed = network.graph(features, *means)
    assert placed is not None
    query = Pooling.of(release, "graph").pool(placed[1][None], np.ones(1, np.float32)).vector
    index = np.asarray(sides[0], np.float32)
    scores = np.where(index.any(axis=1), index @ query, -np.inf)
    return [release.track_id(int(row)) for row in np.argsort(-scores, kind="stable")[:20]]


def sound() -> dict[str, float | None]:
    row = later_tracks().row(0, named=True)
    return {name: row[name] for name in Features.model_fields}


async def send_query(client: httpx2.AsyncClient, *tracks: str) -> dict[str, Any]:
    body = {"seeds": [{"track": track} for track in tracks], "mode": "similar", "limit": 20}
    answer = await client.post("/v1/recommendations", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def listed(found: dict[str, Any]) -> list[str]:
    return [track["track"]["id"] for track in found["tracks"]]


def scene(found: dict[str, Any]) -> list[str]:
    return [track["track"]["title"].split()[0] for track in found["tracks"]]


@pytest.mark.must("S0-11")
async def test_a_track_of_a_known_artist_is_placed_by_both_its_sound_and_its_artist(
    client: httpx2.AsyncClient, release: Release
) -> None:
    found = await send_query(client, SIGNED)
    assert listed(found) == ranked(release, sound(), COBALT)
    assert listed(found) != ranked(release, sound(), None)
    assert found["tracks"][0]["reason"]["text"].startswith("Later Signed: ")


async def test_a_track_without_a_sound_is_placed_by_its_artist(client: httpx2.AsyncClient, release: Release) -> None:
    found = await send_query(client, BARE)
    assert listed(found) == ranked(release, {}, COBALT)
    assert scene(found).count("Cobalt") >= 15
    assert found["tracks"][0]["reason"]["near_in"] == []


async def test_a_track_of_an_artist_nobody_has_learned_is_placed_by_its_sound(
    client: httpx2.AsyncClient, release: Release
) -> None:
    assert listed(await send_query(client, LOUD)) == ranked(release, sound(), None)


@pytest.mark.must("S2-10")
@pytest.mark.parametrize("track", ["7KXjTSCq5nL1LoYtL7XAwS", TITLED])
async def test_features_beside_a_track_that_is_not_known_place_it(
    client: httpx2.AsyncClient, release: Release, track: str
) -> None:
    body = {"seeds": [{"track": track}], "mode": "similar", "limit": 20}
    assert (await client.post("/v1/recommendations", json=body)).status_code == 404
    body["seeds"] = [{"track": track, "features": sound()}]
    found = (await client.post("/v1/recommendations", json=body)).json()
    assert (listed(found), found["unknown"]) == (ranked(release, sound(), None), [])


async def test_features_beside_a_track_that_is_known_change_nothing(client: httpx2.AsyncClient) -> None:
    for track in (worlds.track_id(150), SIGNED):
        body = {"seeds": [{"track": track, "features": sound()}], "mode": "similar", "limit": 20}
        answer = await client.post("/v1/recommendations", json=body)
        assert listed(answer.json()) == listed(await send_query(client, track))


async def test_a_track_of_which_only_a_title_is_known_is_no_seed(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/v1/recommendations", json={"seeds": [{"track": TITLED}]})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_usable_seed")
    both = await send_query(client, TITLED, worlds.track_id(0))
    assert both["unknown"] == [TITLED]


async def test_an_artist_is_found_by_id_among_all_of_them(release: Release) -> None:
    artists = ArtistVectors(release)
    names = {worlds.artist_name(i) for i in range(worlds.SIZE)}
    for name in names:
        assert sorted(artists.rows(ids.artist_id(name)).tolist()) == of_artist(release, name)
    for outsider in ("0" * 22, ids.artist_id("Nobody In Particular"), "7" + "0" * 21):
        assert artists.rows(outsider).tolist() == []
        assert artists.means(outsider) is None
