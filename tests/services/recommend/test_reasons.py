"""The sentence: it starts with the seed that brought most, and says only what is known."""

from dataclasses import replace

import numpy as np
import pytest

from services.recommend.response.reasons import sentence
from services.recommend.values import SeedVectors

HEY = SeedVectors(1.0, {}, np.full(12, np.nan), 3, "7KXjTSCq5nL1LoYtL7XAwS", "Velvet Meadow")
SOUND = SeedVectors(1.0, {}, np.full(12, np.nan))
LIKED, PLAYED = replace(HEY, because="liked"), replace(HEY, because="played")


@pytest.mark.parametrize(
    ("seed", "seeds", "placed", "together", "near", "text"),
    [
        (HEY, 1, None, 41, [], "Velvet Meadow: in 41 playlists together"),
        (HEY, 1, None, 1, ["energy"], "Velvet Meadow: in 1 playlist together, close in energy"),
        (HEY, 3, None, 0, ["energy", "tempo", "valence"], "Velvet Meadow: close in energy, tempo and valence"),
        (HEY, 1, None, 0, [], "Velvet Meadow: liked by the same playlists"),
        (HEY, 2, None, 0, [], "Velvet Meadow: between your seeds"),
        (HEY, 1, "its sound", 0, [], "Velvet Meadow: no listening data: placed by its sound"),
        (LIKED, 9, None, 41, ["energy"], "Because you liked Velvet Meadow: in 41 playlists together, close in energy"),
        (LIKED, 9, None, 0, [], "Because you liked Velvet Meadow: between the songs you like"),
        (PLAYED, 1, None, 0, [], "Because you played Velvet Meadow: liked by the same playlists"),
        (SOUND, 1, None, 0, ["tempo"], "The sound you asked for: close in tempo"),
    ],
)
def test_a_reason_is_one_line_that_starts_with_the_seed(
    seed: SeedVectors, seeds: int, placed: str | None, together: int, near: list[str], text: str
) -> None:
    assert sentence(seed, seeds, placed, together, near) == text


@pytest.mark.parametrize("seeds", [1, 3])
def test_a_seed_that_no_playlist_has_is_never_said_to_be_liked_by_playlists(seeds: int) -> None:
    assert sentence(SOUND, seeds, None, 0, [], by_sound=True) == "The sound you asked for: near in sound"
    assert sentence(HEY, seeds, None, 0, [], by_sound=True) == "Velvet Meadow: near in sound"
