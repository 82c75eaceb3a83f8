"""A release of open data: what its manifest states, what no byte of it has, and how somebody else installs it."""

import hashlib
import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from kit.release import BrokenRelease, Release
from kit.release_current import current_version
from pipelines.open_data.install import unpacked
from pipelines.open_data.release import FEATURE_SOURCES, pack
from pipelines.open_data.remote import DumpError
from pipelines.open_data.stated import lines
from pipelines.stage import Built
from tests.open_dumps import DUMP, MEMBERS, served
from tests.pipelines.open_data.released import released
from tests.pipelines.open_data.world import USERS, OpenWorld, contents, spellings, users_of
from tests.pipelines.test_cli import output_of, run_main


@pytest.fixture(scope="module")
def release(folder: Path, world: OpenWorld, sessions: Built, tracks: Built) -> Release:
    return released(folder, world, sessions, tracks)


@pytest.fixture(scope="module")
def archive(release: Release, folder: Path) -> Path:
    return pack(release, folder / "mirror" / f"{release.version}.tar")


@pytest.mark.must("S2-04")
def test_the_manifest_states_licence_dumps_and_parameters(release: Release, world: OpenWorld) -> None:
    stated = release.manifest.settings["open_data"]
    assert stated["licence"] == "CC0-1.0"
    dumps = {dump["kind"]: dump for dump in stated["dumps"]}
    assert dumps["listens"]["id"] == DUMP
    assert list(dumps["listens"]["members"]) == [f"{number}.parquet" for number in range(MEMBERS - 4, MEMBERS)]
    assert all(len(digest) == 64 for digest in dumps["listens"]["members"].values())
    mirror = world.dumps.parent / "mirror"
    for kind, name in (("canonical", "canonical.tar.zst"), ("acousticbrainz", "features.tar.zst")):
        assert dumps[kind]["sha256"] == hashlib.sha256((mirror / name).read_bytes()).hexdigest()
    assert (stated["rules"]["gap_s"], stated["rules"]["users_each"]) == (1_800, 5)
    assert len(stated["features"]["scale"]["energy"]) == 11
    assert stated["figures"]["sessions"]["playlists"] == 120
    assert set(release.manifest.licences) == {"listenbrainz", "musicbrainz"}


def test_licence_notice_and_sources_are_files_of_the_release(release: Release) -> None:
    release.verify()
    assert {"LICENSE", "NOTICE", FEATURE_SOURCES} <= set(release.manifest.files)
    assert (release.path / "LICENSE").read_text().startswith("CC0-1.0")
    assert "MetaBrainz asks those who use it commercially to support" in (release.path / "NOTICE").read_text()


def test_no_user_is_in_any_byte_of_the_release(release: Release, archive: Path) -> None:
    for content in [*contents(release.path), archive.read_bytes()]:
        assert not any(one in content for user in users_of(USERS) for one in spellings(user))


def test_figures_are_those_of_the_playlists_themselves(release: Release, published: Path) -> None:
    """The release that refresh makes of the world's own playlists with the same settings."""
    own = Release(published / "releases" / str(current_version(published / "releases"))).manifest.metrics
    ours = release.manifest.metrics
    low, _ = own["interval_95"]
    assert ours["average_ndcg_100"] >= low
    assert ours["average_ndcg_100"] > 1.5 * ours["popularity_average_ndcg_100"]


def test_the_same_release_packs_to_the_same_bytes(release: Release, archive: Path, tmp_path: Path) -> None:
    assert pack(release, tmp_path / archive.name).read_bytes() == archive.read_bytes()


# -- install -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def leftovers(data: Path) -> list[str]:
    return [path.name for path in (data / "incoming").rglob("*")] if (data / "incoming").exists() else []


def test_an_archive_from_a_url_is_verified_published_and_serves(archive: Path, release: Release, data: Path) -> None:
    with served(archive.parent) as mirror:
        done = run_main("open", "install", f"{mirror.url}/{archive.name}", "--data", data)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    assert printed[0] == f"{release.version}: licence CC0-1.0"
    assert f"  from listens {DUMP} (4 members)" in printed
    assert f"{release.version} serves now" in printed
    assert current_version(data / "releases") == release.version
    Release(data / "releases" / release.version).verify()
    assert leftovers(data) == []


def test_a_folder_is_installed_too(release: Release, data: Path) -> None:
    with unpacked(str(release.path), data, None, lambda *_: None) as found:
        assert found.folder == release.path
        assert lines(found.folder)[0] == f"{release.version}: licence CC0-1.0"


def test_an_archive_with_another_checksum_is_refused(archive: Path, data: Path) -> None:
    with served(archive.parent) as mirror:
        done = run_main("open", "install", f"{mirror.url}/{archive.name}", "--data", data, "--sha256", "0" * 64)
    assert "does not have the SHA-256 0000" in output_of(done)
    assert current_version(data / "releases") is None
    assert leftovers(data) == []


