"""Tests that an import can be taken back: what only it brought goes, on every database."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kit import ids
from kit.errors import Conflict, NotFound
from kit.formats.user_exports import Listen, TrackNames
from kit.job_worker import JobWorker
from kit.wire.library import Opinion
from services.catalog.imports import undoing
from services.catalog.imports.importer import Importer
from services.catalog.imports.recording import Recorder, Resolved
from services.catalog.imports.undoing import UNDO, ImportUndo
from services.catalog.library import feedback_recording
from services.catalog.store import Store
from services.catalog.store.schema import feedback, import_entries, import_repeats, imports, tracks, unmatched
from services.catalog.store.uploads import IMPORT
from tests.kit.formats.user_exports.opening import as_bytes, zipped
from tests.stores.test_imports_store import ADA, BEN, TITLES, count_of, rows, store, uploaded, url  # noqa: F401

pytestmark = pytest.mark.anyio
NEW = "4uLU6hMCjMI75M1A2tKUQC"
Found = dict[str, Any]


def worker(store: Store) -> JobWorker:  # noqa: F811
    importer = Importer(store, 20)
    handlers = {IMPORT: importer.run, UNDO: ImportUndo(store).run}
    return JobWorker(store.jobs, handlers, 0.01, sweep=importer.sweep)


async def imported(store: Store, content: bytes, person: UUID = ADA) -> UUID:  # noqa: F811
    found = await uploaded(store, content, person)
    assert await worker(store).work()
    return found


async def undone(store: Store, import_id: UUID, person: UUID = ADA) -> Found:  # noqa: F811
    await undoing.begin(store, person, import_id)
    assert await worker(store).work()
    job = await store.jobs.find(undoing.job_of(import_id))
    assert job
    assert job.result, job.detail
    return job.result


def library(*titles: str) -> Found:
    return {"tracks": [{"artist": "Vessel Park", "album": "", "track": title, "uri": ""} for title in titles]}


def playlist(*titles: str) -> Found:
    items = [{"track": {"trackName": title, "artistName": "Vessel Park", "albumName": ""}} for title in titles]
    return {"playlists": [{"name": "Evenings", "lastModifiedDate": "2023-01-01", "items": items}]}


async def entries(store: Store) -> dict[str, list[str]]:  # noqa: F811
    found = {}
    for playlist_id, name in (await store.playlists.names(ADA)).items():
        read = await store.playlists.read(ADA, playlist_id)
        assert read
        found[name] = [ids.encode(entry.track) for entry in read[1]]
    return found


def track(number: int) -> str:
    return ids.derive(mbid=TITLES[number])


async def likes(store: Store) -> set[str]:  # noqa: F811
    found, _ = await store.opinions.likes(ADA, 2**62, 100)
    return {ids.encode(like.track) for like in found}


async def test_what_only_one_import_brought_goes_and_what_another_brought_too_stays(store: Store) -> None:  # noqa: F811
    first = await imported(store, zipped({"a.json": rows(60), "YourLibrary.json": library(*TITLES[:3])}))
    second = await imported(store, zipped({"a.json": rows(25), "YourLibrary.json": library(*TITLES[2:4])}))
    other = await imported(store, as_bytes(rows(5)), BEN)
    version = await store.people.version(ADA)
    result = await undone(store, first)
    assert (result["events"], await store.plays.count(ADA), await store.plays.count(BEN)) == (37, 25, 5)
    assert await likes(store) == {track(2), track(3)}
    assert await store.people.version(ADA) > version
    with pytest.raises(NotFound):
        await store.uploads.find(first, ADA)
    assert (await undone(store, second))["events"] == 27
    assert (await store.plays.count(ADA), await likes(store)) == (0, set())
    assert await store.uploads.find(other, BEN)
    assert [await count_of(store, table) for table in (import_repeats, import_entries)] == [0, 0]


async def test_three_imports_of_the_same_plays_are_taken_back_in_any_order(store: Store) -> None:  # noqa: F811
    one, two, three = [await imported(store, as_bytes(rows(20))) for _ in range(3)]
    assert [(await undone(store, each))["events"] for each in (two, one)] == [0, 0]
    assert await store.plays.count(ADA) == 20
    assert (await undone(store, three))["events"] == 20


async def test_what_an_import_off_the_list_brought_too_stays(store: Store) -> None:  # noqa: F811
    first = await imported(store, zipped({"a.json": rows(30), "Playlist1.json": playlist(*TITLES[:2])}))
    second = await imported(store, zipped({"a.json": rows(10), "Playlist1.json": playlist(*TITLES[1:3])}))
    await store.uploads.delete(second, ADA)
    assert await undone(store, first) | {"import": ""} == {"import": "", "events": 20, "entries": 1}
    assert (await store.plays.count(ADA), await entries(store)) == (10, {"Evenings": [track(1), track(2)]})


async def test_a_play_that_a_scrobbler_sent_too_stays(store: Store) -> None:  # noqa: F811
    first = await imported(store, as_bytes(rows(10)))
    play = (await store.plays.page(ADA, None, 1) or [])[0]
    scrobble = Resolved("", Listen(1, TrackNames(), play.at.timestamp() + 5, None), play.track, "listenbrainz")
    assert [result.status for result in await Recorder(store, ADA, None).results([scrobble])] == ["repeated"]
    assert (await undone(store, first))["events"] == 9
    assert [left.id for left in await store.plays.page(ADA, None, 10) or []] == [play.id]


async def test_a_like_that_was_repeated_by_hand_stays(store: Store) -> None:  # noqa: F811
    first = await imported(store, as_bytes(library(*TITLES[:2])))
    await feedback_recording.set_opinion(store, ADA, track(1), Opinion.LIKE, None)
    assert (await undone(store, first))["events"] == 1
    assert await likes(store) == {track(1)}


async def test_tracks_of_playlists_go_and_those_of_the_person_stay(store: Store) -> None:  # noqa: F811
    first = await imported(store, as_bytes(playlist(*TITLES[:3])))
    second = await imported(store, as_bytes(playlist(*TITLES[2:4])))
    [held] = await store.playlists.names(ADA)
    async with store.playlists.change(ADA) as change:
        before = await change.entries(held)
        later = before[0]._replace(added_at=datetime.now(UTC) + timedelta(seconds=1))  # taken out, put in again
        await change.write(held, before, [later, *before[1:]])
    assert (await undone(store, first))["entries"] == 1
    assert await entries(store) == {"Evenings": [track(0), track(2), track(3)]}
    assert (await undone(store, second))["entries"] == 2
    assert await entries(store) == {"Evenings": [track(0)]}


async def test_a_playlist_that_is_empty_then_goes(store: Store) -> None:  # noqa: F811
    only = await imported(store, as_bytes(playlist(*TITLES[:3])))
    await undone(store, only)
    assert await entries(store) == {}


async def test_tracks_and_unmatched_rows_of_the_import_go(store: Store) -> None:  # noqa: F811
    added = {"master_metadata_track_name": "Never Gonna", "spotify_track_uri": f"spotify:track:{NEW}"}
    content = as_bytes([*(row | added for row in rows(2)), *rows(2, "Nothing Like It")])
    first, bens = await imported(store, content), await imported(store, content, BEN)
    before = await count_of(store, tracks)
    await undone(store, first)
    assert (await count_of(store, tracks), await count_of(store, unmatched)) == (before, 1)
    await undone(store, bens, BEN)
    assert (await count_of(store, tracks), await count_of(store, unmatched)) == (before - 1, 0)


async def test_an_undo_that_is_interrupted_begins_again(store: Store) -> None:  # noqa: F811
    first = await imported(store, as_bytes(rows(30)))
    await undoing.begin(store, ADA, first)
    working, finish = worker(store), store.undo.finish

    async def stopping(import_id: UUID, person: UUID) -> None:
        working.stop()
        raise ConnectionError("the database is away")

    store.undo.finish = stopping  # type: ignore[method-assign]
    await asyncio.wait_for(working.run(), 60)
    store.undo.finish = finish  # type: ignore[method-assign]
    assert await count_of(store, imports) == 1
    with pytest.raises(Conflict, match="being taken back"):
        await undoing.refuse_during_undo(store, first)
    async with store._database.write() as connection:
        await connection.execute(sa.text("UPDATE jobs SET due_at = 0"))
    assert await worker(store).work()
    assert (await count_of(store, imports), await count_of(store, feedback)) == (0, 0)


async def test_others_imports_and_those_of_scrobblers_cannot_be_taken_back(store: Store) -> None:  # noqa: F811
    with pytest.raises(NotFound):
        await undoing.begin(store, BEN, await imported(store, as_bytes(rows(2))))
    with pytest.raises(NotFound):
        await undoing.begin(store, ADA, uuid4())
    with pytest.raises(Conflict, match="scrobblers"):
        await undoing.begin(store, ADA, await store.uploads.hold_scrobbles(ADA))
    with pytest.raises(Conflict, match="DELETE"):
        await undoing.begin(store, ADA, await store.uploads.begin(ADA, "a", 100))
