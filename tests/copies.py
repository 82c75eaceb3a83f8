"""Copies of data folders."""

import subprocess
from pathlib import Path


def cloned(source: Path, target: Path) -> Path:
    """Copies a folder with an index: cp keeps the holes of its files, 2 MB of 190, which shutil would write out."""
    subprocess.run(["cp", "-R", source, target], check=True)
    return target
