"""Audio features of the invented tracks: additive effects of style, artist, album, track and year on the logit scale.

energy  = s(logit(style) + artist + album + track)        s = logistic function, so that nothing leaves 0..1
acousticness falls and loudness rises with energy; valence and danceability rise together
loudness = -11.5 + 13 (energy - .6) + years + noise      dBFS; the years add -3 in 1965 and +2.5 about 2008
"""

import numpy as np
import numpy.typing as npt

from kit.wire.catalog import FEATURES
from pipelines.demo.scenes import SCENES
from pipelines.demo.tracks import Artist, Track

Floats = npt.NDArray[np.float64]

_LOUD_YEARS = ([1965, 1980, 1990, 2000, 2008, 2015, 2025], [-3.0, -2.2, -1.4, 1.6, 2.5, 2.2, 1.4])
# C D G A are the easy keys on strings and keyboards
_KEY_SHARES = np.array([12, 8, 11, 4, 9, 8, 6, 11, 6, 11, 6, 8]) / 100
_ODD_METRE = {"folk": 0.14, "jazz": 0.16, "country": 0.08, "ambient": 0.12, "metal": 0.08, "rock": 0.05}


def features(rng: np.random.Generator, acts: list[Artist], tracks: list[Track]) -> tuple[Floats, npt.NDArray[np.int32]]:
    """(n, 12) in the order of FEATURES, and (n,) duration_ms. Versions differ from their original by type."""
    count = len(tracks)
    origin = np.array([row if track.version_of is None else track.version_of for row, track in enumerate(tracks)])
    styles = [SCENES[track.scene].styles[track.style] for track in tracks]
    year = np.array([track.year for track in tracks], dtype=float)
    version = np.array([track.version for track in tracks])
    own = rng.normal(size=(count, 6))[origin] + 0.05 * rng.normal(size=(count, 6))
    shared = _shared(rng, acts, tracks)

    def level(name: str) -> Floats:
        return _logit(np.array([getattr(style, name) for style in styles]))

    lift = 0.4 * shared[:, 0] + 0.5 * own[:, 0] + 0.25 * (version == "live") - 1.3 * (version == "acoustic")
    energy = _logistic(level("energy") + lift)
    cheer = 0.35 * shared[:, 1] + 0.55 * own[:, 1] + 0.2 * lift
    valence = _logistic(level("valence") + cheer)
    swing = 0.25 * shared[:, 2] + 0.3 * own[:, 2] + 0.3 * cheer
    danceability = _logistic(level("danceability") + swing + 0.5 * (version == "remix") - 0.25 * (version == "live"))
    wood = 0.5 * shared[:, 3] + 0.6 * own[:, 3] - 1.3 * lift + 1.6 * (version == "acoustic")
    acousticness = _logistic(level("acousticness") + wood)
    loudness = -11.5 + 13 * (energy - 0.6) + np.interp(year, *_LOUD_YEARS) + rng.normal(0, 1.2, count)
    tempo = np.array([style.tempo for style in styles]) * np.exp(0.05 * shared[:, 4] + 0.08 * own[:, 4])
    tempo *= np.where(rng.random(count)[origin] < 0.05, np.where(tempo > 120, 0.5, 2.0), 1.0)
    wordless = (rng.random(count)[origin] < [style.instrumental for style in styles]) & (version != "acoustic")
    instrumentalness = np.where(wordless, rng.beta(9, 2, count), 10 ** rng.uniform(-6, -1.6, count))
    talk = np.array([SCENES[track.scene].speechiness for track in tracks])
    speechiness = np.clip(talk * np.exp(0.45 * own[:, 5]) * np.where(wordless, 0.8, 1.0), 0.023, 0.92)
    liveness = np.where(version == "live", rng.uniform(0.68, 0.98, count), 0.05 + 0.5 * rng.beta(1.3, 5, count))
    mode = rng.random(count)[origin] < 0.35 + 0.5 * valence
    columns = {
        "danceability": danceability,
        "energy": energy,
        "key": rng.choice(12, size=count, p=_KEY_SHARES)[origin],
        "loudness": np.clip(loudness, -38, -1.5),
        "mode": mode,
        "speechiness": speechiness,
        "acousticness": acousticness,
        "instrumentalness": instrumentalness,
        "liveness": liveness,
        "valence": valence,
        "tempo": np.clip(tempo, 48, 212),
        "time_signature": _metre(rng, tracks)[origin],
    }
    # Three decimals: more would differ between processors, and carry no information.
    table = np.stack([np.round(np.asarray(columns[name], dtype=float), 3) for name in FEATURES], axis=1)
    return table, _durations(rng, tracks, origin, year)


def _shared(rng: np.random.Generator, acts: list[Artist], tracks: list[Track]) -> Floats:
    """(n, 6) the shared effect of an artist, and a smaller one of each album."""
    by_artist = rng.normal(size=(len(acts), 6))
    albums = {(track.artist, track.album_number): None for track in tracks}
    by_album = dict(zip(albums, 0.6 * rng.normal(size=(len(albums), 6)), strict=True))
    return np.stack([by_artist[track.artist] + by_album[track.artist, track.album_number] for track in tracks])


def _metre(rng: np.random.Generator, tracks: list[Track]) -> npt.NDArray[np.int64]:
    odd = rng.random(len(tracks)) < [_ODD_METRE.get(SCENES[track.scene].name, 0.02) for track in tracks]
    return np.where(odd, rng.choice([3, 3, 3, 5], size=len(tracks)), 4)


def _durations(
    rng: np.random.Generator, tracks: list[Track], origin: npt.NDArray[np.int64], year: Floats
) -> npt.NDArray[np.int32]:
    """Durations: shorter in the sixties and today; a remix runs longer, a remaster as long as its original."""
    minutes = np.array([SCENES[tracks[row].scene].minutes for row in origin])
    era = np.interp(year[origin], [1965, 1975, 1995, 2010, 2025], [0.8, 1.05, 1.08, 1.0, 0.86])
    sub_playlist = np.array(
        [{"remix": 1.35, "live": 1.12, "acoustic": 0.95}.get(track.version, 1.0) for track in tracks]
    )
    length = minutes * era * np.exp(rng.normal(0, 0.2, len(tracks))[origin]) * sub_playlist
    milliseconds = np.clip(length, 1.2, 14) * 60_000 + rng.integers(-900, 900, len(tracks))
    return np.asarray(milliseconds, dtype=np.int32)


def _logit(share: Floats) -> Floats:
    clipped = np.clip(share, 0.005, 0.995)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float64)


def _logistic(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-value)), dtype=np.float64)
