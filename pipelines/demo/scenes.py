"""The invented world's scenes: audio levels, years, and neighbouring scenes.

Levels are means on the scale of the audio features (0..1), tempo in beats per minute. They are set by hand; nothing is
taken from a data set.
"""

from typing import NamedTuple


class Style(NamedTuple):
    """A subgenre: its years and its mean audio features."""

    name: str
    since: int
    peak: int
    energy: float
    valence: float
    danceability: float
    acousticness: float
    instrumental: float  # share of songs without voice
    tempo: float


class Scene(NamedTuple):
    """A genre with its subgenres. `beside` weights the neighbouring scenes of its listeners, 1 being the scene
    itself."""

    name: str
    artists: int
    minutes: float
    speechiness: float
    explicit: float  # share of songs since 1988
    beside: dict[str, float]
    styles: tuple[Style, ...]


SCENES = (
    Scene("folk", 32, 3.7, 0.035, 0.01, {"country": 0.7, "indie": 0.5, "ambient": 0.2}, (
        Style("singer-songwriter", 1965, 1973, 0.30, 0.42, 0.50, 0.82, 0.03, 112),
        Style("folk rock", 1965, 1971, 0.52, 0.55, 0.52, 0.52, 0.03, 118),
        Style("chamber folk", 1994, 2009, 0.28, 0.30, 0.42, 0.86, 0.12, 104),
        Style("stomp folk", 2006, 2013, 0.64, 0.58, 0.55, 0.40, 0.02, 126),
    )),
    Scene("country", 28, 3.4, 0.035, 0.02, {"folk": 0.7, "rock": 0.4}, (
        Style("outlaw country", 1968, 1976, 0.52, 0.64, 0.58, 0.50, 0.01, 116),
        Style("bluegrass", 1965, 1998, 0.55, 0.70, 0.55, 0.84, 0.28, 132),
        Style("americana", 1990, 2008, 0.44, 0.44, 0.53, 0.60, 0.03, 108),
        Style("country pop", 1978, 2014, 0.72, 0.64, 0.60, 0.16, 0.00, 124),
    )),
    Scene("rock", 38, 4.1, 0.045, 0.03, {"metal": 0.5, "indie": 0.5, "country": 0.35, "soul": 0.15}, (
        Style("psychedelic rock", 1965, 1969, 0.60, 0.50, 0.44, 0.24, 0.16, 118),
        Style("classic rock", 1967, 1977, 0.70, 0.60, 0.50, 0.17, 0.04, 124),
        Style("garage rock", 1965, 2003, 0.84, 0.62, 0.48, 0.05, 0.05, 142),
        Style("heartland rock", 1975, 1986, 0.72, 0.58, 0.53, 0.13, 0.02, 126),
    )),
    Scene("metal", 28, 5.2, 0.070, 0.10, {"rock": 0.6}, (
        Style("heavy metal", 1972, 1984, 0.87, 0.44, 0.43, 0.02, 0.06, 138),
        Style("thrash metal", 1983, 1990, 0.94, 0.34, 0.38, 0.01, 0.08, 164),
        Style("doom metal", 1980, 2012, 0.70, 0.20, 0.30, 0.03, 0.20, 82),
        Style("post-metal", 1997, 2010, 0.74, 0.16, 0.28, 0.08, 0.55, 108),
    )),
    Scene("indie", 40, 4.0, 0.040, 0.05, {"rock": 0.5, "folk": 0.45, "pop": 0.4, "electronic": 0.35}, (
        Style("post-punk", 1978, 1982, 0.74, 0.48, 0.57, 0.06, 0.12, 136),
        Style("jangle pop", 1982, 1988, 0.68, 0.68, 0.55, 0.18, 0.03, 132),
        Style("shoegaze", 1988, 1992, 0.78, 0.30, 0.35, 0.06, 0.25, 118),
        Style("dream pop", 1984, 2012, 0.50, 0.36, 0.50, 0.28, 0.16, 112),
    )),
    Scene("pop", 40, 3.6, 0.055, 0.08, {"electronic": 0.5, "soul": 0.45, "indie": 0.35, "latin": 0.3}, (
        Style("power pop", 1970, 1979, 0.78, 0.72, 0.56, 0.12, 0.01, 134),
        Style("city pop", 1976, 1984, 0.68, 0.76, 0.70, 0.20, 0.02, 112),
        Style("synth pop", 1979, 1985, 0.70, 0.62, 0.66, 0.10, 0.05, 122),
        Style("dance pop", 1984, 2014, 0.80, 0.66, 0.72, 0.08, 0.01, 122),
    )),
    Scene("soul", 36, 3.8, 0.055, 0.04, {"jazz": 0.45, "hip hop": 0.5, "pop": 0.45, "afro": 0.35}, (
        Style("northern soul", 1965, 1968, 0.66, 0.80, 0.60, 0.40, 0.01, 126),
        Style("funk", 1968, 1975, 0.74, 0.82, 0.76, 0.16, 0.10, 108),
        Style("disco", 1973, 1978, 0.78, 0.84, 0.76, 0.10, 0.05, 118),
        Style("neo soul", 1995, 2003, 0.44, 0.48, 0.66, 0.36, 0.02, 90),
    )),
    Scene("hip hop", 34, 3.5, 0.220, 0.55, {"soul": 0.55, "electronic": 0.35, "jazz": 0.3}, (
        Style("boom bap", 1986, 1995, 0.66, 0.58, 0.76, 0.15, 0.02, 92),
        Style("jazz rap", 1989, 1994, 0.54, 0.56, 0.74, 0.28, 0.03, 94),
        Style("trap", 2004, 2017, 0.60, 0.34, 0.74, 0.12, 0.01, 142),
        Style("lo-fi beats", 2008, 2020, 0.30, 0.40, 0.68, 0.60, 0.88, 82),
    )),
    Scene("electronic", 36, 5.4, 0.055, 0.02, {"pop": 0.4, "ambient": 0.45, "hip hop": 0.3, "indie": 0.3}, (
        Style("house", 1985, 1996, 0.78, 0.66, 0.80, 0.04, 0.45, 124),
        Style("techno", 1987, 1999, 0.82, 0.34, 0.74, 0.03, 0.85, 132),
        Style("drum and bass", 1992, 2000, 0.88, 0.40, 0.56, 0.03, 0.60, 174),
        Style("downtempo", 1991, 2002, 0.44, 0.40, 0.66, 0.26, 0.55, 96),
    )),
    Scene("ambient", 24, 6.0, 0.040, 0.00, {"electronic": 0.45, "jazz": 0.25, "folk": 0.2}, (
        Style("drone", 1972, 2005, 0.14, 0.07, 0.18, 0.72, 0.97, 84),
        Style("space music", 1974, 1986, 0.26, 0.16, 0.28, 0.48, 0.95, 100),
        Style("modern classical", 1995, 2014, 0.14, 0.16, 0.30, 0.95, 0.96, 96),
        Style("tape loops", 1978, 2016, 0.20, 0.24, 0.38, 0.76, 0.90, 88),
    )),
    Scene("jazz", 32, 5.6, 0.045, 0.00, {"soul": 0.45, "latin": 0.4, "ambient": 0.2, "hip hop": 0.25}, (
        Style("hard bop", 1965, 1966, 0.48, 0.62, 0.52, 0.76, 0.85, 138),
        Style("modal jazz", 1965, 1968, 0.34, 0.38, 0.44, 0.84, 0.88, 112),
        Style("jazz fusion", 1969, 1976, 0.66, 0.58, 0.52, 0.26, 0.85, 118),
        Style("vocal jazz", 1965, 2004, 0.24, 0.40, 0.52, 0.88, 0.02, 100),
    )),
    Scene("latin", 30, 3.9, 0.055, 0.03, {"jazz": 0.4, "pop": 0.35, "afro": 0.5}, (
        Style("bossa nova", 1965, 1969, 0.28, 0.62, 0.62, 0.82, 0.12, 124),
        Style("salsa", 1968, 1977, 0.78, 0.84, 0.66, 0.36, 0.03, 98),
        Style("cumbia", 1968, 1992, 0.68, 0.88, 0.80, 0.40, 0.10, 96),
        Style("bolero", 1965, 1972, 0.32, 0.48, 0.48, 0.84, 0.02, 104),
    )),
    Scene("afro", 24, 5.0, 0.060, 0.01, {"soul": 0.4, "latin": 0.45, "jazz": 0.35}, (
        Style("afrobeat", 1969, 1977, 0.76, 0.78, 0.72, 0.20, 0.30, 112),
        Style("highlife", 1965, 1974, 0.64, 0.88, 0.70, 0.46, 0.08, 118),
        Style("desert blues", 1988, 2010, 0.56, 0.58, 0.56, 0.52, 0.12, 116),
        Style("afropop", 1984, 2018, 0.70, 0.74, 0.76, 0.20, 0.01, 106),
    )),
)  # fmt: skip
"""Thirteen scenes, 52 styles, 422 artists."""

BY_NAME = {scene.name: scene for scene in SCENES}


def affinity(a: str, b: str) -> float:
    """Similarity of two scenes: 1 for the same, the larger stated weight when they are neighbours, else 0."""
    if a == b:
        return 1.0
    return max(BY_NAME[a].beside.get(b, 0.0), BY_NAME[b].beside.get(a, 0.0))
