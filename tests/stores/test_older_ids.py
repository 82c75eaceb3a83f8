"""Tests on every database that feedback under older ids counts for the current track."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kit import ids
from kit.wire.catalog import Artist, Track
from kit.wire.library import Feedback, Opinion
from services.catalog import find
from services.catalog.library import feedback_recording, likes
from services.catalog.search import By
from services.catalog.store import Store
from services.catalog.store.imports import Code

pytestmark = pytest.mark.anyio
ME = uuid4()
OLD, NEW, NEWER, OTHER = (ids.derive(mbid=f"id {n}") for n in range(4))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MBID, ISRC = "0f8b3c52-7b7e-4a26-9d1c-0a4b4e7c9f11", "QMXX12500003"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/catalog.db"
    url: str = request.getfixturevalue("catalog_postgres")
    return url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = Store(database_url)
    await opened.migrate()
    await bring(opened, "v1", stored(OLD), stored(OTHER, "Other Song"))
    yield opened
    await opened.close()


def stored(track: str, title: str = "Harbour Song", **known: str) -> Track:
    artist = Artist(id=ids.artist_id("Slow Pilots"), name="Slow Pilots")
    return Track(id=track, title=title, artists=[artist], external_ids=known, in_release="learned")  # type: ignore[arg-type]


async def bring(store: Store, version: str, *tracks: Track, older: dict[str, str] | None = None) -> None:
    assert await store.imports.claim(ME, version, 60) == 0
    await store.imports.put(ME, version, tracks, len(tracks), 60)
    pairs = [(ids.decode(one), ids.decode(track)) for one, track in (older or {}).items()]
    await store.imports.put_aliases(ME, pairs, [], len(tracks) + len(pairs), 60)
    await store.imports.finish(ME, version)


async def record(store: Store, person: UUID, track: str, kind: str) -> list[str]:
    event = {"track": track, "kind": kind, **({"at": NOON} if kind == "play" else {})}
    return [
        row.status for row in (await feedback_recording.record(store, person, [Feedback.model_validate(event)])).results
    ]


async def liked(store: Store, person: UUID) -> list[str]:
    page = await likes.page(store, person, 20, None)
    assert page.total == len(page.items)
    return [item.track.id for item in page.items]


async def test_feedback_under_an_older_id_counts_for_the_current_track(store: Store) -> None:
    person = uuid4()
    for kind in ("like", "play"):
        assert await record(store, person, OLD, kind) == ["stored"]
    await bring(store, "v2", stored(NEW), stored(OTHER, "Other Song"), older={OLD: NEW})
    assert [await record(store, person, one, "play") for one in (OLD, NEW)] == [["repeated"], ["repeated"]]
    feedback = await store.opinions.user_feedback(person, 1)
    assert (feedback.likes, [(one.track, one.plays) for one in feedback.played]) == ([NEW], [(NEW, 1)])
    assert await liked(store, person) == [NEW]
    assert set(await store.opinions.current(person, [ids.decode(NEW)])) == {ids.decode(NEW)}
    assert [one.track for one in (await store.opinions.of_everybody(0)).items] == [NEW]


async def test_the_latest_opinion_counts_under_any_id(store: Store) -> None:
    person = uuid4()
    await record(store, person, OLD, "like")
    await bring(store, "v2", stored(NEW), older={OLD: NEW})
    assert (await feedback_recording.set_opinion(store, person, OLD, Opinion.LIKE, None)).track == NEW
    assert await liked(store, person) == [NEW]
    await record(store, person, NEW, "never")
    feedback = await store.opinions.user_feedback(person, 1)
    assert (feedback.likes, feedback.never) == ([], [NEW])
    await record(store, person, OLD, "neutral")
    assert (await store.opinions.of_everybody(0)).items == []
    assert await liked(store, person) == []


async def test_feedback_from_before_an_id_change_can_be_undone_after_it(store: Store) -> None:
    person = uuid4()
    reported = await feedback_recording.set_opinion(store, person, OLD, Opinion.LIKE, None)
    await bring(store, "v2", stored(NEW), older={OLD: NEW})
    undone = await feedback_recording.undo(store, person, reported.id)
    assert (undone.track, undone.opinion) == (NEW, Opinion.NEUTRAL)
    assert await liked(store, person) == []


async def test_search_and_artists_return_the_current_track_only(store: Store) -> None:
    await bring(store, "v2", stored(NEW), older={OLD: NEW})
    for by, words in ((By.BOTH, "harbour song slow pilots"), (By.TITLE, "harbor song"), (By.ARTIST, "slow pilots")):
        found = [one.id for one in (await find.page(store, words, by, 50, None)).items]
        assert NEW in found
        assert OLD not in found
        assert len(found) == len(set(found))
    artist = await store.tracks.artist(ids.artist_id("Slow Pilots"))
    assert artist
    assert sorted(one.id for one in artist.top_tracks) == sorted([NEW, OTHER])
    assert artist.track_count == 2


async def test_every_reference_of_a_track_finds_it(store: Store) -> None:
    await bring(store, "v2", stored(NEW, isrc=ISRC), older={OLD: NEW})
    assert await store.imports.claim(ME, "v3", 60) == 0
    await store.imports.put(ME, "v3", [stored(NEW, isrc=ISRC)], 1, 60)
    await store.imports.put_aliases(ME, [], [Code("mbid", MBID, ids.decode(NEW))], 2, 60)
    await store.imports.finish(ME, "v3")
    wanted = [OLD, MBID, NEW, ISRC, "QMXX12500009", OTHER]
    found = await store.tracks.find(wanted)
    assert [found[one].id if one in found else None for one in wanted] == [NEW, NEW, NEW, NEW, None, OTHER]
    assert list(found) == [one for one in wanted if one in found]
    assert await store.tracks.resolve([OLD, MBID, ISRC]) == dict.fromkeys([OLD, MBID, ISRC], ids.decode(NEW))


async def test_alias_chains_are_resolved_and_reverted_by_a_rollback(store: Store) -> None:
    person = uuid4()
    await record(store, person, OLD, "like")
    await bring(store, "v2", stored(NEW), older={OLD: NEW})
    await bring(store, "v3", stored(NEWER), older={NEW: NEWER})
    assert await liked(store, person) == [NEWER]
    await bring(store, "v1", stored(OLD), stored(OTHER, "Other Song"))
    assert await liked(store, person) == [OLD]
    assert (await store.tracks.find([OLD]))[OLD].in_release == "learned"
