"""Conformance tests of catalog's store on SQLite and, where available, PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from kit import ids
from kit.wire.catalog import Artist, Features, InRelease, Preview, Track
from services.catalog import find
from services.catalog.search import By
from services.catalog.store import Store
from services.catalog.store.imports import ClaimLost
from tests.postgres import created

pytestmark = pytest.mark.anyio
LEASE_S = 60.0
ME, OTHER = uuid4(), uuid4()


def track(title: str, *artists: str, popularity: float | None = 50.0, **more: object) -> Track:
    named = [Artist(id=ids.artist_id(name), name=name) for name in artists]
    identity = ids.derive(artist=" ".join(artists), title=title)
    return Track.model_validate(
        {"id": identity, "title": title, "artists": named, "popularity": popularity, "in_release": "learned", **more}
    )


TRACKS = [
    track("Hey Ya!", "Outkast", popularity=90),
    track("Ms. Jackson", "Outkast", popularity=80),
    track("Crazy In Love", "Beyoncé", "JAY-Z", popularity=85),
    track("Halo", "Beyoncé", popularity=95),
    track("Hello", "Adele", popularity=99),
    track("Hello", "Somebody Else", popularity=None),
    track("Enter Sandman", "Metallica", popularity=88),
    track("One", "Metallica", popularity=70),
    track("One", "U2", popularity=75),
    track("Smells Like Teen Spirit", "Nirvana", popularity=97),
    track("Bohemian Rhapsody - Remastered 2011", "Queen", popularity=98),
    track("Bohemian Rhapsody", "The Choir Next Door", popularity=3),
    track("Don't Stop Believin'", "Journey", popularity=92),
    track("千本桜", "初音ミク", popularity=40),
    track("!!!", "(((())))", popularity=5),
    track("小さな伝言", "青い汽船", popularity=30),
    track("ルージュの手紙の夜に", "青い汽船", popularity=20),
    track("月亮知道我的心事", "王菲菲", popularity=10),
    track("봄날의꿈", "푸른배", popularity=15),
    track("คนที่รักเธอ", "ฟ้าใส", popularity=12),
    track("Kala", "M.I.B.", popularity=30),
    track("Lemon", "N.E.R.T.", popularity=30),
    track("Мой", "Край", popularity=10),
    track("Мои", "Края", popularity=90),
    track("Resumé", "Ana Writes", popularity=10),
    track("Resume", "Somebody", popularity=60),
    track("50% \"Off\" \\ 'Sale' NEAR(", "The _ Under", popularity=10),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new folder/catalog.db"
    url: str = request.getfixturevalue("catalog_postgres")
    return url


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Store]:
    store = Store(database_url)
    await store.migrate()
    yield store
    await store.close()


async def bring(store: Store, tracks: list[Track], version: str = "v1") -> None:
    assert await store.imports.claim(ME, version, LEASE_S) == 0
    await store.imports.put(ME, version, tracks, len(tracks), LEASE_S)
    await store.imports.finish(ME, version)


@pytest.fixture
async def store(empty: Store) -> Store:
    """A store of a test's own with the tracks."""
    await bring(empty, TRACKS)
    return empty


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('known')}/catalog.db"
        return
    with created(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture(scope="module")
async def known(shared_url: str) -> AsyncIterator[Store]:
    """A store with the tracks, which the tests only read."""
    store = Store(shared_url)
    await store.migrate()
    await bring(store, TRACKS)
    yield store
    await store.close()


async def titles(store: Store, words: str, by: By = By.BOTH) -> list[str]:
    return [found.title for found in (await find.page(store, words, by, 50, None)).items]


async def first(store: Store, words: str, by: By = By.BOTH) -> tuple[str, str]:
    found = (await find.page(store, words, by, 50, None)).items
    return (found[0].title, found[0].artists[0].name) if found else ("", "")


async def test_an_imported_track_is_returned_unchanged(empty: Store) -> None:
    whole = track(
        "Whole",
        "Somebody",
        album="An Album",
        year=1999,
        duration_ms=1,
        genres=["a", "b"],
        explicit=False,
        image_url="https://example.org/i.png",
        preview=Preview(provider="here", url="https://example.org/p.mp3"),
        external_ids={"isrc": "USX000000001"},
        features=Features(energy=0.25, key=-1),
    )
    bare = track("Bare", "Somebody", popularity=None)
    await bring(empty, [whole, bare])
    assert await empty.tracks.find([bare.id, whole.id]) == {bare.id: bare, whole.id: whole}


async def test_an_older_id_finds_the_track_it_became(empty: Store) -> None:
    older = ids.derive(mbid="older")
    card = track("Song", "Somebody", external_ids={"spotify": older, "isrc": ids.derive(mbid="not an id")})
    await bring(empty, [card])
    found = await empty.tracks.find([older, ids.derive(mbid="not an id"), ids.derive(mbid="unknown")])
    assert found == {older: card}


async def test_an_artist_has_a_name_a_count_and_its_popular_tracks_first(known: Store) -> None:
    found = await known.tracks.artist(ids.artist_id("beyonce"))
    assert found is not None
    assert (found.name, found.track_count) == ("Beyoncé", 2)
    assert [card.title for card in found.top_tracks] == ["Halo", "Crazy In Love"]
    featured = await known.tracks.artist(ids.artist_id("Jay Z"))
    assert featured is not None
    assert [card.title for card in featured.top_tracks] == ["Crazy In Love"]
    assert await known.tracks.artist(ids.artist_id("nobody")) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Hey Ya! Outkast", ("Hey Ya!", "Outkast")),
        ("outkast - hey ya", ("Hey Ya!", "Outkast")),
        ("outkats", ("Hey Ya!", "Outkast")),
        ("heya outkast", ("Hey Ya!", "Outkast")),
        ("metalica", ("Enter Sandman", "Metallica")),
        ("one metallica", ("One", "Metallica")),
        ("u2 one", ("One", "U2")),
        ("nirvan", ("Smells Like Teen Spirit", "Nirvana")),
        ("smels like teen spirt", ("Smells Like Teen Spirit", "Nirvana")),
        ("bohemian rapsody", ("Bohemian Rhapsody - Remastered 2011", "Queen")),
        ("beyonce", ("Halo", "Beyoncé")),
        ("BEYONCÉ crazy in love", ("Crazy In Love", "Beyoncé")),
        ("dont stop beleivin", ("Don't Stop Believin'", "Journey")),
        ("helo", ("Hello", "Adele")),
        ("千本桜", ("千本桜", "初音ミク")),
        ("!!!", ("!!!", "(((())))")),
        ("伝言", ("小さな伝言", "青い汽船")),
        ("手紙の夜", ("ルージュの手紙の夜に", "青い汽船")),
        ("汽船", ("小さな伝言", "青い汽船")),
        ("手紙 汽船", ("ルージュの手紙の夜に", "青い汽船")),
        ("夜", ("ルージュの手紙の夜に", "青い汽船")),
        ("我的心事", ("月亮知道我的心事", "王菲菲")),
        ("菲菲", ("月亮知道我的心事", "王菲菲")),
        ("꿈", ("봄날의꿈", "푸른배")),
        ("รัก", ("คนที่รักเธอ", "ฟ้าใส")),
        ("MIB", ("Kala", "M.I.B.")),
        ("m i b kala", ("Kala", "M.I.B.")),
        ("nert lemon", ("Lemon", "N.E.R.T.")),
        ("мой", ("Мой", "Край")),
        ("resumé", ("Resumé", "Ana Writes")),
        ("resume", ("Resume", "Somebody")),
        ("50 off sale", ("50% \"Off\" \\ 'Sale' NEAR(", "The _ Under")),
    ],
)
async def test_words_find_the_track_first(known: Store, words: str, expected: tuple[str, str]) -> None:
    assert await first(known, words) == expected


