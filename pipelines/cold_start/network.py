"""Trains the cold-start network: audio features and artist to vectors (kit.cold_start has its formula and numpy
forward).

It starts in closed form (closed_form.py): over random hidden units, ridge regression towards the direction of each
learned track's own vectors, as a residual to the mean of its artist's other tracks. Then a playlist softmax trains all
weights (softmax.py). Features and artists are randomly masked meanwhile, so that every input type is trained.
"""

import math

import torch
from torch import nn

from kit.cold_start import About, ColdStart
from pipelines.cold_start.closed_form import solve
from pipelines.cold_start.layers import Network
from pipelines.cold_start.network_settings import Settings
from pipelines.cold_start.softmax import Scores, batches
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.cold_start.training_example import TrainingExample
from pipelines.graph.playlist_graph import Graph
from pipelines.models.device import device
from pipelines.models.interface import Progress
from pipelines.models.space import TrainedSpace

START_LOGIT_SD = 1.0  # standard deviation of the softmax's logits: likelihood is best near 1, recall falls above 2
TEMPERATURE_RATE = 3.0  # its learning rate over the network's
REPORT_EVERY = 20


def train(
    graph: Graph, space: TrainedSpace, tracks: TrackAttributes, settings: Settings, progress: Progress
) -> ColdStart:
    """Trains the network of a space; tracks are those of the graph, row by row. Deterministic for a seed."""
    example = TrainingExample(graph, space, tracks, settings)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = Network(example.learned, settings.hidden).to(device().where)
    if len(example.rows):
        progress(f"cold start: solving for {len(example.rows)} tracks")
        solve(network, example)
        _train_softmax(network, example, progress)
    return export(network, example.about())


def export(network: Network, about: About) -> ColdStart:
    """The network as numpy arrays for kit.cold_start."""
    return ColdStart(network.weights(), about)


def _train_softmax(network: Network, example: TrainingExample, progress: Progress) -> None:
    plan = example.settings
    log_inverse_temperatures = nn.Parameter(torch.full((2,), math.log(START_LOGIT_SD), device=device().where))
    groups = [{"params": list(network.parameters())}, {"params": [log_inverse_temperatures]}]
    optimiser = torch.optim.Adam(groups, lr=plan.rate)
    rates = [plan.rate, plan.rate * TEMPERATURE_RATE]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=plan.steps + 1, pct_start=0.1)
    scores = Scores(example.graph, example.space, example.blocks, example.copied)
    for step, draw in enumerate(batches(example.graph, example.space, example.rows, plan, example.rng)):
        page = example.masked_inputs(draw.rows)
        index, query = page.forward(network)
        loss = scores.tracks_found(index, page.means, draw, log_inverse_temperatures[0]) + scores.playlists_found(
            query, draw, log_inverse_temperatures[1]
        )
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        if step % REPORT_EVERY == REPORT_EVERY - 1:
            progress(f"cold start: step {step + 1} of {plan.steps}, loss {loss.item():.3f}")
