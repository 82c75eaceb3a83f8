"""Generates names of invented playlists: editorial and personal ones."""

from typing import NamedTuple

import numpy as np


class Mood(NamedTuple):
    """Audio levels of a mood (energy, valence, danceability, acousticness) and the names of its playlists."""

    levels: tuple[float, float, float, float]
    names: tuple[str, ...]


MOODS = {
    "run": Mood((0.88, 0.58, 0.66, 0.04), (
        "Run", "10K", "gym gym gym", "Legs Day", "Sprint Intervals", "faster than yesterday",
    )),
    "party": Mood((0.78, 0.78, 0.80, 0.08), (
        "House Party", "Kitchen Disco", "loud please", "Saturday, Late", "wedding dance floor",
    )),
    "study": Mood((0.25, 0.30, 0.42, 0.78), (
        "Deep Focus", "study", "Library Hours", "thesis mode", "reading & tea", "Quiet Work",
    )),
    "sleep": Mood((0.12, 0.12, 0.24, 0.90), (
        "Sleep", "Lights Out", "for the little one", "Slow Night", "3 a.m. again",
    )),
    "sunday": Mood((0.40, 0.60, 0.58, 0.60), (
        "Sunday Morning", "Pancakes", "slow sunday", "Coffee & Vinyl", "Window Light",
    )),
    "rain": Mood((0.34, 0.22, 0.44, 0.55), (
        "Rainy Day", "grey outside", "songs to stare at walls to", "Melancholy", "november mood",
    )),
    "drive": Mood((0.70, 0.56, 0.56, 0.14), (
        "Road Trip", "Night Drive", "Windows Down", "A9 southbound", "long way home",
    )),
    "summer": Mood((0.66, 0.84, 0.70, 0.24), (
        "Summer", "Balcony Season", "lake days", "Golden Hour", "Barbecue", "sun sun sun",
    )),
    "dinner": Mood((0.36, 0.52, 0.60, 0.62), ("Dinner with Friends", "Candles & Pasta", "Aperitivo", "low lights")),
    "rage": Mood((0.94, 0.34, 0.44, 0.02), ("Let It Out", "angry", "Loudest", "Headbanging Permitted", "traffic jam")),
}  # fmt: skip
"""Ten occasions of playlists."""

_SCENE = (
    "{Scene} Essentials", "All {Scene}", "{scene}", "{Scene} for Beginners", "{Scene} Deep Cuts", "This Is {Scene}",
    "my {scene} corner", "{Scene} Now and Then", "pure {scene}", "{Scene} I Grew Up With",
)  # fmt: skip
_MOOD = ("{name}", "{name}", "{name} {scene}", "{scene} {name}", "{name}: {Scene}")
_SCENE_DECADE = (
    "{decade}s {Scene}", "{Scene}: The {decade}s", "{short}s {scene} finds", "{Scene} from the {short}s",
)  # fmt: skip
_STYLE = (
    "{Style}", "{Style} & Friends", "Best of {Style}", "{style} only", "Into {Style}", "{Style} Crate Digging",
    "{style} forever",
)  # fmt: skip
_DECADE = (
    "{decade}s", "Back to the {short}s", "{short}s Party", "Born in {year}", "{decade}s Radio", "my {short}s",
    "Best of {year}",
)  # fmt: skip
_ARTIST = (
    "{artist} & Friends", "If You Like {artist}", "{artist} Radio", "{artist}: The Best", "all {artist}",
    "{artist} rabbit hole",
)  # fmt: skip
_PERSON = (
    "mix {n}", "favourites", "songs for {name}", "{season} {year}", "for the car", "{name}'s list", "kitchen",
    "on repeat", "everything good", "new finds {year}", "shower songs", "to keep", "{name} + me", "best ever",
    "office, headphones on", "mum's birthday", "untitled {n}", "from {name} with love", "songs I play too often",
    "{weekday}", "good ones", "old and gold", "moving house", "{season} walks", "the long list",
    "for {name} (do not delete)", "guilty? no", "train to {place}",
)  # fmt: skip
_PEOPLE = (
    "Ida", "Jonas", "Mina", "Paul", "Rosa", "Elif", "Theo", "Anouk", "Sam", "Leni", "Omar", "Greta", "Max", "Yuki",
    "Ben", "M.",
)  # fmt: skip
_SEASONS = ("spring", "summer", "autumn", "winter")
_WEEKDAYS = ("monday", "wednesday", "friday night", "saturday", "sunday")
_PLACES = ("Lisbon", "Berlin", "home", "Porto", "the coast", "Oslo", "Trieste", "nowhere")


class PlaylistNames:
    """Draws names from one generator; names need not be unique.

    Whether a mood's name also says its scene is drawn from a generator of its own, so that nothing else of the world
    depends on it.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng, self._wording = rng, np.random.default_rng(1)

    def scene(self, scene: str) -> str:
        """Name of a playlist of a scene."""
        return self._pick(_SCENE).format(Scene=_title(scene), scene=scene)

    def scene_decade(self, scene: str, decade: int) -> str:
        """Name of a playlist of a scene in the ten years from `decade` on."""
        short = f"{decade % 100:02}"
        return self._pick(_SCENE_DECADE).format(Scene=_title(scene), scene=scene, decade=decade, short=short)

    def style(self, style: str) -> str:
        """Name of a playlist of a subgenre."""
        return self._pick(_STYLE).format(Style=_title(style), style=style)

    def decade(self, decade: int) -> str:
        """Name of a playlist of the ten years from `decade` on."""
        year = decade + int(self._rng.integers(10))
        return self._pick(_DECADE).format(decade=decade, short=f"{decade % 100:02}", year=year)

    def mood(self, mood: str, scene: str) -> str:
        """Name of a playlist for an occasion, three in five with the scene that most of it is from."""
        name, wording = self._pick(MOODS[mood].names), int(self._wording.integers(len(_MOOD)))
        return _MOOD[wording].format(name=name, Scene=_title(scene), scene=scene)

    def artist(self, artist: str) -> str:
        """Name of a playlist around one artist."""
        return self._pick(_ARTIST).format(artist=artist)

    def person(self) -> str:
        """Name of a personal playlist."""
        return self._pick(_PERSON).format(
            n=int(self._rng.integers(1, 40)),
            name=self._pick(_PEOPLE),
            season=self._pick(_SEASONS),
            weekday=self._pick(_WEEKDAYS),
            place=self._pick(_PLACES),
            year=int(self._rng.integers(2013, 2026)),
        )

    def _pick(self, options: tuple[str, ...]) -> str:
        return options[int(self._rng.integers(len(options)))]


def _title(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in name.split())
