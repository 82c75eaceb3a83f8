"""How many processes build stages at once, where nobody says."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.stage import Built

SEVERAL = 2
ENTRIES_LEAST = 50_000
"""Of these a refresh takes some 100 CPU seconds; loading the training libraries once more takes 6."""
BYTES, BYTES_A_TRACK = 500 << 20, 8 << 10
"""Memory of a process: its libraries, and what the largest stage holds for each track. With 201,453 tracks 1.9 GB were
measured (docs/models.md, "Cost")."""


def cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def number_of_processes(wanted: int | None, ingested: "Built") -> int:
    """The number that is wanted, else SEVERAL where data, cores and free memory are enough for that."""
    if wanted is not None:
        return wanted
    rows = ingested.report()["figures"]["rows"]
    enough = rows.get("entries", 0) >= ENTRIES_LEAST and cores() >= SEVERAL and not Settings().wants_gpu
    room = free_bytes() >= SEVERAL * (BYTES + BYTES_A_TRACK * rows.get("tracks", 0))
    return SEVERAL if enough and room else 1


def free_bytes(proc: Path = Path("/proc/meminfo"), group: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """Memory that is available, bounded by the limit of the control group; 0 where the system does not tell."""
    try:
        lines = (line.split() for line in proc.read_text().splitlines())
        available = next(int(words[1]) << 10 for words in lines if words[0] == "MemAvailable:")
    except (OSError, StopIteration):
        return 0
    limit = group.read_text().strip() if group.exists() else ""
    return min(available, int(limit)) if limit.isdecimal() else available
