"""Supervises one process: restarts it whenever it exits or fails its health check, until it is stopped."""

import asyncio
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from supervisor.forked import Forked, can_fork, fork
from supervisor.health import Patience, fallen_silent
from supervisor.log_file import LogFile
from supervisor.log_lines import LogLines, PrintLine
from supervisor.process import end_group, ending_of, start
from supervisor.programs import Program

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 10.0
STEADY_S = 30.0
"""After running this long, the restart pause is reset."""
LOOK_S, QUIET_LOOK_S = 0.1, 0.5
"""Seconds between two looks at the log of a process that writes, and of one that wrote nothing in some looks."""
PATIENCE = Patience()


class Child:
    """A supervised process. `environment` is what it inherits besides its settings."""

    def __init__(
        self,
        program: Program,
        logs: Path,
        environment: Mapping[str, str],
        print_line: PrintLine,
        verbose: bool = False,
        patience: Patience = PATIENCE,
    ) -> None:
        self.program = program
        self._environment = {**environment, **program.settings}
        self._print_line = print_line
        self._patience = patience
        self._log = LogFile(logs / f"{program.name}.log")
        self._lines = LogLines(program.name, print_line, verbose)
        self._process: Process | Forked | None = None
        self._stop = asyncio.Event()
        self._reason = ""

    async def keep_running(self) -> None:
        """Runs and restarts the process; returns only after stop()."""
        reading = asyncio.create_task(self._read_log())
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            began = time.monotonic()
            ended = await self._run_once()
            self._show_log()
            if self._stop.is_set():
                break
            pause = FIRST_PAUSE_S if time.monotonic() - began > STEADY_S else pause
            self._print_line(f"{self.program.name} {ended}; starting it again in {pause:g} s (log: {self._log.path})")
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stop.wait()
            pause = min(pause * 2, LONGEST_PAUSE_S)
        reading.cancel()
        self._log.close()

    def stop(self) -> None:
        """Sends SIGTERM: the process finishes its requests and exits."""
        self._stop.set()
        if self._process and self._process.returncode is None:
            self._process.terminate()

    def kill(self) -> None:
        """Sends SIGKILL to the process and everything it started."""
        if self._process:
            end_group(self._process.pid)

    async def _run_once(self) -> str:
        """Runs the process once; returns how it ended, or why it could not be started (no memory, no descriptor)."""
        try:
            self._process = await self._start(self.program.command())
        except Exception as error:
            return f"could not be started: {error}"
        self._reason = ""
        watching = asyncio.create_task(self._end_when_silent())
        if self._stop.is_set():
            self._process.terminate()
        await self._process.wait()
        watching.cancel()
        self.kill()  # workers that outlive their supervisor would hold the port
        return self._reason or ending_of(self._process.returncode or 0)

    async def _start(self, command: Sequence[str]) -> Process | Forked:
        """Forks the process, or starts it anew where that cannot be done: on other systems, and when the socket of the
        fork server is gone, as when somebody cleaned the folder of temporary files."""
        output = self._output()
        if can_fork(command):
            try:
                return await fork(command, self._environment, output)
            except (OSError, EOFError) as error:
                self._print_line(f"{self.program.name} could not be forked ({error}): started anew")
        return await start(command, self._environment, output)

    async def _end_when_silent(self) -> None:
        silence = await fallen_silent(self.program.port, self._patience)
        if not self._stop.is_set():  # a process that is stopping may take its time
            self._reason = f"{silence} and was ended"
            self.kill()

    def _output(self) -> int:
        try:
            return self._log.open()
        except OSError as error:
            self._print_line(
                f"{self.program.name} runs without a log: {self._log.path} cannot be written ({error.strerror})"
            )
            return DEVNULL

    async def _read_log(self) -> None:
        pause = LOOK_S
        while True:
            pause = LOOK_S if self._show_log() else min(2 * pause, QUIET_LOOK_S)
            await asyncio.sleep(pause)

    def _show_log(self) -> bool:
        """Shows what is new; whether there was anything."""
        lines = []
        with suppress(OSError):  # the disk may work again at the next attempt
            lines = self._log.lines()
            for line in lines:
                self._lines.show(line)
            self._log.shorten()
        self._lines.repeat()
        return bool(lines)
