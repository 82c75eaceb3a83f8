"""Measurements and tags of clips whose tempo, key, level and tags are known."""

import os
from pathlib import Path

import numpy as np
import pytest

from kit.formats.user_exports.records import LONGEST_NAME
from pipelines.local_audio import measure, tags, worker
from pipelines.local_audio.measuring import MeasuringProcess
from pipelines.local_audio.names import names_of
from tests.audio_clips import MAJOR, MINOR, RATE, clip, tag, write

MBID = "9b7e0f0c-5f0e-4c0a-8d6e-1f2a3b4c5d6e"
TAGS = {
    **{"title": "Quiet Ferry", "artist": "The Fifth Honeys", "album": "Harbours"},
    **{"isrc": "QZ-ES7-19-00001", "musicbrainz_trackid": MBID.upper()},
}


@pytest.mark.parametrize(
    ("suffix", "tempo", "key", "mode"),
    [("wav", 90, 0, MAJOR), ("flac", 120, 9, MINOR), ("mp3", 140, 4, MAJOR), ("ogg", 72, 7, MINOR)],
)
def test_tempo_and_key_are_those_of_the_clip(suffix: str, tempo: int, key: int, mode: int, tmp_path: Path) -> None:
    file = write(tmp_path / f"a.{suffix}", clip(tempo, key, mode, 30), channels=2)
    found = measure.measure(file, None)
    assert found["bpm"] == pytest.approx(tempo, rel=0.03)
    assert (found["key"], found["mode"]) == (key, mode)


def test_half_the_amplitude_is_6_decibels_less_and_less_energy(tmp_path: Path) -> None:
    loud, soft = (measure.measure(write(tmp_path / f"{gain}.wav", clip(100, 2, MAJOR, 8, gain)), None)
                  for gain in (0.8, 0.4))  # fmt: skip
    assert loud["loudness_lufs"] - soft["loudness_lufs"] == pytest.approx(6.02, abs=0.1)
    assert loud["energy"] > soft["energy"]


def test_a_full_scale_sine_has_the_loudness_of_the_standard(tmp_path: Path) -> None:
    """ITU-R BS.1770: 0 dBFS at 997 Hz in one channel is -3.01 LUFS."""
    sine = np.sin(2 * np.pi * 997 * np.arange(10 * RATE) / RATE)
    assert measure.measure(write(tmp_path / "a.wav", sine), None)["loudness_lufs"] == pytest.approx(-3.01, abs=0.1)


def test_only_the_middle_minute_of_a_long_file_is_measured(tmp_path: Path) -> None:
    middle = clip(120, 0, MAJOR, 60)
    around = 0.9 * np.random.default_rng(1).uniform(-1, 1, 30 * RATE)
    long = measure.measure(write(tmp_path / "a.flac", np.concatenate([around, middle, around])), None)
    short = measure.measure(write(tmp_path / "b.flac", middle), None)
    assert long == pytest.approx(short, abs=0.01)


def test_silence_and_what_is_too_short_have_no_measurement(tmp_path: Path) -> None:
    assert measure.measure(write(tmp_path / "a.wav", np.zeros(10 * RATE)), None) == {}
    assert measure.measure(write(tmp_path / "b.wav", clip(120, 0, MAJOR, 4)), None) == {}


@pytest.mark.parametrize("suffix", ["mp3", "flac", "ogg", "wav"])
def test_tags_of_every_format_are_read(suffix: str, tmp_path: Path) -> None:
    file = tag(write(tmp_path / f"a.{suffix}", clip(120, 0, MAJOR, 6)), **TAGS)
    found = tags.read(file)
    assert found.pop("duration_ms") == pytest.approx(6_000, abs=100)
    names = {name: TAGS[name] for name in ("title", "artist", "album")}
    assert found == {**names, "isrc": "QZES71900001", "mbid": MBID}


@pytest.mark.parametrize("suffix", ["flac", "wav"])
def test_a_tag_of_any_length_is_cut_as_other_names_are(suffix: str, tmp_path: Path) -> None:
    sound = write(tmp_path / f"a.{suffix}", clip(120, 0, MAJOR, 6))
    found = tags.read(tag(sound, title="x" * 1_000_000, artist="Ferry\nBand"))
    assert (found["title"], found["artist"]) == ("x" * LONGEST_NAME, "Ferry Band")


