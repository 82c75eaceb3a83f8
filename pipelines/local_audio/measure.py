"""Measurements of one audio file by sonara, over the middle minute: bounded memory and time whatever the file's length.

    bpm, key, mode          tempo in beats per minute; pitch class 0..11 (C = 0) and 1 major, 0 minor
    loudness_lufs           integrated loudness (ITU-R BS.1770-4) of the mean of all channels
    energy, danceability    sonara's own, 0..1
Silence, and what is too short, has no measurement; an unknown one is left out.
"""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import sonara
import soundfile

from pipelines.local_audio.files import read_through

WINDOW_S, SHORTEST_S = 60, 5
RATE = 22_050  # samples a second that sonara analyses
WHOLE_S = 1_200  # longest file that is decoded whole, where libsndfile cannot read its format
SILENT_LUFS = -69.0
MEASURER = f"sonara {version('sonara')}"
UNDECODED = "it cannot be decoded: damaged, or no audio of this format"
_ONLY_SONARA = (".aac", ".m4a", ".mp4")
_FEATURES = ["bpm", "key", "energy", "danceability"]
_PITCHES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
Mono = npt.NDArray[np.float32]


class Unreadable(Exception):
    """The file cannot be decoded; the message says why."""


def measure(path: Path, duration_ms: int | None) -> dict[str, float]:
    """The measurements of a file; Unreadable when it has no sound that can be decoded, OSError when it cannot be read.

    duration_ms: of the whole file by its tags, None where unknown.
    """
    sound = _window(path, duration_ms)
    if len(sound) < SHORTEST_S * RATE:
        return {}
    return _known(sonara.analyze_signal(sound, sr=RATE, features=_FEATURES))


def _known(found: Any) -> dict[str, float]:
    if found["loudness_lufs"] < SILENT_LUFS:
        return {}
    measured = {name: float(found[name]) for name in ("loudness_lufs", "energy", "danceability")}
    if found["bpm_confidence"] > 0:
        measured["bpm"] = float(found["bpm"])
    pitch, _, mode = found["key"].partition(" ")
    if found["key_confidence"] > 0 and pitch in _PITCHES and mode in ("major", "minor"):
        measured |= {"key": float(_PITCHES.index(pitch)), "mode": float(mode == "major")}
    return {name: round(value, 4) for name, value in measured.items() if np.isfinite(value)}


def _window(path: Path, duration_ms: int | None) -> Mono:
    try:
        with soundfile.SoundFile(os.fsencode(path)) as file:  # a name may not be UTF-8
            return _middle(file, path)
    except soundfile.SoundFileError:
        read_through(path)  # libsndfile does not tell a damaged file from one that a disk does not give
        if path.suffix.lower() not in _ONLY_SONARA:
            raise Unreadable(UNDECODED) from None
    return _decoded_whole(path, duration_ms)


def _is_utf8(path: Path) -> bool:
    return str(path).encode("utf-8", "replace") == os.fsencode(path)


def _middle(file: Any, path: Path) -> Mono:
    """The middle WINDOW_S of a file, read a second at a time; of a file that ends early, what there is."""
    count = min(file.frames, WINDOW_S * file.samplerate)
    file.seek((file.frames - count) // 2)
    blocks = file.blocks(file.samplerate, frames=count, dtype="float32", always_2d=True)
    parts = [block.mean(axis=1, dtype=np.float32) for block in blocks if len(block)]
    sound = np.concatenate([np.empty(0, np.float32), *parts])
    if len(sound) < count:
        read_through(path)
    if not len(sound):
        raise Unreadable("it has no sound")
    return np.asarray(sonara.resample(sound, orig_sr=file.samplerate, target_sr=RATE), np.float32)


def _decoded_whole(path: Path, duration_ms: int | None) -> Mono:
    """The middle of a file in a format that only sonara decodes, always whole: hence the limit."""
    if duration_ms is None or duration_ms > 1000 * WHOLE_S:
        raise Unreadable(f"files of this format are read up to {WHOLE_S // 60} min of known length")
    try:
        with path.open("rb") as file:
            # sonara takes names in UTF-8 only
            name = str(path) if _is_utf8(path) else f"/dev/fd/{file.fileno()}"
            sound, _ = sonara.load(name, sr=RATE)
    except (OSError, ValueError, RuntimeError):
        read_through(path)
        raise Unreadable(UNDECODED) from None
    before = max(0, len(sound) - WINDOW_S * RATE) // 2
    return np.asarray(sound[before : before + WINDOW_S * RATE], np.float32)
