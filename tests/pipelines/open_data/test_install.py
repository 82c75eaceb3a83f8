"""Installing an archive from a server: what is verified, what is left behind, and what errors name."""

import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import orjson
import pytest

from kit.release import Release
from kit.release_current import current_version
from pipelines.open_data.incoming import downloaded
from pipelines.open_data.install import unpacked
from pipelines.open_data.release import pack
from pipelines.open_data.remote import DumpError
from tests.open_dumps import Served, served
from tests.pipelines.test_cli import Done, output_of, run_main


@pytest.fixture(scope="module")
def release(published: Path) -> Release:
    return Release(published / "releases" / str(current_version(published / "releases")))


@pytest.fixture(scope="module")
def packed(release: Release, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return pack(release, tmp_path_factory.mktemp("packed") / "r.tar").read_bytes()


@pytest.fixture
def archive(packed: bytes, tmp_path: Path) -> Path:
    """The archive on a mirror, without a checksum beside it."""
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "r.tar").write_bytes(packed)
    return tmp_path / "mirror" / "r.tar"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def install(where: object, data: Path, *options: object) -> Done:
    return run_main("open", "install", where, "--data", data, *options)


def incoming(data: Path) -> list[Path]:
    return sorted((data / "incoming").iterdir())


def damaged(content: bytes) -> bytes:
    """The same size, and other cards."""
    at = content.rindex(b"cards.jsonl\0") + 600
    return content[:at] + bytes(byte ^ 1 for byte in content[at : at + 4]) + content[at + 4 :]


def quiet(_done: int, _total: int, _what: str) -> None:
    """Progress that is not shown."""


# -- what is left of a download ----------------------------------------------------------------------------------------
def test_a_release_that_was_mended_on_its_server_is_fetched_again(
    archive: Path, packed: bytes, release: Release, data: Path
) -> None:
    """Of a server that names no version and the same size for both."""
    archive.write_bytes(damaged(packed))
    with served(archive.parent) as mirror:
        mirror.tags["r.tar"] = ""
        refusal = output_of(install(f"{mirror.url}/r.tar", data))
        assert f"{mirror.url}/r.tar: cards.jsonl is corrupt" in refusal
        assert refusal.endswith("or get it again")
        assert incoming(data) == []
        archive.write_bytes(packed)
        assert install(f"{mirror.url}/r.tar", data).returncode == 0
    assert current_version(data / "releases") == release.version
    assert incoming(data) == []


