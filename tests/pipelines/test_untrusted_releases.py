"""Untrusted releases: nothing outside the data folder is read or written, and unreadable contents never serve. Each
case is an intact release with one change, sizes and hashes updated."""

import json
import os
import shutil
import socket
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kit import ranker as kit_ranker
from kit.cold_start import FILE as COLD_START
from kit.release import BrokenRelease, Release, read_manifest
from kit.release_current import open_current
from kit.release_rules import MANIFEST_BYTES
from pipelines.release.contents import check_contents
from pipelines.release.publish import PublishError, publish
from pipelines.release.row_order import ReleaseError
from pipelines.release.write import write_release
from tests import worlds

Manifest = dict[str, Any]
DEMO = next((Path(__file__).parents[2] / "releases").glob("demo-*"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which a release serves."""
    data = tmp_path_factory.mktemp("served") / "data"
    publish(worlds.write_small_release(tmp_path_factory.mktemp("written"), 1).path, data)
    return data


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another release, intact."""
    return worlds.write_small_release(tmp_path_factory.mktemp("other"), 2).path


@pytest.fixture
def outsider(written: Path, tmp_path: Path) -> Path:
    """A copy of it to be changed."""
    shutil.copytree(written, tmp_path / "stranger")
    return tmp_path / "stranger"


def manifest_of(folder: Path) -> Manifest:
    manifest: Manifest = json.loads((folder / "manifest.json").read_text())
    return manifest


def rewrite(folder: Path, change: Callable[[Manifest], object]) -> None:
    manifest = manifest_of(folder)
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def sign(folder: Path, *names: str) -> None:
    """Updates sizes and hashes in the manifest."""

    def entries(manifest: Manifest) -> None:
        for name in names:
            content = (folder / name).read_bytes()
            manifest["files"][name] = {"bytes": len(content), "sha256": sha256(content).hexdigest()}

    rewrite(folder, entries)


def refused(outsider: Path, data: Path, match: str) -> None:
    """The publish fails with the reason, and the data folder is unchanged."""
    before = {path: path.lstat().st_mtime_ns for path in data.rglob("*") if path.is_file()}
    with pytest.raises(PublishError, match=match) as caught:
        publish(outsider, data)
    assert len(str(caught.value)) < 2_000
    after = {path: path.lstat().st_mtime_ns for path in data.rglob("*") if path.is_file()}
    assert after == before
    current = open_current(data / "releases")
    assert current is not None
    current.verify()


NAMES = [
    *("../escaped", "../../escaped", "a/../../escaped", "/tmp/escaped", "//x", "columns/../x", "..", ".", "", "a//b"),
    *(".hidden", "a/.hidden", "a\\b", "..\\x", "C:x", "a\nb", "a\0b", "a\x1bb", "a b", "é", "x" * 201, "a/b/c/d/e"),
    *("manifest.json", "Manifest.JSON", "CURRENT", "served", "a/", "a..b", "-rf", "~x", "a\udcffb"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_listed_file_has_a_plain_name_inside_the_folder(
    outsider: Path, served: Path, tmp_path: Path, name: str
) -> None:
    content = b"not yours"
    (tmp_path / "escaped").write_bytes(content)
    entry = {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    rewrite(outsider, lambda manifest: manifest["files"].update({name: entry}))
    refused(outsider, served, "manifest.json cannot be read")
    assert not (served / "escaped").exists()
    assert not (served / "releases" / "escaped").exists()


VERSIONS = [
    *("../escaped", "..", ".", "", "/tmp/escaped", "a/b", ".hidden", "a\\b", "a b", "a\nb", "a\0", "CURRENT", "Served"),
    *("x" * 101, "x.lock", "x.", "a..b", "-x", "é", "manifest.json", 5, None, ["a"]),
]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_is_a_plain_name(outsider: Path, served: Path, version: object) -> None:
    rewrite(outsider, lambda manifest: manifest.update(version=version))
    refused(outsider, served, "manifest.json cannot be read")


def rename_space(name: str) -> Callable[[Manifest], object]:
    return lambda manifest: manifest["spaces"].update({name: manifest["spaces"].pop("audio")})


MANIFESTS: dict[str, Callable[[Manifest], object]] = {
    "space with a path": rename_space("../audio"),
    "space with a dot": rename_space("a.b"),
    "empty space name": rename_space(""),
    "block with a path": lambda m: m["spaces"]["audio"]["blocks"][0].update(name="../x"),
    "spectrum elsewhere": lambda m: m["spaces"]["graph"]["blocks"][0]["spectrum"].update(file="../../x.npy"),
    "spectrum not listed": lambda m: m["spaces"]["graph"]["blocks"][0]["spectrum"].update(file="x.npy"),
    "reweighting elsewhere": lambda m: m["spaces"]["graph"].update(emphasis="/etc/passwd"),
    "reweighting not listed": lambda m: m["spaces"]["graph"].update(emphasis="x.npz"),
    "a read file not listed": lambda m: m["files"].pop("columns/year.npy"),
    "vectors not listed": lambda m: m["files"].pop("vectors/audio.query.npy"),
    "names that differ in case": lambda m: m["files"].update({"IDS.npy": m["files"]["ids.npy"]}),
    "a file that is a folder": lambda m: m["files"].update({"columns": m["files"]["ids.npy"]}),
    "no files": lambda m: m.update(files={}),
    "negative size": lambda m: m["files"]["ids.npy"].update(bytes=-1),
    "huge size": lambda m: m["files"]["ids.npy"].update(bytes=2**60),
    "no hash": lambda m: m["files"]["ids.npy"].update(sha256="x"),
    "too many files": lambda m: m["files"].update({f"f{n}": m["files"]["ids.npy"] for n in range(10_001)}),
    "no spaces": lambda m: m.update(spaces={}),
    "too many spaces": lambda m: m["spaces"].update({f"s{n}": m["spaces"]["audio"] for n in range(20)}),
    "huge dim": lambda m: m["spaces"]["audio"].update(dim=10**9),
    "no dim": lambda m: m["spaces"]["audio"].update(dim=0),
    "blocks beyond the space": lambda m: m["spaces"]["audio"]["blocks"][0].update(stop=13),
    "blocks that overlap": lambda m: m["spaces"]["graph"]["blocks"][1].update(start=3),
    "no blocks": lambda m: m["spaces"]["audio"].update(blocks=[]),
    "infinite weight": lambda m: m["spaces"]["audio"]["blocks"][0].update(weight=1e308),
    "infinite power": lambda m: m["spaces"]["graph"]["blocks"][0]["spectrum"].update(power=1e9),
    "negative counts": lambda m: m["counts"].update(tracks=-1),
    "huge counts": lambda m: m["counts"].update(tracks=2**40),
    "more vectors than tracks": lambda m: m["counts"].update(vectors=197),
    "counts that do not add up": lambda m: m["counts"].update(learned=0),
    "no counts": lambda m: m["counts"].pop("tracks"),
    "another distance": lambda m: m["spaces"]["audio"].update(distance="x"),
    "a date that is none": lambda m: m.update(created_at="\x1b[2J"),
}


@pytest.mark.parametrize("change", MANIFESTS.values(), ids=MANIFESTS.keys())
def test_a_manifest_that_breaks_a_rule_is_refused(
    outsider: Path, served: Path, change: Callable[[Manifest], object]
) -> None:
    rewrite(outsider, change)
    refused(outsider, served, "manifest.json cannot be read")


@pytest.mark.parametrize("text", [b"[]", b"null", b'{"schema_version": 1}', b"[" * 100_000, b"\xff", b""])
def test_something_else_than_a_manifest_is_refused(outsider: Path, served: Path, text: bytes) -> None:
    (outsider / "manifest.json").write_bytes(text)
    refused(outsider, served, "manifest.json cannot be read")


def test_a_huge_manifest_is_not_read(outsider: Path, served: Path) -> None:
    with (outsider / "manifest.json").open("r+b") as file:
        file.truncate(1 << 30)
    refused(outsider, served, f"is larger than {MANIFEST_BYTES:,} bytes")


def link_file(folder: Path) -> None:
    """With the size and the hash of what it points to, so only the link is wrong."""
    outside = folder.parent / "outside.npy"
    shutil.move(folder / "ids.npy", outside)
    (folder / "ids.npy").symlink_to(outside)


def link_folder(folder: Path) -> None:
    shutil.move(folder / "columns", folder.parent / "columns")
    (folder / "columns").symlink_to(folder.parent / "columns")


def link_manifest(folder: Path) -> None:
    shutil.move(folder / "manifest.json", folder.parent / "outside.json")
    (folder / "manifest.json").symlink_to(folder.parent / "outside.json")


def pipe(folder: Path) -> None:
    (folder / "ids.npy").unlink()
    os.mkfifo(folder / "ids.npy")


def device(folder: Path) -> None:
    (folder / "ids.npy").unlink()
    (folder / "ids.npy").symlink_to("/dev/zero")


def listening(folder: Path) -> None:
    (folder / "ids.npy").unlink()
    here = Path.cwd()
    os.chdir(folder)  # the name of a socket has 107 bytes at most
    try:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind("ids.npy")
    finally:
        os.chdir(here)


@pytest.mark.parametrize("change", [link_file, link_folder, link_manifest, pipe, device, listening])
def test_only_plain_files_inside_the_folder_are_taken(
    outsider: Path, served: Path, change: Callable[[Path], None]
) -> None:
    change(outsider)
    refused(outsider, served, "is a link or no plain file: copy the release with the files themselves")
    with pytest.raises(BrokenRelease):
        read_manifest(outsider)


def test_files_that_are_not_listed_are_not_taken(outsider: Path, tmp_path: Path) -> None:
    (outsider / "extra.sh").write_text("echo")
    (outsider / "link").symlink_to("/etc/passwd")
    publish(outsider, tmp_path / "data")
    taken = open_current(tmp_path / "data" / "releases")
    assert taken is not None
    assert not {"extra.sh", "link"} & {path.name for path in taken.path.iterdir()}


# -- what the files hold -----------------------------------------------------------------------------------------------
def array(name: str, change: Callable[[np.ndarray], object]) -> Callable[[Path], None]:
    """Changes an array in place, or puts what is returned in its place."""

    def changed(folder: Path) -> None:
        old = np.load(folder / name)
        new = change(old)
        np.save(folder / name, new if isinstance(new, np.ndarray) else old)
        sign(folder, name)

    return changed


def first(value: object) -> Callable[[np.ndarray], object]:
    return lambda old: old.__setitem__(0, value)


def header(name: str, text: bytes) -> Callable[[Path], None]:
    """A .npy file of another header over the same values."""

    def changed(folder: Path) -> None:
        body = (folder / name).read_bytes()[128:]
        (folder / name).write_bytes(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body)
        sign(folder, name)

    return changed


def card(change: Callable[[dict[str, Any]], object], row: int = 3) -> Callable[[Path], None]:
    """Changes one card, with the offsets of those behind it."""

    def changed(folder: Path) -> None:
        lines = (folder / "cards.jsonl").read_bytes().splitlines(keepends=True)
        track = json.loads(lines[row])
        change(track)
        lines[row] = json.dumps(track).encode() + b"\n"
        (folder / "cards.jsonl").write_bytes(b"".join(lines))
        np.save(folder / "cards.offsets.npy", np.cumsum([0, *map(len, lines)]))
        sign(folder, "cards.jsonl", "cards.offsets.npy")

    return changed


def file(name: str, content: bytes) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        (folder / name).write_bytes(content)
        sign(folder, name)

    return changed


def swap_cards(folder: Path) -> None:
    lines = (folder / "cards.jsonl").read_bytes().splitlines(keepends=True)
    lines[0], lines[1] = lines[1], lines[0]
    file("cards.jsonl", b"".join(lines))(folder)
    np.save(folder / "cards.offsets.npy", np.cumsum([0, *map(len, lines)]))
    sign(folder, "cards.offsets.npy")


def pickled(folder: Path) -> None:
    np.save(folder / "columns/year.npy", np.array([{"a": 1}] * 196, dtype=object), allow_pickle=True)
    sign(folder, "columns/year.npy")


def extra(name: str, content: np.ndarray) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        np.save(folder / name, content)
        sign(folder, name)

    return changed


HUGE = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 12), }\n"
OVERFLOW = b"{'descr': '<f2', 'fortran_order': False, 'shape': (4294967296, 4294967296, 2), }\n"
NEGATIVE = b"{'descr': '<f4', 'fortran_order': False, 'shape': (-196, -12), }\n"
CONTENTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "huge shape": (header("columns/features.npy", HUGE), "features.npy its header says"),
    "overflowing shape": (header("vectors/graph.index.npy", OVERFLOW), "graph.index.npy its header says"),
    "negative shape": (header("columns/features.npy", NEGATIVE), "features.npy its header says"),
    "no header": (file("columns/features.npy", b"x" * 300), "features.npy its header cannot be read"),
    "empty array file": (file("columns/features.npy", b""), "features.npy its header cannot be read"),
    "code in a header": (header("columns/year.npy", b"__import__('os').getcwd()\n"), "year.npy its header cannot"),
    "pickle": (pickled, "year.npy"),
    "dtype": (array("columns/year.npy", lambda a: a.astype(np.int64)), "holds i8 of shape .* instead of i2"),
    "byte order": (array("columns/year.npy", lambda a: a.astype(">i2")), "byte order"),
    "rows": (array("columns/year.npy", lambda a: a[:-1].copy()), "instead of i2"),
    "text": (array("columns/year.npy", lambda a: a.astype("S4")), "instead of i2"),
    "ids twice": (array("ids.npy", lambda a: a.__setitem__(0, a[1])), "ids.npy holds an id twice"),
    "no id": (array("ids.npy", first(b"../../../../etc/passwd")), "something that is no track id"),
    "id too large": (array("ids.npy", first(b"Z" * 22)), "something that is no track id"),
    "short id": (array("ids.npy", first(b"abc")), "something that is no track id"),
    "order out of range": (array("ids.order.npy", first(196)), "ids.order.npy has values outside"),
    "order twice": (array("ids.order.npy", lambda a: a.__setitem__(0, a[1])), "ids.order.npy names a row twice"),
    "order unsorted": (array("ids.order.npy", lambda a: a[::-1].copy()), "does not sort ids.npy"),
    "offsets fall": (array("cards.offsets.npy", lambda a: a.__setitem__(2, a[1])), "cards.offsets.npy does not rise"),
    "offsets beyond": (array("cards.offsets.npy", lambda a: a.__setitem__(-1, 2**40)), "cards.offsets.npy does not"),
    "offsets negative": (array("cards.offsets.npy", first(-1)), "cards.offsets.npy does not"),
    "neighbour out of range": (array("neighbours.rows.npy", first(192)), "neighbours.rows.npy has values outside"),
    "neighbour below -1": (array("neighbours.rows.npy", first(-2)), "neighbours.rows.npy has values outside"),
    "together negative": (array("neighbours.together.npy", first(-1)), "neighbours.together.npy has values outside"),
    "together narrower": (array("neighbours.together.npy", lambda a: a[:, :3].copy()), "neighbours.together.npy holds"),
    "artist below -1": (array("columns/artist.npy", first(-2)), "artist.npy has values outside"),
    "artists out of order": (array("columns/artist.npy", lambda a: a.max() - a), "does not number artists"),
    "one number, two artists": (array("columns/artist.npy", lambda a: a * 0), "does not number artists"),
    "popularity": (array("columns/popularity.npy", first(101)), "popularity.npy has values outside"),
    "infinite popularity": (array("columns/popularity.npy", first(np.inf)), "popularity.npy has values outside"),
    "state": (array("columns/state.npy", first(7)), "state.npy has values outside"),
    "states miscounted": (array("columns/state.npy", first(1)), "state.npy has .* tracks, counts says otherwise"),
    "playlists": (array("columns/playlists.npy", first(-1)), "playlists.npy has values outside"),
    "infinite feature": (array("columns/features.npy", first(np.inf)), "features.npy has values outside"),
    "infinite vector": (
        array("vectors/graph.index.npy", first(np.inf)),
        "graph.index.npy has values that are not",
    ),
    "unknown vector": (
        array("vectors/audio.query.npy", first(np.nan)),
        "audio.query.npy has values that are not",
    ),
    "vectors too wide": (array("vectors/graph.index.npy", lambda a: np.hstack([a, a])), "instead of f2"),
    "vectors of floats": (array("vectors/graph.index.npy", lambda a: a.astype(np.float32)), "instead of f2"),
    "short spectrum": (array("vectors/graph.spectral.spectrum.npy", lambda a: a[1:].copy()), "instead of f4"),
    "spectrum of nothing": (array("vectors/graph.spectral.spectrum.npy", lambda a: a * 0), "no singular values"),
    "infinite spectrum": (array("vectors/graph.spectral.spectrum.npy", first(np.inf)), "not finite"),
    "card of another track": (swap_cards, "cards.jsonl row 0 belongs to another track"),
    "card with another state": (card(lambda t: t.update(in_release="unknown")), "row 3 belongs to another track"),
    "card that says less": (card(lambda t: t.pop("genres")), "row 3 does not say genres"),
    "card that is no track": (card(lambda t: t.update(title=5)), "row 3 is no track as the API shows it .title"),
    "card with a huge title": (
        card(lambda t: t.update(title="x" * 6_000)),
        "row 3 has more artists",
    ),
    "huge card": (card(lambda t: t.update(album="x" * 100_000)), "a card of 100,"),
    "card with a script": (card(lambda t: t.update(image_url="javascript:alert(1)")), "no web address"),
    "card without a title": (card(lambda t: t.update(title=" ")), "row 3 has no title"),
    "card with another year": (card(lambda t: t.update(year=1066)), "row 3 says another year"),
    "card without artists": (card(lambda t: t.update(artists=[])), "artist.npy has an artist where the card has none"),
    "no table": (file("tracks.parquet", b"PAR1" + b"\xff" * 100 + b"PAR1"), "tracks.parquet is no Parquet file"),
    "ranker that is none": (file(kit_ranker.FILE, b"PK\x03\x04"), "does not list columns/commonness.npy"),
    "network that is none": (file(COLD_START, b"\xff" * 100), "cold_start.safetensors cannot be read"),
    "aliases out of range": (
        lambda folder: [
            extra("aliases/ids.npy", np.array([b"a" * 22], "S22"))(folder),
            extra("aliases/ids.rows.npy", np.array([196], np.int32))(folder),
        ][0],
        "aliases/ids.rows.npy has values outside",
    ),
    "aliases without rows": (
        extra("aliases/ids.npy", np.array([b"a" * 22], "S22")),
        "rows.npy is not listed",
    ),
    "aliases unsorted": (
        lambda folder: [
            extra("aliases/codes.npy", np.array([b"b", b"a"], "S41"))(folder),
            extra("aliases/codes.rows.npy", np.zeros(2, np.int32))(folder),
        ][0],
        "aliases/codes.npy is not sorted",
    ),
    "an unknown array that is none": (file("more.npy", b"x"), "more.npy its header cannot be read"),
}


@pytest.mark.parametrize(("change", "message"), CONTENTS.values(), ids=CONTENTS.keys())
def test_unreadable_contents_are_not_published(
    outsider: Path, served: Path, change: Callable[[Path], None], message: str
) -> None:
    change(outsider)
    refused(outsider, served, message)


# -- ranker, reweighting and network, as the demo release has them -------------------------------------------------
@pytest.fixture
def demo(tmp_path: Path) -> Path:
    shutil.copytree(DEMO, tmp_path / "demo")
    return tmp_path / "demo"


def archive(
    name: str, change: Callable[[dict[str, np.ndarray]], object], compressed: bool = False
) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        with np.load(folder / name) as opened:
            arrays = dict(opened)
        change(arrays)
        (np.savez_compressed if compressed else np.savez)(folder / name, **arrays)  # type: ignore[operator]
        sign(folder, name)

    return changed


REWEIGHTING = "vectors/graph.emphasis.npz"
MODELS: dict[str, Callable[[Path], None]] = {
    "ranker of other shapes": archive(kit_ranker.FILE, lambda a: a.update(second=a["second"][:, :-1])),
    "ranker without an array": archive(kit_ranker.FILE, lambda a: a.pop("last")),
    "ranker that is not finite": archive(kit_ranker.FILE, lambda a: a["first"].__setitem__(0, np.nan)),
    "ranker that divides by 0": archive(kit_ranker.FILE, lambda a: a["deviation"].__setitem__(0, 0)),
    "ranker for other blocks": archive(kit_ranker.FILE, lambda a: a.update(names=a["names"][::-1])),
    "ranker that is none": file(kit_ranker.FILE, b"PK\x03\x04" + b"\0" * 100),
    "a compressed ranker": archive(
        kit_ranker.FILE, lambda a: a.update(first=np.zeros((64, 23), "f4")), compressed=True
    ),
    "reweighting of other shapes": archive(REWEIGHTING, lambda a: a.update(slopes=a["slopes"].T)),
    "reweighting whose bands fall": archive(REWEIGHTING, lambda a: a.update(starts=a["starts"][::-1])),
    "reweighting beyond the space": archive(REWEIGHTING, lambda a: a["starts"].__setitem__(-1, 10**9)),
    "reweighting that is not finite": archive(REWEIGHTING, lambda a: a["base"].__setitem__(0, np.inf)),
    "reweighting that is none": file(REWEIGHTING, b"x" * 500),
    "network that is none": file(COLD_START, (2**40).to_bytes(8, "little") + b"{}"),
    "commonness": array("columns/commonness.npy", lambda a: a.__setitem__(0, -np.inf)),
}


@pytest.mark.parametrize("change", MODELS.values(), ids=MODELS.keys())
def test_models_that_do_not_fit_the_release_are_refused(demo: Path, change: Callable[[Path], None]) -> None:
    """Of the demo release, which is valid without the change: the next test."""
    change(demo)
    with pytest.raises(BrokenRelease):
        check_contents(Release(demo))


def test_the_bundled_demo_release_is_valid() -> None:
    check_contents(Release(DEMO))


@pytest.mark.parametrize("version", ["../../elsewhere", "/", ".."])
def test_an_index_grows_from_a_published_release_only(
    outsider: Path, written: Path, tmp_path: Path, version: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(written, tmp_path / "elsewhere")
    rewrite(outsider, lambda manifest: manifest["settings"].update(placed_onto=version))
    publish(outsider, data)
    assert open_current(data / "releases") is not None


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x" * 95, ".x", "a..b"])
def test_the_writer_refuses_a_name_that_publish_would_refuse(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReleaseError, match="cannot begin the name of a release"):
        write_release(tmp_path / "out", worlds.content(name=name))
    assert list(tmp_path.iterdir()) == []
