"""Tests of the limits of imports through catalog: names, rows, what a job shows."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from threading import current_thread, main_thread
from uuid import uuid4

import pytest

from kit import ids
from kit.formats.user_exports import TrackNames
from kit.wire.catalog import Artist, Track
from services.catalog.imports import importer, resolver
from services.catalog.imports.counts import Counts
from services.catalog.imports.matching import CatalogueTrack, Resolution, RowKeys, best
from services.catalog.imports.new_tracks import coded_track, own_track
from services.catalog.library.retention import Retention
from services.catalog.store import Store, resolving, unmatched
from services.catalog.store.unmatched import Unmatched
from tests.kit.formats.user_exports.opening import as_bytes
from tests.services.catalog.listener import CRAZY, HALO, Listener
from tests.services.catalog.test_imports import NEW, imported, play, plays_of

pytestmark = pytest.mark.anyio
NUL = "a\0b.json"
NAMED = [("Few", "Opening"), *(("Many", title) for title in ("Lantern", "Sunflower", "Window Seat", "Orchard"))]


@pytest.fixture
async def open_store(tmp_path: Path) -> AsyncIterator[Store]:
    """One artist with one track, one with four."""
    store, me = Store(f"sqlite:///{tmp_path}/own.db"), uuid4()
    await store.migrate()
    tracks = [
        Track(id=ids.derive(mbid=title), title=title, artists=[Artist(id=ids.artist_id(by), name=by)])
        for by, title in NAMED
    ]
    assert await store.imports.claim(me, "v1", 60) == 0
    await store.imports.put(me, "v1", tracks, len(tracks), 60)
    await store.imports.finish(me, "v1")
    yield store
    await store.close()


async def test_a_nul_in_a_files_name_is_refused_or_left_out(ann: Listener) -> None:
    content = as_bytes([play("Halo", "Beyoncé", 3)])
    query = await ann.request("POST", "/v1/me/imports", params={"name": NUL}, content=content)
    begun = await ann.request("POST", "/v1/me/imports:upload", json={"name": NUL, "size": 9})
    assert (query.status_code, begun.status_code) == (422, 422)
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="C:\\a\0b.json"\r\n\r\n' + content + b"\r\n--x--"
    )
    header = {"content-type": "multipart/form-data; boundary=x"}
    answer = await ann.request("POST", "/v1/me/imports", headers=header, content=form)
    assert (answer.status_code, answer.json()["name"]) == (202, "ab.json")


async def test_rows_beyond_the_limit_of_an_import_are_not_read(ann: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "MOST_ROWS", 4)
    counts = (await imported(ann, as_bytes([play("Halo", "Beyoncé", 5 * at) for at in range(9)])))["counts"]
    assert (counts["read"], counts["new"], counts["skipped"]) == (3, 3, 1)
    assert "an import reads 4 rows" in counts["reasons"][0]["reason"]
    assert sum(plays_of(await ann.user_feedback()).values()) == 3


def test_an_import_that_goes_on_beyond_the_limit_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "MOST_ROWS", 4)
    path = tmp_path / "upload"
    path.write_bytes(as_bytes([play("Halo", "Beyoncé", 5 * at) for at in range(9)]))
    assert [len(list(importer._steps(path, "a.json", position))) for position in (0, 3, 4, 5)] == [5, 2, 1, 0]


async def test_the_tracks_that_are_looked_up_for_an_artist_do_not_depend_on_other_artists(
    open_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolving, "MOST_OF_ONE", 2)
    found = await open_store.candidates.by_artist({"few", "many"})
    assert Counter(track.artist for track in found) == {"few": 1, "many": 2}


async def test_a_row_is_compared_with_titles_of_its_shape_outside_of_the_event_loop(
    open_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bool, list[str]]] = []

    def counted(row: RowKeys, tracks: Sequence[CatalogueTrack]) -> Resolution:
        compared.append((current_thread() is main_thread(), sorted(track.title for track in tracks)))
        return best(row, tracks)

    monkeypatch.setattr(resolver, "best", counted)
    rows = [TrackNames("Lantrn", "Many"), TrackNames("Sun Flower", "Many")]
    found = await resolver.Resolver(open_store, uuid4()).resolve(rows)
    assert [one.confident for one in found.values()] == [True, True]
    assert compared[-2:] == [(False, ["lantern"]), (False, ["sunflower"])]
    assert not any(on_the_loop for on_the_loop, _ in compared)


async def test_a_correction_holds_for_every_spelling_of_a_batch(open_store: Store) -> None:
    me, track = uuid4(), ids.decode(ids.derive(mbid="Orchard"))
    spellings = [TrackNames("Qrchyrd", "Mny"), TrackNames("QRCHYRD", "mny")]
    await open_store.unmatched.remember(me, resolver.digest(spellings[0]), track)
    found = await resolver.Resolver(open_store, me).resolve(spellings)
    assert [one.track for one in found.values()] == [track, track]


async def test_keys_of_playlists_are_short_and_not_shown(ann: Listener) -> None:
    long = "k" * 5_000
    table = f"playlist_id,playlist_name,title,artist\n{long},Morning,Halo,Beyoncé\n2,Morning,Hey Ya!,OutKast\n"
    done = await imported(ann, table.encode(), "lists.csv")
    assert (done["counts"]["playlists"], done["counts"]["new"]) == (2, 2)
    shown = (await ann.request("GET", f"/v1/me/jobs/{done['id']}")).json()
    assert len(str(shown)) < 3_000
    for part in ("progress", "result"):
        assert shown[part]["new"] == 2
        assert not {"position", "playlist_keys"} & set(shown[part])


def test_counts_hold_a_digest_of_a_playlists_key() -> None:
    counts = Counts()
    assert [counts.playlist("Morning", key) for key in ("k" * 100_000, "2", "k" * 100_000)] == [1, 2, 1]
    assert len(str(counts.document())) < 500


async def test_a_person_adds_a_bounded_number_of_tracks(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/own.db", Retention(added_tracks=3))
    await store.migrate()
    ann, ben = uuid4(), uuid4()
    rows = [TrackNames(f"Unknown {at}", "Nobody", mbid=f"2d7c7647-0000-4858-a79b-00000000000{at}") for at in range(5)]
    coded = [track for names in rows if (track := coded_track(names))]
    assert [len(await store.added.add(ann, part)) for part in (coded[:2], coded, coded)] == [2, 1, 0]
    own = [track for names in rows if (track := own_track(ann, names))]
    assert await store.added.add(ann, own) == set()
    assert len(await store.added.add(ben, coded)) == 2
    await store.close()


async def test_names_that_another_import_gave_a_code_are_compared(ann: Listener, ben: Listener) -> None:
    code = f"spotify:track:{NEW}"
    await imported(ann, as_bytes([play("A Rude Word", "Vandal", 5, spotify_track_uri=code)]))
    right = [play("Never Gonna Stop", "Rick A", 5, spotify_track_uri=code)]
    other = await imported(ben, as_bytes([*right, play("A Rude Word - Live", "Vandal", 9, spotify_track_uri=code)]))
    counts = other["counts"]
    assert (counts["matched_by"], counts["unmatched"], counts["tracks_added"]) == ({"spotify": 1}, 1, 0)


async def test_rows_that_are_not_kept_for_a_correction_are_counted(
    ann: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unmatched, "MOST_EVENTS", 3)
    monkeypatch.setattr(unmatched, "MOST_ROWS", 1)
    odd = [play("Krazy in Luv", "Bee", 5 * at) for at in range(5)]
    done = await imported(ann, as_bytes([*odd, play("Another", "Wasp", 60)]))
    page = (await ann.request("GET", f"/v1/me/imports/{done['id']}/unmatched")).json()
    assert (done["counts"]["unmatched"], page["total"], page["not_kept"]) == (6, 1, 3)


async def test_a_second_other_correction_is_refused(ann: Listener) -> None:
    done = await imported(ann, as_bytes([play("Krazy in Luv", "Bee", 5)]))
    path = f"/v1/me/imports/{done['id']}/unmatched"
    number = (await ann.request("GET", path)).json()["items"][0]["number"]
    answers = [await ann.request("PUT", f"{path}/{number}", json={"track": track}) for track in (CRAZY, HALO, CRAZY)]
    assert [answer.status_code for answer in answers] == [200, 409, 200]
    assert CRAZY in answers[1].json()["detail"]
    assert plays_of(await ann.user_feedback()) == {CRAZY: 1}


async def test_a_batch_that_is_read_twice_counts_its_unmatched_rows_once(open_store: Store) -> None:
    me = uuid4()
    upload = await open_store.uploads.begin(me, "a.json", 1)
    names = TrackNames("Qrchyrd", "Mny")
    row = Unmatched(0, resolver.digest(names), names._asdict(), "none", [], [["play", 1.5e9, None]], 1, None)
    for _ in range(2):
        assert await open_store.unmatched.add(upload, me, [row]) == 0
    rows, _ = await open_store.unmatched.page(upload, me, 0, 9)
    assert [(one.row_count, len(one.events)) for one in rows] == [(1, 1)]
