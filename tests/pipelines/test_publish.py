"""Publishing is atomic: on any failure the old release keeps serving."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.errors import IndexUnavailable
from kit.release import BrokenRelease, Release
from kit.release_current import current_version, open_current
from kit.vectors import ALIAS, TrackIndex, collection_name, index_directory, open_index
from kit.vectors.edge import DirectoryLock
from pipelines.index.server import ServerStore
from pipelines.release.publish import PublishError, PublishResult, prune, publish, publish_to, releases, rollback
from tests import worlds
from tests.copies import cloned
from tests.stores.conftest import over_http, reader
from tests.stores.qdrant_http import QdrantOverHttp

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Release]:
    """Four releases of the small world, oldest first."""
    folder = tmp_path_factory.mktemp("written")
    return [worlds.write_small_release(folder, seed) for seed in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def first(written: list[Release], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the first release serves."""
    data = tmp_path_factory.mktemp("first")
    publish(written[0].path, data)
    return data


@pytest.fixture
def data(first: Path, tmp_path: Path) -> Path:
    """A copy of it to do as one likes with."""
    return cloned(first, tmp_path / "data")


@pytest.fixture(scope="module")
def prepared(written: list[Release], first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the first release, with the second one whole beside it, its index too: publishing it is quick."""
    folder = tmp_path_factory.mktemp("prepared")
    both, data = cloned(first, folder / "both"), cloned(first, folder / "data")
    publish(written[1].path, both)
    cloned(both / "releases" / written[1].version, data / "releases")
    cloned(index_directory(both, written[1].version), data / "index")
    return data


@pytest.fixture
def ready(prepared: Path, tmp_path: Path) -> Path:
    """A copy of it, for what happens once the second release is published."""
    return cloned(prepared, tmp_path / "data")


@pytest.fixture
def copy(written: list[Release], tmp_path: Path) -> Path:
    """The second release, as a copy to be damaged."""
    shutil.copytree(written[1].path, tmp_path / "copy")
    return tmp_path / "copy"


def opened(data: Path, version: str) -> TrackIndex:
    release = Release(data / "releases" / version)
    return open_index(data, version, release.dims)


def assert_serves(data: Path, version: str) -> None:
    """CURRENT names it, every file has its hash, and the index opens."""
    current = open_current(data / "releases")
    assert current is not None
    assert current.version == version
    current.verify()
    assert asyncio.run(_queried(opened(data, version))) == f"{current.embedded} tracks, embedded"


async def _queried(index: TrackIndex) -> str:
    word = await index.ping()
    await index.close()
    return word


def remains(data: Path) -> list[str]:
    return [path.name for folder in ("releases", "index") for path in (data / folder).glob(".*")]


def test_a_published_release_serves_with_a_checked_index(written: list[Release], data: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    done = publish(written[1].path, data, progress=lambda *report: steps.append(report))
    assert done.version == written[1].version
    assert done.previous == written[0].version
    assert min(done.recall.values()) == 1.0
    assert {step for _, _, step in steps} == {"verifying", "copying", "indexing"}
    assert all(0 <= part <= whole for part, whole, _ in steps)
    assert_serves(data, written[1].version)
    assert remains(data) == []


def test_the_first_publish_makes_the_data_folder(written: list[Release], tmp_path: Path) -> None:
    done = publish(written[0].path, tmp_path / "new" / "data")
    assert done == PublishResult(written[0].version, None, done.recall, [])
    assert_serves(tmp_path / "new" / "data", written[0].version)


def test_published_again_there_is_nothing_to_do(written: list[Release], data: Path) -> None:
    directory = index_directory(data, written[0].version).stat().st_ino
    current = (data / "releases" / "CURRENT").stat().st_mtime_ns
    steps: list[str] = []
    again = publish(written[0].path, data, progress=lambda done, total, step: steps.append(step))
    assert again == PublishResult(written[0].version, written[0].version, {}, [])
    assert set(steps) == {"verifying"}
    assert (data / "releases" / "CURRENT").stat().st_mtime_ns == current
    assert index_directory(data, written[0].version).stat().st_ino == directory


def test_a_release_that_lies_in_the_data_folder_already_is_not_copied(written: list[Release], data: Path) -> None:
    shutil.copytree(written[1].path, data / "releases" / written[1].version)
    publish(data / "releases" / written[1].version, data)
    assert_serves(data, written[1].version)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: (path / "manifest.json").unlink(), "is not a release: it has no manifest.json"),
        (lambda path: (path / "manifest.json").write_text('{"schema_'), "manifest.json cannot be read"),
        (lambda path: (path / "vectors/graph.index.npy").unlink(), "graph.index.npy is missing"),
        (lambda path: (path / "cards.jsonl").write_bytes(b""), "cards.jsonl has 0 bytes instead of"),
        (
            lambda path: (path / "manifest.json").write_text(
                (path / "manifest.json").read_text().replace('"schema_version": 1', '"schema_version": 99')
            ),
            "has schema 99, this version reads 1",
        ),
        (
            lambda path: (path / "cards.jsonl").write_bytes((path / "cards.jsonl").read_bytes()[::-1]),
            "cards.jsonl is corrupt",
        ),
        (lambda path: shutil.rmtree(path), "is not a release"),
    ],
    ids=["no manifest", "cut manifest", "missing file", "empty file", "other schema", "changed file", "no folder"],
)
def test_a_broken_release_is_refused_by_name_and_the_old_one_serves(
    written: list[Release],
    data: Path,
    copy: Path,
    damage: object,
    message: str,
) -> None:
    damage(copy)  # type: ignore[operator]
    with pytest.raises(PublishError, match=message):
        publish(copy, data)
    assert_serves(data, written[0].version)
    assert remains(data) == []
    assert [release.version for release in releases(data)] == [written[0].version]


def test_a_damaged_index_is_built_again(written: list[Release], data: Path) -> None:
    for file in index_directory(data, written[0].version).rglob("*.json"):
        file.write_text("{")
    with pytest.raises(IndexUnavailable):
        opened(data, written[0].version)
    done = publish(written[0].path, data)
    assert done.recall
    assert_serves(data, written[0].version)


def test_an_index_in_use_is_not_rebuilt(written: list[Release], data: Path) -> None:
    """A reader holds the (now damaged) directory open; the message names it and says what to do."""
    lock = DirectoryLock(index_directory(data, written[0].version), exclusive=False)
    for file in index_directory(data, written[0].version).rglob("*.json"):
        file.write_text("{")
    with pytest.raises(
        PublishError, match=rf"{written[0].version} is locked: another process is serving from it; wait"
    ):
        publish(written[0].path, data)
    lock.release()


@pytest.mark.slow
def test_two_publishes_at_once_do_not_disturb_each_other(written: list[Release], data: Path) -> None:
    failures: list[str] = []

    def meanwhile(done: int, total: int, step: str) -> None:
        if step == "indexing" and not failures:
            with pytest.raises(PublishError, match="another publish is at work") as caught:
                rollback(data, written[0].version)
            failures.append(str(caught.value))

    publish(written[1].path, data, progress=meanwhile)
    assert len(failures) == 1
    assert_serves(data, written[1].version)


PUBLISH = """
import os, sys, signal
from pathlib import Path
from pipelines.release.publish import publish

def main():
    def progress(done, total, step):
        print(step, os.getpid(), flush=True)
        if step == sys.argv[3]:
            os.kill(os.getpid(), signal.SIGKILL)
    publish(Path(sys.argv[1]), Path(sys.argv[2]), progress=progress)
    print("published", flush=True)

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "publish_it.py").write_text(PUBLISH)
    return tmp_path / "publish_it.py"


