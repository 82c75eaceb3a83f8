"""Costs measured in turns: requests of several sorts, each between two turns of a no-op, as ratios to it."""

import asyncio
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from bench.load import ApiCall, ClosedLoop, Tally, cpu_seconds, own_cpu_seconds

CONNECTIONS = 4  # two cores; more only wait for each other
FLEET = "fleet.py"
LATER_S, IDLE_S, IDLE_TIMES = 1.2, 5.0, 5
"""Seconds in which work that was put off is done (services/recommend/profile/impressions.py), those over which the CPU
of an idle fleet is measured, and how many times it is: the median counts, as a job may run in one."""
DRAWS, INTERVAL, FEWEST = 2_000, (2.5, 97.5), 6
"""Of fewer rounds there is no interval: it would hold the true median in far fewer than 95 of 100 repetitions."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the rounds' ratios, and the interval that holds 95 of 100 medians of rounds drawn anew from them
    (percentile bootstrap, Efron 1979); None of few rounds."""

    median: float
    interval: tuple[float, float] | None

    def __str__(self) -> str:
        shown = f"{self.median:.2f}"
        return f"{shown} [{self.interval[0]:.2f}, {self.interval[1]:.2f}]" if self.interval else shown


def in_turns(ratios: Sequence[float]) -> Ratio:
    """Of one ratio a round, at least one."""
    found = np.asarray(ratios, np.float64)
    if len(found) < FEWEST:
        return Ratio(float(np.median(found)), None)
    drawn = np.random.default_rng(0).integers(len(found), size=(DRAWS, len(found)))
    low, high = np.percentile(np.median(found[drawn], axis=1), INTERVAL)
    return Ratio(float(np.median(found)), (float(low), float(high)))


@dataclass
class Scenario:
    """A name, what is asked, through which port, and what each round measured."""

    name: str
    calls: list[ApiCall]
    port: int
    cpu_us: list[dict[str, float]] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    @property
    def total_us(self) -> float:
        return statistics.median(sum(one.values()) for one in self.cpu_us)

    def percentile_ms(self, share: float) -> float:
        """Of all rounds together."""
        return Tally([seconds for tally in self.tallies for seconds in tally.seconds]).percentile_ms(share)

    @property
    def rate(self) -> float:
        return statistics.median(tally.rate for tally in self.tallies)


class Turns:
    """Turns of `requests` requests each, and what the processes `pids` spend in them."""

    def __init__(self, pids: Mapping[str, int], requests: int) -> None:
        self._pids, self._requests = pids, requests
        self._idle: dict[str, float] = {}  # CPU seconds a second

    async def measure_idle(self) -> None:
        """What the processes spend while nobody asks."""
        await asyncio.sleep(LATER_S)
        looks = [_cpu(self._pids)]
        for _ in range(IDLE_TIMES):
            await asyncio.sleep(IDLE_S)
            looks.append(_cpu(self._pids))
        for name in self._pids:
            spent = (after[name] - before[name] for before, after in pairwise(looks))
            self._idle[name] = statistics.median(spent) / IDLE_S

    @property
    def idle_ms(self) -> float:
        """Milliseconds of CPU that all spend in a second while nobody asks and no job runs: the sum of medians."""
        return 1e3 * sum(self._idle.values())

    async def round(self, scenarios: Sequence[Scenario], *, keep: bool) -> None:
        """A turn of every scenario, of the first, the no-op, before each and after the last. The first round, which is
        not kept, warms up."""
        noop, *others = scenarios
        before = await self._turn(noop, keep=keep, later=False)
        for scenario in others:
            spent = await self._turn(scenario, keep=keep, later=True)
            after = await self._turn(noop, keep=keep, later=False)
            if keep:
                scenario.ratios.append(2 * spent / (before + after))
            before = after

    async def _turn(self, scenario: Scenario, *, keep: bool, later: bool) -> float:
        """Microseconds of CPU a request, with what it leaves for later."""
        loop = ClosedLoop(scenario.port, scenario.calls, CONNECTIONS)
        await loop.open()
        before = _cpu(self._pids)
        tally = await loop.run(self._requests)
        if later:
            await asyncio.sleep(LATER_S)
        idle = {name: rate * LATER_S * later for name, rate in self._idle.items()}
        spent = {name: (s - before[name] - idle[name]) / self._requests * 1e6 for name, s in _cpu(self._pids).items()}
        loop.close()
        if tally.failures:
            raise SystemExit(f"{scenario.name}: {len(tally.failures)} failed, the first: {tally.failures[0]}")
        if keep:
            scenario.cpu_us.append(spent)
            scenario.tallies.append(tally)
        return sum(spent.values())


def _cpu(pids: Mapping[str, int]) -> dict[str, float]:
    """Seconds so far by process name; the fleet's without those of the processes that it started."""
    return {name: (own_cpu_seconds if name == FLEET else cpu_seconds)(pid) for name, pid in pids.items()}
