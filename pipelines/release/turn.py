"""One publish at a time in a data folder: commands wait for one another, as they do for stages. Services never wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit.release_switch import exclusive
from pipelines import console


@contextmanager
def publish_turn(data: Path) -> Iterator[None]:
    """The lock of a publish, rollback, prune or backup, after the one that has it; Ctrl-C ends the wait."""
    with exclusive(data, lambda: console.note(f"waiting for another publish, which is at work in {data}")):
        yield


def wait_for_turn(data: Path) -> None:
    """Waits until nothing is being published, so that what serves is not about to change."""
    with publish_turn(data):
        pass
