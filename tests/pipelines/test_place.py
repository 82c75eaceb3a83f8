"""segue-pipeline place: new tracks are added to the current release, and nothing else in it changes."""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import anyio
import httpx2
import numpy as np
import orjson
import polars as pl
import pytest

from kit import ids
from kit.cold_start import COMBINATIONS, FILE, ColdStart
from kit.cooccurrence import CooccurrenceTable
from kit.query import Pooling
from kit.release import STATE_PLACED, STATE_UNKNOWN, Release
from kit.release_current import current_version
from kit.vectors import TrackQuery, open_index
from kit.wire.catalog import InRelease
from pipelines import tables
from pipelines.index.growth import continues
from pipelines.ingest.training_input import ingested
from pipelines.release.place import Arrivals, CannotPlace, arrive, content, serving
from pipelines.release.publish import publish, rollback
from pipelines.release.write import write_release
from pipelines.stage import Built
from services.catalog.app import create_app as create_catalog
from services.catalog.settings import Settings as CatalogSettings
from services.recommend.app import create_app as create_recommend
from services.recommend.settings import Settings as RecommendSettings
from tests import worlds
from tests.copies import cloned
from tests.repo.test_slim_extras import HIDER, modules_of
from tests.services.recommend.demo import demo  # noqa: F401 - a fixture
from tests.wires import TransportWire

ROOT = Path(__file__).parents[2]
DEMO = next((ROOT / "releases").glob("demo-*"))
PLAYED = "energy,valence,danceability,acousticness,tempo,loudness"
KNOWN, OTHER = "Too Much Sugar", "The Fifth Honeys"  # a learned track of the demo world and its artist
OUTSIDER = "3n3Ppam7vgaVa1iaRUc9Lp"


def track(title: str, artist: str = OTHER) -> str:
    return ids.derive(artist=artist, title=title)


SIGNED, BARE, BARE_TOO = (track(title) for title in ("Quite New", "Quite Bare", "Quite Bare Too"))
SOUNDING = track("Heard Somewhere", "Nobody We Know")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five new tracks, a track without a title, and one that the demo release knows with another tempo."""
    known = Release(DEMO).track_id(row_of(Release(DEMO), KNOWN))
    file = tmp_path_factory.mktemp("new") / "arrivals.csv"
    file.write_text(
        f"track_id,title,artist,{PLAYED}\n"
        f",Quite New,{OTHER},.76,.7,.78,.1,110,-9\n"
        f",Quite Bare,{OTHER},,,,,,\n"
        f",Quite Bare Too,{OTHER},,,,,,\n"
        f"{OUTSIDER},Only A Title,,,,,,,\n"
        ",Heard Somewhere,Nobody We Know,.2,.2,.2,.9,70,-20\n"
        f"{known},{KNOWN},{OTHER},,,,,210,\n"
        f"4uLU6hMCjMI75M1A2tKUQC,,{OTHER},.5,.5,.5,.5,120,-9\n"
    )
    return file


def row_of(release: Release, title: str) -> int:
    """The first row with a title."""
    titles = pl.read_parquet(release.path / "tracks.parquet", columns=["title"])["title"].to_list()
    return titles.index(title)


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return ingested([source], tmp_path_factory.mktemp("work"))


@pytest.fixture(scope="module")
def arrivals(built: Built) -> Arrivals:
    return arrive(Release(DEMO), tables.read(built.path, "tracks"))


@pytest.fixture(scope="module")
def joined(arrivals: Arrivals, built: Built, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The demo release with the new tracks in it."""
    return write_release(tmp_path_factory.mktemp("releases"), content(Release(DEMO), arrivals, built))


def states(release: Release, *track_ids: str) -> list[int]:
    return [int(release.column("state")[row]) for row in release.rows(list(track_ids))]


def nearest(release: Release, row: int, count: int) -> list[str]:
    """What an exact search lists for one seed."""
    query = Pooling.of(release, "graph").pool(release.query_vectors("graph")[[row]], np.ones(1, np.float32)).vector
    index = np.asarray(release.index_vectors("graph"), np.float32)
    scores = np.where(index.any(axis=1), index @ query, -np.inf)
    scores[row] = -np.inf
    order = np.lexsort((release.ids[: release.embedded], -scores))
    return [release.track_id(int(at)) for at in order[:count]]


