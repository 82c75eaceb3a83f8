"""When a failed call is sent again, and after how long."""

from segue_client.errors import SegueError

RETRIED = frozenset({429, 502, 503, 504})
"""Statuses that pass by themselves: too many requests, and parts of the server that are away for a moment."""
RUNNING = "request_in_progress"
"""The code of a 409: an earlier attempt with the same Idempotency-Key has no answer yet."""
FIRST_S, LONGEST_S = 0.5, 60.0
"""Without Retry-After: 0.5 s, 1 s, 2 s ... A server that asks for more than a minute gets no retry: the caller decides.
"""


def pause_s(error: SegueError, attempt: int, retries: int, repeatable: bool) -> float | None:
    """Seconds to wait before the next attempt; None: there is none. The first attempt is number 0."""
    passes = error.status in RETRIED or error.code == RUNNING
    if not repeatable or attempt >= retries or not passes:
        return None
    wait = FIRST_S * 2**attempt if error.retry_after_s is None else error.retry_after_s
    return wait if wait <= LONGEST_S else None
