"""segue-pipeline listen: tables of a folder, resumed runs, and how a release places the tracks."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kit.cold_start import COMBINATIONS
from kit.release import Release
from pipelines import tables
from pipelines.ingest.training_input import ingested
from pipelines.local_audio import attributes
from pipelines.local_audio.journal import Journal
from pipelines.local_audio.listen import Listened, listen
from pipelines.open_data.scale import scales
from pipelines.release.place import arrive
from tests.audio_clips import MAJOR, MINOR, clip, tag, write
from tests.pipelines.test_cli import output_of, run_main

ROOT = Path(__file__).parents[3]
DEMO = next((ROOT / "releases").glob("demo-*"))
ARTIST = "The Fifth Honeys"  # of the demo release
MBID = "9b7e0f0c-5f0e-4c0a-8d6e-1f2a3b4c5d6e"
SCALE = scales(None)


def run(folder: Path, out: Path) -> Listened:
    return listen(folder, out, SCALE, lambda *_: None)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five files: tags with codes, tags, a name, folders, nothing; and a damaged one."""
    folder = tmp_path_factory.mktemp("library")
    sound = clip(120, 9, MINOR, 8)
    tag(write(folder / "1.flac", sound), title="Ferry", artist=ARTIST, musicbrainz_trackid=MBID, isrc="QZES71900001")
    tag(write(folder / "2.mp3", sound), title="Far Ferry", artist="Nobody We Know", album="Harbours", date="1999-05")
    write(folder / f"{ARTIST} - From A Name.ogg", sound)
    write(folder / "Nobody We Know" / "Harbours" / "03 From Folders.wav", sound)
    write(folder / "5.wav", sound)
    (folder / "6.mp3").write_bytes(b"damaged" * 1_000)
    write(folder / ".hidden.wav", sound)
    return folder


