"""Starting and ending one process with all that it starts itself.

Each is a process group of its own, so that only the fleet decides when it stops, and on Linux it asks the kernel to be
terminated should the fleet die first.
"""

import asyncio
import contextlib
import ctypes
import os
import resource
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PR_SET_PDEATHSIG = 1  # linux/prctl.h
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
FILES = 65_536
"""Open files a process may have: a socket for each connection of the gateway, and what a release and a store open."""


async def start(command: Sequence[str], environment: Mapping[str, str], output: int) -> Process:
    """A process in a group of its own; what it prints goes to `output`, a descriptor or one of asyncio.subprocess's.

    For a process that starts others, not a pipe: asyncio's wait() then returns only when each of them has ended too.
    """
    return await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env=environment,
        stdin=DEVNULL,
        stdout=output,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_end_with_us(os.getpid()) if LIBC else None,
    )


def end_group(process: Process) -> None:
    """SIGKILL to a process and everything it started; macOS answers EPERM for a group of zombies."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def ending_of(process: Process) -> str:
    """How a process ended, in words."""
    code = process.returncode or 0
    return f"was stopped by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def allow_many_files() -> None:
    """Raises the limit of open files, ours and our children's, as far as the system lets us and FILES."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # macOS has a lower limit than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _end_with_us(parent: int) -> Any:
    """Runs in the child: SIGTERM when the parent dies, also when that happened a moment ago."""

    def ask_kernel() -> None:
        assert LIBC is not None
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel
