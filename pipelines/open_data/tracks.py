"""The stage of `open features`: the tracks of the sessions with names, album, codes and audio features."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import stage
from pipelines.open_data import features, scale
from pipelines.open_data.canonical import Canonical
from pipelines.open_data.dump_errors import disk_errors
from pipelines.open_data.dumps import Fetched
from pipelines.open_data.rules import SessionRules
from pipelines.open_data.sessions import Update, canonical_stage, sessions_of
from pipelines.open_data.terms import write_terms
from pipelines.stage import Built

VERSION = 1


def tracks_stage(work: Path, folder: Path, rules: SessionRules, scale_file: Path | None, update: Update) -> Built:
    """A folder `musicbrainz` with tracks.parquet, LICENSE and NOTICE, and beside it features.parquet, a row per value
    with its source. Without a dump of AcousticBrainz the tracks have names only."""
    with disk_errors("open features"):
        return _tracks_stage(work, Fetched.of(folder), rules, scale_file, update)


def _tracks_stage(work: Path, fetched: Fetched, rules: SessionRules, scale_file: Path | None, update: Update) -> Built:
    sessions, mapping = sessions_of(work, fetched, rules, update), canonical_stage(work, fetched)
    target = scale.scales(scale_file)
    settings = {"scale": {name: [float(value) for value in values] for name, values in target.items()}}
    inputs = {"sessions": sessions.key, **fetched.hashes("acousticbrainz")}

    def build(out: Path) -> Mapping[str, Any]:
        update("names")
        playlists = pl.read_parquet(sessions.path / "listenbrainz" / "playlists.parquet", columns=["mbid"])
        tracks = _described(playlists.unique(), fetched.tables("canonical")["recordings"])
        update("audio features")
        opened = Canonical.open(mapping.path)
        values = features.of_tracks(fetched.tables("acousticbrainz"), opened, tracks["track"], target)
        whole = tracks.join(values, on="track", how="left").sort("mbid")
        long = features.value_rows(whole)
        long.write_parquet(out / "features.parquet", compression="zstd")
        own = out / "musicbrainz"
        own.mkdir()
        _for_ingest(whole).write_parquet(own / "tracks.parquet", compression="zstd")
        write_terms(own)
        counts = {str(name): count for name, count in long.group_by("feature").len().sort("feature").iter_rows()}
        return {"tracks": whole.height, "values": counts}

    return stage.run(work, "open_features", VERSION, inputs, settings, build)


def _described(playlists: pl.DataFrame, table: Path) -> pl.DataFrame:
    """track (row of the table of recordings), mbid, title, artist, album of the tracks in playlists."""
    columns = {"mbid": "recording_mbid", "title": "recording_name", "artist": "artist_credit_name"}
    recordings = pl.scan_parquet(table).with_row_index("track")
    named = recordings.select("track", *(pl.col(theirs).alias(ours) for ours, theirs in columns.items()), album=_ALBUM)
    return named.join(playlists.lazy(), on="mbid", how="semi").collect()


_ALBUM = pl.col("release_name")


def _for_ingest(whole: pl.DataFrame) -> pl.DataFrame:
    """The columns that `ingest` reads; features count as measured on the recording itself."""
    known = pl.any_horizontal(pl.col(name).is_not_null() for name in features.SOURCES)
    match = pl.when(known).then(pl.lit("id")).alias("feature_match")
    return whole.select("mbid", "title", "artist", "album", *features.SOURCES, match)
