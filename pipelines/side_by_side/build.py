"""Builds all stages of a chain in this process and others at once."""

import _thread
from collections.abc import Sequence
from threading import Thread
from typing import TYPE_CHECKING

from pipelines.side_by_side.jobs import cores
from pipelines.side_by_side.process import StageProcess
from pipelines.side_by_side.schedule import STEPS, Schedule

if TYPE_CHECKING:
    from pipelines.chain import Chain


def build(chain: "Chain", others: Sequence[StageProcess]) -> None:
    """Builds what a release needs, in the calling process (its main thread) and the others; the first error is raised.

    With no others nothing is done: the chain builds its stages one after another.
    """
    if not others:
        return
    from pipelines.models.data_parallel import processes
    from pipelines.side_by_side.threads import limited

    if processes() > 1:  # torchrun's train together, in this order of stages
        return
    threads = max(1, cores() // (1 + len(others)))
    schedule = Schedule({name: step.needs for name, step in STEPS.items() if chain.mapped or name != "map"})
    for one in others:
        one.give(chain, threads)
    builders = [Thread(target=_build_in, args=(one, chain, schedule), daemon=True) for one in others]
    try:
        with limited(threads):
            for builder in builders:
                builder.start()
            while name := schedule.take():
                STEPS[name].run(chain)
                schedule.built(name)
            for builder in builders:
                builder.join()
            schedule.raise_failure()
    except KeyboardInterrupt as interrupt:
        if schedule.fail(interrupt):
            raise
        schedule.raise_failure()
    except BaseException as error:
        schedule.fail(error)
        raise


def _build_in(other: StageProcess, chain: "Chain", schedule: Schedule) -> None:
    """Has another process build stages. Its error interrupts the main thread, which builds one meanwhile."""
    try:
        while name := schedule.take():
            chain.built.update(other.build(name, dict(chain.built)))
            schedule.built(name)
    except BaseException as error:
        if schedule.fail(error):
            _thread.interrupt_main()
