"""Generates the invented artists and their recordings: careers, albums, tracks, guests and further versions."""

from dataclasses import dataclass, field

import numpy as np

from kit import ids
from pipelines.demo.naming import Namer
from pipelines.demo.scenes import SCENES, Style, affinity

FIRST_YEAR, LAST_YEAR = 1965, 2025
_VERSIONS = {"live": 70, "acoustic": 50, "remix": 50, "remaster": 35}
_HALLS = ("the Paramount Annex", "Halle 9", "the Corn Exchange", "Teatro Miramar", "Radio Six", "the Lantern Room")


@dataclass(frozen=True, slots=True)
class Artist:
    """One artist: scene and style, active years, and offsets from the style (latent units, see sound.py)."""

    name: str
    scene: int
    style: int
    years: tuple[int, int]
    patterns: tuple[str, ...]
    appeal: float  # before normalisation; Zipf within the scene


@dataclass(slots=True)
class Track:
    """One recording. `version_of` is the row of the studio recording of a live, acoustic, remix or remaster version."""

    artist: int
    scene: int
    style: int
    title: str
    album: str
    album_number: int
    year: int
    appeal: float
    guests: list[int] = field(default_factory=list)
    version: str = "studio"
    version_of: int | None = None
    track_id: str = ""


def artists(rng: np.random.Generator, namer: Namer) -> list[Artist]:
    """Every artist, scene by scene, the most popular of a scene first."""
    found = []
    for number, scene in enumerate(SCENES):
        for rank in range(scene.artists):
            style = int(rng.integers(len(scene.styles)))
            found.append(
                Artist(
                    namer.artist(scene.name),
                    number,
                    style,
                    _career(rng, scene.styles[style]),
                    namer.patterns(scene.name, scene.styles[style].name),
                    appeal=(rank + 1.5) ** -0.75,
                )
            )
    return found


def _career(rng: np.random.Generator, style: Style) -> tuple[int, int]:
    """First year of a career: mostly near the style's peak, three in ten at any later time."""
    begun = rng.normal(style.peak, 5) if rng.random() < 0.7 else rng.uniform(style.since, 2020)
    start = int(np.clip(begun, max(FIRST_YEAR, style.since), 2021))
    return start, int(min(LAST_YEAR, start + 2 + rng.exponential(11)))


def tracks(rng: np.random.Generator, namer: Namer, acts: list[Artist], total: int) -> list[Track]:
    """`total` recordings; within an artist the first tracks are the most popular."""
    studio = total - sum(_VERSIONS.values())
    share = np.array([act.appeal for act in acts]) ** 0.4 * rng.lognormal(0, 0.45, len(acts))
    counts = np.maximum(3, np.floor(share / share.sum() * studio)).astype(int)
    counts[: studio - counts.sum()] += 1
    recorded: list[Track] = []
    for number, (act, count) in enumerate(zip(acts, counts, strict=True)):
        recorded += _discography(rng, namer, acts, number, act, int(count))
    recorded += _versions(rng, acts, recorded)
    for track in recorded:
        track.track_id = ids.derive(artist=acts[track.artist].name, title=track.title)
    return recorded


def _discography(
    rng: np.random.Generator, namer: Namer, acts: list[Artist], number: int, act: Artist, count: int
) -> list[Track]:
    scene = SCENES[act.scene]
    albums = max(1, round(count / rng.uniform(5, 9)))
    years = np.sort(rng.integers(act.years[0], act.years[1] + 1, albums))
    appeal = act.appeal * rng.permutation((np.arange(count) + 1.0) ** -0.7)
    found: list[Track] = []
    for album, rows in enumerate(np.array_split(np.arange(count), albums)):
        titles = [
            namer.title(scene.name, act.patterns, bool(rng.random() < scene.styles[act.style].valence)) for _ in rows
        ]
        # half of the albums are named after one of their tracks
        own_name = rng.random() < 0.5 or len(rows) == 1
        name = titles[0] if own_name else namer.title(scene.name, act.patterns, None)
        found += [
            Track(number, act.scene, act.style, title, name, album, int(years[album]), float(appeal[row]))
            for title, row in zip(titles, rows, strict=True)
        ]
    for track in found:
        if rng.random() < 0.06:
            track.guests = _guests(rng, acts, number, track.year)
    return found


def _guests(rng: np.random.Generator, acts: list[Artist], host: int, year: int) -> list[int]:
    """A guest artist of the same or a neighbouring scene active in that year, when there is one."""
    near = np.array(
        [
            0.0
            if other == host or not act.years[0] - 2 <= year <= act.years[1] + 3
            else affinity(SCENES[acts[host].scene].name, SCENES[act.scene].name) ** 2
            for other, act in enumerate(acts)
        ]
    )
    return [int(rng.choice(len(acts), p=near / near.sum()))] if near.sum() else []


def _versions(rng: np.random.Generator, acts: list[Artist], studio: list[Track]) -> list[Track]:
    """Further versions of popular tracks."""
    weights = np.array([track.appeal for track in studio])
    found = []
    for version, count in _VERSIONS.items():
        fitting = weights * np.array([_can_be(version, track) for track in studio])
        for row in rng.choice(len(studio), size=count, replace=False, p=fitting / fitting.sum()):
            found.append(_version(rng, acts, studio, version, int(row)))
    return found


def _can_be(version: str, track: Track) -> bool:
    scene = SCENES[track.scene].name
    if version == "acoustic":
        return scene in ("rock", "indie", "pop", "country", "soul", "metal")
    if version == "remix":
        return track.year >= 1984 and scene in ("pop", "indie", "soul", "hip hop", "electronic", "latin", "afro")
    if version == "remaster":
        return track.year <= 1995
    return scene != "ambient"


def _version(rng: np.random.Generator, acts: list[Artist], studio: list[Track], version: str, row: int) -> Track:
    base = studio[row]
    scene, style, guests, year = base.scene, base.style, list(base.guests), base.year
    if version == "live":
        label = f"Live at {_HALLS[int(rng.integers(len(_HALLS)))]}"
        year = min(LAST_YEAR, base.year + int(rng.integers(1, 5)))
    elif version == "acoustic":
        label = "Acoustic"
    elif version == "remaster":
        year = min(LAST_YEAR, max(1998, base.year + int(rng.integers(15, 35))))
        label = f"{year} Remaster"
    else:
        remixers = [number for number, act in enumerate(acts) if SCENES[act.scene].name == "electronic"]
        remixer = int(rng.choice([number for number in remixers if number != base.artist]))
        label, guests = f"{acts[remixer].name} Remix", [*guests, remixer]
        scene, style = acts[remixer].scene, acts[remixer].style
    title = f"{base.title} - {label}"
    appeal = base.appeal * (0.55 if version == "remaster" else 0.3)
    return Track(base.artist, scene, style, title, base.album, base.album_number, year, appeal, guests, version, row)
