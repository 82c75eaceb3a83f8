"""Finished stages that lost files are built again; content that cannot be read is one sentence, never a traceback."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import which

import orjson
import pytest

from pipelines import stage, tables
from pipelines.ingest.discard_stages import discard_earlier_stages
from pipelines.stage import StageError
from pipelines.stage_files import DESCRIPTION, damage
from pipelines.update import full_refresh
from tests.pipelines.test_cli import output_of, run_main

ROOT = Path(__file__).parents[2]


def build(folder: Path) -> dict[str, int]:
    (folder / "deep").mkdir()
    (folder / "deep" / "array.npy").write_bytes(bytes(100))
    return {}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (lambda folder: cut(folder / "deep" / "array.npy"), "deep/array.npy has 90 bytes, not 100"),
        (lambda folder: (folder / "deep" / "array.npy").unlink(), "deep/array.npy is missing"),
        (lambda folder: (folder / DESCRIPTION).unlink(), "stage.json is missing"),
        (lambda folder: (folder / DESCRIPTION).write_bytes(b""), "stage.json is cut"),
        (lambda folder: (folder / DESCRIPTION).write_bytes(b"[]"), "stage.json describes nothing"),
    ],
    ids=["cut", "gone", "no description", "empty description", "another description"],
)
def test_a_stage_that_lost_files_is_built_again(
    harm: Callable[[Path], None], fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = stage.run(tmp_path, "train", 1, {}, {}, build)
    assert damage(first.path) is None
    harm(first.path)
    again = stage.run(tmp_path, "train", 1, {}, {}, build)
    assert (again.path, again.reused, damage(again.path)) == (first.path, False, None)
    assert f"the stage train/{first.key} in {tmp_path} was damaged ({fault}): it is built" in capsys.readouterr().err
    assert stage.run(tmp_path, "train", 1, {}, {}, build).reused


def test_a_stage_of_an_earlier_version_has_no_sizes_and_is_used(tmp_path: Path) -> None:
    path = stage.run(tmp_path, "train", 1, {}, {}, build).path
    described = orjson.loads((path / DESCRIPTION).read_bytes())
    del described["files"]
    (path / DESCRIPTION).write_bytes(orjson.dumps(described))
    assert stage.run(tmp_path, "train", 1, {}, {}, build).reused


def test_content_of_the_right_size_that_cannot_be_read_names_the_folder_to_remove(tmp_path: Path) -> None:
    playlists = tmp_path / "playlists.csv"
    playlists.write_text("playlist_id,artist,title\n" + "".join(f"p{n},Ferry Band,Quiet\n" for n in range(4)))
    words = "graph", playlists, "--data", tmp_path
    folder = Path(run_main("ingest", playlists, "--data", tmp_path).stdout.strip())
    tracks = folder / "playlists.parquet"
    tracks.write_bytes(bytes(tracks.stat().st_size))
    expected = rf"the stage ingest/{folder.name} in {re.escape(str(tmp_path / 'work'))} is damaged \(.+\): remove that"
    assert re.search(expected, output_of(run_main(*words)))
    with pytest.raises(StageError, match="is damaged"):
        tables.read(folder, "playlists")


def test_damaged_descriptions_end_no_other_run(tmp_path: Path) -> None:
    """Which reads all of them: an update looks for the last full refresh, likes that changed remove earlier ones."""
    paths = [stage.run(tmp_path, name, 1, {}, {}, build).path for name in (full_refresh.NAME, "graph")]
    for path in paths:
        (path / DESCRIPTION).write_bytes(b"")
    assert full_refresh.last(tmp_path, {}, lambda _: True) is None
    assert discard_earlier_stages(tmp_path, "catalog", "none") == sorted(paths)


def test_a_disk_that_fails_while_a_stage_is_built_is_one_sentence(tmp_path: Path) -> None:
    """Reading this file of /proc fails as a broken disk does."""

    def failing(_folder: Path) -> dict[str, int]:
        return {"read": len(Path("/proc/self/mem").read_bytes())}

    with pytest.raises(StageError, match=r"train cannot be built in .* \(\[Errno 5\] Input/output error.*run again"):
        stage.run(tmp_path, "train", 1, {}, {}, failing)


def test_a_source_on_a_disk_that_fails_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "playlists.csv").symlink_to("/proc/self/mem")
    done = run_main("ingest", tmp_path / "playlists.csv", "--data", tmp_path)
    assert "playlists.csv' cannot be read (Input/output error): repair that or leave it out" in output_of(done)


TRACED = """
import sys
from pathlib import Path
from pipelines import stage
stage.run(Path(sys.argv[1]), "train", 1, {}, {}, lambda folder: {"bytes": (folder / "array.npy").write_bytes(bytes(9))})
"""


@pytest.mark.skipif(not which("strace"), reason="needs strace: apt install strace")
def test_files_and_folder_are_synced_before_the_folder_gets_its_name(tmp_path: Path) -> None:
    """After a power cut a finished name with empty files could be there else."""
    words = [
        "strace",
        "-f",
        "-y",
        "-e",
        "trace=fsync,rename,renameat,renameat2",
        sys.executable,
        "-c",
        TRACED,
        str(tmp_path),
    ]
    calls = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stderr
    before, renamed, after = calls.partition("rename")
    assert renamed
    for name in ("/array.npy>", f"/{DESCRIPTION}>", r"/[0-9a-f]{16}>"):
        assert re.search(rf"fsync\(\d+<[^>]*{name}", before)
    assert re.search(r"fsync\(\d+<[^>]*/train>", after)
