"""The stages of a release with what each needs, and which of them a free process builds next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.chain import Chain


@dataclass(frozen=True, slots=True)
class Step:
    """How a stage is run, and the names of the stages that it needs beside `ingest`."""

    run: Callable[["Chain"], object]
    needs: tuple[str, ...] = ()


STEPS: Mapping[str, Step] = {
    "graph train": Step(lambda chain: chain.graph("train")),
    "graph all": Step(lambda chain: chain.graph("all")),
    "train held-out": Step(lambda chain: chain.train_held_out(), ("graph train",)),
    "train train": Step(lambda chain: chain.train("train"), ("graph train",)),
    "train all": Step(lambda chain: chain.train("all"), ("graph all",)),
    "cold-start evaluation": Step(lambda chain: chain.cold_start_evaluation(), ("train train", "train held-out")),
    "query model": Step(lambda chain: chain.query_model(), ("train held-out",)),
    "coldstart": Step(lambda chain: chain.cold_start(), ("cold-start evaluation", "train all")),
    "map": Step(lambda chain: chain.map(), ("coldstart",)),
    "names train": Step(lambda chain: chain.names("train"), ("train train", "query model")),
    "calibrate": Step(lambda chain: chain.calibrate(), ("names train", "coldstart")),
    "evaluate": Step(lambda chain: chain.evaluate(), ("names train",)),
    "names all": Step(lambda chain: chain.names("all"), ("train all", "query model")),
}
"""By the name in the progress lines. A free process takes the first that is ready: those with the longest way to the
release come first."""


class Schedule:
    """Gives each of several threads its next stage."""

    def __init__(self, needs: Mapping[str, tuple[str, ...]]) -> None:
        self._needs = dict(needs)
        self._waiting, self._built = list(needs), set[str]()
        self._changed = Condition()
        self.failure: BaseException | None = None

    def take(self) -> str | None:
        """The first stage that is ready, after waiting for one; None when none is left, or one has failed."""
        with self._changed:
            while self._waiting and self.failure is None:
                ready = (name for name in self._waiting if self._built.issuperset(self._needs[name]))
                if (name := next(ready, None)) is not None:
                    self._waiting.remove(name)
                    return name
                self._changed.wait()
        return None

    def built(self, name: str) -> None:
        """Marks a stage as built."""
        with self._changed:
            self._built.add(name)
            self._changed.notify_all()

    def fail(self, error: BaseException) -> bool:
        """No further stage is given; False when one has failed before."""
        with self._changed:
            first, self.failure = self.failure is None, self.failure or error
            self._changed.notify_all()
        return first

    def raise_failure(self) -> None:
        """Raises what a stage failed with, if one has."""
        if self.failure is not None:
            raise self.failure