# -- what joins ------------------------------------------------------------------------------------------------------
def test_each_new_track_is_placed_by_its_known_inputs(arrivals: Arrivals, joined: Release) -> None:
    input_types = dict(
        zip(arrivals.placed.track_ids, (COMBINATIONS[kind] for kind in arrivals.placed.input_type), strict=True)
    )
    assert input_types == {SIGNED: "audio+artist", BARE: "artist", BARE_TOO: "artist", SOUNDING: "audio"}
    assert states(joined, SIGNED, BARE, BARE_TOO, SOUNDING) == [STATE_PLACED] * 4
    assert states(joined, OUTSIDER) == [STATE_UNKNOWN]
    assert joined.rows([OUTSIDER])[0] >= joined.embedded
    assert joined.rows(["4uLU6hMCjMI75M1A2tKUQC"])[0] == -1  # without a title nobody could be shown it


def test_of_tracks_placed_by_their_artist_alone_one_is_listed_also_when_the_next_comes_later(
    arrivals: Arrivals, joined: Release, built: Built, tmp_path: Path
) -> None:
    index, query = joined.index_vectors("graph"), joined.query_vectors("graph")
    rows = joined.rows([BARE, BARE_TOO])
    assert sorted(index[rows].any(axis=1).tolist()) == [False, True]
    assert query[rows].any(axis=1).all()
    later = arrivals.new.filter(pl.col("track_id") == BARE).with_columns(pl.lit(track("Later")).alias("track_id"))
    again = arrive(joined, later)
    assert again.placed.track_ids == [track("Later")]
    assert not again.placed.index.any()
    assert again.placed.query.any()


def test_a_disallowed_input_type_places_no_new_track(arrivals: Arrivals, tmp_path: Path) -> None:
    strict = shutil.copytree(DEMO, tmp_path / DEMO.name)
    network = ColdStart.load(strict / FILE)
    for name in ("artist", "audio"):
        network.about.input_types[name] = network.about.input_types[name].model_copy(update={"allowed": False})
    network.save(strict / FILE)
    manifest = orjson.loads((strict / "manifest.json").read_bytes())
    manifest["files"][FILE]["bytes"] = (strict / FILE).stat().st_size
    (strict / "manifest.json").write_bytes(orjson.dumps(manifest))
    found = arrive(Release(strict), arrivals.new)
    assert found.placed.track_ids == [SIGNED]
    assert found.counts()["unknown"] == 3  # the one that can be heard is still compared by its sound
    assert found.counts()["compared by sound only"] == 1


def test_changed_attributes_of_a_known_track_are_reported_and_not_applied(arrivals: Arrivals, joined: Release) -> None:
    assert arrivals.known == 1
    assert arrivals.changed.select("title", "says").rows() == [(KNOWN, ["tempo"])]
    row = row_of(Release(DEMO), KNOWN)
    assert joined.card(row_of(joined, KNOWN)) == Release(DEMO).card(row)


# -- what stays ------------------------------------------------------------------------------------------------------
def test_every_old_track_keeps_its_card_and_its_vectors_to_the_bit(joined: Release) -> None:
    old = Release(DEMO)
    rows = joined.rows([bytes(name).decode() for name in old.ids])
    for space in old.dims:
        for side in ("index_vectors", "query_vectors"):
            before, now = getattr(old, side)(space), getattr(joined, side)(space)
            assert np.array_equal(now[rows[: old.embedded]].view(np.uint16), before.view(np.uint16))
    assert all(joined.card(int(rows[row])) == old.card(row) for row in range(old.size))
    for name in ("artist", "state", "playlists", "year", "popularity", "features"):
        if name != "artist":  # numbered anew: the artists stay the same ones
            assert np.array_equal(joined.column(name)[rows], old.column(name), equal_nan=True), name
    for row in range(0, old.embedded, 97):
        before, now = old.neighbours(row), joined.neighbours(int(rows[row]))
        assert [old.track_id(int(r)) for r in before[0]] == [joined.track_id(int(r)) for r in now[0]]
        assert before[1].tolist() == now[1].tolist()


def test_every_listed_track_keeps_its_row(joined: Release) -> None:
    old = Release(DEMO)
    assert np.array_equal(joined.ids[: old.embedded], old.ids[: old.embedded])
    assert continues(joined, old)


