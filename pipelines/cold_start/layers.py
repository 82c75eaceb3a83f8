"""The layers of the cold-start network in torch, and the arrays that they are fed with."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from kit.audio import COORDINATES
from pipelines.models.device import device
from pipelines.models.interface import Vectors

HEADS = ("index", "query")
FEATURE_SPREAD = 0.4  # standard deviation of a random unit's weight for a scaled feature, a quarter more or less best


class Network(nn.Module):
    """The hidden layer and two heads; forward gives the heads' raw columns, before blocks become unit vectors."""

    def __init__(self, learned: int, hidden: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(2 * len(COORDINATES) + 1, hidden)
        self.heads = nn.ModuleDict({name: nn.Linear(hidden, learned) for name in HEADS})
        self.gates = nn.ParameterDict({name: nn.Parameter(torch.ones(learned)) for name in HEADS})
        with torch.no_grad():
            self.hidden.weight.normal_(std=FEATURE_SPREAD)
            self.hidden.bias.normal_()

    def forward(self, inputs: Tensor, *artists: Tensor) -> list[Tensor]:
        """Raw index and query columns (n, learned) for inputs (n, 27) and the artists' unit index and query blocks."""
        hidden = functional.silu(self.hidden(inputs))
        return [self.heads[name](hidden) + self.gates[name] * a for name, a in zip(HEADS, artists, strict=True)]

    def linear(self, name: str) -> nn.Linear:
        """The linear layer of a head."""
        layer = self.heads[name]
        assert isinstance(layer, nn.Linear)
        return layer

    def weights(self) -> Mapping[str, Vectors]:
        """The arrays under the names that kit.cold_start reads."""
        arrays = {f"{name}.gate": gate for name, gate in self.gates.items()}
        for name, layer in [("hidden", self.hidden), *self.heads.items()]:
            arrays |= {f"{name}.weight": layer.weight, f"{name}.bias": layer.bias}
        return {name: array.detach().cpu().numpy().copy() for name, array in arrays.items()}


@dataclass(frozen=True, slots=True, eq=False)
class NetworkInputs:
    """Network inputs of learned tracks: inputs (n, 27), artists' unit blocks, and their index means (n, D)."""

    inputs: Vectors
    artists: tuple[Vectors, Vectors]
    means: Vectors

    def forward(self, network: Network) -> list[Tensor]:
        """The network's raw index and query columns for these inputs."""
        on = device()
        with on.half():
            raw: list[Tensor] = network(on.put(self.inputs), *(on.put(a) for a in self.artists))
        return [columns.float() for columns in raw]
