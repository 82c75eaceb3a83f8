"""The last members of a tar on a server: what is truncated or damaged is refused, within a bound on the requests."""

import io
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from pipelines.open_data import tar_tail
from pipelines.open_data.remote import DumpError, opened
from pipelines.open_data.tar_tail import last_members
from tests.open_dumps import served

BLOCK = 512
MEMBERS, SIZE = 300, 2_000  # and 4 blocks with its padding, 5 with the header


def content(number: int) -> bytes:
    return bytes([number % 251 + 1]) * SIZE


def written(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, own in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(own)
            tar.addfile(member, io.BytesIO(own))
    return path


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    (tmp_path / "mirror").mkdir()
    members = {f"dump/{number}.parquet": content(number) for number in range(MEMBERS)}
    return written(tmp_path / "mirror" / "dump.tar", members)


def end_of(dump: Path, number: int) -> int:
    """The position after a member and its padding."""
    return (number + 1) * 5 * BLOCK


def test_a_truncated_dump_is_refused_at_once(dump: Path) -> None:
    dump.write_bytes(dump.read_bytes()[: end_of(dump, MEMBERS - 24) - 700])
    with served(dump.parent) as mirror, pytest.raises(DumpError) as refused:
        last_members(opened(f"{mirror.url}/dump.tar"), 10, ".parquet")
    assert f"ends inside member 'dump/{MEMBERS - 24}.parquet': it is truncated: fetch it again" in str(refused.value)
    assert "from another mirror" in str(refused.value)
    assert len(mirror.ranges) < 50
    assert sum(stop - start for _, start, stop in mirror.ranges) < 3 * 11 * 5 * BLOCK


def test_a_dump_that_is_truncated_in_a_member_far_larger_than_the_first_is_refused(tmp_path: Path) -> None:
    """The last header alone may be a block that looks like one: it is confirmed from the header before it."""
    members = {f"dump/{number}.parquet": bytes([7]) * (100 if number < 8 else 100_000) for number in range(300)}
    dump = written(tmp_path / "dump.tar", members)
    dump.write_bytes(dump.read_bytes().rstrip(b"\0")[:-700])
    with served(tmp_path) as mirror, pytest.raises(DumpError, match=r"ends inside member 'dump/299\.parquet'"):
        last_members(opened(f"{mirror.url}/dump.tar"), 1, ".parquet")
    assert len(mirror.ranges) < 50


@pytest.mark.parametrize("rest", [0, 100])
def test_a_dump_that_ends_between_two_members_is_truncated_too(rest: int, dump: Path) -> None:
    dump.write_bytes(dump.read_bytes()[: end_of(dump, 200) + rest])
    with pytest.raises(
        DumpError, match=r"ends after member 'dump/200\.parquet', without the zeros that end an archive"
    ):
        last_members(opened(str(dump)), 10, ".parquet")


def test_one_block_of_zeros_is_the_end_of_an_archive(dump: Path) -> None:
    dump.write_bytes(dump.read_bytes()[: end_of(dump, MEMBERS - 1) + BLOCK])
    assert [one.name for one in last_members(opened(str(dump)), 2, ".parquet")] == ["298.parquet", "299.parquet"]


def test_a_dump_that_ends_inside_its_first_members_is_truncated(dump: Path) -> None:
    for size in (700, end_of(dump, 2) + 700):
        dump.write_bytes(dump.read_bytes()[:size])
        with pytest.raises(DumpError, match=r"ends inside member"):
            last_members(opened(str(dump)), 1, ".parquet")


def test_each_header_of_a_damaged_dump_is_requested_once(dump: Path) -> None:
    """The members before the damage lead nowhere, those after it are too few."""
    whole = bytearray(dump.read_bytes())
    damage = end_of(dump, MEMBERS - 4)
    whole[damage : damage + BLOCK] = b"x" * BLOCK
    dump.write_bytes(whole)
    with served(dump.parent) as mirror:
        found = last_members(opened(f"{mirror.url}/dump.tar"), 2, ".parquet")
        assert [one.name for one in found] == ["298.parquet", "299.parquet"]
        begun = len(mirror.ranges)
        with pytest.raises(DumpError, match=f"no tar header at byte {damage:,}: it is damaged; fetch it again"):
            last_members(opened(f"{mirror.url}/dump.tar"), 100, ".parquet")
    requests = Counter(start for _, start, stop in mirror.ranges[begun:] if stop - start == BLOCK)
    assert max(requests.values()) == 1
    assert len(mirror.ranges) - begun < MEMBERS + 50


def test_an_archive_inside_a_member_is_passed_over(tmp_path: Path) -> None:
    """Its headers lead to zeros, which are not the end of the dump."""
    inner = written(tmp_path / "inner.tar", {f"inner/{number}.parquet": content(number) for number in range(40)})
    members = {f"dump/{number}.parquet": content(number) for number in range(20)}
    members |= {"dump/20.parquet": inner.read_bytes(), "dump/21.parquet": content(21)}
    found = last_members(opened(str(written(tmp_path / "dump.tar", members))), 2, ".parquet")
    assert [(one.folder, one.name) for one in found] == [("dump", "20.parquet"), ("dump", "21.parquet")]


def test_no_file_makes_it_read_more_headers_than_the_bound(tmp_path: Path) -> None:
    """Headers of empty members without end: 512 bytes each."""
    header = tarfile.TarInfo("dump/0.parquet").tobuf(tarfile.USTAR_FORMAT)
    (tmp_path / "dump.tar").write_bytes(header * (tar_tail.HEADERS_MOST + 2) + bytes(1_024))
    with pytest.raises(DumpError, match=r"more than 20,000 headers: it is no Spark dump"):
        last_members(opened(str(tmp_path / "dump.tar")), 100_000, ".parquet")


@pytest.mark.parametrize(
    "name", ["dump/\x1b[2J.parquet", "dump/\udcff.parquet", "a" * 100 + "/" + "b" * 90 + ".parquet"]
)
def test_a_name_that_no_file_can_have_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "dump.tar"
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT, errors="surrogateescape") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(DumpError, match="which no file can be called") as refused:
        last_members(opened(str(path)), 1, ".parquet")
    assert str(refused.value).isprintable()
