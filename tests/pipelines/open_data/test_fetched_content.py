"""What a fetch refuses: damaged archives, tables that do not make a dump, and a folder whose files were changed."""

import bz2
import gzip
import lzma
from pathlib import Path

import orjson
import polars as pl
import pyarrow as pa
import pytest

from pipelines.open_data.dumps import FILE, Dumps, Fetched, described
from pipelines.open_data.fetch import fetch_tables
from pipelines.open_data.remote import DumpError
from tests import open_dumps
from tests.open_dumps import mbid
from tests.pipelines.open_data.tables import PLENTY, RECORDINGS, TABLES, canonical, features
from tests.pipelines.test_cli import output_of, run_main


def test_swapped_options_a_part_of_a_dump_and_empty_tables_are_refused(tmp_path: Path) -> None:
    measured = open_dumps.zstd_tar(tmp_path / "features.tar.zst", features())
    only = tmp_path / "redirect.csv"
    only.write_text("recording_mbid,canonical_recording_mbid,canonical_release_mbid\na,b,c\n")
    cases = [
        ("canonical", measured, r"holds lowlevel, rhythm, tonal and nothing for --canonical: name it with --acoustic"),
        ("acousticbrainz", canonical(tmp_path), r"nothing for --acousticbrainz: name it with --canonical"),
        ("canonical", only, r"lacks the CSV with recording_mbid, .*: name the whole dump"),
        ("canonical", canonical(tmp_path, "empty.tar.zst", RECORDINGS.clear()), r"has no row of recordings: fetch"),
    ]
    for kind, archive, message in cases:
        with pytest.raises(DumpError, match=message):
            fetch_tables(kind, [str(archive)], Dumps(tmp_path / "open"), PLENTY)
    with pytest.raises(DumpError, match="has no dump that is complete"):
        described(tmp_path / "open")


def test_tracks_named_null_keep_their_names(tmp_path: Path) -> None:
    named = RECORDINGS.with_columns(title=pl.Series(["NULL", "NA", "nan"]), artist=pl.Series(["N/A", "null", "None"]))
    fetch_tables("canonical", [str(canonical(tmp_path, recordings=named))], Dumps(tmp_path / "open"), PLENTY)
    table = pl.read_parquet(tmp_path / "open" / TABLES / "recordings.parquet")
    assert table["recording_name"].to_list() == ["NULL", "NA", "nan"]
    assert table["artist_credit_name"].to_list() == ["N/A", "null", "None"]


@pytest.mark.parametrize("suffix", ["zst", "gz", "bz2", "xz"])
@pytest.mark.parametrize("fault", ["cut", "other bytes", "no archive"])
def test_a_damaged_archive_is_one_sentence(suffix: str, fault: str, tmp_path: Path) -> None:
    """With enough random content that every compression writes several blocks."""
    many = pl.concat([RECORDINGS.with_columns(recording_mbid=pl.lit(mbid("m", at))) for at in range(3_000)])
    archive = canonical(tmp_path, recordings=many)
    with pa.input_stream(str(archive), compression="zstd") as plain:
        content = plain.read()
    pack = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    packed = pack[suffix](content) if suffix in pack else archive.read_bytes()
    half = len(packed) // 2
    damaged = {"cut": packed[:half], "other bytes": packed[:half] + b"\xff" * 90 + packed[half + 90 :]}
    file = tmp_path / f"damaged.tar.{suffix}"
    file.write_bytes(damaged.get(fault, b"no archive" * 200))
    with pytest.raises(DumpError, match=r"(unpacked|read) \(.*\): fetch (it|the dump) again"):
        fetch_tables("canonical", [str(file)], Dumps(tmp_path / "open"), PLENTY)


# -- the folder of dumps -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("damage", ["removed", "cut", "other bytes"])
def test_a_damaged_table_is_refused_by_stages_and_restored_by_the_next_fetch(damage: str, tmp_path: Path) -> None:
    dumps, archive = Dumps(tmp_path / "open"), canonical(tmp_path)
    fetch_tables("canonical", [str(archive)], dumps, PLENTY)
    table = tmp_path / "open" / TABLES / "redirects.parquet"
    content = table.read_bytes()
    table.write_bytes(content[:-9] if damage == "cut" else content[:60] + b"\0\0\0\0" + content[64:])
    if damage == "removed":
        table.unlink()
    with pytest.raises(DumpError, match=r"redirects.parquet is (missing|damaged): run .*open fetch --canonical again"):
        Fetched.of(dumps.folder).tables("canonical")
    fetch_tables("canonical", [str(archive)], dumps, PLENTY)
    assert table.read_bytes() == content


ENTRY = {"kind": "listens", "id": "a", "from": "a", "version": "1", "bytes": 3, "parts": {}, "complete": True}
RECORDS = [
    [],
    {"a": 1},
    {"listens/a": {name: value for name, value in ENTRY.items() if name != "kind"}},
    {"listens/a": ENTRY | {"kind": "others"}},
    {"listens/a": ENTRY | {"parts": []}},
    {"listens/a": ENTRY},
    {"listens/a": ENTRY | {"kept": ["1.parquet"]}},
]


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_that_is_none_is_refused(record: object, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(orjson.dumps(record))
    for read in (described, Dumps):
        with pytest.raises(DumpError, match=r"dumps.json is damaged: remove it and fetch again"):
            read(tmp_path)


def test_what_a_disk_refuses_is_one_sentence(tmp_path: Path) -> None:
    data, archive = tmp_path / "data", canonical(tmp_path)
    (data / "open-data").mkdir(parents=True)
    (data / "open-data" / "canonical").write_text("a file")
    done = run_main("open", "fetch", "--canonical", archive, "--data", data)
    assert "the fetch stopped at" in output_of(done)
    for command in ("sessions", "features"):
        done = run_main("open", command, "--dumps", archive, "--data", data)
        assert "is no folder: name with --dumps the folder that open fetch printed" in output_of(done)
    (data / "open-data" / FILE).mkdir()
    assert "reading the record of dumps stopped at" in output_of(run_main("open", "sessions", "--data", data))
