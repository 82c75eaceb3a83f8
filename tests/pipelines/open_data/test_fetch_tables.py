"""Fetching dumps of tables: CSV files of archives and folders, complete or not there, each table of one dump."""

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

import polars as pl
import pytest

from pipelines.open_data.dumps import Dumps, Fetched, described
from pipelines.open_data.fetch import fetch_tables, incoming_folder
from pipelines.open_data.remote import DumpError, opened
from tests import open_dumps
from tests.open_dumps import mbid, served
from tests.pipelines.open_data.tables import (
    PLENTY,
    RECORDINGS,
    TABLES,
    canonical,
    cut_in_redirects,
    features,
    names,
    titles,
)


def test_canonical_tables_come_out_of_the_archive_as_they_are(tmp_path: Path) -> None:
    archive = canonical(tmp_path)
    with served(tmp_path) as mirror:
        fetch_tables("canonical", [f"{mirror.url}/{archive.name}"], Dumps(tmp_path / "open"), PLENTY)
    table = pl.read_parquet(tmp_path / "open" / TABLES / "recordings.parquet")
    assert table["recording_name"].to_list() == RECORDINGS["title"].to_list()
    assert table["recording_mbid"].to_list() == RECORDINGS["recording_mbid"].to_list()
    assert pl.read_parquet(tmp_path / "open" / TABLES / "redirects.parquet").height == 1
    (entry,) = described(tmp_path / "open").values()
    assert entry["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert names(tmp_path / "open" / "canonical") == ["canonical.tables"]


def test_an_archive_with_another_checksum_than_the_published_one_is_refused(tmp_path: Path) -> None:
    archive = canonical(tmp_path)
    archive.with_name(f"{archive.name}.sha256").write_text("0" * 64)
    with served(tmp_path) as mirror, pytest.raises(DumpError, match="another SHA-256 than the published one"):
        fetch_tables("canonical", [f"{mirror.url}/{archive.name}"], Dumps(tmp_path / "open"), PLENTY)
    with pytest.raises(DumpError, match="another SHA-256 than the file beside it"):
        fetch_tables("canonical", [str(archive)], Dumps(tmp_path / "other"), PLENTY)


def test_csv_files_of_a_folder_work_too_and_what_is_unknown_is_refused(tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    for name, content in open_dumps.acousticbrainz_csv([(mbid("recording", 0), 120, 1, 2, 0.5, "C", "major")]).items():
        (tmp_path / "csv" / name).write_bytes(content)
    fetch_tables("acousticbrainz", [str(tmp_path / "csv")], Dumps(tmp_path / "open"), PLENTY)
    assert pl.read_parquet(tmp_path / "open" / "acousticbrainz" / "csv.tables" / "rhythm.parquet")["bpm"].to_list() == [
        "120"
    ]
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DumpError, match=r"holds no CSV that is understood. Expected one with the columns of"):
        fetch_tables("acousticbrainz", [str(tmp_path / "bad.csv")], Dumps(tmp_path / "open"), PLENTY)


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    archive = canonical(tmp_path)
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(DumpError, match=r"fetch (it|the dump) again"):
        fetch_tables("canonical", [str(archive)], Dumps(tmp_path / "open"), PLENTY)


@pytest.mark.parametrize("lost", ["dropped", "other columns"])
def test_tables_that_are_not_as_they_are_written_now_are_written_again(lost: str, tmp_path: Path) -> None:
    """As after an update of Segue that keeps one more column."""
    dumps, archive = Dumps(tmp_path / "open"), canonical(tmp_path)
    fetch_tables("canonical", [str(archive)], dumps, PLENTY)
    table = tmp_path / "open" / TABLES / "recordings.parquet"
    whole = pl.read_parquet(table)
    table.unlink() if lost == "dropped" else whole.drop("combined_lookup").write_parquet(table)
    fetch_tables("canonical", [str(archive)], dumps, PLENTY)
    assert pl.read_parquet(table).equals(whole)
    written = table.stat().st_mtime_ns
    fetch_tables("canonical", [str(archive)], dumps, PLENTY)
    assert table.stat().st_mtime_ns == written


# -- one current dump --------------------------------------------------------------------------------------------------
RENAMED = RECORDINGS.with_columns(pl.col("title") + " (new)")


def test_a_failed_fetch_of_a_newer_dump_changes_nothing(tmp_path: Path) -> None:
    dumps = Dumps(tmp_path / "open")
    fetch_tables("canonical", [str(canonical(tmp_path))], dumps, PLENTY)
    before = Fetched.of(dumps.folder)
    newer = cut_in_redirects(canonical(tmp_path, "newer.tar.zst", RENAMED))
    with pytest.raises(DumpError, match=r"newer.tar cannot be unpacked .*: fetch it again, or check its checksum"):
        fetch_tables("canonical", [str(newer)], dumps, PLENTY)
    assert Fetched.of(dumps.folder) == before
    assert titles(dumps.folder) == RECORDINGS["title"].to_list()
    assert names(dumps.folder / "canonical") == ["canonical.tables"]


def test_the_newer_dump_replaces_the_older_in_record_and_key_and_back(tmp_path: Path) -> None:
    dumps, older = Dumps(tmp_path / "open"), canonical(tmp_path)
    keys = []
    for archive, expected in ((older, RECORDINGS), (canonical(tmp_path, "newer.tar.zst", RENAMED), RENAMED)):
        fetch_tables("canonical", [str(archive)], dumps, PLENTY)
        assert titles(dumps.folder) == expected["title"].to_list()
        assert [entry["id"] for entry in described(dumps.folder).values()] == [archive.name.removesuffix(".tar.zst")]
        keys.append(list(Fetched.of(dumps.folder).hashes("canonical").values()))
    assert keys[0] != keys[1]
    assert names(dumps.folder / "canonical") == ["newer.tables"]
    fetch_tables("canonical", [str(older)], dumps, PLENTY)
    assert titles(dumps.folder) == RECORDINGS["title"].to_list()


def test_a_dump_of_the_same_name_that_was_mended_is_fetched(tmp_path: Path) -> None:
    """As the message about a cut archive says."""
    dumps, cut = Dumps(tmp_path / "open"), cut_in_redirects(canonical(tmp_path, "a.tar.zst"))
    with pytest.raises(DumpError, match="fetch it again"):
        fetch_tables("canonical", [str(cut)], dumps, PLENTY)
    fetch_tables("canonical", [str(canonical(tmp_path, "a.tar.zst", RENAMED))], dumps, PLENTY)
    assert titles(dumps.folder) == RENAMED["title"].to_list()


def test_tables_of_a_failed_archive_of_features_are_not_read(tmp_path: Path) -> None:
    dumps = Dumps(tmp_path / "open")
    good = open_dumps.zstd_tar(tmp_path / "loud.tar.zst", features("lowlevel"))
    broken = {**features("rhythm"), "tonal.csv": features("tonal")["tonal.csv"] + b"one,cell\n"}
    bad = open_dumps.zstd_tar(tmp_path / "rest.tar.zst", broken)
    with pytest.raises(DumpError, match=r"tonal.csv cannot be read"):
        fetch_tables("acousticbrainz", [str(good), str(bad)], dumps, PLENTY)
    assert list(Fetched.of(dumps.folder).tables("acousticbrainz")) == ["lowlevel"]
    assert list(Fetched.of(dumps.folder).hashes("acousticbrainz")) == ["loud"]


def test_a_table_belongs_to_the_archive_that_was_fetched_last(tmp_path: Path) -> None:
    dumps = Dumps(tmp_path / "open")
    every = str(open_dumps.zstd_tar(tmp_path / "every.tar.zst", features()))
    tonal = str(open_dumps.zstd_tar(tmp_path / "tonal.tar.zst", features("tonal")))
    for archives, owner in (([every, tonal], "tonal"), ([every], "every")):
        fetch_tables("acousticbrainz", archives, dumps, PLENTY)
        found = Fetched.of(dumps.folder).tables("acousticbrainz")
        assert sorted(found) == ["lowlevel", "rhythm", "tonal"]
        assert found["tonal"].parent.name == f"{owner}.tables"
    assert [entry["id"] for entry in described(dumps.folder).values()] == ["every"]


def test_two_dumps_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DumpError, match="two of the named dumps are called features: rename one"):
        fetch_tables("acousticbrainz", ["a/features.tar.zst", "b/features.tar.gz"], Dumps(tmp_path), PLENTY)