def started(script: Path, release: Release, data: Path, killed_at: str = "never") -> "subprocess.Popen[str]":
    """The real publish in a process of its own."""
    command = [sys.executable, str(script), str(release.path), str(data), killed_at]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
@pytest.mark.parametrize("step", ["verifying", "copying", "indexing"])
def test_killed_at_any_step_the_old_release_serves_and_the_next_run_finishes(
    written: list[Release], data: Path, script: Path, step: str
) -> None:
    process = started(script, written[1], data, killed_at=step)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert_serves(data, written[0].version)
    publish(written[1].path, data)
    assert_serves(data, written[1].version)
    assert remains(data) == []


@pytest.mark.parametrize(
    "wait_s", [0.6, 1.2, *(pytest.param(wait, marks=pytest.mark.slow) for wait in (0.3, 0.9, 1.5))]
)
def test_after_a_kill_at_any_moment_a_complete_release_serves(
    written: list[Release], data: Path, script: Path, wait_s: float
) -> None:
    process = started(script, written[1], data)
    time.sleep(wait_s)
    process.kill()
    process.communicate(timeout=60)
    current = current_version(data / "releases")
    assert current in {written[0].version, written[1].version}
    assert_serves(data, str(current))
    publish(written[1].path, data)
    assert_serves(data, written[1].version)


