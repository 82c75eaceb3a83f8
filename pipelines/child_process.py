"""Starts a child process of the pipelines: it ends with its parent, and a terminal's Ctrl-C reaches the parent only."""

import ctypes
import signal
import sys
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnProcess

PR_SET_PDEATHSIG = 1  # prctl(2)


def start_ignoring_interrupts(child: SpawnProcess) -> None:
    """A terminal's Ctrl-C goes to the whole group: the parent ends the child, which prints nothing of its own.

    Blocked from before its first moment, because a Python that is interrupted while it starts up dies with a page.
    """
    resource_tracker.ensure_running()  # start() would do it, and let Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        child.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def die_with_parent() -> None:
    """A killed parent takes this process along; elsewhere than on Linux it ends by its next message to the parent."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
