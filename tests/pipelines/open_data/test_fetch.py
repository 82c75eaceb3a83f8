"""Fetching dumps: only the last members, resumed, of one version, each with its checksum."""

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from pipelines.open_data.dumps import Dumps, described
from pipelines.open_data.fetch import fetch_listens, fetch_tables
from pipelines.open_data.remote import DumpChanged, DumpError, opened
from pipelines.open_data.tar_tail import last_members
from tests import open_dumps
from tests.open_dumps import DUMP, FIRST, MEMBERS, USER, Listen, Served, mbid, served

PLENTY = 1 << 30
NAME = f"{DUMP}.tar"


def newest() -> list[Listen]:
    return [(USER + at % 5, FIRST + at, mbid("recording", at)) for at in range(4_000)]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump of 1,526 members, 4 of which have the newest listens; its published checksum beside it."""
    path = open_dumps.spark_tar(tmp_path_factory.mktemp("mirror") / NAME, newest())
    path.with_name(f"{NAME}.sha256").write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {NAME}\n")
    return path


@pytest.fixture
def mirror(archive: Path) -> Iterator[Served]:
    with served(archive.parent) as running:
        yield running


def members_of(archive: Path, last: int) -> dict[str, bytes]:
    """The same members by the library that reads the whole archive."""
    with tarfile.open(archive) as tar:
        found = [one for one in tar.getmembers() if one.name.endswith(".parquet")][-last:]
        return {one.name.rpartition("/")[2]: tar.extractfile(one).read() for one in found}  # type: ignore[union-attr]


def test_the_last_members_are_found_without_reading_those_before(archive: Path, mirror: Served) -> None:
    found = last_members(opened(f"{mirror.url}/{NAME}"), 4, ".parquet")
    expected = members_of(archive, 4)
    content = archive.read_bytes()
    assert [one.name for one in found] == list(expected) == [f"{n}.parquet" for n in range(MEMBERS - 4, MEMBERS)]
    assert [content[one.offset : one.offset + one.size] for one in found] == list(expected.values())
    assert len(mirror.ranges) < 60  # a walk over all headers takes 3,053


def test_fetched_listens_have_user_time_and_key_and_each_member_its_checksum(mirror: Served, tmp_path: Path) -> None:
    fetch_listens(f"{mirror.url}/{NAME}", 3, Dumps(tmp_path / "open"), PLENTY)
    (entry,) = described(tmp_path / "open").values()
    assert (entry["id"], entry["kept"]) == (DUMP, ["1523.parquet", "1524.parquet", "1525.parquet"])
    frame = pl.concat(pl.read_parquet(path) for path in sorted((tmp_path / "open" / "listens").iterdir()))
    assert frame.schema == {"user": pl.Int64, "at": pl.Int64, "key": pl.Int64}
    assert frame["at"].to_list() == list(range(FIRST + 1_000, FIRST + 4_000))
    assert frame["key"].n_unique() == 3_000
    assert [part["listens"] for part in entry["parts"].values()] == [1_000] * 3
    assert len(entry["published_sha256"]) == 64


def test_each_members_checksum_is_that_of_its_bytes(archive: Path, tmp_path: Path) -> None:
    """From a local file, which works as a URL does."""
    fetch_listens(str(archive), 2, Dumps(tmp_path), PLENTY)
    (entry,) = described(tmp_path).values()
    expected = {name: hashlib.sha256(content).hexdigest() for name, content in members_of(archive, 2).items()}
    assert {name: part["sha256"] for name, part in entry["parts"].items()} == expected
    assert entry["from"] == NAME  # no path of the machine


def test_a_folder_of_members_works_like_the_archive(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / DUMP
    folder.mkdir()
    for name, content in members_of(archive, 3).items():
        (folder / name).write_bytes(content)
    for where, out in ((str(folder), tmp_path / "a"), (str(archive), tmp_path / "b")):
        fetch_listens(where, 2, Dumps(out), PLENTY)
    one, other = (next(iter(described(tmp_path / out).values())) for out in ("a", "b"))
    assert (one["id"], one["parts"]) == (other["id"], other["parts"])


def test_broken_connections_are_resumed_where_they_broke(archive: Path, mirror: Served, tmp_path: Path) -> None:
    source = opened(f"{mirror.url}/{NAME}")
    (member,) = last_members(source, 1, ".parquet")
    mirror.breaks, begun = [700, 900], len(mirror.ranges)
    content = b"".join(source.read(member.offset, member.offset + member.size))
    assert content == next(iter(members_of(archive, 1).values()))
    assert [start - member.offset for _, start, _ in mirror.ranges[begun:]] == [0, 700, 1_600]


def test_an_interrupted_fetch_continues(mirror: Served, tmp_path: Path) -> None:
    """What an earlier run wrote of a member is not fetched again, and a finished member is not either."""
    source = opened(f"{mirror.url}/{NAME}")
    first, second = last_members(source, 2, ".parquet")
    fetch_listens(f"{mirror.url}/{NAME}", 1, Dumps(tmp_path), PLENTY)
    raw = tmp_path / "listens" / f"{DUMP}.{first.name}.raw.part"
    raw.write_bytes(b"".join(source.read(first.offset, first.offset + 5_000)))
    begun = len(mirror.ranges)
    fetch_listens(f"{mirror.url}/{NAME}", 2, Dumps(tmp_path), PLENTY)
    large = [(start, stop) for _, start, stop in mirror.ranges[begun:] if stop - start > 5_000]
    assert (first.offset + 5_000, first.offset + first.size) in large
    assert all((start, stop) != (second.offset, second.offset + second.size) for start, stop in large)
    assert described(tmp_path)[f"listens/{DUMP}"]["kept"] == [first.name, second.name]


def test_another_version_of_a_dump_is_never_mixed_in(mirror: Served, tmp_path: Path) -> None:
    url = f"{mirror.url}/{NAME}"
    source = opened(url)
    fetch_listens(url, 1, Dumps(tmp_path), PLENTY)
    mirror.tags[NAME] = '"another"'
    with pytest.raises(DumpChanged, match="not the file any more"):
        b"".join(source.read(0, 1_000))
    with pytest.raises(DumpChanged, match=r"remove .* or name another folder with --out"):
        fetch_listens(url, 2, Dumps(tmp_path), PLENTY)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("{url}/missing.tar", "answers 404 Not Found: check the address"),
        ("http://127.0.0.1:9/x.tar", "cannot be reached .*: check the address"),
        ("ftp://example/x.tar", "is no address to fetch from: use http"),
        ("nowhere.tar", "does not exist or is no file"),
        ("{url}/" + f"{NAME}.sha256", "is no uncompressed tar"),
    ],
)
def test_errors_name_what_to_do(where: str, message: str, mirror: Served, tmp_path: Path) -> None:
    with pytest.raises(DumpError, match=message):
        fetch_listens(where.format(url=mirror.url), 1, Dumps(tmp_path), PLENTY)


def test_a_server_without_ranges_and_a_fetch_beyond_the_bound_are_refused(mirror: Served, tmp_path: Path) -> None:
    url = f"{mirror.url}/{NAME}"
    with pytest.raises(DumpError, match=r"would fetch .* and 1,000 are allowed: fewer --members"):
        fetch_listens(url, 2, Dumps(tmp_path), 1_000)
    mirror.without_ranges = True
    with pytest.raises(DumpError, match="without byte ranges: download it, and name the file"):
        fetch_listens(url, 2, Dumps(tmp_path), PLENTY)
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_damaged_member_is_no_listen(tmp_path: Path) -> None:
    path = open_dumps.spark_tar(tmp_path / NAME, newest(), fillers=2, members=1)
    content = bytearray(path.read_bytes())
    (member,) = last_members(opened(str(path)), 1, ".parquet")
    content[member.offset + member.size - 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DumpError, match="no complete Parquet file: fetch it again"):
        fetch_listens(str(path), 1, Dumps(tmp_path / "open"), PLENTY)


# -- tables ------------------------------------------------------------------------------------------------------------
RECORDINGS = pl.DataFrame(
    {
        "recording_mbid": [mbid("recording", at) for at in range(3)],
        "title": ['With, a comma and "quotes"', "Two\nlines", "Песня"],
        "artist": ["A", "B feat. C", "D"],
        "release_mbid": [mbid("release", at) for at in range(3)],
        "album": ["One", "Two", "Three"],
    }
)


def canonical(folder: Path) -> Path:
    return open_dumps.canonical_tar(folder / "canonical.tar.zst", RECORDINGS, {mbid("other", 0): mbid("recording", 0)})


def test_canonical_tables_come_out_of_the_archive_as_they_are(tmp_path: Path) -> None:
    archive = canonical(tmp_path)
    with served(tmp_path) as mirror:
        fetch_tables("canonical", [f"{mirror.url}/{archive.name}"], Dumps(tmp_path / "open"), PLENTY)
    table = pl.read_parquet(tmp_path / "open" / "canonical" / "recordings.parquet")
    assert table["recording_name"].to_list() == RECORDINGS["title"].to_list()
    assert table["recording_mbid"].to_list() == RECORDINGS["recording_mbid"].to_list()
    assert pl.read_parquet(tmp_path / "open" / "canonical" / "redirects.parquet").height == 1
    (entry,) = described(tmp_path / "open").values()
    assert entry["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert [path.name for path in (tmp_path / "open" / "canonical").iterdir() if path.suffix != ".parquet"] == []


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
    assert pl.read_parquet(tmp_path / "open" / "acousticbrainz" / "rhythm.parquet")["bpm"].to_list() == ["120"]
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
    table = tmp_path / "open" / "canonical" / "recordings.parquet"
    whole = pl.read_parquet(table)
    table.unlink() if lost == "dropped" else whole.drop("combined_lookup").write_parquet(table)
    fetch_tables("canonical", [str(archive)], dumps, PLENTY)
    assert pl.read_parquet(table).equals(whole)
    written = table.stat().st_mtime_ns
    fetch_tables("canonical", [str(archive)], dumps, PLENTY)
    assert table.stat().st_mtime_ns == written
