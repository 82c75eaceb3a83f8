"""Stops the processes of the fleet, callers before what they call.

What a process sends at its end still arrives: recommend's last impressions at catalog, requests under way at every
service that they need.
"""

import asyncio
import time
from collections.abc import Sequence

from supervisor.child import Child
from supervisor.programs import GRACE_S

EACH_S = 1.0
"""Seconds that remain for each process after those before it took all of GRACE_S."""


async def stop_in_order(
    children: Sequence[Child], running: Sequence["asyncio.Task[None]"], grace_s: float = GRACE_S
) -> bool:
    """Stops the processes of `children`, which is in start order, one after the other from the last to the first, each
    once the one before has ended or its time is over; False when one was not in time, and runs on."""
    end, in_time = time.monotonic() + grace_s, True
    for child, task in reversed(list(zip(children, running, strict=True))):
        child.stop()
        end += EACH_S
        _, late = await asyncio.wait([task], timeout=end - time.monotonic())
        in_time = in_time and not late
    return in_time
