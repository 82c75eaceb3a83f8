"""Tests that optional test dependencies are not silently skipped where CI requires them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROBE = "from tests.real import missing\ndef test_it():\n    missing('postgres', 'no server here')\n"


@pytest.mark.parametrize(("required", "code", "word"), [("", 0, "1 skipped"), ("redis,postgres", 1, "1 failed")])
def test_a_skipped_part_fails_only_where_it_is_required(tmp_path: Path, required: str, code: int, word: str) -> None:
    (tmp_path / "test_probe.py").write_text(PROBE)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        cwd=tmp_path,
        env=os.environ | {"SEGUE_REQUIRE": required, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, word in done.stdout, "no server here" in done.stdout) == (code, True, True)