# -- two fetches -------------------------------------------------------------------------------------------------------
def test_two_fetches_into_one_folder_keep_each_others_record(tmp_path: Path) -> None:
    one, other = Dumps(tmp_path / "open"), Dumps(tmp_path / "open")
    fetch_tables("canonical", [str(canonical(tmp_path))], one, PLENTY)
    measured = open_dumps.zstd_tar(tmp_path / "features.tar.zst", features())
    fetch_tables("acousticbrainz", [str(measured)], other, PLENTY)
    assert sorted(described(tmp_path / "open")) == ["acousticbrainz/features", "canonical/canonical"]


def test_a_fetch_waits_for_another_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive, first = canonical(tmp_path), Dumps(tmp_path / "open")
    with ThreadPoolExecutor() as pool:
        with first.held():
            second = pool.submit(fetch_tables, "canonical", [str(archive)], Dumps(tmp_path / "open"), PLENTY)
            with pytest.raises(NotYet):
                second.result(timeout=0.5)
        second.result(timeout=60)
    assert "waiting for another run, which fetches into" in capsys.readouterr().err
    assert titles(tmp_path / "open") == RECORDINGS["title"].to_list()


# -- archives in the folder --------------------------------------------------------------------------------------------
def test_an_archive_that_lies_complete_in_the_folder_is_not_downloaded_again(tmp_path: Path) -> None:
    """As after a kill while it was unpacked: the download is complete, the record has no table."""
    (tmp_path / "mirror").mkdir()
    archive = canonical(tmp_path / "mirror")
    dumps = Dumps(tmp_path / "open")
    with served(archive.parent) as mirror:
        source = opened(f"{mirror.url}/{archive.name}")
        entry = {"kind": "canonical", "id": "canonical", "from": source.where}
        incoming = incoming_folder(dumps, entry | {"version": source.version, "bytes": source.size})
        incoming.mkdir(parents=True)
        shutil.copy(archive, incoming)
        begun = len(mirror.ranges)
        fetch_tables("canonical", [f"{mirror.url}/{archive.name}"], dumps, PLENTY)
        assert all(stop - start == 1 for _, start, stop in mirror.ranges[begun:])
    assert titles(dumps.folder) == RECORDINGS["title"].to_list()
    assert names(dumps.folder / "canonical") == ["canonical.tables"]


