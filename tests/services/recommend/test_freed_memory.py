"""Freed memory goes back to the system."""

import ctypes
from pathlib import Path

import pytest

from services.recommend.served.freed_memory import return_freed_memory

KB = 1 << 10


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this C library has no malloc_trim")
def test_memory_that_was_freed_is_returned() -> None:
    held = [b"x" * (64 * KB) for _ in range(500)]  # too small to be mapped one by one
    last = b"x" * (64 * KB)  # above them: what is free below it is not returned by itself
    before = _resident_kb()
    del held
    return_freed_memory()
    assert _resident_kb() <= before - 20 * KB
    assert last


def _resident_kb() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
