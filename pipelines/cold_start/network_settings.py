"""Settings of the cold-start network, without the libraries that its training needs."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """steps of `playlists` queries with 1 to `seeds` seeds against `candidates` tracks."""

    steps: int = 60
    playlists: int = 256
    candidates: int = 2048
    seeds: int = 25
    rate: float = 1e-4


@dataclass(frozen=True, slots=True)
class Settings(Plan):
    """The plan of the softmax, hidden units, and the ridge of the closed form per hidden unit."""

    hidden: int = 512
    ridge: float = 30.0
    seed: int = 1

    def cache_key(self) -> dict[str, Any]:
        """Everything the result depends on besides the data."""
        return asdict(self)
