"""Starts Python modules as processes forked from one that has imported what they share (supervisor/shared_imports.py).

A start of the fleet imports FastAPI, pydantic's models and SQLAlchemy once in place of five times. The fork server is
that of multiprocessing; it starts with the first process and ends with this one.
"""

import asyncio
import multiprocessing
import os
import runpy
import signal
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from multiprocessing.reduction import DupFd
from typing import Any

from supervisor.process import ONE_THREAD, end_with


class Forked:
    """A running or ended process, with what Child needs of asyncio's own class for subprocesses."""

    def __init__(self, process: "multiprocessing.context.ForkServerProcess") -> None:
        self._process = process
        self.pid = process.pid or 0

    @property
    def returncode(self) -> int | None:
        """None while it runs, negative for a signal."""
        return self._process.exitcode

    def terminate(self) -> None:
        """Sends SIGTERM."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    async def wait(self) -> None:
        """Returns once it has ended."""
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)


def can_fork(command: Sequence[str]) -> bool:
    """Whether a command is a module of this Python, on a system where processes may fork without starting anew."""
    return sys.platform == "linux" and list(command[:2]) == [sys.executable, "-m"]


async def fork(command: Sequence[str], environment: Mapping[str, str], output: int) -> Forked:
    """Runs the module of `command` (python -m MODULE ARGUMENTS) in its own session; its output goes to `output`, a
    descriptor or asyncio.subprocess.DEVNULL. OSError when no process can be started."""
    context = multiprocessing.get_context("forkserver")
    _run_server(context)
    process = context.Process(target=_run, args=(command[2:], dict(environment), _Descriptor(output)))
    await asyncio.to_thread(process.start)  # blocks until everything is imported, the first time some seconds
    return Forked(process)


def _run_server(context: ForkServerContext) -> None:
    """Starts the fork server unless it runs, with settings that must be there before it imports numpy."""
    context.set_forkserver_preload(["supervisor.shared_imports"])
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


class _Descriptor:
    """Where output goes: a descriptor that reaches the new process as its own, or nowhere."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Any, tuple[Any]]:
        return _received, (None if self.number == DEVNULL else DupFd(self.number),)


def _received(duplicate: Any) -> int:
    number: int = duplicate.detach() if duplicate else os.open(os.devnull, os.O_WRONLY)
    return number


def _run(arguments: Sequence[str], environment: Mapping[str, str], output: int) -> None:
    """In the new process: what an exec would have set, then the module as `python -m` runs it."""
    os.setsid()
    if ends := end_with(os.getppid()):
        ends()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})  # the fork server blocks it
    _redirect(output)
    _show_command(arguments)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(arguments)
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


def _redirect(output: int) -> None:
    """No input, and all output to a descriptor. multiprocessing has closed 0, which uvicorn hands to its workers."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, number in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, number)
    for used in {nothing, output} - {0, 1, 2}:
        os.close(used)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115


def _show_command(arguments: Sequence[str]) -> None:
    """What `ps` shows in place of the fork server's command; it must find the environment as the process began."""
    with suppress(ImportError):
        import_module("setproctitle").setproctitle(" ".join([sys.executable, "-m", *arguments]))
