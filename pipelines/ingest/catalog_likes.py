"""Exports likes and dislikes from the running catalog service as a source of the next training input.

Fetches the current ratings and the tracks they are about, and writes them as two tables that ingest reads like any
other source, with the provenance "catalog". Deleted users and withdrawn ratings are absent from catalog's response and
so from the next input. A person is written as a keyed hash that only the service key can link to an account: the same
in every run, so that their likes stay one playlist.
"""

import asyncio
import hmac
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import polars as pl
from pydantic import BaseModel, ValidationError

from kit.errors import NeighbourUnavailable
from kit.http import ServiceClient
from kit.settings import CommonSettings
from kit.wire.catalog import FEATURES, MAX_BATCH, Track, TracksFound
from kit.wire.events import MAX_EVENTS, EventPage, EventType
from kit.wire.library import MAX_OPINIONS, VALUE, Opinions, Standing
from pipelines.folders import scratch_folder
from pipelines.ingest.discard_stages import PRODUCT
from pipelines.stage import writable
from pipelines.tables import Columns

DOMAIN = b"segue training listener "  # domain separation: no other hash under the same key has this prefix
GUESSED = "name_artist"  # the match quality of catalog's features is unknown, so any other source's take precedence
Form = TypeVar("Form", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class CatalogOpinions:
    """The response of catalog: current ratings, and the tracks they are about."""

    opinions: Sequence[Standing]
    tracks: Sequence[Track]


def bring(url: str, data: Path, work: Path) -> list[Path]:
    """Fetches the ratings and writes the source folder anew; no source when there are none.

    Raises KeyNotSet, Unauthorized or NeighbourUnavailable, whose messages say what to do.
    """
    key = CommonSettings(data=data).shared_key(url)
    received = asyncio.run(_fetched(url, key))
    return [write(received, writable(work), key.encode())] if received.opinions else []


async def _fetched(url: str, key: str) -> CatalogOpinions:
    async with ServiceClient("catalog", url) as catalog:
        return await fetch(catalog, key)


async def fetch(catalog: ServiceClient, key: str) -> CatalogOpinions:
    """Fetches all current ratings, without those of users deleted while they were read."""
    service = f"Segue-Service {key}"
    began = _read(EventPage, await catalog.get_json("/internal/events?after=-1", service)).after
    current: dict[tuple[UUID, str], Standing] = {}
    after, more = 0, True
    while more:
        page = _read(Opinions, await catalog.get_json(f"/internal/opinions?after={after}", service))
        current |= {(one.person, one.track): one for one in page.items}
        after, more = page.after, len(page.items) == MAX_OPINIONS
    gone = await _left_since(began, catalog, service)
    opinions = [one for one in current.values() if one.person not in gone]
    return CatalogOpinions(opinions, await _tracks(sorted({one.track for one in opinions}), catalog))


async def _left_since(after: int, catalog: ServiceClient, service: str) -> set[UUID]:
    gone: set[UUID] = set()
    more = True
    while more:
        page = _read(EventPage, await catalog.get_json(f"/internal/events?after={after}", service))
        gone |= {event.subject for event in page.items if event.kind is EventType.PERSON_DELETED}
        after, more = page.after, len(page.items) == MAX_EVENTS
    return gone


async def _tracks(ids: Sequence[str], catalog: ServiceClient) -> list[Track]:
    found: list[Track] = []
    for start in range(0, len(ids), MAX_BATCH):
        batch = {"ids": list(ids[start : start + MAX_BATCH])}
        found += _read(TracksFound, await catalog.post("/v1/tracks:batch", batch)).items
    return found


def _read(form: type[Form], answer: Any) -> Form:
    try:
        return form.model_validate(answer)
    except ValidationError as error:
        message = error.errors()[0]["msg"]
        raise NeighbourUnavailable(
            f"catalog's answer is not understood ({message}): run the same version of both"
        ) from None


# -- as tables that ingest reads -------------------------------------------------------------------------------------
def write(received: CatalogOpinions, work: Path, key: bytes) -> Path:
    """Writes the folder `catalog` under `work` in place of an earlier one; byte-identical for the same ratings."""
    target = work / PRODUCT
    with scratch_folder(work, f".{PRODUCT}-") as scratch:
        folder = scratch / PRODUCT
        folder.mkdir()
        _listens(received.opinions, key).write_parquet(folder / "listens.parquet")
        _described(received.tracks).write_parquet(folder / "tracks.parquet")
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    return target


def listener(person: UUID, key: bytes) -> str:
    """Pseudonym of a person: 32 hexadecimal digits of a keyed hash."""
    return hmac.new(key, DOMAIN + person.bytes, "sha256").hexdigest()[:32]


def _listens(opinions: Iterable[Standing], key: bytes) -> pl.DataFrame:
    rows = [(listener(one.person, key), one.track, VALUE[one.opinion]) for one in opinions]
    schema = {"user_id": pl.String, "track_id": pl.String, "value": pl.Int8}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("user_id", "track_id")


def _described(tracks: Iterable[Track]) -> pl.DataFrame:
    schema: Columns = {
        **dict.fromkeys(("track_id", "title"), pl.String),
        "artists": pl.List(pl.String),
        "genres": pl.List(pl.String),
        "album": pl.String,
        "year": pl.Int16,
        "duration_ms": pl.Int32,
        "explicit": pl.Boolean,
        "isrc": pl.String,
        "mbid": pl.String,
        "feature_match": pl.String,
        **dict.fromkeys(FEATURES, pl.Float64),
    }
    return pl.DataFrame([_row(track) for track in tracks], schema=schema, orient="row").sort("track_id")


def _row(track: Track) -> dict[str, Any]:
    plain = {name: getattr(track, name) for name in ("title", "genres", "album", "year", "duration_ms", "explicit")}
    known = {name: track.external_ids.get(name) for name in ("isrc", "mbid")}
    features = track.features.model_dump() if track.features else {}
    return {
        **plain,
        **known,
        **dict.fromkeys(FEATURES),
        **features,
        "track_id": track.id,
        "artists": [artist.name for artist in track.artists],
        "feature_match": GUESSED,
    }