def test_a_damaged_file_in_an_archive_is_never_published(archive: Path, data: Path, tmp_path: Path) -> None:
    content = archive.read_bytes()
    at = content.rindex(b"CC0-1.0: Creative")  # in the file; the manifest quotes it
    (tmp_path / "a.tar").write_bytes(content[:at] + b"NC" + content[at + 2 :])
    done = run_main("open", "install", tmp_path / "a.tar", "--data", data)
    assert "LICENSE" in output_of(done)
    assert current_version(data / "releases") is None


@pytest.mark.parametrize("name", ["fetch", "sessions", "features", "release", "install"])
def test_every_command_explains_itself(name: str) -> None:
    text = " ".join(run_main("open", name, "--help").stdout.replace("│", " ").split())
    assert f"Example: segue-pipeline open {name}" in text
    assert "Prints" in text


def test_a_fetch_without_dumps_is_wrong_usage() -> None:
    done = run_main("open", "fetch")
    assert done.returncode == 2
    assert "name at least one of --listens" in " ".join(done.stderr.replace("│", " ").split())


Members = list[tuple[tarfile.TarInfo, bytes]]


@pytest.fixture
def members(archive: Path) -> Members:
    with tarfile.open(archive) as tar:
        return [(one, tar.extractfile(one).read()) for one in tar.getmembers()]  # type: ignore[union-attr]


def written(path: Path, members: Members) -> str:
    with tarfile.open(path, "w") as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    return str(path)


def added(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member, b""


@pytest.fixture
def refused(data: Path, tmp_path: Path) -> Iterator[Path]:
    """A path for an archive; whatever is tried with it leaves nothing behind."""
    outside = set(tmp_path.parent.iterdir())
    yield tmp_path / "a.tar"
    assert leftovers(data) == []
    assert set(tmp_path.parent.iterdir()) == outside
    assert {path.name for path in tmp_path.iterdir()} <= {"a.tar", "data"}


@pytest.mark.parametrize(
    ("name", "kind", "link"),
    [
        ("../outside", tarfile.REGTYPE, ""),
        ("/tmp/outside", tarfile.REGTYPE, ""),
        ("{version}/extra.npy", tarfile.REGTYPE, ""),
        ("{version}", tarfile.DIRTYPE, ""),
        ("{version}/ids.npy", tarfile.SYMTYPE, "/etc/passwd"),
        ("{version}/ids.npy", tarfile.LNKTYPE, "../../outside"),
        ("{version}/ids.npy", tarfile.FIFOTYPE, ""),
    ],
)
def test_only_listed_plain_files_are_unpacked(
    name: str, kind: bytes, link: str, members: Members, refused: Path, data: Path
) -> None:
    version = members[0][0].name.partition("/")[0]
    where = written(refused, [members[0], added(name.format(version=version), kind, link), *members[1:]])
    message = "which its manifest does not list" if kind == tarfile.REGTYPE else "which is no plain file"
    with pytest.raises(DumpError, match=message), unpacked(where, data, None, _quiet):
        pass


def test_a_longer_a_missing_and_a_repeated_file_are_refused(members: Members, refused: Path, data: Path) -> None:
    member, content = members[1]
    longer = tarfile.TarInfo(member.name)
    longer.size = member.size + 1
    cases = (
        ([members[0], (longer, content + b"x"), *members[2:]], r"and its manifest lists [\d,]+"),
        (members[:-1], "lacks"),
        ([*members, members[-1]], "twice"),
        (members[1:], "does not begin with a manifest.json"),
    )
    for tried, message in cases:
        with pytest.raises(DumpError, match=message), unpacked(written(refused, tried), data, None, _quiet):
            pass


def test_what_is_no_archive_or_not_there_is_refused(refused: Path, data: Path) -> None:
    with pytest.raises(DumpError, match="does not exist: name a release's folder"), unpacked("a", data, None, _quiet):
        pass
    refused.write_bytes(b"no tar" * 500)
    with pytest.raises(DumpError, match="it is no archive of a release"), unpacked(str(refused), data, None, _quiet):
        pass


def test_what_a_strangers_manifest_states_is_printed_as_plain_text(release: Release, tmp_path: Path) -> None:
    folder = tmp_path / release.version
    shutil.copytree(release.path, folder)
    document = orjson.loads((folder / "manifest.json").read_bytes())
    for stated in (None, 3, {"licence": ["x"], "dumps": 7}, {"licence": "\x1b[2J" + "x" * 999, "dumps": [5, {}] * 99}):
        document["settings"] = {"open_data": stated}
        (folder / "manifest.json").write_bytes(orjson.dumps(document))
        shown = lines(folder)
        assert len(shown) <= 21
        assert all(line.isprintable() and len(line) < 300 for line in shown)
    (folder / "manifest.json").unlink()
    with pytest.raises(BrokenRelease, match=r"no manifest\.json"):
        lines(folder)


def _quiet(_done: int, _total: int, _what: str) -> None:
    """Progress that is not shown."""
