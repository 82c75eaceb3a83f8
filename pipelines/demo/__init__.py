"""The demo world: invented tracks, artists, playlists and listeners with a structure to learn. Nothing in it is
real."""

from pipelines.demo.world import SEED, demo_stage, generate

__all__ = ["SEED", "demo_stage", "generate"]
