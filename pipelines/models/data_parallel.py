"""Data-parallel training of LightGCN by PyTorch's DistributedDataParallel, in the processes that torchrun started.

The process of rank 0 runs the program and calls `train`; the others wait in `train_received` until it sends them a
network. All draw the same batches from the same seed; of each, rank r takes every size-th query from r on, weighted so
that the mean of the gradients is the gradient of the whole batch. The vectors thus differ from those of one process
only by the order of floating-point sums. Each process holds the graph and all vectors and propagates them: more
processes divide the loss of a batch, not the memory. Processes speak gloo and train on the CPU.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from pipelines.graph.playlist_graph import Matrix
from pipelines.models.device import device

WAIT = timedelta(days=7)  # how long a process waits for the next network: other stages of rank 0 take hours
Task = tuple[Any, Matrix, tuple[int, int]]  # the model's settings, its graph, the (rows, dims) of its vectors


_alone: ContextVar[bool] = ContextVar("alone", default=False)


def processes() -> int:
    """The number of processes that train together; 1 outside torchrun."""
    joined = distributed.is_available() and distributed.is_initialized() and not _alone.get()
    return distributed.get_world_size() if joined else 1


@contextmanager
def alone() -> Iterator[None]:
    """Context in which this process trains without the others."""
    token = _alone.set(True)
    try:
        yield
    finally:
        _alone.reset(token)


def cache_key() -> dict[str, str | int]:
    """The part of a stage's settings of the device and the processes: empty for one process on a CPU, since others
    give other bits."""
    return {**device().cache_key(), **({"processes": processes()} if processes() > 1 else {})}


@contextmanager
def group() -> Iterator[int]:
    """Joins the processes of torchrun, by its variables; gives the rank of this one."""
    distributed.init_process_group("gloo", timeout=WAIT)
    try:
        yield distributed.get_rank()
    finally:
        distributed.destroy_process_group()


def send(task: Task | None) -> None:
    """Gives the processes that wait their next network, or None: the last one is trained."""
    if processes() > 1:
        distributed.broadcast_object_list([task])


def train_received(train: Callable[[Task], None]) -> None:
    """Trains each network that rank 0 sends, until it sends None."""
    while (task := _received()) is not None:
        train(task)


def _received() -> Task | None:
    box: list[Task | None] = [None]
    distributed.broadcast_object_list(box)
    return box[0]


def wrapped(network: torch.nn.Module) -> torch.nn.Module:
    """The module whose forward pass is the loss, with gradients averaged over the processes; itself when alone.

    All processes begin with the vectors of rank 0.
    """
    return DistributedDataParallel(network) if processes() > 1 else network


def share() -> tuple[int, int]:
    """The rank of this process and the number of processes; (0, 1) outside torchrun."""
    return (distributed.get_rank(), processes()) if processes() > 1 else (0, 1)
