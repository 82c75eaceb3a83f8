"""Tests of terminal output to closed, full and blocked terminals."""

import os
import time
from pathlib import Path

import pytest

from supervisor.terminal import WAITING, Terminal


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_full_disk_behind_it_costs_only_lines() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        terminal = Terminal(full.fileno())
        terminal.print_line("one")
        terminal.print_line("two")
        terminal.close()
        assert not terminal._writer.is_alive(), "every line was tried"


def test_a_closed_pipe_costs_only_lines() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    terminal = Terminal(writing)
    terminal.print_line("one")
    terminal.close()
    assert not terminal._writer.is_alive()
    os.close(writing)


def test_a_blocked_terminal_drops_and_counts_lines() -> None:
    reading, writing = os.pipe()
    terminal, began = Terminal(writing), time.monotonic()
    line = "x" * 1000
    for _ in range(WAITING + 200):  # a pipe holds 64 KB
        terminal.print_line(line)
    terminal.close(patience_s=0.1)
    assert time.monotonic() - began < 5
    with os.fdopen(reading, encoding="utf-8") as lines:
        for shown in lines:
            if "left out" in shown:
                assert int(shown.lstrip("(").split()[0]) > 0
                break
            assert shown.strip() == line
    os.close(writing)


def test_a_terminal_without_our_letters_gets_a_sign_in_their_place() -> None:
    reading, writing = os.pipe()
    terminal = Terminal(writing, "ascii")
    terminal.print_line("Dvořák")
    terminal.close()
    os.close(writing)
    with os.fdopen(reading, "rb") as text:
        assert text.read() == b"Dvo??k\n"