def test_a_refused_archive_is_not_kept(archive: Path, packed: bytes, data: Path) -> None:
    archive.write_bytes(packed[: len(packed) // 2])
    with (
        served(archive.parent) as mirror,
        pytest.raises(DumpError, match=r"r\.tar is refused: the archive ends inside"),
        unpacked(f"{mirror.url}/r.tar", data, None, quiet),
    ):
        pass
    assert incoming(data) == []


def parts_of(mirror: Served, data: Path) -> Path:
    """The part that an interrupted download leaves."""
    mirror.breaks = [50_000]
    mirror.tags["r.tar"] = '"one"'

    def interrupted(done: int, _total: int, _what: str) -> None:
        if done == 50_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), unpacked(f"{mirror.url}/r.tar", data, None, interrupted):
        pass
    (part,) = incoming(data)
    assert part.stat().st_size == 50_000
    return part


def test_an_interrupted_download_is_continued(archive: Path, packed: bytes, data: Path) -> None:
    with served(archive.parent) as mirror:
        parts_of(mirror, data)
        begun = len(mirror.ranges)
        with unpacked(f"{mirror.url}/r.tar", data, None, quiet):
            pass
    assert ("r.tar", 50_000, len(packed)) in mirror.ranges[begun:]
    assert incoming(data) == []


def test_a_part_of_another_version_of_the_same_address_is_removed(archive: Path, data: Path) -> None:
    with served(archive.parent) as mirror:
        part = parts_of(mirror, data)
        mirror.tags["r.tar"] = '"two"'
        with unpacked(f"{mirror.url}/r.tar?signature=new", data, None, quiet):
            assert not part.exists()
    assert incoming(data) == []


def test_two_installs_of_one_address_take_turns(archive: Path, packed: bytes, data: Path) -> None:
    (data / "incoming").mkdir(parents=True)
    second, contents = Event(), list[bytes]()

    def another(url: str) -> None:
        with downloaded(url, data / "incoming", quiet) as path:
            second.set()
            contents.append(path.read_bytes())

    with served(archive.parent) as mirror:
        with downloaded(f"{mirror.url}/r.tar", data / "incoming", quiet) as path:
            thread = Thread(target=another, args=(f"{mirror.url}/r.tar",))
            thread.start()
            assert not second.wait(0.3)
            contents.append(path.read_bytes())
        thread.join(60)
    assert contents == [packed, packed]
    assert incoming(data) == []


# -- checksums ---------------------------------------------------------------------------------------------------------
def test_it_states_whether_the_archive_was_compared_with_a_checksum(archive: Path, packed: bytes, data: Path) -> None:
    digest = hashlib.sha256(packed).hexdigest()
    with served(archive.parent) as mirror:
        none = install(f"{mirror.url}/r.tar", data).stdout
        given = install(archive, data, "--sha256", f" {digest.upper()} ").stdout
        archive.with_name("r.tar.sha256").write_text(digest)
        beside = install(f"{mirror.url}/r.tar?sig=abc", data).stdout
    assert "SHA-256 not verified: there is no .sha256 beside the archive, and --sha256 was not given" in none
    assert f"SHA-256 verified: {digest}, as --sha256 states" in given
    assert f"SHA-256 verified: {digest}, as the .sha256 beside it states" in beside


def test_an_archive_whose_checksum_cannot_be_read_is_not_installed(archive: Path, data: Path) -> None:
    with served(archive.parent) as mirror:
        mirror.statuses["r.tar.sha256"] = 503
        assert "r.tar.sha256 cannot be read (503" in output_of(install(f"{mirror.url}/r.tar", data))
    archive.with_name("r.tar.sha256").write_text("see the web page")
    assert "has no SHA-256 in it" in output_of(install(archive, data))
    assert current_version(data / "releases") is None


@pytest.mark.parametrize("given", ["", " ", "deadbeef", "0" * 63, "g" * 64])
def test_what_is_no_checksum_is_refused(given: str, archive: Path, data: Path) -> None:
    assert "--sha256 is no SHA-256: give its 64 hexadecimal digits" in output_of(
        install(archive, data, "--sha256", given)
    )
    assert not data.exists()


def test_a_checksum_of_a_folder_is_refused(release: Release, data: Path) -> None:
    refusal = output_of(install(release.path, data, "--sha256", "0" * 64))
    assert "--sha256 is for an archive, and" in refusal
    assert current_version(data / "releases") is None
    assert "a folder has no SHA-256" in install(release.path, data).stdout


# -- errors ------------------------------------------------------------------------------------------------------------
def members_of(packed: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        return [(one, tar.extractfile(one).read()) for one in tar.getmembers()]  # type: ignore[union-attr]


def newer(member: tarfile.TarInfo, content: bytes) -> bytes:
    """The manifest of a later format."""
    changed = orjson.dumps(orjson.loads(content) | {"schema_version": 2})
    member.size = len(changed)
    return changed


def sparse(member: tarfile.TarInfo, content: bytes) -> bytes:
    """Extended headers that tarfile fails on."""
    member.pax_headers = {"GNU.sparse.map": "1,a", "GNU.sparse.size": "5", "GNU.sparse.major": "0"}
    return content


def no_manifest(member: tarfile.TarInfo, content: bytes) -> bytes:
    changed = b"[" * 100_000
    member.size = len(changed)
    return changed


@pytest.mark.parametrize(
    ("number", "change", "message"),
    [
        (0, newer, "the release has schema 2, this version reads 1: it was made by a newer Segue: update Segue"),
        (0, no_manifest, "the release/manifest.json cannot be read"),
        (0, sparse, "it has extended tar headers, which open release does not write"),
        (1, sparse, "it has extended tar headers, which open release does not write"),
    ],
)
def test_a_refusal_names_the_address_and_no_temporary_folder(
    number: int,
    change: Callable[[tarfile.TarInfo, bytes], bytes],
    message: str,
    packed: bytes,
    archive: Path,
    data: Path,
) -> None:
    members = members_of(packed)
    member, content = members[number]
    members[number] = (member, change(member, content))
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        for one, own in members:
            tar.addfile(one, io.BytesIO(own))
    with served(archive.parent) as mirror:
        refusal = output_of(install(f"{mirror.url}/r.tar?key=abc", data))
    assert f"{mirror.url}/r.tar is refused: {message}" in refusal
    assert not any(word in refusal for word in (".unpacking", ".copying", "abc"))


@pytest.mark.parametrize("cut", [0.2, 0.9])
def test_a_truncated_archive_is_refused_by_its_name(cut: float, packed: bytes, archive: Path, data: Path) -> None:
    archive.write_bytes(packed[: int(cut * len(packed)) // 512 * 512 + 100])
    assert f"{archive} is refused: the archive ends inside" in output_of(install(archive, data))


def test_what_the_system_refuses_is_one_sentence(data: Path) -> None:
    assert "(File name too long): give it room, and files" in output_of(install("a" * 300 + ".tar", data))
