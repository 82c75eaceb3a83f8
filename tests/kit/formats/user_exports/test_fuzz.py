"""Fuzzes the readers: whatever is done to a file of theirs, they end, raise only WrongFile and yield records."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.formats.rows import WrongFile
from kit.formats.user_exports import Listen, PlaylistEntry, Rating, Skipped
from kit.formats.user_exports.records import LONGEST_NAME
from tests.kit.formats.user_exports.opening import as_bytes, extended, read, zipped
from tests.kit.formats.user_exports.test_other_services import APPLE, DATED, LASTFM, listen, video
from tests.kit.formats.user_exports.test_playlist_files import M3U, NET, XSPF
from tests.kit.formats.user_exports.test_spotify import HISTORY, LIBRARY, PLAYLISTS

JSPF = {"playlist": {"title": "Evening", "track": [{"title": "Halo", "creator": "Bea", "identifier": ["x"]}] * 3}}
GOOD = [
    as_bytes(one)
    for one in (
        *(
            [extended()] * 3,
            HISTORY,
            LIBRARY,
            PLAYLISTS,
            JSPF,
            [DATED, DATED],
            [video("Watched Halo", "Bea - Topic")] * 3,
        ),
        *(LASTFM, APPLE, NET, XSPF, M3U, 'Bea,Sky,Halo,"19 Aug 2026, 20:48"\n', "\n".join([json.dumps(listen())] * 3)),
    )
]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(content: bytes) -> None:
    """The readers take it, and what they yield is within bounds and fit for a database."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            _, records = read(Path(folder), content)
        except WrongFile:  # with a sentence: test_archive.py
            return
    for record in records:
        assert isinstance(record, Listen | Rating | PlaylistEntry | Skipped)
        if isinstance(record, Skipped):
            continue
        names = (record.track.title, record.track.artist, record.track.album)
        assert record.track.is_identified or record.track.title
        for name in names:
            assert len(name) <= LONGEST_NAME
            assert "\0" not in name
            name.encode()
        if isinstance(record, Listen):
            assert -1e11 < record.at < 1e12
            assert record.ms is None or 0 <= record.ms <= 86_400_000


@relaxed
@given(content=st.sampled_from(GOOD), cut=st.floats(0, 1), packed=st.booleans())
def test_files_that_break_off(content: bytes, cut: float, packed: bool) -> None:
    whole = zipped({"a": content}) if packed else content
    check(whole[: int(cut * len(whole))])


@relaxed
@given(content=st.sampled_from(GOOD), data=st.data())
def test_bytes_that_changed(content: bytes, data: st.DataObject) -> None:
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
        if not changed:
            return
    check(bytes(changed))


@relaxed
@given(content=st.sampled_from(GOOD), encoding=st.sampled_from(["utf-16", "utf-16-be", "cp1252", "utf-7", "cp932"]))
def test_other_encodings(content: bytes, encoding: str) -> None:
    check(content.decode().encode(encoding, "ignore"))


@relaxed
@given(row=st.dictionaries(st.sampled_from(sorted(extended())), ANY_JSON), kind=st.sampled_from(["array", "lines"]))
def test_rows_with_any_values(row: dict[str, object], kind: str) -> None:
    whole = extended() | row
    text = json.dumps([extended(), whole, listen(additional_info=row), video("Watched A", None, subtitles=row)])
    check(text.encode("utf-8", "surrogatepass") if kind == "array" else json.dumps(listen(**row)).encode())


@relaxed
@given(value=ANY_JSON)
def test_library_entries_of_any_shape(value: object) -> None:
    for key in ("tracks", "bannedTracks", "bannedArtists"):
        check(json.dumps(LIBRARY | {key: [value]}).encode())
    check(
        json.dumps({"playlists": [{"name": value, "items": [value, {"track": value}, {"localTrack": value}]}]}).encode()
    )
    check(json.dumps({"playlist": {"title": value, "track": [value, {"title": value, "identifier": value}]}}).encode())


@relaxed
@given(
    noise=st.binary(max_size=300),
    start=st.sampled_from([b"", b"PK\x03\x04", b"[", b"{", b"#EXTM3U\n", b"<playlist", b"uts,artist,track\n"]),
)
def test_noise(noise: bytes, start: bytes) -> None:
    check(start + noise)


@pytest.mark.parametrize("unit", [b"[", b'{"a":', b'{"playlists":[', b"}", b'"', b"},{", b"<a>", b'"x,', b",", b"\xff"])
@pytest.mark.parametrize(
    "head", [as_bytes([extended()])[:-1] + b",", as_bytes(PLAYLISTS)[:-3], LASTFM.encode(), XSPF.encode()[:-40]]
)
def test_a_unit_repeated_many_times_ends_in_time(unit: bytes, head: bytes) -> None:
    check(head + unit * (300_000 // len(unit)))
