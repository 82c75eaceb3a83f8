"""Tests of text resolution on labelled texts and on difficult single cases."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from kit import ids
from kit.wire.catalog import Artist, InRelease, MatchedBy, TextMatch, Track
from services.catalog import resolve
from services.catalog.store import Store
from tests.services.catalog import labelled_texts as labelled

pytestmark = pytest.mark.anyio
LEAST_TEXTS, PRECISION = 300, 0.98
RECALL = {"present": 0.99, "misspelt": 0.85, "artist only": 0.9}


def track(title: str, *artists: str, popularity: float = 50.0, **more: object) -> Track:
    return Track.model_validate(
        {
            "id": ids.derive(mbid=title + "".join(artists)),
            "title": title,
            "artists": [Artist(id=ids.artist_id(name), name=name) for name in artists],
            "popularity": popularity,
            "in_release": InRelease.LEARNED,
        }
        | more
    )


TRACKS = [
    track("Kettle Smoke", "Anna Vole", popularity=90),
    track("Kettle Smoke - Live", "Ferrous Choir"),
    track("Copper Lantern - 2009 Remaster", "Vessel Park"),
    track("Paper Boats (feat. Iris Quill)", "Vessel Park", "Iris Quill"),
    track("Night Ferry", "Anna Vole"),
    track("Part 2", "Vessel Park"),
    track("Salt", "The Tin Owls"),
    track("Dynamo", "Dynamo Boy", popularity=99),
    track("Kala", "M.I.B."),
    track("Stay Loud", "!!!"),
    track("小さな伝言", "青い汽船"),
    track("Ночной поезд", "Мой Край"),
    track("Two of Us", "Ada & Co"),
    track("Glass Harbour", "Ada", "Bo"),
    track("Everybody Knows It", "Well Known", popularity=99.9),
    track("Everybody Knows It", "Hardly Known", popularity=10),
    track("Shared Name", "First", popularity=99),
    track("Shared Name", "Second", popularity=98),
    track("Obscure Words", "Quiet One", popularity=20),
    track("Old Song", "Gone Band", in_release=InRelease.UNKNOWN),
    track("Coded", "Coder", external_ids={"isrc": "QMXX12500003", "mbid": "0b4a7f1e-1c1e-4c52-9d0e-7a2d3c4b5a69"}),
]
BY_NAMES = {(named.title, named.artists[0].name): named.id for named in TRACKS}


async def filled(folder: Path, tracks: list[Track]) -> Store:
    store, me = Store(f"sqlite:///{folder}/catalog.db"), uuid4()
    await store.migrate()
    assert await store.imports.claim(me, "v1", 60) == 0
    await store.imports.put(me, "v1", tracks, len(tracks), 60)
    await store.imports.finish(me, "v1")
    return store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await filled(tmp_path, TRACKS)
    yield opened
    await opened.close()


async def meant(store: Store, text: str) -> TextMatch | None:
    return (await resolve.matches(store, [text]))[0]


async def test_labelled_texts_are_resolved_correctly(tmp_path: Path) -> None:
    inside, outside = labelled.catalogue()
    store = await filled(tmp_path, inside)
    texts = labelled.texts(inside, outside)
    matches = await resolve.matches(store, [one.text for one in texts])
    await store.close()
    queried, found, taken, wrong = Counter(one.kind for one in texts), Counter[str](), Counter[str](), []
    for one, match in zip(texts, matches, strict=True):
        if match:
            rule = "artist" if match.track is None else "track"
            taken[rule] += 1
            if labelled.right(one, match.track.id if match.track else None, match.artist):
                found[one.kind] += 1
            else:
                wrong.append((rule, one, match.track and match.track.title, match.artist and match.artist.name))
    assert len(texts) >= LEAST_TEXTS
    for rule in ("track", "artist"):
        assert taken[rule] >= 50
        assert 1 - sum(one[0] == rule for one in wrong) / taken[rule] >= PRECISION, wrong
    for kind, least in RECALL.items():
        assert found[kind] / queried[kind] >= least, kind


@pytest.mark.parametrize(
    ("text", "title", "artist", "by"),
    [
        ("Kettle Smoke Anna Vole", "Kettle Smoke", "Anna Vole", "exact"),
        ("anna vole kettle smoke", "Kettle Smoke", "Anna Vole", "exact"),
        ('"Kettle Smoke" by ANNA VOLE', "Kettle Smoke", "Anna Vole", "exact"),
        ("Anna Vole \u2014 Kettle Smoke (Remastered 2015)", "Kettle Smoke", "Anna Vole", "exact"),
        ("Kettle Smoke/Anna Vole", "Kettle Smoke", "Anna Vole", "exact"),
        ("Ketle Smoke Anna Vole", "Kettle Smoke", "Anna Vole", "fuzzy"),
        ("Kettle Smoke - Live Ferrous Choir", "Kettle Smoke - Live", "Ferrous Choir", "exact"),
        ("Copper Lantern Vessel Park", "Copper Lantern - 2009 Remaster", "Vessel Park", "exact"),
        ("Copper Lantern - Single Version - Vessel Park", "Copper Lantern - 2009 Remaster", "Vessel Park", "exact"),
        ("Paper Boats Vessel Park feat. Iris Quill", "Paper Boats (feat. Iris Quill)", "Vessel Park", "exact"),
        ("Paper Boats Iris Quill", "Paper Boats (feat. Iris Quill)", "Vessel Park", "exact"),
        ("Part 2 Vessel Park", "Part 2", "Vessel Park", "exact"),
        ("salt tin owls", "Salt", "The Tin Owls", "exact"),
        ("Kala MIB", "Kala", "M.I.B.", "exact"),
        ("!!! - Stay Loud", "Stay Loud", "!!!", "exact"),
        ("青い汽船「小さな伝言」", "小さな伝言", "青い汽船", "exact"),
        ("ночной поезд мой край", "Ночной поезд", "Мой Край", "exact"),
        ("Two of Us Ada & Co", "Two of Us", "Ada & Co", "exact"),
        ("Glass Harbour Ada & Bo", "Glass Harbour", "Ada", "exact"),
        ("Everybody Knows It", "Everybody Knows It", "Well Known", "exact"),
        (BY_NAMES["Salt", "The Tin Owls"], "Salt", "The Tin Owls", "id"),
        (f"spotify:track:{BY_NAMES['Salt', 'The Tin Owls']}", "Salt", "The Tin Owls", "id"),
        (f"https://open.spotify.com/track/{BY_NAMES['Kala', 'M.I.B.']}?si=abc", "Kala", "M.I.B.", "id"),
        (f"{BY_NAMES['Kala', 'M.I.B.']}?si=abc", "Kala", "M.I.B.", "id"),
        ("QM-XX1-25-00003", "Coded", "Coder", "id"),
        ("https://musicbrainz.org/recording/0b4a7f1e-1c1e-4c52-9d0e-7a2d3c4b5a69", "Coded", "Coder", "id"),
    ],
)
async def test_a_text_resolves_to_the_track_that_it_names(
    store: Store, text: str, title: str, artist: str, by: str
) -> None:
    match = await meant(store, text)
    assert match is not None
    assert match.track is not None
    assert (match.track.title, match.track.artists[0].name, match.by) == (title, artist, by)


@pytest.mark.parametrize(
    "text",
    [
        "Kettle Smoke Ferrous Choir Band",  # of an artist whose name only begins alike
        "Dynamo Glass Beacons",  # another track of that title
        "Night Merry Somebody",
        "Part 3 Nobody",
        "Shared Name",  # two are as well known for it
        "Obscure Words",  # a title alone says too little
        "zxqwv kjhgf",
        "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC",  # a link to a track that is not here
        "https://example.org/kettle-smoke-anna-vole",
        "\u0000\u0001",
        "-",
        "a " * 100,
    ],
)
async def test_a_text_without_a_match_resolves_to_nothing(store: Store, text: str) -> None:
    assert await meant(store, text) is None


@pytest.mark.parametrize(
    ("text", "artist"),
    [
        ("Kettle Smoke Ferrous Choir", "Ferrous Choir"),  # only their live take is here
        ("Night Fairy Anna Vole", "Anna Vole"),
        ("Part 3 Vessel Park", "Vessel Park"),
        ("Vessel Park - Something Else", "Vessel Park"),
        ("Something Else by The Tin Owls", "The Tin Owls"),
        ("Dynamo Boy", "Dynamo Boy"),
    ],
)
async def test_where_only_the_artist_is_known_the_answer_is_the_artist(store: Store, text: str, artist: str) -> None:
    match = await meant(store, text)
    assert match is not None
    assert (match.by, match.track, match.artist and match.artist.name) == (MatchedBy.ARTIST, None, artist)


async def test_confidence_falls_with_the_number_of_misspelled_letters(store: Store) -> None:
    texts = [BY_NAMES["Salt", "The Tin Owls"], "Kettle Smoke Anna Vole", "Copper Lantern Vessel Park"]
    texts += ["Kettel Smoke Anna Vole", "Coper Lantren Vessel Park", "Everybody Knows It"]
    matches = await resolve.matches(store, texts)
    sure = [match.confidence for match in matches if match]
    assert len(sure) == len(texts)
    assert sure == sorted(sure, reverse=True)
    assert 0 < sure[5] < sure[4] < sure[3] < sure[2] < sure[1] == sure[0] == 1.0


async def test_tracks_of_the_release_are_preferred_over_removed_ones(tmp_path: Path) -> None:
    gone = track("Old Song", "Old Band", popularity=99, in_release=InRelease.UNKNOWN)
    here = track("Old Song", "Old Band", popularity=1, id=ids.derive(mbid="the new id"))
    store = await filled(tmp_path, [gone, here])
    match = await meant(store, "Old Song Old Band")
    await store.close()
    assert match is not None
    assert match.track is not None
    assert match.track.id == here.id
