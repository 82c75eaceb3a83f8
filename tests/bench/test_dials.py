"""Effect of the dials on lists of the demo release, measured by bench.dials."""

from pathlib import Path

import pytest

from bench.dials import tables
from tests.services.recommend.demo import demo  # noqa: F401 - a fixture

pytestmark = pytest.mark.anyio


@pytest.mark.slow
async def test_equal_turns_have_equal_effects_on_the_demo_release(demo: Path) -> None:  # noqa: F811
    dials, modes = await tables(demo, 25)
    popularity, adventurous = ([float(cell) for cell in row[1:]] for row in dials.rows)
    for steps in (popularity[5:7], popularity[7:9], [-step for step in adventurous[5:9]]):
        assert min(steps) > 0
        assert max(steps) <= 2 * min(steps), steps
    means = {name: float(mean) for name, mean, _ in modes.rows}
    assert means["deep_cuts"] < 20 < means["discover"] < 60 < means["balanced"] < means["hits"]
