"""Starts and kills process groups.

Each process has its own group, so that only the supervisor decides when it stops; on Linux it requests SIGTERM from
the kernel for when the supervisor dies (PR_SET_PDEATHSIG).
"""

import asyncio
import contextlib
import ctypes
import os
import resource
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PR_SET_PDEATHSIG = 1  # linux/prctl.h
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""One request's matrices are small: more threads than one wait for each other and cost five times the CPU."""
FILES = 65_536
"""Open files a process may have: a socket for each connection of the gateway, and what a release and a store open."""


async def start(command: Sequence[str], environment: Mapping[str, str], output: int) -> Process:
    """Starts a process in its own group; its output goes to `output`, a descriptor or an asyncio.subprocess constant.

    Use no pipe for a process that starts others: asyncio's wait() would return only after all of them have ended.
    """
    return await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env=environment,
        stdin=DEVNULL,
        stdout=output,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=end_with(os.getpid()),
    )


def end_group(pid: int) -> None:
    """Sends SIGKILL to the process group that a process leads; macOS returns EPERM for a group of zombies, which is
    ignored."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def ending_of(code: int) -> str:
    """Describes how a process ended, by its exit code, which is negative for a signal."""
    return f"was stopped by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def allow_many_files() -> None:
    """Raises the limit of open files of this process and its children, up to FILES and the hard limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # macOS has a lower limit than it reports
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def end_with(parent: int, number: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """A preexec function: requests a signal when the parent dies, and exits if it is already dead. Linux only.

    The kernel takes the thread that started the process for its parent: use it from the main thread.
    """
    if LIBC is None:
        return None

    def end_with_parent() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os._exit(1)

    return end_with_parent
