"""The torch device: chosen here once for every model.

On CUDA dense products inside `half()` are done in bfloat16, whose range is that of float32, so gradients need no
scaling; sparse products, losses and weights stay in float32. On a CPU `half()` changes nothing, and the same seed and
number of threads give the same bits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt
import torch

from pipelines.settings import Settings


class NoSuchDevice(Exception):
    """The configured device is not visible to torch; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Device:
    """A torch device, and whether dense products are done in half precision on it."""

    where: torch.device
    halves: bool

    def put(self, array: npt.NDArray[Any]) -> torch.Tensor:
        """The array on the device; on a CPU it shares the array's memory."""
        return torch.from_numpy(array).to(self.where)

    def half(self) -> torch.autocast:
        """A context for dense products; its results may be bfloat16: call float() before a loss."""
        return torch.autocast(self.where.type, torch.bfloat16, enabled=self.halves)

    def cache_key(self) -> dict[str, str]:
        """The device's part of a stage's settings: empty on a CPU, since other devices give other bits."""
        return {} if self.where.type == "cpu" else {"device": self.where.type}


_in_use: ContextVar[Device | None] = ContextVar("device", default=None)


def device() -> Device:
    """The device in use, else that of SEGUE_PIPELINES_DEVICE; NoSuchDevice when it is not available."""
    return _in_use.get() or of(Settings().device)


def of(name: str) -> Device:
    """The device of a setting."""
    seen = torch.cuda.is_available()
    if name == "cuda" and not seen:
        raise NoSuchDevice(
            "SEGUE_PIPELINES_DEVICE is cuda and torch sees no GPU: unset it, or install a CUDA build of torch"
        )
    chosen = "cuda" if seen and name != "cpu" else "cpu"
    return Device(torch.device(chosen), halves=chosen == "cuda")


@contextmanager
def using(one: Device) -> Iterator[None]:
    """Context in which models train on this device, whatever the settings say."""
    token = _in_use.set(one)
    try:
        yield
    finally:
        _in_use.reset(token)
