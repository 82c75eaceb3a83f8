"""Generates the invented playlists: of scenes, styles, decades, moods and artists, and personal ones.

One playlist in three belongs to a person. Six in ten are ordered along an arc of energy and mood; the others are in the
order of drawing. Every track that is not new is in at least three playlists.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.demo.playlist_names import MOODS, PlaylistNames
from pipelines.demo.preferences import STYLES, Catalogue, Floats, Preference, around, draw, person
from pipelines.demo.scenes import SCENES

SHORTEST, LONGEST = 10, 80
FEWEST = 3  # minimum number of playlists of a track that is not new
_KINDS = {"scene": 0.17, "style": 0.14, "decade": 0.09, "mood": 0.16, "artist": 0.11, "person": 0.33}


class Playlist(NamedTuple):
    """A playlist: rows of tracks in order, and its metadata."""

    name: str
    followers: int
    modified_at: int  # seconds since 1970
    tracks: list[int]
    kind: str


def playlists(rng: np.random.Generator, tracks: Catalogue, artist_names: list[str], count: int) -> list[Playlist]:
    """`count` playlists."""
    audience = _audience(tracks)
    people = [person(rng, tracks, audience) for _ in range(count // 8)]
    names = PlaylistNames(rng)
    themes: dict[str, Callable[[], tuple[str, Preference]]] = {
        "scene": lambda: _scene(rng, names, audience),
        "style": lambda: _style(rng, names, audience),
        "decade": lambda: _decade(rng, names, audience),
        "mood": lambda: _mood(rng, names, audience),
        "artist": lambda: _artist(rng, names, tracks, artist_names),
        "person": lambda: _person(rng, names, people),
    }
    kinds = rng.choice(list(_KINDS), size=count, p=list(_KINDS.values()))
    drawn = []
    for kind in map(str, kinds):
        name, preference = themes[kind]()
        length = int(np.clip(rng.lognormal(np.log(28), 0.5), SHORTEST, LONGEST))
        drawn.append((kind, name, _ordered(rng, tracks, draw(rng, preference.log_weights(tracks), length))))
    _fill_up(rng, tracks, [rows for _, _, rows in drawn])
    return [_page(rng, tracks, kind, name, rows) for kind, name, rows in drawn]


def _audience(tracks: Catalogue) -> Floats:
    """(scenes,) popularity of each scene, in proportion to its number of tracks."""
    counts = np.bincount(tracks.scene, minlength=len(SCENES)).astype(float)
    return np.asarray(counts / counts.sum(), dtype=np.float64)


def _scene(rng: np.random.Generator, names: PlaylistNames, audience: Floats) -> tuple[str, Preference]:
    scene = int(rng.choice(len(SCENES), p=audience))
    if rng.random() < 0.55:
        return names.scene(SCENES[scene].name), Preference(around(scene, 0.12))
    first = min(style.since for style in SCENES[scene].styles) // 10 * 10
    decade = int(rng.choice(np.arange(first, 2030, 10)))
    return names.scene_decade(SCENES[scene].name, decade), Preference(around(scene, 0.12), era=(decade + 5.0, 3.5))


def _style(rng: np.random.Generator, names: PlaylistNames, audience: Floats) -> tuple[str, Preference]:
    scene = int(rng.choice(len(SCENES), p=audience))
    style = int(rng.integers(len(SCENES[scene].styles)))
    return names.style(SCENES[scene].styles[style].name), Preference(around(scene, 0.05), {scene * STYLES + style: 2.5})


def _decade(rng: np.random.Generator, names: PlaylistNames, audience: Floats) -> tuple[str, Preference]:
    decade = 1970 + 10 * int(rng.integers(6))
    scenes = np.maximum(around(int(rng.choice(len(SCENES), p=audience)), 0.8), 0.06)
    return names.decade(decade), Preference(scenes, era=(decade + 4.5, 3.5), appeal=1.0)


def _mood(rng: np.random.Generator, names: PlaylistNames, audience: Floats) -> tuple[str, Preference]:
    mood = list(MOODS)[int(rng.integers(len(MOODS)))]
    scene = int(rng.choice(len(SCENES), p=audience))
    scenes = np.maximum(around(scene, 0.7), 0.05)
    return names.mood(mood, SCENES[scene].name), Preference(
        scenes, mood=np.array(MOODS[mood].levels) + rng.normal(0, 0.04, 4)
    )


def _artist(
    rng: np.random.Generator, names: PlaylistNames, tracks: Catalogue, artist_names: list[str]
) -> tuple[str, Preference]:
    """A playlist of an artist's tracks and others of its style and years."""
    weights = np.exp(tracks.log_appeal) * ~tracks.cold
    row = int(rng.choice(len(weights), p=weights / weights.sum()))
    act = int(tracks.artist[row])
    preference = Preference(
        around(int(tracks.scene[row]), 0.2), {int(tracks.style[row]): 1.6}, {act: 4.0}, (float(tracks.year[row]), 9.0)
    )
    return names.artist(artist_names[act]), preference


