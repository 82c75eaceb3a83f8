"""Generates the invented world as canonical tables from one seeded generator; the data is labelled as invented."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kit.wire.catalog import FEATURES
from pipelines import stage, tables
from pipelines.demo import audio_features, playlists, simulated_users, tracks
from pipelines.demo.naming import Namer
from pipelines.demo.preferences import Catalogue
from pipelines.demo.scenes import SCENES
from pipelines.demo.tracks import Artist, Track

VERSION = 2
SEED = 2025
INVENTED = "invented"
TRACKS, PLAYLISTS, LISTENERS = 5_000, 7_000, 300
NEW_MEASURED, NEW_UNMEASURED = 40, 20
"""New tracks in no playlist: with audio features (placed by them) and without (known by name only)."""
UNMEASURED = 0.05  # share of the other tracks without audio features


def generate(seed: int = SEED) -> dict[str, pl.DataFrame]:
    """The tables tracks, entries, playlists and listens; deterministic for a seed."""
    rng = np.random.default_rng(seed)
    acts, recorded, features, durations = _recorded(rng)
    cold = _newest(rng, recorded)
    pool = Catalogue.of(recorded, features, np.isin(np.arange(len(recorded)), cold))
    unmeasured = rng.random(len(recorded)) < UNMEASURED
    unmeasured[cold] = np.arange(len(cold)) >= NEW_MEASURED
    lists = playlists.playlists(rng, pool, [act.name for act in acts], PLAYLISTS)
    sequences = simulated_users.simulated_users(rng, pool, LISTENERS)
    track_ids = [track.track_id for track in recorded]
    return {
        "tracks": _tracks(rng, acts, recorded, features, durations, unmeasured),
        "entries": _entries(lists, track_ids),
        "playlists": _playlists(lists),
        "listens": _listens(sequences, track_ids),
    }


def catalogue(seed: int = SEED) -> tuple[Catalogue, list[str]]:
    """The tracks as arrays, for preferences of further listeners, and the id of each."""
    rng = np.random.default_rng(seed)
    _, recorded, features, _ = _recorded(rng)
    cold = np.isin(np.arange(len(recorded)), _newest(rng, recorded))
    return Catalogue.of(recorded, features, cold), [track.track_id for track in recorded]


def _recorded(
    rng: np.random.Generator,
) -> tuple[list[Artist], list[Track], audio_features.Floats, npt.NDArray[np.int32]]:
    """Artists and tracks, with the audio features and durations of the tracks."""
    namer = Namer(rng)
    acts = tracks.artists(rng, namer)
    recorded = tracks.tracks(rng, namer, acts, TRACKS)
    return acts, recorded, *audio_features.features(rng, acts, recorded)


def demo_stage(work: Path, seed: int = SEED) -> stage.Built:
    """The demo world as a stage of work/, in place of an ingest."""

    def build(folder: Path) -> Mapping[str, Any]:
        world = generate(seed)
        for table, frame in world.items():
            tables.write(folder, table, frame)
        return {"rows": {table: frame.height for table, frame in world.items()}}

    return stage.run(work, "demo", VERSION, {}, {"seed": seed}, build)


def _newest(rng: np.random.Generator, recorded: list[Track]) -> npt.NDArray[np.int64]:
    """Rows of studio tracks of the last two years, shuffled."""
    recent = [row for row, track in enumerate(recorded) if track.year >= 2024 and track.version == "studio"]
    origins = {track.version_of for track in recorded}
    free = [row for row in recent if row not in origins]
    return rng.choice(free, size=NEW_MEASURED + NEW_UNMEASURED, replace=False)


def _tracks(
    rng: np.random.Generator,
    acts: list[Artist],
    recorded: list[Track],
    features: audio_features.Floats,
    durations: npt.NDArray[np.int32],
    unmeasured: npt.NDArray[np.bool_],
) -> pl.DataFrame:
    appeal = np.array([track.appeal for track in recorded])
    rank = np.argsort(np.argsort(-appeal, kind="stable"), kind="stable")
    swears = rng.random(len(recorded)) < [SCENES[track.scene].explicit * (track.year >= 1988) for track in recorded]
    columns: dict[str, Any] = {
        "track_id": [track.track_id for track in recorded],
        "title": [track.title for track in recorded],
        "artists": [[acts[number].name for number in (track.artist, *track.guests)] for track in recorded],
        "album": [track.album for track in recorded],
        "year": [track.year for track in recorded],
        "duration_ms": durations,
        "genres": [[SCENES[track.scene].name, SCENES[track.scene].styles[track.style].name] for track in recorded],
        "explicit": swears,
        "popularity": np.round(100 * (1 - rank / len(recorded)) ** 1.5, 1),
        "isrc": [None] * len(recorded),
        "mbid": [None] * len(recorded),
        "features_from": [None if missing else INVENTED for missing in unmeasured],
        "provenance": [INVENTED] * len(recorded),
    }
    for column, name in enumerate(FEATURES):
        values = [None if missing else value for missing, value in zip(unmeasured, features[:, column], strict=True)]
        columns[name] = values
    return pl.DataFrame(columns, schema_overrides=dict(tables.TRACKS)).sort("track_id")


def _entries(lists: list[playlists.Playlist], track_ids: list[str]) -> pl.DataFrame:
    rows = [
        (f"demo-{number:05}", position, track_ids[row], INVENTED)
        for number, playlist in enumerate(lists)
        for position, row in enumerate(playlist.tracks)
    ]
    return pl.DataFrame(rows, schema=dict(tables.ENTRIES), orient="row")


def _playlists(lists: list[playlists.Playlist]) -> pl.DataFrame:
    rows = [
        (f"demo-{number:05}", None, playlist.name, playlist.followers, playlist.modified_at, INVENTED)
        for number, playlist in enumerate(lists)
    ]
    return pl.DataFrame(rows, schema=dict(tables.PLAYLISTS), orient="row")


def _listens(sequences: list[simulated_users.Listen], track_ids: list[str]) -> pl.DataFrame:
    rows = [
        (f"listener-{listener:03}", track_ids[row], plays, judgement, INVENTED)
        for listener, row, plays, judgement in sequences
    ]
    return pl.DataFrame(rows, schema=dict(tables.LISTENS), orient="row").sort("user_id", "track_id")
