"""Work for several requests at once waits a few turns of the event loop for them (dynamic batching).

A turn reads what has come on all sockets; a request that was read starts in the next and reaches what it has in common
with others in that turn or the one after. While requests are computed, others come: after TURNS turns those are there
too. In a process with nothing else to do turns take microseconds.
"""

import asyncio
from collections.abc import Callable

TURNS = 3
"""Under load most requests that came while others were computed are there by then; more turns bring few others."""


def after_turns(call: Callable[[], object], turns: int = TURNS) -> None:
    """Calls once the running event loop has made so many turns."""
    loop = asyncio.get_running_loop()
    loop.call_soon(call if turns <= 1 else lambda: after_turns(call, turns - 1))