@pytest.mark.parametrize("fault", ["cut", "another MD5"])
def test_a_damaged_download_is_removed(fault: str, tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    archive = canonical(tmp_path / "mirror")
    if fault == "cut":
        archive = cut_in_redirects(archive)
    else:
        archive.with_name(f"{archive.name}.md5").write_text("0" * 32)
    with served(archive.parent) as mirror, pytest.raises(DumpError, match=fault if fault != "cut" else "unpacked"):
        fetch_tables("canonical", [f"{mirror.url}/{archive.name}"], Dumps(tmp_path / "open"), PLENTY)
    assert names(tmp_path / "open" / "canonical") == []


def test_names_of_a_server_lead_nowhere_else(tmp_path: Path) -> None:
    mirrored = tmp_path / "server" / "a" / "b"
    mirrored.mkdir(parents=True)
    canonical(tmp_path / "server")
    with served(mirrored) as mirror:
        fetch_tables("canonical", [f"{mirror.url}/..%2F..%2Fcanonical.tar.zst"], Dumps(tmp_path / "c" / "open"), PLENTY)
    assert names(tmp_path) == ["c", "server"]
    assert names(tmp_path / "c") == ["open"]
    assert names(tmp_path / "c" / "open" / "canonical") == ["canonical.tables"]


def test_errors_of_a_fetch_show_no_secret_of_an_address(tmp_path: Path) -> None:
    archive = canonical(tmp_path)
    archive.with_name(f"{archive.name}.sha256").write_text("0" * 64)
    with served(tmp_path) as mirror:
        for most in (1, PLENTY):
            with pytest.raises(DumpError) as refused:
                fetch_tables("canonical", [f"{mirror.url}/{archive.name}?sign=secret"], Dumps(tmp_path / "open"), most)
            assert archive.name in str(refused.value)
            assert "secret" not in str(refused.value)