def children(parent: int) -> Iterator[int]:
    """Processes whose parent it is."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent:
            yield int(stat.parent.name)


def spawned(parent: int) -> list[int]:
    """The builders among them."""
    return [child for child in children(parent) if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()]


@pytest.mark.slow
def test_a_killed_builder_is_reported_and_the_old_release_serves(written: list[Release], data: Path) -> None:
    """SIGKILL to the child that builds, as the kernel does when memory runs out."""

    def progress(done: int, total: int, step: str) -> None:
        if step == "indexing":
            for child in spawned(os.getpid()):
                os.kill(child, signal.SIGKILL)

    with pytest.raises(PublishError, match=r"the index was not built \(SIGKILL\); [0-9,]+ bytes are free"):
        publish(written[1].path, data, progress=progress)
    assert_serves(data, written[0].version)
    assert remains(data) == []


def test_ctrl_c_reaches_the_publish_which_ends_its_builder(written: list[Release], data: Path) -> None:
    """The builder ignores SIGINT: interrupted while Python starts up, it would print a traceback of its own."""
    deaf: list[bool] = []

    def progress(done: int, total: int, step: str) -> None:
        if step == "indexing":
            for child in spawned(os.getpid()):
                blocked = Path(f"/proc/{child}/status").read_text().split("SigBlk:")[1].split()[0]
                deaf.append(bool(int(blocked, 16) & 1 << signal.SIGINT - 1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(written[1].path, data, progress=progress)
    assert deaf == [True]
    assert spawned(os.getpid()) == []
    assert_serves(data, written[0].version)
    assert remains(data) == []


def test_a_killed_publish_ends_its_builder(written: list[Release], data: Path, script: Path) -> None:
    process = started(script, written[1], data)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("indexing"):
            break
    builders = list(children(process.pid))
    process.kill()
    process.communicate(timeout=60)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{builder}").exists() for builder in builders) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{builder}").exists() for builder in builders)


def test_a_folder_that_cannot_be_written_is_a_clear_error(written: list[Release], tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file stands where the folder should be")
    with pytest.raises(PublishError, match="cannot write to"):
        publish(written[0].path, tmp_path / "data")


def test_releases_are_listed_newest_first_with_the_current_one_marked(written: list[Release], ready: Path) -> None:
    publish(written[1].path, ready)
    (ready / "releases" / "half").mkdir()
    found = releases(ready)
    assert [(release.version, release.current) for release in found] == [
        (written[1].version, True),
        (written[0].version, False),
    ]
    assert found[0].counts["tracks"] == 196
    assert releases(ready / "nowhere") == []


def test_rollback_goes_to_the_release_before_and_publish_comes_forward_again(
    written: list[Release], ready: Path
) -> None:
    publish(written[1].path, ready)
    back = rollback(ready)
    assert (back.version, back.previous) == (written[0].version, written[1].version)
    assert_serves(ready, written[0].version)
    rollback(ready, written[1].version)
    assert_serves(ready, written[1].version)


def test_rollback_without_anything_older_says_what_there_is(written: list[Release], data: Path) -> None:
    with pytest.raises(PublishError, match=f"no older release to go back to; there are: {written[0].version}"):
        rollback(data)
    with pytest.raises(PublishError, match="no release 'nonsense'"):
        rollback(data, "nonsense")
    with pytest.raises(PublishError, match=r"no release '\.\./\.\.'"):
        rollback(data, "../..")
    assert_serves(data, written[0].version)


def held(data: Path, folder: str) -> set[str]:
    return {path.name for path in (data / folder).iterdir() if path.is_dir()}


@pytest.mark.slow
def test_the_last_two_that_served_are_kept_whatever_their_dates_say(written: list[Release], ready: Path) -> None:
    publish(written[1].path, ready)
    third = publish(written[2].path, ready)
    assert third.pruned == [written[0].version]
    rollback(ready, written[1].version)
    assert publish(written[3].path, ready).pruned == [written[2].version]
    assert held(ready, "index") == held(ready, "releases") == {written[1].version, written[3].version}
    assert rollback(ready).version == written[1].version
    assert prune(ready) == []
    assert_serves(ready, written[1].version)


@pytest.mark.slow
def test_a_failed_publish_prunes_no_served_release(written: list[Release], data: Path) -> None:
    """Two newer ones lie there whole, without an index, because a builder was killed."""

    def progress(done: int, total: int, step: str) -> None:
        if step == "indexing":
            for child in spawned(os.getpid()):
                os.kill(child, signal.SIGKILL)

    for failing in written[2:]:
        with pytest.raises(PublishError, match="SIGKILL"):
            publish(failing.path, data, progress=progress)
    assert publish(written[1].path, data).pruned == []
    assert rollback(data).version == written[0].version
    assert_serves(data, written[0].version)


@pytest.mark.slow
def test_a_failed_publish_is_pruned_once_a_newer_release_serves(written: list[Release], data: Path) -> None:
    shutil.copytree(written[1].path, data / "releases" / written[1].version)
    assert publish(written[2].path, data).pruned == [written[1].version]
    assert held(data, "releases") == {written[0].version, written[2].version}


def test_rollback_goes_to_what_served_before_not_to_what_is_older(written: list[Release], data: Path) -> None:
    publish(written[3].path, data)
    publish(written[1].path, data)
    assert rollback(data).version == written[3].version
    assert rollback(data).version == written[1].version


def test_without_a_record_older_releases_count_as_having_served(written: list[Release], ready: Path) -> None:
    """A data folder of an earlier version of Segue."""
    publish(written[1].path, ready)
    (ready / "releases" / "SERVED").unlink()
    assert rollback(ready).version == written[0].version


@pytest.mark.slow
def test_a_history_missing_the_last_switch_is_completed(written: list[Release], ready: Path) -> None:
    publish(written[1].path, ready)
    record = (ready / "releases" / "SERVED").read_text()
    publish(written[2].path, ready)
    (ready / "releases" / "SERVED").write_text(record)
    assert publish(written[3].path, ready).pruned == [written[1].version]
    assert rollback(ready).version == written[2].version


@pytest.mark.parametrize("served", ["x" * 1_000_000, "../../x\n", "\udcff", ""])
def test_a_damaged_record_breaks_no_publish(written: list[Release], ready: Path, served: str) -> None:
    (ready / "releases" / "SERVED").write_text(served, errors="surrogateescape")
    assert publish(written[1].path, ready).pruned == []
    assert rollback(ready).version == written[0].version


def test_an_interrupted_prune_is_finished_by_the_next(written: list[Release], ready: Path) -> None:
    (ready / "releases" / ".removing-small-0").mkdir()
    (ready / "releases" / ".removing-small-0" / "cards.jsonl").write_text("{}")
    publish(written[1].path, ready)
    assert remains(ready) == []


@pytest.mark.parametrize("current", ["../escaped", "/etc", "a/b", "..", "x" * 5_000, "a b", "\0"])
def test_a_current_that_names_no_version_is_refused_and_mended_by_a_publish(
    written: list[Release], ready: Path, tmp_path: Path, current: str
) -> None:
    shutil.copytree(written[1].path, ready / "escaped")
    (ready / "releases" / "CURRENT").write_text(current)
    with pytest.raises(BrokenRelease, match="is no version: publish a release or roll back"):
        open_current(ready / "releases")
    publish(written[1].path, ready)
    assert_serves(ready, written[1].version)


DAMAGES = [
    lambda path: (path / "vectors/graph.index.npy").unlink(),
    lambda path: (path / "cards.jsonl").write_bytes((path / "cards.jsonl").read_bytes()[::-1]),
    lambda path: (path / "manifest.json").write_text("{"),
    lambda path: [shutil.rmtree(path), path.mkdir()],
    lambda path: [shutil.rmtree(path), path.write_text("a file")],
    lambda path: [shutil.rmtree(path), path.symlink_to("nowhere")],
]


@pytest.mark.parametrize("damage", DAMAGES, ids=["missing", "corrupt", "manifest", "empty", "file", "link"])
def test_publishing_an_intact_copy_repairs_a_damaged_one(written: list[Release], data: Path, damage: object) -> None:
    inode = index_directory(data, written[0].version).stat().st_ino
    damage(data / "releases" / written[0].version)  # type: ignore[operator]
    publish(written[0].path, data)
    assert_serves(data, written[0].version)
    assert index_directory(data, written[0].version).stat().st_ino == inode  # verified, not built again
    assert remains(data) == []


@pytest.mark.slow
def test_a_repair_rebuilds_an_index_with_other_results(written: list[Release], data: Path) -> None:
    """As many tracks, other vectors: that of another release lies under its name."""
    publish(written[1].path, data)
    wrong = index_directory(data, written[1].version)
    shutil.rmtree(wrong)
    cloned(index_directory(data, written[0].version), wrong)
    (data / "releases" / written[1].version / "cards.jsonl").unlink()
    assert publish(written[1].path, data).recall
    assert_serves(data, written[1].version)


def test_a_damaged_release_cannot_be_repaired_from_itself(written: list[Release], data: Path) -> None:
    folder = data / "releases" / written[0].version
    (folder / "cards.jsonl").unlink()
    with pytest.raises(PublishError, match=r"cards.jsonl is missing: .* build or copy it again"):
        publish(folder, data)
    (folder / "cards.jsonl").write_bytes((written[0].path / "cards.jsonl").read_bytes()[::-1])
    with pytest.raises(PublishError, match=r"is corrupt .* Publish an intact copy of .* from elsewhere, or roll back"):
        publish(folder, data)


def test_a_damaged_copy_stays_when_the_other_is_damaged_too(written: list[Release], data: Path, tmp_path: Path) -> None:
    folder, other = data / "releases" / written[0].version, tmp_path / "other"
    shutil.copytree(written[0].path, other)
    (other / "ids.npy").write_bytes((other / "ids.npy").read_bytes()[::-1])
    (folder / "cards.jsonl").unlink()
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(PublishError, match=r"ids\.npy is corrupt"):
        publish(other, data)
    assert sorted(path.name for path in folder.iterdir()) == before
    assert remains(data) == []


def test_another_release_of_the_same_version_is_refused(written: list[Release], data: Path, copy: Path) -> None:
    reported = (copy / "manifest.json").read_text()
    (copy / "manifest.json").write_text(reported.replace(written[1].version, written[0].version))
    with pytest.raises(PublishError, match="another release is published as"):
        publish(copy, data)
    assert_serves(data, written[0].version)


@pytest.mark.slow
def test_an_index_in_use_survives_the_prune_of_its_release(written: list[Release], ready: Path) -> None:
    reading = opened(ready, written[0].version)
    publish(written[1].path, ready)
    assert publish(written[2].path, ready).pruned == [written[0].version]
    assert index_directory(ready, written[0].version).exists()
    assert asyncio.run(_queried(reading)) == "192 tracks, embedded"


def test_on_a_server_the_alias_moves_and_old_collections_go(written: list[Release], tmp_path: Path) -> None:
    server = QdrantOverHttp()
    store = ServerStore(over_http(server), lambda release: reader(server, release), settled_s=0)
    for release in written[:3]:
        publish_to(store, release.path, tmp_path)
        (alias,) = server.engine.get_aliases().aliases
        assert (alias.alias_name, alias.collection_name) == (ALIAS, collection_name(release.version))
    held = {collection.name for collection in server.engine.get_collections().collections}
    assert held == {collection_name(release.version) for release in written[1:3]}
    assert not (tmp_path / "index").exists()
    uploads = len(server.requests)
    publish_to(store, written[2].path, tmp_path)
    assert not any(method == "PUT" for method, _, _ in server.requests[uploads:])


def test_a_server_that_fails_leaves_the_old_release(written: list[Release], tmp_path: Path) -> None:
    server = QdrantOverHttp()
    store = ServerStore(over_http(server), lambda release: reader(server, release), settled_s=0)
    publish_to(store, written[0].path, tmp_path)
    server.refuse = "/points"
    with pytest.raises(PublishError, match="Qdrant"):
        publish_to(store, written[1].path, tmp_path)
    assert current_version(tmp_path / "releases") == written[0].version
    server.refuse = None
    assert [alias.collection_name for alias in server.engine.get_aliases().aliases] == [
        collection_name(written[0].version)
    ]


SLIM = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"polars", "pyarrow", "scipy", "sklearn", "torch", "torch_geometric", "qdrant_client"}:
            raise ImportError(f"{name} is not part of the serving environment")
sys.meta_path.insert(0, Refuse())
from pathlib import Path
from pipelines.release.publish import publish
if __name__ == "__main__":
    print(publish(Path(sys.argv[1]), Path(sys.argv[2])).version)
"""


def test_publish_runs_without_the_packages_that_training_needs(written: list[Release], tmp_path: Path) -> None:
    script = tmp_path / "slim.py"
    script.write_text(SLIM)
    run = subprocess.run(
        [sys.executable, str(script), str(written[0].path), str(tmp_path / "data")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.strip() == written[0].version, run.stderr