@pytest.fixture(scope="module")
def listened(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Listened:
    return run(library, tmp_path_factory.mktemp("out"))


def test_every_file_becomes_a_track_or_is_listed(listened: Listened) -> None:
    tracks = pl.read_parquet(listened.tracks / "tracks.parquet")
    assert sorted(tracks["title"]) == ["Far Ferry", "Ferry", "From A Name", "From Folders"]
    assert tracks["tempo"].to_list() == pytest.approx([120] * 4, rel=0.03)
    assert set(tracks.select("key", "mode").rows()) == {(9, 0)}
    assert tracks.filter(title="Ferry").select("mbid", "isrc").rows() == [(MBID, "QZES71900001")]
    assert tracks.filter(title="Far Ferry").select("album", "year").rows() == [("Harbours", 1999)]
    rejects = map(json.loads, (listened.tracks.parent / "rejects.jsonl").read_text().splitlines())
    assert sorted(one["file"] for one in rejects) == ["5.wav", "6.mp3"]
    assert listened.counts == {
        **{"files": 6, "tracks": 4, "left out": 2},
        **{"named by file name": 1, "named by folders": 1, "named by tags": 2},
    }


def test_every_value_names_its_source_and_few_files_have_no_mapped_value(listened: Listened) -> None:
    values = pl.read_parquet(listened.tracks.parent / "features.parquet")
    assert set(values["feature"]) == {"tempo", "key", "mode"}
    assert set(values.filter(feature="tempo")["source"]) == {"sonara 0.3.6 bpm of the middle 60 s"}
    assert values.filter(file="1.flac").height == 3


def test_mapped_values_are_the_scales_quantiles_of_their_ranks() -> None:
    energies = np.random.default_rng(0).permutation(attributes.FEWEST * 2)
    entries = [
        {"name": f"A - {number}.mp3", "tags": {}, "measured": {"energy": float(energy)}}
        for number, energy in enumerate(energies)
    ]
    entries += [{"name": "A - silent.mp3", "tags": {}, "measured": {}}, {"name": "b.mp3", "tags": {}, "error": "x"}]
    found = attributes.described(entries, SCALE)
    assert found.height == len(energies) + 1
    values = found["energy"].to_numpy()[:-1]
    assert (np.argsort(values) == np.argsort(energies)).all()
    assert np.quantile(values, [0.1, 0.5, 0.9]) == pytest.approx(SCALE["energy"][[1, 5, 9]], abs=0.02)
    assert found["energy"][-1] is None
    sources = attributes.named_values(found)["source"].unique().to_list()
    assert sources == ["sonara 0.3.6 energy of the middle 60 s, quantile-mapped"]
    assert attributes.described(entries[: attributes.FEWEST - 1], SCALE)["energy"].null_count() == 49


@pytest.mark.must("S2-04")
def test_the_cold_start_network_places_the_tracks(listened: Listened, tmp_path: Path) -> None:
    built = ingested([listened.tracks], tmp_path)
    tracks = tables.read(built.path, "tracks")
    placed = arrive(Release(DEMO), tracks).placed
    titles = dict(tracks.select("track_id", "title").iter_rows())
    input_types = {
        titles[one]: COMBINATIONS[kind] for one, kind in zip(placed.track_ids, placed.input_type, strict=True)
    }
    assert input_types == {
        **dict.fromkeys(("Ferry", "From A Name"), "audio+artist"),
        **dict.fromkeys(("Far Ferry", "From Folders"), "audio"),
    }


def test_only_new_and_changed_files_are_measured_again(library: Path, tmp_path: Path) -> None:
    folder, out = shutil.copytree(library, tmp_path / "library"), tmp_path / "out"
    assert run(folder, out).measured_now == 6
    assert run(folder, out).measured_now == 0
    os.utime(folder / "2.mp3", ns=(0, 0))
    (folder / "6.mp3").unlink()
    again = run(folder, out)
    assert (again.measured_now, again.counts["files"]) == (1, 5)
    assert len((out / "measured.jsonl").read_text().splitlines()) == 6  # five, and the changed one's new line


def test_a_killed_run_continues_where_it_was(tmp_path: Path) -> None:
    folder, out = tmp_path / "library", tmp_path / "out"
    first = write(folder / "A - 0.wav", clip(120, 0, MAJOR, 10))
    for number in range(1, 40):
        shutil.copy(first, folder / f"A - {number}.wav")
    command = [sys.executable, "-m", "pipelines.cli", "listen", str(folder), "--out", str(out)]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    journal = out / "measured.jsonl"
    while running.poll() is None and not (journal.exists() and journal.read_bytes().count(b"\n") >= 2):
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    kept = journal.read_bytes().count(b"\n")
    assert 2 <= kept < 40
    with journal.open("a") as file:
        file.write('{"name": "A - 9')  # a line that the kill cut off
    found = run(folder, out)
    assert (found.measured_now, found.counts["tracks"]) == (40 - kept, 40)
    assert len(Journal(journal)._entries) == 40


def test_mistakes_are_one_sentence(tmp_path: Path) -> None:
    done = run_main("listen", tmp_path / "nowhere")
    assert (done.returncode, "is no folder: name the folder of your audio files" in output_of(done)) == (1, True)
    assert "has no audio file" in output_of(run_main("listen", tmp_path))


@pytest.mark.slow
def test_a_hundred_files_with_and_without_tags(tmp_path: Path) -> None:
    """Half with tags and half named by their files: each clip's tempo and key are found."""
    folder, planted = tmp_path / "library", {}
    for number in range(100):
        tempo, key, mode = 62 + number, number % 12, number % 2
        file = write(folder / (f"{number}.flac" if number % 2 else f"Band - {number}.mp3"), clip(tempo, key, mode, 30))
        if number % 2:
            tag(file, title=str(number), artist="Band")
        planted[str(number)] = (tempo, key, mode)
    done = run_main("listen", folder, "--out", tmp_path / "out")
    tracks = pl.read_parquet(Path(done.stdout.split()[-1]) / "tracks.parquet")
    found = {title: rest for title, *rest in tracks.select("title", "tempo", "key", "mode").iter_rows()}
    assert found.keys() == planted.keys()
    tempi = [any(abs(found[one][0] / octave - tempo) < 0.03 * tempo for octave in (0.5, 1, 2))
             for one, (tempo, *_) in planted.items()]  # fmt: skip
    keys = [tuple(found[one][1:]) == key for one, (_, *rest) in planted.items() for key in [tuple(rest)]]
    assert (sum(tempi), sum(keys)) >= (97, 97)
    assert tracks.select("energy", "loudness", "danceability").null_count().sum_horizontal().item() == 0