def test_damaged_files_have_no_tags_and_are_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "a.mp3"
    file.write_bytes(b"no sound" * 500)
    assert tags.read(file) == {}
    with pytest.raises(measure.Unreadable, match="cannot be decoded"):
        measure.measure(file, None)
    long = tmp_path / "b.m4a"
    long.write_bytes(b"no sound" * 500)
    with pytest.raises(measure.Unreadable, match="up to 20 min of known length"):
        measure.measure(long, 3_600_000)
    with pytest.raises(measure.Unreadable, match="cannot be decoded"):
        measure.measure(long, 60_000)


@pytest.mark.parametrize(
    ("name", "found", "whence"),
    [
        ("Ferry Band - Quiet.mp3", ("Ferry Band", "Quiet"), "file name"),
        ("x/03. Ferry_Band - Quiet - Live.mp3", ("Ferry Band", "Quiet - Live"), "file name"),
        ("Ferry Band/Harbours/1-03 Quiet.mp3", ("Ferry Band", "Quiet"), "folders"),
        ("Ferry Band/Harbours/99 Luftballons.mp3", ("Ferry Band", "Luftballons"), "folders"),
        ("Quiet.mp3", (None, None), None),
    ],
)
def test_names_are_found_in_paths_where_tags_lack_them(
    name: str, found: tuple[str | None, str | None], whence: str | None
) -> None:
    row = names_of(name, {"title": "Half"} if whence else {})
    assert (row.get("artist"), row.get("title"), row["names_from"]) == (*found, whence)


def test_tags_with_both_names_are_kept() -> None:
    row = names_of("Other - Name.mp3", {"title": "Quiet", "artist": "Ferry Band"})
    assert (row["artist"], row["title"], row["names_from"]) == ("Ferry Band", "Quiet", "tags")


def test_a_file_that_never_ends_is_given_up_and_the_next_one_measured(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless.wav")
    file = write(tmp_path / "a.wav", clip(120, 0, MAJOR, 6))
    with MeasuringProcess(limit_s=20.0) as process:
        assert "bpm" in process.measured(file)["measured"]
        process._limit_s = 0.5
        assert process.measured(tmp_path / "endless.wav") == {"tags": {}, "error": "it took over 0.5 s"}
        process._limit_s = 20.0
        assert "bpm" in process.measured(file)["measured"]


def test_only_what_the_content_of_a_file_causes_lasts(tmp_path: Path) -> None:
    """Reading this file of /proc fails as a broken disk does."""
    (tmp_path / "disk.wav").symlink_to("/proc/self/mem")
    assert worker.measured(tmp_path / "disk.wav") == {"tags": {}, "error": "input/output error"}
    assert worker.measured(tmp_path / "gone.flac") == {"tags": {}, "error": "no such file or directory"}
    (tmp_path / "damaged.mp3").write_bytes(b"no sound" * 500)
    assert worker.measured(tmp_path / "damaged.mp3") == {"tags": {}, "error": measure.UNDECODED, "lasting": True}


@pytest.mark.parametrize("suffix", ["wav", "mp3", "m4a"])
def test_a_file_whose_name_is_not_utf_8_is_measured(suffix: str, tmp_path: Path) -> None:
    file = tag(
        write(tmp_path / "a.mp3" if suffix == "m4a" else tmp_path / f"a.{suffix}", clip(120, 9, MINOR, 8)), **TAGS
    )
    odd = file.rename(tmp_path / os.fsdecode(b"a\xff." + suffix.encode()))
    if suffix == "m4a":  # no encoder of it is here: the way of a file that only sonara reads
        assert len(measure._decoded_whole(odd, 8_000)) >= 8 * measure.RATE
        return
    with MeasuringProcess() as process:
        found = process.measured(odd)
    assert (found["tags"]["title"], found["measured"]["key"]) == (TAGS["title"], 9)
