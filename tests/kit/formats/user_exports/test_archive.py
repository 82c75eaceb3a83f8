"""Tests of opening uploads: zip archives, their limits and their tricks, encodings, bounded memory."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from kit.formats.rows import WrongFile
from kit.formats.user_exports import archive, files
from tests.kit.formats.user_exports.opening import as_bytes, extended, listens, read, read_all, reasons, zipped

PLAY = [extended()]


def test_members_are_known_by_content_in_any_folder_and_under_any_name(tmp_path: Path) -> None:
    members = {
        "My Data/Deep/endsong_0.json": PLAY,
        "renamed.txt": PLAY,
        "__MACOSX/._a.json": b"\0\5",
        "picture.png": b"\x89PNG",
    }
    found = read_all(tmp_path, zipped(members))
    assert [name for name, (_, records) in found.items() if listens(records)] == ["endsong_0.json#0", "renamed.txt#1"]
    assert len(found) == 3


@pytest.mark.parametrize(
    "name", ["../evil.json", "a/../../evil.json", "/etc/evil.json", "C:\\evil.json", "a\\..\\evil.json"]
)
def test_a_path_out_of_the_archive_is_refused_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    found = read_all(tmp_path, zipped({name: PLAY, "good.json": PLAY}))
    records = [record for _, records in found.values() for record in records]
    assert (reasons(records), len(listens(records))) == ({"its path leaves the archive": 1}, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["member", "upload"]


def test_a_bomb_ends_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_MEMBER", 1 << 20)
    bomb = b"[" + as_bytes(extended()) + b"," + b" " * (64 << 20)
    found = read_all(tmp_path, zipped({"bomb.json": bomb, "after.json": PLAY}))
    records = [record for _, records in found.values() for record in records]
    assert any("larger than 500 MB" in reason for reason in reasons(records))
    assert (tmp_path / "member").stat().st_size <= 1 << 20
    assert len(listens(records)) == 1  # what came before the limit


def test_a_bomb_of_no_known_format_is_not_written_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_MEMBER", 1 << 20)
    found = read_all(tmp_path, zipped({"bomb.bin": b"\0" * (64 << 20)}))
    assert len(found) == 2
    assert not (tmp_path / "member").exists()


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
    found = read_all(tmp_path, zipped({f"{number}.json": PLAY for number in range(10)}))
    assert len(found) == 4


def test_an_archive_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    whole = zipped({"a.json": PLAY, "b.json": [extended(ts=f"2023-05-01T12:{n % 60:02}:00Z") for n in range(5000)]})
    records = [r for _, records in read_all(tmp_path, whole[: len(whole) - 2000]).values() for r in records]
    assert len(listens(records)) >= 1
    assert any("breaks off or is damaged" in reason for reason in reasons(records))


def test_archives_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match="the file is empty"):
        read(tmp_path, b"")
    with pytest.raises(WrongFile, match="no known format: expected a history"):
        read(tmp_path, b"%PDF-1.7 of a bill", "bill.pdf")
    for nothing in (zipped({}), zipped({"a folder/": b""})):
        with pytest.raises(WrongFile, match="the archive holds no file: expected a history"):
            read(tmp_path, nothing)
    inner = zipped({"inner.zip": zipped({"a.json": PLAY})})
    assert "unpack it" in next(iter(reasons(read(tmp_path, inner)[1])))


def test_an_encrypted_archive_is_named(tmp_path: Path) -> None:
    plain = bytearray(zipped({"a.json": PLAY}))
    plain[6] |= 1  # the flag of the local header
    with pytest.raises(WrongFile, match="encrypted"):
        read(tmp_path, bytes(plain))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_of_unicode(tmp_path: Path, encoding: str) -> None:
    content = as_bytes([extended(master_metadata_track_name="Éärth 夜")]).decode().encode(encoding)
    for upload in (content, zipped({"a.json": content})):
        [play] = listens(read(tmp_path, upload)[1])
        assert play.track.title == "Éärth 夜"


def test_bytes_of_windows_1252_and_half_emojis_are_mended(tmp_path: Path) -> None:
    content = as_bytes([extended(master_metadata_track_name="Caf?"), extended()]).replace(b"Caf?", b"Caf\xe9")
    assert [play.track.title for play in listens(read(tmp_path, content)[1])] == ["Café", "Copper Lantern"]
    half = as_bytes([extended(master_metadata_track_name="Moon HALF")]).replace(b"HALF", b"\\ud83c")
    assert [play.track.title for play in listens(read(tmp_path, half)[1])] == ["Moon "]


def test_a_malformed_row_loses_no_other(tmp_path: Path) -> None:
    good, rows = as_bytes(extended()), 4000
    content = b"[" + b",\n".join([good] * rows) + b',\n{"ts": "x", oops},\n' + b",\n".join([good] * rows) + b"]"
    _, records = read(tmp_path, content)
    assert len(listens(records)) == 2 * rows
    assert reasons(records) == {"the file breaks off or is malformed here": 1}


def test_memory_is_bounded_however_large_the_member(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("a.json", "w") as member:
        row = as_bytes(extended())
        member.write(b"[" + row)
        for _ in range(60):
            member.write((b"," + row) * 1500)
        member.write(b"]")
    upload = tmp_path / "upload"
    upload.write_bytes(target.getvalue())
    del target
    tracemalloc.start()
    count = sum(1 for one in files(upload, "a.zip", tmp_path) for _ in one.records)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (count, (tmp_path / "member").stat().st_size > 50 << 20) == (90_001, True)
    assert peak < 32 << 20