def test_the_co_occurrence_table_is_kept(joined: Release) -> None:
    before, now = CooccurrenceTable.of(Release(DEMO)), CooccurrenceTable.of(joined)
    if before is None or now is None:
        pytest.skip("the bundled demo release has no co-occurrence table: make demo")
    assert now.size == joined.embedded > before.size
    assert np.array_equal(now.offsets[: before.size + 1], before.offsets)
    assert (now.offsets[before.size :] == before.offsets[-1]).all()
    for name in ("rows", "weights", "after"):
        assert np.array_equal(getattr(now, name), getattr(before, name))


def test_the_index_extends_the_previous_one_and_searches_like_a_new_one(
    joined: Release,
    demo: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    data, stated = cloned(demo, tmp_path / "grown"), []
    publish(joined.path, data, progress=lambda *report: stated.append(report))
    assert [report for report in stated if report[2] == "indexing"] == [(joined.embedded, joined.embedded, "indexing")]
    publish(joined.path, tmp_path / "anew")
    assert listed(joined, data) == listed(joined, tmp_path / "anew")


def listed(release: Release, data: Path) -> list[list[int]]:
    """What its index lists for some seeds, with a filter and without."""
    seeds = [0, 500, *release.rows([SIGNED]).tolist()]
    vectors = [np.asarray(release.query_vectors("graph")[row], np.float32) for row in seeds]
    ranges: list[dict[str, tuple[float | None, float | None]]] = [{}, {"energy": (0.5, None)}]
    queried = [TrackQuery("graph", vector, 50, ranges=one) for vector in vectors for one in ranges]

    async def send_query() -> list[list[int]]:
        index = open_index(data, release.version, release.dims)
        found = await index.search(queried)
        await index.close()
        return [hits.rows.tolist() for hits in found]

    return anyio.run(send_query)


def test_the_index_of_a_release_with_other_vectors_is_not_extended(joined: Release, tmp_path: Path) -> None:
    other = worlds.write_small_release(tmp_path)
    assert not continues(joined, other)
    moved = shutil.copytree(DEMO, tmp_path / DEMO.name)
    vectors = np.load(moved / "vectors" / "graph.index.npy")
    vectors[7, 0] += 1
    np.save(moved / "vectors" / "graph.index.npy", vectors)
    assert not continues(joined, Release(moved))


def test_lists_of_old_tracks_are_as_before_apart_from_the_new_tracks(joined: Release) -> None:
    old, new = Release(DEMO), {SIGNED, BARE, BARE_TOO, SOUNDING}
    seen = 0
    for row in [row_of(old, KNOWN), *range(0, old.embedded, 250)]:
        before = nearest(old, row, 100)
        now = nearest(joined, int(joined.rows([old.track_id(row)])[0]), 104)
        seen += len(new & set(now))
        assert [one for one in now if one not in new][:100] == before
    assert seen


def test_the_release_says_what_it_was_made_from(joined: Release, built: Built) -> None:
    old, reported = Release(DEMO).manifest, joined.manifest
    onto = {"placed_onto": old.version, "full_release": old.version, "placed_from": built.key}
    assert reported.settings == old.settings | onto
    assert reported.provenance == {"invented": 5000, "arrivals.csv": 5}
    assert reported.counts == old.counts | {"tracks": 5005, "vectors": 5004, "placed": 64, "unknown": 1}
    assert (reported.metrics, reported.invented) == (old.metrics, True)
    assert reported.data_hash != old.data_hash
    # Whatever a release serves with is carried over; caps per artist are worked out anew.
    assert set(reported.files) == {*old.files, "columns/main_artist.npy"}
    assert joined.version.startswith("demo-")
    joined.verify()


def test_licences_and_the_number_of_training_playlists_are_kept(
    source: Path, arrivals: Arrivals, tmp_path: Path
) -> None:
    folder = tmp_path / "arrived"
    folder.mkdir()
    shutil.copy(source, folder)
    (folder / "LICENSE").write_text("For non-commercial use only.")
    release = Release(DEMO)
    release.manifest = release.manifest.model_copy(update={"licences": {"first": "CC0"}, "training_playlists": 6000})
    found = content(release, arrivals, ingested([folder], tmp_path / "work"))
    assert found.licences == {"first": "CC0", "arrived": "For non-commercial use only."}
    assert found.training_playlists == 6000


def test_a_release_without_a_network_or_no_release_is_one_sentence(arrivals: Arrivals, tmp_path: Path) -> None:
    with pytest.raises(CannotPlace, match=r"nothing is published under .*: segue-pipeline refresh"):
        serving(tmp_path)
    with pytest.raises(CannotPlace, match="has no cold-start network: make a release with segue-pipeline refresh"):
        arrive(worlds.write_small_release(tmp_path), arrivals.new)


# -- through the command and the services ----------------------------------------------------------------------------
def without_torch(*words: object) -> subprocess.CompletedProcess[str]:
    """The program where the training packages but torch are installed."""
    seen = [name for name in modules_of("pipelines") if not name.startswith("torch")]
    program = HIDER.format(visible=seen)
    program += f"sys.argv = ['segue-pipeline', *{[*map(str, words)]!r}]; from pipelines.cli import main; main()"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)


