"""A small real release for tests: write_small_release(folder) takes well under a second and needs no network.

The world is invented and its answer is planted: 200 tracks by 40 artists in 4 scenes ("amber", "basalt", "cobalt",
"dune"), and playlists that never leave a scene. So every neighbour of an amber track that was learned is an amber
track.

    graph  16 d, dot     12 columns "spectral" (with a spectrum) + 4 columns "artist"; learned tracks only
    audio  12 d, cosine  the twelve features, standardised; every track that has features

Of the tracks, number i (title "Amber Track 0" is i = 0) with scene = i // 50 and artist = i // 5:
    i % 50 == 49   in no playlist, has features         -> placed by sound
    i % 50 == 48   in no playlist, no features          -> unknown (no vector)
    i % 50 == 47   learned, no features (year, duration and genres null too)
    i % 50 == 46   has no title                         -> left out of the release
    i % 50 == 1    "... Track 0 (2011 Remaster)"         -> recording group of track 0
    i % 50 == 2    "... Track 0 (Live)"                  -> a recording of its own
    i % 10 == 3    marked explicit; i % 10 == 4 says nothing about it (null); the others are not explicit
Track ids come from track_id(i). Year = 1970 + i % 50, duration 180,000 + 1,000 i ms (copies equal), genres [scene,
"even" or "odd"].
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from kit import ids
from kit.release import Block, Release, Spectrum
from kit.release_current import CURRENT
from kit.wire.catalog import FEATURES
from pipelines.release.publish import publish
from pipelines.release.release_content import Neighbours, ReleaseContent, SpaceContent, playlist_counts
from pipelines.release.write import write_release
from pipelines.tables import ENTRIES, TRACKS

SCENES = ("amber", "basalt", "cobalt", "dune")
PER_SCENE = 50
SIZE = PER_SCENE * len(SCENES)
SPECTRAL, ARTIST = 12, 4


@cache
def track_id(i: int) -> str:
    """The id of track i."""
    return ids.derive(mbid=f"small-world-{i}")


def artist_name(i: int) -> str:
    """The artist of track i."""
    return f"{SCENES[i // PER_SCENE].title()} Band {i // 5}"


def title(i: int) -> str | None:
    """The title of track i; None for those without one."""
    scene, number = SCENES[i // PER_SCENE].title(), i % PER_SCENE
    if number == 46:
        return None
    return {1: f"{scene} Song 0 (2011 Remaster)", 2: f"{scene} Song 0 (Live)"}.get(number, f"{scene} Song {number}")


def tracks(seed: int = 7) -> pl.DataFrame:
    """The canonical track table."""
    rng = np.random.default_rng(seed)
    return pl.DataFrame([_track(i, rng) for i in range(SIZE)], schema=TRACKS)


def _track(i: int, rng: np.random.Generator) -> dict[str, object]:
    number, scene = i % PER_SCENE, i // PER_SCENE
    bare = number == 47
    energy = float(np.clip(0.2 + 0.2 * scene + 0.05 * rng.standard_normal(), 0, 1))
    sound = {
        "danceability": rng.uniform(0, 1),
        "energy": energy,
        "key": int(rng.integers(0, 12)),
        "loudness": -30 + 25 * energy,
        "mode": int(rng.integers(0, 2)),
        "speechiness": rng.uniform(0, 0.3),
        "acousticness": 1 - energy,
        "instrumentalness": rng.uniform(0, 1),
        "liveness": rng.uniform(0, 1),
        "valence": rng.uniform(0, 1),
        "tempo": 80 + 20 * scene + rng.uniform(0, 20),
        "time_signature": 4,
    }
    return {
        "track_id": track_id(i),
        "title": title(i),
        "artists": [artist_name(i)],
        "album": None if bare else f"Album {i // 10}",
        "year": None if bare else 1970 + number,
        "duration_ms": None if bare else 180_000 + 1_000 * (i - number if number in (1, 2) else i),
        "genres": None if bare else [SCENES[scene], "odd" if i % 2 else "even"],
        "explicit": None if number % 10 == 4 else number % 10 == 3,
        "popularity": None,
        "isrc": None,
        "mbid": None,
        "features_from": None if number in (47, 48) else "invented",
        "provenance": "invented",
        **(
            dict.fromkeys(FEATURES) if number in (47, 48) else {name: np.float32(v).item() for name, v in sound.items()}
        ),
    }


def entries(seed: int = 7) -> pl.DataFrame:
    """The canonical entries: 30 playlists of 15 tracks in each scene; track numbers 46, 48 and 49 are in none."""
    rng = np.random.default_rng(seed)
    tracks = np.array([n for n in range(PER_SCENE) if n not in (46, 48, 49)])
    weight = 1 / (20.0 + tracks)
    rows = []
    for playlist in range(30 * len(SCENES)):
        scene = playlist % len(SCENES)
        chosen = rng.choice(tracks, size=15, replace=False, p=weight / weight.sum())
        rows += [(f"p{playlist}", at, track_id(scene * PER_SCENE + int(n)), "invented") for at, n in enumerate(chosen)]
    return pl.DataFrame(rows, schema=ENTRIES, orient="row")


def content(seed: int = 7, name: str = "small", cold_start: Path | None = None) -> ReleaseContent:
    """What write_release needs; vectors come from a plain SVD of the playlists."""
    table, found = tracks(seed), entries(seed)
    counts = playlist_counts(found)
    learned = sorted(counts["track_id"].to_list())
    matrix = _playlist_matrix(found, learned)
    return ReleaseContent(
        name=name,
        tracks=table,
        playlists=counts,
        learned=learned,
        spaces={"graph": _graph(table, learned, matrix), "audio": _audio(table)},
        data_hash=f"small-world-{seed}",
        neighbours=_neighbours(learned, matrix),
        cold_start=cold_start,
        metrics={"planted": "every neighbour is of the same scene"},
        provenance={"invented": table.height},
        settings={"seed": seed},
        invented=True,
    )


def _playlist_matrix(found: pl.DataFrame, learned: list[str]) -> np.ndarray:
    playlists = {name: row for row, name in enumerate(found["playlist_id"].unique(maintain_order=True))}
    at = {name: column for column, name in enumerate(learned)}
    matrix = np.zeros((len(playlists), len(learned)), dtype=np.float32)
    for playlist, track in found.select("playlist_id", "track_id").iter_rows():
        matrix[playlists[playlist], at[track]] = 1
    return matrix


def _graph(table: pl.DataFrame, learned: list[str], matrix: np.ndarray) -> SpaceContent:
    degree = matrix.sum(axis=0)
    _, s, vt = np.linalg.svd(matrix / matrix.sum(axis=1, keepdims=True) ** 0.3 / degree**0.3, full_matrices=False)
    vectors = vt[:SPECTRAL].T
    names = dict(table.select("track_id", pl.col("artists").list.first()).iter_rows())
    artist = np.stack([_artist_code(names[track]) for track in learned])
    return SpaceContent(
        distance="dot",
        blocks=[
            Block(name="spectral", start=0, stop=SPECTRAL, spectrum=Spectrum(file="", scale=3.0, power=-0.8)),
            Block(name="artist", start=SPECTRAL, stop=SPECTRAL + ARTIST, weight=0.1),
        ],
        track_ids=learned,
        index=np.hstack([vectors * degree[:, None] ** 0.3, artist]).astype(np.float32),
        query=np.hstack([vectors * degree[:, None] ** -0.3, artist]).astype(np.float32),
        spectra={"spectral": s[:SPECTRAL].astype(np.float32)},
    )


def _artist_code(name: str) -> np.ndarray:
    code = np.random.default_rng(list(name.encode())).standard_normal(ARTIST)
    return code / np.linalg.norm(code)


def _audio(table: pl.DataFrame) -> SpaceContent:
    with_features = table.filter(pl.col("energy").is_not_null())
    values = with_features.select(FEATURES).to_numpy().astype(np.float32)
    scaled = (values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-6)
    unit = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    return SpaceContent(
        distance="cosine",
        blocks=[Block(name="audio", start=0, stop=len(FEATURES))],
        track_ids=with_features["track_id"].to_list(),
        index=unit,
        query=unit,
    )


def _neighbours(learned: list[str], matrix: np.ndarray, top: int = 10) -> Neighbours:
    together = (matrix.T @ matrix).astype(np.int32)
    np.fill_diagonal(together, 0)
    positions = np.argsort(-together, axis=1, kind="stable")[:, :top]
    counts = np.take_along_axis(together, positions, axis=1)
    return Neighbours(learned, np.where(counts > 0, positions, -1), counts)


def write_small_release(releases: Path, seed: int = 7, name: str = "small", cold_start: Path | None = None) -> Release:
    """Writes the release into releases/<version>/. Another seed gives another version of the same world."""
    return write_release(releases, content(seed, name, cold_start))


def set_current(releases: Path, release: Release) -> None:
    """Makes the release the one that serves, for tests that need no vector index; `published` builds one too."""
    (releases / CURRENT).write_text(release.version)


def published(data: Path, seed: int = 7, name: str = "small", cold_start: Path | None = None) -> Release:
    """Writes and really publishes the release, index included (about 3 s: the index is built in its own process)."""
    with TemporaryDirectory() as scratch:
        written = write_small_release(Path(scratch), seed, name, cold_start)
        publish(written.path, data)
    return Release(data / "releases" / written.version)
