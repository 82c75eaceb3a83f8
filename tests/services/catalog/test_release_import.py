"""Tests of the release import: complete, once, by one process, while serving."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
import sqlalchemy as sa

from kit.release_current import CURRENT
from services.catalog.release_import import ReleaseImport
from services.catalog.store import Store
from tests import worlds
from tests.services.catalog.conftest import NAMES, POLL_S, eventually, running, settings, until, write
from tests.system_limits import no_more_files

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(settings(tmp_path).database)
    await opened.migrate()
    yield opened
    await opened.close()


async def stored(store: Store) -> dict[str, str]:
    found = await store.tracks.find([worlds.track_id(i) for i in range(worlds.SIZE)])
    return {track_id: track.in_release for track_id, track in found.items()}


async def test_without_a_release_the_service_is_ready_and_has_no_tracks(tmp_path: Path) -> None:
    async with running(tmp_path) as client:
        await until(client, "no release")
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["checks"]["database"]) == (200, "ok")
        assert (await client.get("/v1/search?q=halo")).json() == {"items": [], "next_cursor": None, "total": 0}


async def test_a_release_published_later_is_imported_without_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as client:
        await until(client, "no release")
        write(tmp_path / "releases")
        await until(client, "ok")
        assert (await client.get("/v1/search?q=halo")).json()["items"][0]["title"] == "Halo"
        write(tmp_path / "releases", seed=8, names=NAMES | {6: ("Quixotic Zeppelin", "Beyoncé")})

        async def renamed() -> bool:
            return bool((await client.get(f"/v1/tracks/{worlds.track_id(6)}")).json()["title"] != "Halo")

        await eventually(renamed)
        assert (await client.get("/v1/search?q=quixotik")).json()["items"][0]["title"] == "Quixotic Zeppelin"


async def test_a_corrupt_release_is_skipped_and_the_service_keeps_serving(data: Path) -> None:
    async with running(data) as client:
        await until(client, "ok")
        broken = write(data / "releases", seed=8)
        cards = broken.path / "cards.jsonl"
        cards.write_bytes(b"\xff" + cards.read_bytes()[1:])
        await until(client, "release skipped")
        assert (await client.get("/health/ready")).status_code == 200
        assert (await client.get(f"/v1/tracks/{worlds.track_id(6)}")).json()["title"] == "Halo"
        write(data / "releases", seed=9)
        await until(client, "ok")


@pytest.mark.parametrize("named", ["no-such-release", "..", "\x00", "a/b"])
async def test_a_current_that_names_no_release_is_skipped(tmp_path: Path, named: str) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / CURRENT).write_text(named)
    async with running(tmp_path) as client:
        await until(client, "release skipped")


async def test_every_titled_track_is_imported_with_what_the_release_knows_of_it(tmp_path: Path, store: Store) -> None:
    release = write(tmp_path / "releases")
    await ReleaseImport(store, tmp_path / "releases", POLL_S, batch=7).look()
    states = await stored(store)
    assert len(states) == release.size == worlds.SIZE - len(worlds.SCENES)
    assert list(states.values()).count("placed by sound") == len(worlds.SCENES)
    assert list(states.values()).count("unknown") == len(worlds.SCENES)


async def test_an_import_that_broke_off_is_finished_by_the_next_process(tmp_path: Path, store: Store) -> None:
    release = write(tmp_path / "releases")
    first = ReleaseImport(store, tmp_path / "releases", POLL_S, batch=3)
    async with anyio.create_task_group() as group:
        group.start_soon(first.run)
        await eventually(lambda: stored(store))
        first.stop()
    assert await store.imports.imported() is None
    assert 0 < len(await stored(store)) < release.size
    second = ReleaseImport(store, tmp_path / "releases", POLL_S)
    await second.look()
    assert await second.ping() == "ok"
    assert len(await stored(store)) == release.size


async def test_two_processes_on_one_database_end_with_one_whole_import(tmp_path: Path, store: Store) -> None:
    release = write(tmp_path / "releases")
    async with running(tmp_path) as one, running(tmp_path) as other:
        await until(one, "ok")
        await until(other, "ok")
        for client in (one, other):
            assert (await client.get("/v1/search?q=hey ya")).json()["items"][0]["title"] == "Hey Ya!"
    assert len(await stored(store)) == release.size


async def test_a_restart_imports_nothing_again(data: Path, store: Store) -> None:
    await ReleaseImport(store, data / "releases", POLL_S).look()
    before = await stored(store)
    again = ReleaseImport(store, data / "releases", POLL_S)
    (data / "releases" / (data / "releases" / CURRENT).read_text() / "cards.jsonl").unlink()
    await again.look()
    assert await again.ping() == "ok"
    assert await stored(store) == before != {}


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", None])
async def test_a_current_that_cannot_be_read_is_tried_again(tmp_path: Path, content: bytes | None) -> None:
    """Not UTF-8, or a folder where the file should be: the next release is noticed all the same."""
    async with running(tmp_path) as client:
        await until(client, "no release")
        current = tmp_path / "releases" / CURRENT
        current.parent.mkdir(exist_ok=True)
        current.mkdir() if content is None else current.write_bytes(content)
        await until(client, "release skipped")
        current.rmdir() if content is None else current.unlink()
        write(tmp_path / "releases")
        await until(client, "ok")


async def test_without_a_free_file_descriptor_the_next_release_is_noticed_all_the_same(data: Path) -> None:
    async with running(data) as client:
        await until(client, "ok")
        with no_more_files():
            await anyio.sleep(5 * POLL_S)
        write(data / "releases", seed=8, names=NAMES | {6: ("Quixotic Zeppelin", "Beyoncé")})

        async def renamed() -> bool:
            return bool((await client.get(f"/v1/tracks/{worlds.track_id(6)}")).json()["title"] != "Halo")

        await eventually(renamed)


async def test_readiness_fails_when_the_import_task_died(data: Path) -> None:
    async with running(data) as client:
        await until(client, "ok")
        [task] = [task for task in asyncio.all_tasks() if task.get_name() == "release_import"]
        task.cancel()
        await asyncio.wait([task])
        answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["background"] == "failed: release_import stopped: its task ended"


async def test_a_database_of_an_earlier_version_is_searched_by_the_rules_of_this_one(data: Path, store: Store) -> None:
    await ReleaseImport(store, data / "releases", POLL_S).look()
    async with store._database.write() as connection:
        await connection.execute(sa.text("UPDATE tracks SET title_key = 'x', artist_key = 'y', plain_key = NULL"))
        await connection.execute(sa.text("UPDATE release_import SET keys_version = NULL"))
    async with running(data) as client:
        await until(client, "ok")
        assert (await client.get("/v1/search?q=halo")).json()["items"][0]["title"] == "Halo"
        queried = {"texts": ["Halo Beyonce"]}
        assert (await client.post("/internal/search:batch", json=queried)).json()["matches"][0]["by"] == "exact"
