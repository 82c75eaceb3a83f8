"""The demo world through open dumps: the figures of its sessions against those of its own playlists."""

from pathlib import Path

import polars as pl
import pytest

from pipelines import demo
from pipelines.chain import Chain
from pipelines.open_data.rules import SessionRules
from pipelines.open_data.sessions import sessions_stage
from pipelines.open_data.tracks import tracks_stage
from tests.pipelines.open_data import world as open_world
from tests.published import QUICK, SMALL

PLAYLISTS, USERS = 1_500, 150
RULES = SessionRules()
FIGURE = "average_ndcg_100"


@pytest.fixture(scope="module")
def demo_world() -> dict[str, pl.DataFrame]:
    found = demo.generate()
    first = pl.col("playlist_id") < f"demo-{PLAYLISTS:05}"
    return {"entries": found["entries"].filter(first), "tracks": found["tracks"]}


def evaluated(sources: list[Path], work: Path) -> float:
    """NDCG@100 on held-out playlists, as a release of these sources states it."""
    figure: float = Chain(sources, work, 1, SMALL, QUICK, mapped=False).evaluate().report()["figures"][FIGURE]
    return figure


@pytest.mark.slow
def test_a_model_of_open_dumps_is_as_good_as_one_of_the_playlists(
    demo_world: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    """1,500 playlists as sessions of 150 users, with programs, campaigns, skips and unmatched listens between them."""
    own = tmp_path / "own"
    own.mkdir()
    demo_world["entries"].drop("provenance").write_parquet(own / "playlists.parquet")
    demo_world["tracks"].drop("provenance", "features_from").write_parquet(own / "tracks.parquet")
    world = open_world.make(tmp_path / "open", demo_world["entries"], demo_world["tracks"], USERS, fillers=4)
    work = tmp_path / "work"
    sessions = sessions_stage(work, world.dumps, RULES, lambda _: None)
    tracks = tracks_stage(work, world.dumps, RULES, None, lambda _: None)
    found = pl.read_parquet(sessions.path / "listenbrainz" / "playlists.parquet")
    planted = {tuple(one) for one in open_world.publishable(world, USERS)}
    recovered = set(map(tuple, found.group_by("playlist_id", maintain_order=True).agg("mbid")["mbid"].to_list()))
    recall, precision = (len(planted & recovered) / len(one) for one in (planted, recovered))
    open_figure = evaluated([sessions.path / "listenbrainz", tracks.path / "musicbrainz"], work)
    own_figure = evaluated([own], work)
    assert min(recall, precision) >= 0.97
    assert open_figure >= 0.9 * own_figure, (open_figure, own_figure)
