"""Cost and accuracy of measuring audio files: `python -m bench.local_audio --tracks 24 --seconds 210`.

Clips of known tempo and key (tests/audio_clips.py) as MP3 and FLAC at 44.1 kHz stereo, read as `segue-pipeline listen`
reads them, in one process with one thread. Where librosa is installed, it measures the same clips: tempo by
librosa.feature.rhythm.tempo, key by correlation of mean chroma with Krumhansl's profiles.

Prints for each library: CPU seconds a track, the right tempi (also of half or double the tempo) and keys.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

KRUMHANSL = {
    1: (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    0: (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
Measured = tuple[float, int, int]  # tempo, key, mode


def planted(count: int) -> list[tuple[int, int, int]]:
    """Tempo, key and mode of each clip."""
    return [(60 + 120 * number // count, 7 * number % 12, number % 2) for number in range(count)]


def write_clips(folder: Path, count: int, seconds: float) -> None:
    """A file for each planted clip, MP3 and FLAC in turn."""
    import sonara

    from tests.audio_clips import RATE, clip, write

    for number, (tempo, key, mode) in enumerate(planted(count)):
        bars = clip(tempo, key, mode, 8 * 4 * 60 / tempo)  # whole bars, so that they can be repeated
        sound = np.resize(bars, int(seconds * RATE)).astype(np.float32)
        sound = sonara.resample(sound, orig_sr=RATE, target_sr=44_100)
        write(folder / f"{number}.{'flac' if number % 2 else 'mp3'}", np.asarray(sound, np.float64), 2, 44_100)


def of_sonara(file: Path) -> Measured:
    from pipelines.local_audio import worker

    found = worker.measured(file)["measured"]
    return found["bpm"], int(found["key"]), int(found["mode"])


def of_librosa(file: Path) -> Measured:
    import librosa
    import librosa.feature.rhythm

    length = librosa.get_duration(path=file)
    sound, rate = librosa.load(file, sr=22_050, offset=max(0, length - 60) / 2, duration=60)
    chroma = librosa.feature.chroma_cqt(y=sound, sr=rate).mean(axis=1)
    fits = {
        (key, mode): np.corrcoef(np.roll(profile, key), chroma)[0, 1]
        for mode, profile in KRUMHANSL.items()
        for key in range(12)
    }
    return float(librosa.feature.rhythm.tempo(y=sound, sr=rate)[0]), *max(fits, key=lambda one: fits[one])


LIBRARIES: dict[str, Callable[[Path], Measured]] = {"sonara": of_sonara, "librosa": of_librosa}


def measured(library: str, folder: Path, count: int) -> None:
    """Measures all clips but the first, which loads and compiles, and prints the figures."""
    files = sorted(folder.iterdir(), key=lambda file: int(file.stem))
    LIBRARIES[library](files[0])
    right, octave, keys, begun = 0, 0, 0, time.process_time()
    for file, (tempo, key, mode) in list(zip(files, planted(count), strict=True))[1:]:
        found, *tonal = LIBRARIES[library](file)
        right += abs(found / tempo - 1) < 0.03
        octave += any(abs(found / tempo / factor - 1) < 0.03 for factor in (0.5, 1, 2))
        keys += tonal == [key, mode]
    cost = (time.process_time() - begun) / (count - 1)
    print(
        f"{library}: {cost:.2f} CPU s a track, of {count - 1} tempo {right} (octaves aside {octave}), key {keys}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tracks", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=210)
    parser.add_argument("--of", nargs=2, metavar=("LIBRARY", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.of:
        return measured(options.of[0], Path(options.of[1]), options.tracks)
    with tempfile.TemporaryDirectory() as folder:
        write_clips(Path(folder), options.tracks, options.seconds)
        for library in filter(find_spec, LIBRARIES):
            command = [sys.executable, "-m", "bench.local_audio", "--tracks", str(options.tracks)]
            single = dict.fromkeys(("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
            subprocess.run([*command, "--of", library, folder], check=True, env={**os.environ, **single})


if __name__ == "__main__":
    main()
