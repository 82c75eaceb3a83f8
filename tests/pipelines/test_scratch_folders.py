"""Scratch folders: what a killed process left is removed by the next one, what a living one fills is not."""

import subprocess
import sys
from pathlib import Path

from pipelines.folders import scratch_folder

FILL = """
import sys
from pathlib import Path
from pipelines.folders import scratch_folder
with scratch_folder(Path(sys.argv[1]), ".writing-") as scratch:
    (scratch / "part").write_text("half")
    print("filled", flush=True)
    sys.stdin.read()
"""


def filling(folder: Path) -> "subprocess.Popen[str]":
    """A process that has filled a scratch folder and waits."""
    command = [sys.executable, "-c", FILL, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "filled\n"
    return process


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_fills_is_not(tmp_path: Path) -> None:
    killed, living = filling(tmp_path), filling(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    killed.kill()
    killed.communicate()
    assert len(list(tmp_path.iterdir())) == 2
    with scratch_folder(tmp_path, ".writing-") as own:
        (other,) = [path for path in tmp_path.iterdir() if path != own]
        assert (other / "part").read_text() == "half"
    living.communicate()
    assert living.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_what_only_looks_alike_is_left_alone(tmp_path: Path) -> None:
    kept = [
        tmp_path / name for name in (".writing-notes", ".writing-0123456", ".writing-012345678", ".copying-01234567")
    ]
    for folder in kept:
        folder.mkdir()
    (tmp_path / ".writing-01234567").write_text("a file")
    with scratch_folder(tmp_path, ".writing-"):
        pass
    assert all(folder.is_dir() for folder in kept)
    assert (tmp_path / ".writing-01234567").read_text() == "a file"
