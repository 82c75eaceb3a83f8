"""Builds the bundled demo release from the demo world (pipelines/demo)."""

from pathlib import Path

from kit.release import Release
from pipelines import demo
from pipelines.chain import Chain
from pipelines.models.train_settings import TrainSettings


def demo_release(out: Path, work: Path) -> Release:
    """Builds the bundled demo release: the demo world through every stage, in fewer dimensions so that it stays
    small."""
    training = TrainSettings(spectral_dims=128, artist_dims=32, gcn_dims=32, artist_graph_dims=0, cooccurring=30)
    return Chain([], work, demo.SEED, training).release(out, "demo")