def _person(rng: np.random.Generator, names: PlaylistNames, people: list[Preference]) -> tuple[str, Preference]:
    """A personal playlist: all of a person's taste, or the part that fits a mood."""
    preference = people[int(rng.integers(len(people)))]
    if rng.random() < 0.3:
        mood = list(MOODS)[int(rng.integers(len(MOODS)))]
        levels = np.array(MOODS[mood].levels)
        scene = SCENES[int(np.argmax(preference.scenes))].name
        return names.mood(mood, scene), Preference(
            preference.scenes, preference.styles, preference.artists, preference.era, levels
        )
    return names.person(), preference


def _ordered(rng: np.random.Generator, tracks: Catalogue, rows: npt.NDArray[np.int64]) -> list[int]:
    """Rows as drawn (highest weight first), or along an arc: rising, falling, or rising and falling again."""
    if rng.random() < 0.4:
        return [int(row) for row in rows]
    height = tracks.mood[rows] @ np.array([1.0, 0.4, 0.4, -0.3]) + rng.normal(0, 0.08, len(rows))
    rising = rows[np.argsort(height, kind="stable")]
    arc = int(rng.integers(3))
    ordered = rising if arc == 0 else rising[::-1] if arc == 1 else np.concatenate([rising[::2], rising[1::2][::-1]])
    return [int(row) for row in ordered]


def _fill_up(rng: np.random.Generator, tracks: Catalogue, lists: list[list[int]]) -> None:
    """Adds tracks in too few playlists to playlists that hold tracks of their artist, else of their style."""
    held = np.zeros(len(tracks.artist), dtype=np.int64)
    by_artist: dict[int, list[int]] = {}
    by_style: dict[int, list[int]] = {}
    for number, rows in enumerate(lists):
        np.add.at(held, rows, 1)
        for row in map(int, rows):
            by_artist.setdefault(int(tracks.artist[row]), []).append(number)
            by_style.setdefault(int(tracks.style[row]), []).append(number)
    for row in map(int, np.flatnonzero((held < FEWEST) & ~tracks.cold)):
        candidates = by_artist.get(int(tracks.artist[row]), []) + by_style[int(tracks.style[row])][:200]
        for number in rng.permutation(sorted({n for n in candidates if row not in lists[n]}))[: FEWEST - held[row]]:
            rows = lists[number]
            rows.insert(int(rng.integers(len(rows) + 1)), row)


def _page(rng: np.random.Generator, tracks: Catalogue, kind: str, name: str, rows: list[int]) -> Playlist:
    """Metadata of a playlist; its last change is not before its newest track's release."""
    newest = max(2012, int(tracks.year[rows].max()))
    earliest, latest = (int(datetime(year, 6, 1, tzinfo=UTC).timestamp()) for year in (newest, 2026))
    followers = int(rng.pareto(1.1) * (2 if kind == "person" else 12)) + 1
    return Playlist(name, min(followers, 250_000), int(rng.integers(earliest, latest)), rows, kind)
