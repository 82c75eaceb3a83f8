"""Tests of the files of an export: the zip in parts, README.txt, ranges of a download."""

import io
import zipfile
from datetime import UTC, datetime

import orjson
import pytest

from kit.wire.personal_data import SectionAbout
from services.report.exports.archive import ZipParts
from services.report.exports.byte_range import ByteRange, byte_range
from services.report.exports.dictionary import readme

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
PART = 1 << 12


def test_a_zip_in_parts_is_one_zip_and_no_part_waits_longer_than_it_must() -> None:
    made, parts = ZipParts(PART, NOON), []
    made.text("README.txt", "Łódź")
    for name in ("a.jsonl", "b.jsonl", "empty.jsonl"):
        made.begin(name)
        for page in range(0 if name == "empty.jsonl" else 20):
            made.add({"number": page * 100 + at, "text": f"{name} {page * at * 7919}"} for at in range(100))
            parts += list(made.parts())
        made.end()
    assert {len(part) for part in parts} == {PART}
    with zipfile.ZipFile(io.BytesIO(b"".join([*parts, made.close()]))) as packed:
        assert packed.testzip() is None
        assert packed.read("README.txt").decode() == "Łódź"
        rows = [orjson.loads(line) for line in packed.read("b.jsonl").splitlines()]
        assert [row["number"] for row in rows] == list(range(2_000))
        assert packed.read("empty.jsonl") == b""


def test_the_readme_names_every_file_and_explains_every_field() -> None:
    sections = [
        SectionAbout(name="likes", about="What was liked.", fields={"track": "the track's id", "at": "when"}),
        SectionAbout(name="mutes", about="What no list may hold.", fields={"kind": "artist or genre"}),
    ]
    text = readme(sections, NOON)
    assert "2026-11-28 12:00 UTC" in text
    for words in ("likes.jsonl", "What was liked.", "track  the track's id", "at     when", "mutes.jsonl"):
        assert words in text
    assert "password" in text, "what is left out is told too"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, ByteRange(0, 100, partial=False)),
        ("bytes=0-", ByteRange(0, 100, partial=True)),
        ("bytes=40-", ByteRange(40, 100, partial=True)),
        ("bytes=40-49", ByteRange(40, 50, partial=True)),
        ("bytes=40-4000", ByteRange(40, 100, partial=True)),
        ("bytes=-10", ByteRange(90, 100, partial=True)),
        ("bytes=-1000", ByteRange(0, 100, partial=True)),
        ("bytes=100-", None),
        ("bytes=50-40", None),
        ("bytes=-0", None),
        ("bytes=-", ByteRange(0, 100, partial=False)),
        ("bytes=0-1,5-6", ByteRange(0, 100, partial=False)),
        ("lines=0-1", ByteRange(0, 100, partial=False)),
        ("bytes=" + "9" * 30 + "-", ByteRange(0, 100, partial=False)),
    ],
)
def test_ranges(header: str | None, found: ByteRange | None) -> None:
    assert byte_range(header, 100) == found
