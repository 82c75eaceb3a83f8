"""Audio clips with a known tempo and key: drums on every beat, a chord of the key in every bar. Written as files with
or without tags."""

from pathlib import Path

import mutagen
import numpy as np
import numpy.typing as npt
import soundfile
from mutagen.id3 import TALB, TIT2, TPE1, TSRC, UFID
from mutagen.wave import WAVE

RATE = 22_050
Sound = npt.NDArray[np.float64]
MAJOR, MINOR = 1, 0


def clip(tempo: float, key: int, mode: int, seconds: float = 16, gain: float = 0.5, drums: float = 0.6) -> Sound:
    """(samples,) of RATE a second, its peak at `gain`. key: pitch class, C = 0; mode: MAJOR or MINOR."""
    sound = drums * _drums(tempo, seconds) + 0.12 * _chords(tempo, key, mode, seconds)
    return np.asarray(gain * sound / np.abs(sound).max())


def write(path: Path, sound: Sound, channels: int = 1, rate: int = RATE) -> Path:
    """Writes the sound in the format of the suffix: wav, flac, ogg or mp3."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.repeat(sound[:, None], channels, axis=1), rate)
    return path


def tag(path: Path, **tags: str) -> Path:
    """Writes title, artist, album, date, isrc and musicbrainz_trackid."""
    if path.suffix == ".wav":
        file = WAVE(path)
        file.add_tags()
        frames = {"title": TIT2, "artist": TPE1, "album": TALB, "isrc": TSRC}
        for name, text in tags.items():
            recording = name == "musicbrainz_trackid"
            file.tags.add(
                UFID(owner="http://musicbrainz.org", data=text.encode()) if recording else frames[name](3, [text])
            )
    else:
        file = mutagen.File(path, easy=True)
        if file.tags is None:
            file.add_tags()
        file.update({name: [text] for name, text in tags.items()})
    file.save()
    return path


def _drums(tempo: float, seconds: float) -> Sound:
    """A decaying low tone with noise on every beat, the first of each four louder."""
    time = np.arange(int(0.09 * RATE)) / RATE
    noise = np.random.default_rng(0).standard_normal(len(time))
    stroke = np.sin(2 * np.pi * (60 + 80 * np.exp(-60 * time)) * time) * np.exp(-40 * time)
    stroke += 0.3 * noise * np.exp(-90 * time)
    sound = np.zeros(int(seconds * RATE))
    for number, start in enumerate(np.arange(0, seconds - 0.1, 60 / tempo)):
        at = int(start * RATE)
        sound[at : at + len(stroke)] += stroke * (1 if number % 4 == 0 else 0.7)
    return sound


def _chords(tempo: float, key: int, mode: int, seconds: float) -> Sound:
    """I IV V I, a bar each; in a minor key i iv V i."""
    bar = int(4 * RATE * 60 / tempo)
    sound = np.zeros(int(seconds * RATE))
    for number in range(len(sound) // bar):
        degree, third = ((0, mode), (5, mode), (7, MAJOR), (0, mode))[number % 4]
        root = 48 + (key + degree) % 12
        for above in (0, 4 if third == MAJOR else 3, 7, 12, -12):
            sound[number * bar : (number + 1) * bar] += _tone(440 * 2 ** ((root + above - 69) / 12), bar)
    return sound


def _tone(hertz: float, length: int) -> Sound:
    """Five harmonics that fade in and out."""
    time = np.arange(length) / RATE
    harmonics = sum(np.sin(2 * np.pi * hertz * number * time) / number**1.5 for number in range(1, 6))
    return np.asarray(harmonics * np.minimum(1, np.minimum(40 * time, 20 * (length / RATE - time))))
