"""Builds and publishes a release without the held-out playlists: the training role through every stage of `refresh`.

The chain is given the training role only: graph, neighbours, counts, query model and cold start hold none of the
held-out playlists, and the split that the chain makes for itself is one of the training role. The track table stays
whole, as a catalogue is known before its tracks are in playlists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from kit.release import Release
from pipelines import stage, tables
from pipelines.chain import NETWORK, Chain
from pipelines.cold_start.network_settings import Settings as NetworkSettings
from pipelines.evaluate import protocol, splits
from pipelines.evaluate.figure import Source
from pipelines.ingest.training_input import ingested
from pipelines.models.train_settings import DEFAULTS, TrainSettings
from pipelines.release.publish import publish
from pipelines.stage import Built

NAME = "unseen"
VERSION = 1
OWN_SPLIT = 31  # added to the seed: playlists without roles were split by the same hash before
OWN_ROLES = {False: "own_train", True: "own_valid"}


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """The data folder of the release, the held-out playlists, and the number of training playlists."""

    data: Path
    release: Release
    held: list[list[str]]
    training_playlists: int
    source: Source


def unseen(
    playlists: Path,
    folder: Path,
    seed: int = 1,
    training: TrainSettings = DEFAULTS,
    network: NetworkSettings = NETWORK,
) -> Unseen:
    """Ingests, trains and publishes under `folder`; finished stages are reused."""
    work, data = folder / "work", folder / "data"
    whole = ingested([playlists], work)
    entries, roles = tables.read(whole.path, "entries"), tables.read(whole.path, "playlists")
    train, held = splits.split(roles, seed)
    chain = Chain([playlists], work, seed, training, network, _training_role(whole, work, train, seed))
    published = publish(chain.release(folder / "releases", NAME).path, data)
    release = Release(data / "releases" / published.version)
    return Unseen(data, release, protocol.ordered_tracks(entries, held), len(train), Source.of(whole.path, seed))


def _training_role(whole: Built, work: Path, train: list[str], seed: int) -> Built:
    """Canonical tables without the held-out playlists, a tenth of the others as the role that is evaluated."""
    _, own = splits.hold_out(train, seed + OWN_SPLIT)

    def build(folder: Path) -> Mapping[str, Any]:
        kept = pl.col("playlist_id").is_in(train)
        role = pl.col("playlist_id").is_in(own).replace_strict(OWN_ROLES, return_dtype=pl.String).alias("role")
        for name in tables.ALL:
            table = tables.read(whole.path, name)
            table = table.filter(kept) if "playlist_id" in table.columns else table
            tables.write(folder, name, table.with_columns(role) if "role" in table.columns else table)
        return {"playlists": len(train)}

    return stage.run(work, "training-role", VERSION, {"ingest": whole.key}, {"seed": seed}, build)
