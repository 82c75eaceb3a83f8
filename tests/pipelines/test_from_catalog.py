"""Likes of the product as a source of the next training input: current ratings are included, withdrawn ones are not."""

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import polars as pl
import pytest
from httpx2 import ASGITransport, AsyncBaseTransport, AsyncClient, MockTransport, Request, Response

from kit.errors import NeighbourUnavailable, Unauthorized
from kit.http import ServiceClient
from kit.release import STATE_LEARNED
from pipelines import tables
from pipelines.chain import Chain
from pipelines.graph import playlist_graph as graphs
from pipelines.ingest.catalog_likes import CatalogOpinions, fetch, listener, write
from pipelines.ingest.discard_stages import discard_earlier_stages
from pipelines.ingest.training_input import ingested, likes_as_playlists, with_catalog_likes
from services.catalog.app import create_app
from tests import worlds
from tests.published import QUICK, SMALL, source_files
from tests.services.catalog.conftest import SERVICE_KEY, eventually, settings, until
from tests.services.catalog.conftest import write as write_catalog
from tests.services.catalog.listener import Listener
from tests.services.recommend.people import Auth
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
KEY = SERVICE_KEY.encode()
AMBER, DUNE = [worlds.track_id(i) for i in (3, 5, 6)], worlds.track_id(155)


class Product:
    """A running catalog with people, and what a pipeline makes of it."""

    def __init__(self, client: AsyncClient, auth: Auth, wire: AsyncBaseTransport, folder: Path) -> None:
        self.client, self.auth, self.wire, self.folder = client, auth, wire, folder

    def listener(self) -> Listener:
        return Listener(self.client, self.auth.issuer)

    async def leave(self, person: Listener) -> None:
        """The account is deleted at auth; catalog hears of it."""
        self.auth.deleted.append(person.id)

        async def gone() -> bool:
            return (await person.request("GET", "/v1/me/likes")).status_code == 401

        await eventually(gone)

    async def source(self) -> Path:
        """The folder that --from-catalog reads."""
        return write(await self.received(), self.folder, KEY)

    async def received(self, key: str = SERVICE_KEY, wire: AsyncBaseTransport | None = None) -> CatalogOpinions:
        async with ServiceClient("catalog", "http://catalog", TransportWire(wire or self.wire)) as neighbour:
            return await fetch(neighbour, key)


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Product]:
    write_catalog(tmp_path / "data" / "releases")
    auth = Auth()
    app = create_app(settings(tmp_path / "data"), TransportWire(MockTransport(auth)))
    wire = ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), AsyncClient(transport=wire, base_url="http://catalog") as client:
        await until(client, "ok")
        (tmp_path / "work").mkdir()
        yield Product(client, auth, wire, tmp_path / "work")


@pytest.mark.must("S0-10")
async def test_likes_are_training_input_until_withdrawn_or_the_account_is_deleted(
    product: Product, tmp_path: Path
) -> None:
    files = source_files(tmp_path / "files")
    ada, bob = product.listener(), product.listener()
    for one in (ada, bob):
        for track in AMBER:
            await one.like(track)
    await bob.record({"track": DUNE, "kind": "dislike"})
    before = Chain([*files, await product.source()], product.folder, 1, SMALL, QUICK)
    assert listened(before) == {(who(one), track) for one in (ada, bob) for track in AMBER}
    assert f"listener:{who(ada)}" in graphs.load(before.graph("all").path).playlist_ids.tolist()
    keys, folders = (before.ingest().key, before.graph("all").key), (before.ingest().path, before.graph("all").path)

    await ada.request("DELETE", f"/v1/me/likes/{AMBER[0]}")
    await product.leave(bob)
    after = Chain([*files, await product.source()], product.folder, 1, SMALL, QUICK)
    assert listened(after) == {(who(ada), track) for track in AMBER[1:]}
    assert f"listener:{who(bob)}" not in graphs.load(after.graph("all").path).playlist_ids.tolist()
    assert after.ingest().key != keys[0]
    assert after.graph("all").key != keys[1]
    assert [folder.exists() for folder in folders] == [False, False]  # what Bob said stays in no finished stage either


def listened(chain: Chain) -> set[tuple[str, str]]:
    """Which listener counts as a playlist of which tracks."""
    entries = likes_as_playlists(tables.read(chain.ingest().path, "listens"))
    assert set(entries["provenance"]) <= {"catalog"}
    return {(name.removeprefix("listener:"), track) for name, track in entries.select("playlist_id", "track_id").rows()}


def who(one: Listener) -> str:
    return listener(one.id, KEY)