@asynccontextmanager
async def services(data: Path, database: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """recommend over a data folder, with the real catalogue as its neighbour; catalog's own paths are its as well."""
    async with AsyncExitStack() as opened:
        settings = CatalogSettings(data=data, database_url=f"sqlite:///{database}", poll_s=0.05)
        catalog = create_catalog(settings)
        await opened.enter_async_context(catalog.router.lifespan_context(catalog))
        neighbour = httpx2.ASGITransport(catalog)
        pending = httpx2.AsyncClient(transport=neighbour, base_url="http://catalog")
        with anyio.fail_after(60):
            while (await pending.get("/health/ready")).json()["checks"]["release"] != "ok":  # noqa: ASYNC110
                await anyio.sleep(0.05)
        app = create_recommend(RecommendSettings(data=data), TransportWire(neighbour))
        await opened.enter_async_context(app.router.lifespan_context(app))
        both = {"http://catalog": neighbour, "http://recommend": httpx2.ASGITransport(app)}
        yield await opened.enter_async_context(httpx2.AsyncClient(mounts=both))


@pytest.mark.must("S0-58")
@pytest.mark.anyio
async def test_a_new_track_is_searchable_recommended_and_a_seed_until_a_rollback(source: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DEMO, data / "releases" / DEMO.name)
    worlds.set_current(data / "releases", Release(DEMO))
    done = without_torch("place", source, "--data", data)
    assert done.returncode == 0, done.stderr
    assert "5 new tracks, 1 placed by audio+artist, 2 placed by artist, 1 placed by audio, 1 unknown" in done.stderr
    assert "known with another tempo" in done.stderr
    version = current_version(data / "releases")
    assert done.stdout.startswith(f"{version} serves now, {DEMO.name} did before\n")
    async with services(data, tmp_path / "catalog.db") as client:
        found = (await client.get("http://catalog/v1/search?q=quite+new")).json()["items"][0]
        assert (found["id"], found["in_release"]) == (SIGNED, InRelease.PLACED)
        bare = (await client.get(f"http://catalog/v1/tracks/{OUTSIDER}")).json()
        assert (bare["title"], bare["in_release"]) == ("Only A Title", InRelease.UNKNOWN)
        near = (await client.get(f"http://recommend/v1/tracks/{SIGNED}/similar?limit=20")).json()["tracks"]
        theirs = Release(DEMO).column("artist") == Release(DEMO).column("artist")[row_of(Release(DEMO), KNOWN)]
        scene = {one for row in np.flatnonzero(theirs) for one in nearest(Release(DEMO), int(row), 100)}
        assert len([track for track in near if track["track"]["id"] in scene]) >= 15
        known = Release(DEMO).track_id(row_of(Release(DEMO), KNOWN))
        lists = (await client.get(f"http://recommend/v1/tracks/{known}/similar?limit=100")).json()["tracks"]
        reasons = {track["track"]["id"]: track["reason"]["text"] for track in lists}
        assert "no listening data: placed by its sound" in reasons[SIGNED]
        nothing = await client.get(f"http://recommend/v1/tracks/{OUTSIDER}/similar")
        assert nothing.status_code in (404, 422)
    again = without_torch("place", source, "--data", data)
    assert again.stdout == f"{version} serves on: it knows every track of these files\n"
    assert current_version(data / "releases") == version
    back = await anyio.to_thread.run_sync(rollback, data)
    assert back.version == DEMO.name
    assert current_version(data / "releases") == DEMO.name