@pytest.mark.parametrize(("words", "expected"), [("h", "Hello"), ("HA", "Halo"), ("u", "One"), ("千", "千本桜")])
async def test_one_and_two_letters_search_by_prefix(known: Store, words: str, expected: str) -> None:
    assert (await titles(known, words))[0] == expected


async def test_by_title_and_by_artist_a_part_is_looked_for_in_those_names_only(known: Store) -> None:
    assert await titles(known, "汽船", By.TITLE) == []
    assert await titles(known, "汽船", By.ARTIST) == ["小さな伝言", "ルージュの手紙の夜に"]
    assert await titles(known, "手紙", By.TITLE) == ["ルージュの手紙の夜に"]


async def test_a_renamed_track_is_not_found_by_a_part_of_its_old_name(store: Store) -> None:
    before = next(card for card in TRACKS if card.title == "月亮知道我的心事")
    await bring(store, [card.model_copy(update={"title": "春天"}) if card is before else card for card in TRACKS], "v2")
    assert "春天" in await titles(store, "菲菲")
    assert "春天" not in await titles(store, "心事")
    assert await first(store, "天") == ("春天", "王菲菲")


async def test_outdated_search_keys_are_recomputed_for_all_tracks(store: Store) -> None:
    await bring(store, TRACKS[:1], "v2")
    await forget_keys(store)
    assert not await store.keys.current()
    assert await titles(store, "伝言") == await titles(store, "mib") == []
    number, batches = 0, 0
    while (last := await store.keys.renew(number, 7)) is not None:
        number, batches = last, batches + 1
    await store.keys.finish()
    assert await store.keys.current()
    assert batches == -(-len(TRACKS) // 7)
    assert await first(store, "伝言") == ("小さな伝言", "青い汽船")
    assert await first(store, "mib") == ("Kala", "M.I.B.")
    assert (await store.credits.artists({"outkast"}))[0].name == "Outkast"
    assert [row.title for row in await store.credits.titled({"bohemian rhapsody"})][:1] != []


async def forget_keys(store: Store) -> None:
    """As an earlier version left them: keys by other rules, none of the newer columns."""
    async with store._database.write() as connection:
        for statement in (
            "UPDATE tracks SET title_key = 'x', artist_key = 'y', plain_key = NULL",
            "UPDATE artists SET name_key = NULL",
            "DELETE FROM name_suffixes",
            "UPDATE release_import SET keys_version = NULL",
        ):
            await connection.execute(sa.text(statement))


async def test_among_equal_names_the_popular_one_is_first(known: Store) -> None:
    found = (await find.page(known, "hello", By.TITLE, 50, None)).items
    assert [card.artists[0].name for card in found[:2]] == ["Adele", "Somebody Else"]


async def test_by_title_and_by_artist_read_only_those_names(known: Store) -> None:
    assert await titles(known, "metallica", By.TITLE) == []
    assert await titles(known, "metalica", By.ARTIST) == ["Enter Sandman", "One"]
    assert await titles(known, "sandman enter", By.ARTIST) == []
    assert await first(known, "entr sandman", By.TITLE) == ("Enter Sandman", "Metallica")


async def test_a_query_without_matches_gives_no_tracks(known: Store) -> None:
    assert await titles(known, "zxqwv kjhgf") == []


@pytest.mark.parametrize(
    "words", ["\x00", '"', "*", "NEAR(", "'; drop table tracks; --", "title : x", "%", "_", "\\", "😀", "a\x00b", "AND"]
)
async def test_query_language_operators_are_treated_as_text(known: Store, words: str) -> None:
    await titles(known, words)
    assert await first(known, "hello") == ("Hello", "Adele")


async def test_pages_hold_every_track_once(known: Store) -> None:
    whole = (await find.page(known, "o", By.BOTH, 50, None)).items
    seen, cursor = [], None
    while True:
        page = await find.page(known, "o", By.BOTH, 2, cursor)
        seen += page.items
        if (cursor := page.next_cursor) is None:
            break
    assert len(whole) > 2
    assert [card.id for card in seen] == [card.id for card in whole]


async def test_a_renamed_track_is_found_by_its_new_name_only(store: Store) -> None:
    renamed = TRACKS[0].model_copy(update={"title": "Quixotic Zeppelin"})
    await bring(store, [renamed, *TRACKS[1:]], "v2")
    assert await first(store, "quixotic zepelin") == ("Quixotic Zeppelin", "Outkast")
    assert "Hey Ya!" not in await titles(store, "hey ya")


async def test_tracks_of_a_release_that_is_gone_stay_as_unknown(store: Store) -> None:
    await bring(store, TRACKS[:2], "v2")
    found = await store.tracks.find([card.id for card in TRACKS[:3]])
    assert [card.in_release for card in found.values()] == [InRelease.LEARNED, InRelease.LEARNED, InRelease.UNKNOWN]
    assert await store.imports.imported() == "v2"


async def test_importing_a_release_twice_changes_nothing(store: Store) -> None:
    before = await store.tracks.find([card.id for card in TRACKS])
    await bring(store, TRACKS)
    assert await store.tracks.find([card.id for card in TRACKS]) == before
    assert (await titles(store, "hello")).count("Hello") == 2


async def test_an_import_resumes_and_another_release_restarts(empty: Store) -> None:
    await empty.imports.claim(ME, "v1", LEASE_S)
    await empty.imports.put(ME, "v1", TRACKS[:3], 3, LEASE_S)
    await empty.imports.give_up(ME)
    assert await empty.imports.claim(OTHER, "v1", LEASE_S) == 3
    assert await empty.imports.claim(OTHER, "v2", LEASE_S) == 0


async def test_only_one_process_holds_the_import(empty: Store) -> None:
    claims = await asyncio.gather(*(empty.imports.claim(uuid4(), "v1", LEASE_S) for _ in range(4)))
    assert sorted(claims, key=str) == [0, None, None, None]


async def test_a_claim_that_ran_out_can_be_taken_over_and_the_old_holder_writes_nothing(empty: Store) -> None:
    assert await empty.imports.claim(ME, "v1", -1.0) == 0
    assert await empty.imports.claim(OTHER, "v1", LEASE_S) == 0
    with pytest.raises(ClaimLost):
        await empty.imports.put(ME, "v1", TRACKS, len(TRACKS), LEASE_S)
    assert await empty.tracks.find([TRACKS[0].id]) == {}


async def test_migrations_are_idempotent_and_safe_concurrently(store: Store) -> None:
    await asyncio.gather(store.migrate(), store.migrate())
    assert await first(store, "hello") == ("Hello", "Adele")


async def test_a_word_with_half_of_the_trigrams_of_a_name_finds_it(known: Store) -> None:
    """A similarity of .45 by pg_trgm, whose own threshold is .6."""
    assert await titles(known, "nirwana") == ["Smells Like Teen Spirit"]


async def test_postgresql_has_statistics_and_no_pending_trigrams_after_an_import(catalog_postgres: str) -> None:
    store = Store(catalog_postgres)
    await bring(store, TRACKS)
    async with store._database.read() as connection:
        rows = await connection.scalar(sa.text("SELECT reltuples FROM pg_class WHERE relname = 'tracks'"))
        indexes = "SELECT relname, reloptions FROM pg_class WHERE relkind = 'i' AND relname LIKE '%trgm'"
        options = [tuple(row) for row in await connection.execute(sa.text(f"{indexes} ORDER BY relname"))]
    await store.close()
    assert rows == len(TRACKS)
    assert options == [(f"tracks_{name}_trgm", ["fastupdate=off"]) for name in ("artist", "both", "title")]
