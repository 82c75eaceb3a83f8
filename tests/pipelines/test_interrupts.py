"""Ctrl-C at any line: Python raises KeyboardInterrupt between two of them, and no folder may be left half written."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from linecache import getline
from pathlib import Path
from shutil import rmtree
from types import FrameType
from typing import Any

from pipelines import folders, stage
from pipelines.folders import scratch_folder

MOST_LINES = 200


class InterruptAt:
    """Raises one KeyboardInterrupt before the nth line that runs in the traced files.

    Left out: `writable`, whose file object Python closes late, and `try:`, where Python looks for no signal.
    """

    def __init__(self, line: int, *files: str) -> None:
        self.left, self.files = line, files

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in self.files or frame.f_code is stage.writable.__code__:
            return None
        if event == "line" and getline(frame.f_code.co_filename, frame.f_lineno).strip() != "try:":
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
        return self


def open_in(folder: Path) -> set[int]:
    """Descriptors of this process that are open in a folder: threads of other tests have theirs elsewhere."""
    found = set()
    for path in list(Path("/proc/self/fd").iterdir()):
        with suppress(OSError):  # closed meanwhile
            if path.readlink().is_relative_to(folder):
                found.add(int(path.name))
    return found


def interrupted_at(line: int, work: Any, folder: Path) -> bool:
    """Whether the interrupt came; False once the work, which opens files in a folder, has fewer lines."""
    before = sys.gettrace()
    sys.settrace(InterruptAt(line, str(folders.__file__), str(stage.__file__)))
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
        for number in open_in(folder):  # what the end of the process closes
            os.close(number)
    return False


def every_line(work: Any, folder: Path) -> Iterator[int]:
    for line in range(1, MOST_LINES):
        if not interrupted_at(line, work, folder):
            assert line > 5
            return
        yield line
    raise AssertionError("the work never ended")


def test_a_scratch_folder_is_removed_wherever_the_interrupt_comes(tmp_path: Path) -> None:
    def work() -> None:
        with scratch_folder(tmp_path, ".writing-") as scratch:
            (scratch / "part").write_text("half")

    for line in every_line(work, tmp_path):
        assert list(tmp_path.iterdir()) == [], line


def test_a_stage_is_complete_or_absent_wherever_the_interrupt_comes(tmp_path: Path) -> None:
    def build(folder: Path) -> dict[str, int]:
        (folder / "table").write_text("rows")
        return {"rows": 1}

    def work() -> None:
        stage.run(tmp_path, "graph", 1, {}, {}, build)

    for line in every_line(work, tmp_path):
        left = [path.name for path in tmp_path.rglob(".*")]
        assert left == [], (line, left)
        for finished in (tmp_path / "graph").glob("*"):
            assert (finished / "stage.json").exists()
            assert (finished / "table").exists()
            rmtree(finished)
