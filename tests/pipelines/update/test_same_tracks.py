"""A known track that later files give another id stays one track."""

import numpy as np
import polars as pl

from kit.release import Release
from pipelines.graph.entry_codes import EntryCodes
from pipelines.release import aliases, continuation
from pipelines.update.same_tracks import as_listed, names_of_today, same_tracks
from tests.pipelines import playlists as planted
from tests.pipelines.test_place import DEMO

SPOTIFY = "4uLU6hMCjMI75M1A2tKUQC"
NOTHING = pl.DataFrame(schema={"kind": pl.String, "value": pl.String, "track_id": pl.String})


def test_a_track_with_the_same_names_and_another_id_is_the_listed_one() -> None:
    base = Release(DEMO)
    tracks = continuation.table(base)
    earlier = tracks["track_id"][7]
    today = tracks.with_columns(pl.col("track_id").replace(earlier, SPOTIFY))
    assert same_tracks(base, today, NOTHING) == {SPOTIFY: earlier}
    assert same_tracks(base, tracks, NOTHING) == {}


def test_an_alias_of_the_files_leads_to_the_listed_track() -> None:
    base = Release(DEMO)
    tracks = continuation.table(base)
    earlier = tracks["track_id"][7]
    today = tracks.with_columns(
        title=pl.when(pl.col("track_id") == earlier).then(pl.lit("Under Another Name")).otherwise("title"),
        track_id=pl.col("track_id").replace(earlier, SPOTIFY),
    )
    stated = pl.DataFrame({"kind": ["id"], "value": [earlier], "track_id": [SPOTIFY]})
    assert same_tracks(base, today, NOTHING) == {}
    assert same_tracks(base, today, stated) == {SPOTIFY: earlier}
    found = aliases.gathered(
        tracks, names_of_today({SPOTIFY: earlier}), pl.DataFrame({"track_id": [], "playlists": []}), base
    )
    assert found.ids[SPOTIFY] == earlier


def test_entries_are_counted_under_the_listed_id() -> None:
    coded = EntryCodes.of(planted.entries([[1, 2, 3], [2, 4]]))
    found = as_listed(coded, {planted.track(4): planted.track(1), planted.track(3): planted.track(9)})
    assert found.track_ids.is_sorted()
    named = [found.track_ids[code] for code in np.asarray(found.track).tolist()]
    assert named == [planted.track(number) for number in (1, 2, 9, 2, 1)]