async def test_a_track_of_the_product_only_is_trained_with_card_and_provenance(
    product: Product, tmp_path: Path
) -> None:
    """The files do not describe the track: without catalog's data it would have no title."""
    tracks, playlists = source_files(tmp_path / "files")
    known = pl.read_parquet(tracks).filter(pl.col("track_id") != AMBER[0])
    known.write_parquet(tracks)
    for person in [product.listener() for _ in range(6)]:
        for track in AMBER:
            await person.like(track)
    chain = Chain([tracks, playlists, await product.source()], product.folder, 1, SMALL, QUICK)
    release = chain.release(tmp_path / "releases", "mine")
    row = int(release.rows([AMBER[0]])[0])
    assert release.column("state")[row] == STATE_LEARNED
    assert b'"Hey Ya!"' in release.card(row)
    assert release.manifest.provenance == {"tracks.parquet": worlds.SIZE - 1, "catalog": 1, "catalog: opinions": 18}


async def test_features_of_the_product_never_replace_measured_ones(product: Product, tmp_path: Path) -> None:
    await product.listener().like(AMBER[1])
    source = await product.source()
    alone = tables.read(ingested([source], product.folder).path, "tracks").row(0, named=True)
    assert alone["features_from"] == "name_artist"
    files = source_files(tmp_path / "files")
    both = tables.read(ingested([source, *files], product.folder).path, "tracks")
    assert both.filter(pl.col("track_id") == AMBER[1])["features_from"].to_list() == ["file"]


async def test_a_listener_is_a_stable_hash_and_the_files_hold_no_account(product: Product) -> None:
    ada, bob = product.listener(), product.listener()
    await ada.like(AMBER[0])
    await bob.record({"track": AMBER[0], "kind": "never"}, {"track": AMBER[1], "kind": "play"})
    source = await product.source()
    reported = sorted([(who(ada), AMBER[0], 1), (who(bob), AMBER[0], -1)])
    assert pl.read_parquet(source / "listens.parquet").rows() == reported
    files = {file.name: file.read_bytes() for file in source.iterdir()}
    assert {file.name: file.read_bytes() for file in (await product.source()).iterdir()} == files
    assert set(pl.read_parquet_schema(source / "listens.parquet")) == {"user_id", "track_id", "value"}
    assert listener(ada.id, KEY) != listener(ada.id, b"another key")


async def test_accounts_deleted_during_the_export_are_left_out(product: Product) -> None:
    """The feed is looked at again after the last page; here the person leaves between the two."""
    ada = product.listener()
    await ada.like(AMBER[0])

    class Meanwhile(AsyncBaseTransport):
        async def handle_async_request(self, request: Request) -> Response:
            answer = await product.wire.handle_async_request(request)
            if request.url.path == "/internal/opinions":
                await product.leave(ada)
            return answer

    assert len((await product.received()).opinions) == 1
    assert (await product.received(wire=Meanwhile())).opinions == []


async def test_a_wrong_key_is_told_in_a_sentence(product: Product) -> None:
    with pytest.raises(Unauthorized, match="they send SEGUE_SERVICE_KEY"):
        await product.received(key="not the key of this house, but as long")


def test_nothing_is_read_from_a_catalog_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(NeighbourUnavailable, match="catalog did not answer"):
        with_catalog_likes("http://127.0.0.1:9", [], tmp_path, tmp_path / "work")
    assert list(tmp_path.rglob("*.parquet")) == []


def test_stages_of_earlier_exports_are_deleted_with_their_dependants(tmp_path: Path) -> None:
    built = {}
    for name, source in (("one", "catalog"), ("two", "catalog"), ("files", "playlists.csv")):
        folder = tmp_path / name / ("catalog" if source == "catalog" else "mine")
        files = source_files(folder, seed=len(built) + 1)
        chain = Chain([folder] if source == "catalog" else files, tmp_path / f"work-{name}", 1, SMALL, QUICK)
        built[name] = (chain.ingest(), chain.graph("all"))
    work = tmp_path / "work"
    for name in built:
        for path in (tmp_path / f"work-{name}").glob("*/*"):
            target = work / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
    kept = built["two"][0].key
    removed = discard_earlier_stages(work, "catalog", kept)
    assert {path.name for path in removed} == {stage.key for stage in built["one"]}
    files = list((work / "ingest-file").glob("*"))
    stages = {path for path in work.glob("*/*") if path not in files}
    assert {path.name for path in stages} == {s.key for name in ("two", "files") for s in built[name]}
    sources = {orjson.loads((path / "stage.json").read_bytes())["settings"]["source"] for path in files}
    assert sources == {"playlists.parquet", "tracks.parquet"}
    assert discard_earlier_stages(work, "catalog", kept) == []
