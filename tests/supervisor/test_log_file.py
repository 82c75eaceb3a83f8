"""Tests of log files: complete lines once, and rotation."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from supervisor.log_file import AT_ONCE, LogFile


@contextmanager
def opened(path: Path, longest: int = 1000) -> Iterator[tuple[LogFile, int]]:
    log = LogFile(path, longest)
    writing = os.dup(log.open())
    try:
        yield log, writing
    finally:
        log.close()
        os.close(writing)


def test_lines_are_read_once_and_whole(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("from before\n")
    with opened(tmp_path / "a.log") as (log, process):
        os.write(process, b"one\ntwo\nthr")
        assert log.lines() == ["one", "two"]
        assert log.lines() == []
        os.write(process, "ee \N{SNOWMAN}\n".encode())
        assert log.lines() == ["three \N{SNOWMAN}"]


def test_a_line_without_end_comes_in_pieces(tmp_path: Path) -> None:
    with opened(tmp_path / "a.log") as (log, process):
        os.write(process, b"x" * (AT_ONCE + 5) + b"\n")
        assert [len(line) for line in log.lines()] == [AT_ONCE]
        assert log.lines() == ["xxxxx"]


def test_a_long_log_is_rotated_by_copy_and_truncate(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    with opened(path) as (log, process):
        for part in ("first", "second", "third", "fourth"):
            os.write(process, part.encode() * 300 + b"\n")
            log.lines()
            log.shorten()
        os.write(process, b"after\n")
        assert log.lines() == ["after"]
    assert path.read_text() == "after\n"
    assert (tmp_path / "a.log.1").read_text().startswith("fourth")
    assert (tmp_path / "a.log.2").read_text().startswith("third")
    assert {file.name for file in tmp_path.iterdir()} == {"a.log", "a.log.1", "a.log.2"}


def test_a_log_that_cannot_be_copied_is_truncated(tmp_path: Path) -> None:
    """As on a full disk: here a folder that is not empty stands where the copy would go."""
    (tmp_path / "a.log.2" / "in the way").mkdir(parents=True)
    (tmp_path / "a.log.1").touch()
    with opened(tmp_path / "a.log") as (log, process):
        os.write(process, b"x" * 2000)
        log.shorten()
        assert (tmp_path / "a.log").stat().st_size == 0


def test_a_log_that_somebody_else_emptied_is_read_from_its_beginning(tmp_path: Path) -> None:
    with opened(tmp_path / "a.log") as (log, process):
        os.write(process, b"one\n" * 10)
        log.lines()
        os.truncate(tmp_path / "a.log", 0)
        assert log.lines() == []
        os.write(process, b"two\n")
        assert log.lines() == ["two"]


@pytest.mark.parametrize("closed", [True, False])
def test_a_log_that_is_not_open_has_no_lines(tmp_path: Path, closed: bool) -> None:
    log = LogFile(tmp_path / "a.log")
    if closed:
        log.open()
        log.close()
    assert log.lines() == []
    log.shorten()
