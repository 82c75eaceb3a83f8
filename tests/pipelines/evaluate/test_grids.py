"""The grids of settings: named on the command line, with the defaults inside."""

import numpy as np
import pytest

from pipelines import tables
from pipelines.commands.options import Grid
from pipelines.evaluate import tune
from pipelines.evaluate.world import world_of
from pipelines.models.als import Als
from pipelines.models.als_side import AlsSide
from pipelines.models.ease import Ease
from pipelines.models.ials import Ials
from pipelines.models.interface import silent
from pipelines.models.playlist_knn import PlaylistKnn
from pipelines.models.rp3beta import Rp3Beta
from tests.pipelines.evaluate.test_continuation import ingested
from tests.pipelines.playlists import islands


@pytest.fixture
def data(tmp_path):
    return ingested(tmp_path / "ingested", islands(240), held=range(200, 240))


def test_every_grid_can_be_named_on_the_command_line():
    assert {grid.value for grid in Grid} == {*tune.GRIDS}


def test_the_default_of_a_tuned_peer_is_inside_its_grid():
    """Settings at an edge would not have been tuned: the next value might be better."""
    defaults = {
        "als": Als(),
        "als_side": AlsSide(),
        "ease": Ease(),
        "ials": Ials(),
        "rp3beta": Rp3Beta(),
        "playlist_knn": PlaylistKnn(),
    }
    for name, default in defaults.items():
        for setting, values in getattr(tune, name.upper()).items():
            if (name, setting) != ("ials", "frequency"):  # nu = 1 is the most that the method has
                assert getattr(default, setting) in sorted(values)[1:-1], (name, setting)


def test_the_grid_of_artist_weights_trains_als_once_and_scores_as_training_with_them(data):
    entries_, tracks_ = (tables.read(data, name) for name in ("entries", "tracks"))
    names = [f"p{n:05}" for n in range(240)]
    world = world_of(entries_, tracks_, names[:200], names[200:])
    seeds = [np.array([0, 9, 12])]
    tried = {tuple(point.values()): scorer for point, scorer in tune.GRIDS["als_side"](world, 1, silent)}
    wanted = AlsSide(Als(seed=1), artist_weight=0.3, artist_power=0.4, artist_graph_weight=0.1)
    assert tried[0.3, 0.4, 0.1].scores(seeds) == pytest.approx(
        wanted.fit(world.graph, world.artists, silent).scores(seeds)
    )
