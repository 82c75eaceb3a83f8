"""Fetching dumps: only the last members, resumed, of one version, each with its checksum."""

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.open_data.dumps import Dumps, described
from pipelines.open_data.fetch import fetch_listens
from pipelines.open_data.kept import files
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


def test_a_damaged_member_is_no_listen_and_a_mended_dump_is_read(tmp_path: Path) -> None:
    path = open_dumps.spark_tar(tmp_path / NAME, newest(), fillers=2, members=1)
    content = bytearray(path.read_bytes())
    (member,) = last_members(opened(str(path)), 1, ".parquet")
    content[member.offset + member.size - 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DumpError, match="no complete Parquet file: fetch it again"):
        fetch_listens(str(path), 1, Dumps(tmp_path / "open"), PLENTY)
    open_dumps.spark_tar(path, newest(), fillers=2, members=1)  # copied again: another version of the file
    fetch_listens(str(path), 1, Dumps(tmp_path / "open"), PLENTY)
    assert sum(part["listens"] for part in next(iter(described(tmp_path / "open").values()))["parts"].values()) == 4_000


# -- what a member has to hold -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("user_id", pa.array(["a", "b"]), "column user_id is string and has to be a whole number"),
        ("recording_mbid", pa.array([1, 2]), "column recording_mbid is int64 and has to be text"),
        (
            "listened_at",
            pa.array(["a", "b"]),
            "column listened_at is string and has to be a timestamp",
        ),
        ("listened_at", pa.array([FIRST * 10**6] * 2), "column listened_at has times about 1,780,272,000,000,000 s"),
        ("listened_at", pa.array([90, 90]), "column listened_at has times about 90 s after 1970"),
        ("user_id", pa.array([None, None], pa.int64()), "2 rows, none with listened_at and user_id"),
    ],
)
def test_other_columns_than_those_of_a_dump_are_named(
    column: str, values: pa.Array, message: str, tmp_path: Path
) -> None:
    folder = dump_of(tmp_path, {column: values})
    with pytest.raises(DumpError, match=f"7.parquet:? .*{message}.*: name a dump of listens"):
        fetch_listens(str(folder), 1, Dumps(tmp_path / "open"), PLENTY)
    assert list((tmp_path / "open" / "listens").iterdir()) == []


def dump_of(folder: Path, other: dict[str, pa.Array]) -> Path:
    """A folder of one member of two listens, with other columns in place of some."""
    table = {"listened_at": pa.array([FIRST] * 2), "user_id": pa.array([1, 2]), "recording_mbid": pa.array(["a", "b"])}
    made = folder / "dump"
    made.mkdir()
    pq.write_table(pa.table(table | other), made / "7.parquet")
    return made


def test_times_may_be_whole_seconds_and_a_member_may_be_empty(tmp_path: Path) -> None:
    folder = dump_of(tmp_path, {})
    pq.write_table(pq.read_table(folder / "7.parquet").slice(0, 0), folder / "8.parquet")
    fetch_listens(str(folder), 2, Dumps(tmp_path / "open"), PLENTY)
    (entry,) = described(tmp_path / "open").values()
    assert [part["listens"] for part in entry["parts"].values()] == [2, 0]
    kept = [pl.read_parquet(path) for path in sorted((tmp_path / "open" / "listens").iterdir())]
    assert [frame["at"].to_list() for frame in kept] == [[FIRST, FIRST], []]
    assert kept[0].schema == kept[1].schema


def test_a_member_whose_pages_are_damaged_is_refused(tmp_path: Path) -> None:
    """Uncompressed and without statistics, so that nothing but the checksum of the page can tell."""
    folder = dump_of(tmp_path, {})
    file = folder / "7.parquet"
    options = {"compression": "none", "use_dictionary": False, "write_statistics": False}
    pq.write_table(pq.read_table(file), file, write_page_checksum=True, **options)
    content = file.read_bytes()
    at = content.index(FIRST.to_bytes(8, "little"))
    file.write_bytes(content[:at] + (FIRST + 999).to_bytes(8, "little") + content[at + 8 :])
    with pytest.raises(DumpError, match=r"7.parquet cannot be read \(.*\): fetch it again"):
        fetch_listens(str(folder), 1, Dumps(tmp_path / "open"), PLENTY)


@pytest.mark.parametrize("damage", ["removed", "cut"])
def test_a_kept_member_that_is_gone_or_damaged_is_refused_and_fetched_again(
    damage: str, archive: Path, tmp_path: Path
) -> None:
    fetch_listens(str(archive), 2, Dumps(tmp_path), PLENTY)
    first, second = sorted((tmp_path / "listens").iterdir())
    content, untouched = first.read_bytes(), second.stat().st_mtime_ns
    first.write_bytes(content[:-9])
    if damage == "removed":
        first.unlink()
    (entry,) = described(tmp_path).values()
    with pytest.raises(DumpError, match=r"parquet is (missing|damaged): run segue-pipeline open fetch --listens again"):
        files(tmp_path, entry, entry["kept"])
    fetch_listens(str(archive), 2, Dumps(tmp_path), PLENTY)
    assert (first.read_bytes(), second.stat().st_mtime_ns) == (content, untouched)


def test_a_member_that_lies_complete_in_the_folder_is_not_downloaded_again(mirror: Served, tmp_path: Path) -> None:
    """As after a kill while it was reduced."""
    source = opened(f"{mirror.url}/{NAME}")
    (member,) = last_members(source, 1, ".parquet")
    (tmp_path / "listens").mkdir()
    raw = tmp_path / "listens" / f"{DUMP}.{member.name}.raw"
    raw.write_bytes(b"".join(source.read(member.offset, member.offset + member.size)))
    begun = len(mirror.ranges)
    fetch_listens(f"{mirror.url}/{NAME}", 1, Dumps(tmp_path), PLENTY)
    assert (NAME, member.offset, member.offset + member.size) not in mirror.ranges[begun:]
    assert [path.name for path in (tmp_path / "listens").iterdir()] == [f"{DUMP}.{member.name}"]
