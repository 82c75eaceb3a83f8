"""How many threads the numerical libraries of a process use.

Threads of BLAS, torch and scikit-learn wait for each other by spinning, so two processes with a thread each for every
core would take the cores from each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_info, threadpool_limits


@contextmanager
def limited(most: int) -> Iterator[None]:
    """At most so many threads in each library for the time of the block; fewer where the environment says fewer."""
    before = torch.get_num_threads()
    torch.set_num_threads(min(before, most))
    limits = {pool["prefix"]: min(pool["num_threads"], most) for pool in threadpool_info()}
    try:
        with threadpool_limits(limits):
            yield
    finally:
        torch.set_num_threads(before)
