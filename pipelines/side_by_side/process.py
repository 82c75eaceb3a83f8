"""Another process that builds stages: it is sent the chain, then the names of stages, and reports what it builds.

Its progress lines are printed by the process that started it, which ends it too: on Ctrl-C, when a stage fails
elsewhere, and by its own death.
"""

import multiprocessing
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from pipelines import console
from pipelines.child_process import die_with_parent, start_ignoring_interrupts
from pipelines.failures import sentence
from pipelines.stage import Built

if TYPE_CHECKING:
    from pipelines.chain import Chain

PATIENCE_S = 10.0  # for a process to end its stage and remove what is half written


class StageFailed(Exception):
    """A stage failed in another process, as the message says: a user error there, or the end of the process."""


class StageProcess:
    """A process that loads the training libraries at once and then waits for stages."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._child = context.Process(target=_serve, args=(theirs,), daemon=True)
        start_ignoring_interrupts(self._child)
        theirs.close()

    def give(self, chain: "Chain", threads: int) -> None:
        """Sends the chain whose stages it will build, with at most so many threads."""
        self._send((chain, threads))

    def build(self, name: str, known: dict[str, Built]) -> dict[str, Built]:
        """Builds a stage and returns all stages that are known then; StageFailed, and RuntimeError for a bug."""
        with console.working(name) as shown:
            self._send((name, known))
            while True:
                what, content = self._received(name)
                if what == "built":
                    return dict(content)
                if what == "failed":
                    message, trace = content
                    raise StageFailed(message) if message else RuntimeError(f"in another process:\n{trace}")
                console.relayed(what, content, shown)

    def stop(self) -> None:
        """Ends the process, which removes what is half written; one that does not in time is killed."""
        self._child.terminate()
        self._child.join(PATIENCE_S)
        self._child.kill()
        self._child.join()

    def _send(self, message: Any) -> None:
        try:
            self._connection.send(message)
        except OSError:  # it has died, which `_received` reports
            return

    def _received(self, name: str) -> tuple[str, Any]:
        try:
            message: tuple[str, Any] = self._connection.recv()
        except (EOFError, OSError):
            self._child.join()
            code = self._child.exitcode or 0
            ended = f"by {signal.Signals(-code).name}" if code < 0 else f"with status {code}"
            raise StageFailed(
                f"the process that built {name!r} ended {ended}: if memory was short, run again with --jobs 1, which "
                "needs half of it"
            ) from None
        return message


@contextmanager
def stage_processes(count: int) -> Iterator[list[StageProcess]]:
    """So many processes for the time of the block."""
    started: list[StageProcess] = []
    try:
        for _ in range(count):
            started.append(StageProcess())
        yield started
    finally:
        for one in started:
            one.stop()


def _serve(connection: Connection) -> None:
    die_with_parent()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _build_stages(connection)
    except (EOFError, OSError, KeyboardInterrupt):  # the parent has ended, or ends this process
        return


def _build_stages(connection: Connection) -> None:
    import pipelines.chain  # noqa: F401  # the training libraries, which the parent loads at the same time
    from pipelines.side_by_side.schedule import STEPS
    from pipelines.side_by_side.threads import limited

    chain, threads = connection.recv()
    console.relay(lambda what, content: connection.send((what, content)))
    with limited(threads):
        while True:
            name, known = connection.recv()
            chain.built.update(known)
            try:
                STEPS[name].run(chain)
                connection.send(("built", chain.built))
            except Exception as error:
                connection.send(("failed", (sentence(error), traceback.format_exc())))
