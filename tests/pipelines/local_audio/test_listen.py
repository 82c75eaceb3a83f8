"""segue-pipeline listen: tables of a folder, resumed runs, and how a release places the tracks."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest

from kit.cold_start import COMBINATIONS
from kit.release import Release
from pipelines import tables
from pipelines.ingest.training_input import ingested
from pipelines.local_audio import attributes, measure
from pipelines.local_audio.journal import Journal, locked
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
    assert len((out / "measured.jsonl").read_text().splitlines()) == 7  # six, and the changed one's new line


def test_entries_of_files_that_are_not_there_are_kept_for_a_year(library: Path, tmp_path: Path) -> None:
    """A disk that is not mounted, or a folder that cannot be read, must not cost the measuring of its files."""
    folder, out = shutil.copytree(library, tmp_path / "library"), tmp_path / "out"
    run(folder, out)
    (folder / "Nobody We Know").rename(tmp_path / "away")
    assert run(folder, out).counts["files"] == 5
    (tmp_path / "away").rename(folder / "Nobody We Know")
    assert run(folder, out).measured_now == 0
    journal, today = Journal(out / "measured.jsonl"), datetime.now(UTC).date()
    journal.keep({"1.flac"}, today + timedelta(days=365))
    assert len(journal._entries) == 6
    journal.keep({"1.flac"}, today + timedelta(days=366))
    assert list(Journal(out / "measured.jsonl")._entries) == ["1.flac"]


def test_what_may_pass_is_tried_again_and_named_truly(tmp_path: Path) -> None:
    """A mended disk or permission changes neither size nor time of a file."""
    folder, out = tmp_path / "library", tmp_path / "out"
    write(folder / "A - 1.wav", clip(120, 0, MAJOR, 6))
    (folder / "A - 2.wav").symlink_to("/proc/self/mem")
    (folder / "A - 3.wav").symlink_to(tmp_path / "not mounted.wav")
    (folder / "A - 4.mp3").write_bytes(b"damaged" * 1_000)
    found = run(folder, out)
    assert dict(found.left_out) == {
        "A - 2.wav": "input/output error",
        "A - 3.wav": "no such file or directory",
        "A - 4.mp3": measure.UNDECODED,
    }
    assert set(Journal(out / "measured.jsonl")._entries) == {"A - 1.wav", "A - 4.mp3"}
    assert run(folder, out).measured_now == 1
    entry = {**json.loads((out / "measured.jsonl").read_text().splitlines()[0]), "error": "it cannot be decoded"}
    del entry["measured"]  # as an earlier version wrote a passing failure
    (out / "measured.jsonl").write_text(json.dumps(entry) + "\n")
    assert run(folder, out).counts["tracks"] == 1


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from pipelines.local_audio.files import audio_files
from pipelines.local_audio.worker import measured
os.setgroups([]), os.setgid(65534), os.setuid(65534)
found = audio_files(Path(sys.argv[1]))
print([file.name for file in found.files], found.unread, measured(Path(sys.argv[1], "shut.wav")), sep="\\n")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become a user who may not read a file")
def test_what_may_not_be_read_is_named_with_permission_denied() -> None:
    with TemporaryDirectory(dir="/var/tmp") as name:  # pytest's own folders are root's alone
        folder = Path(name)
        folder.chmod(0o755)
        write(folder / "shut.wav", clip(120, 0, MAJOR, 6)).chmod(0)
        write(folder / "in" / "a.wav", clip(120, 0, MAJOR, 6)).parent.chmod(0)
        done = subprocess.run([sys.executable, "-c", UNPRIVILEGED, name], cwd=ROOT, capture_output=True, text=True)
    files, unread, answer = done.stdout.splitlines()
    assert files == "['shut.wav']"
    assert unread == "[('in', 'permission denied')]"
    assert answer == "{'tags': {}, 'error': 'permission denied'}"


def test_folders_that_cannot_be_read_are_left_out_by_name(library: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(library, tmp_path / "library")
    deep = folder / "deep"
    deep.mkdir()
    try:
        os.chdir(deep)
        for _ in range(20):  # a path of over 4,096 bytes cannot be opened, by root either
            Path("x" * 250).mkdir()
            os.chdir("x" * 250)
    finally:
        os.chdir(ROOT)
    found = run(folder, tmp_path / "out")
    [(name, why)] = [one for one in found.left_out if one[0].startswith("deep")]
    assert why == "file name too long"
    rejects = [json.loads(line) for line in (tmp_path / "out" / "rejects.jsonl").read_text().splitlines()]
    assert {"file": name, "reason": why} in rejects


@pytest.mark.parametrize(
    "damaged",
    [
        {"tags": None}, {"tags": []}, {"tags": {"title": 3}}, {"measured": None}, {"measured": {"bpm": "fast"}},
        {"seen": 3}, {"name": 3},
    ],
    ids=str,
)  # fmt: skip
def test_damaged_lines_of_the_journal_are_passed_over(damaged: dict[str, object], tmp_path: Path) -> None:
    folder, out = tmp_path / "library", tmp_path / "out"
    write(folder / "A - 1.wav", clip(120, 0, MAJOR, 6))
    run(folder, out)
    entry = {**json.loads((out / "measured.jsonl").read_text()), **damaged}
    lines: tuple[object, ...] = {name: value for name, value in entry.items() if value is not None}, [[]], "x"
    (out / "measured.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + "\xff[" * 3)
    again = run(folder, out)
    assert (again.measured_now, again.counts["tracks"]) == (1, 1)


def test_a_name_that_is_no_text_is_measured_and_printed_with_escapes(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    first = write(folder / "a.wav", clip(120, 0, MAJOR, 6))
    first.rename(folder / os.fsdecode(b"Ferry\xff - Quiet.wav"))
    (folder / "b\x1b[2J\nc\u202e.mp3").write_bytes(b"damaged" * 1_000)
    done = run_main("listen", folder, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert pl.read_parquet(tmp_path / "out" / "tracks" / "tracks.parquet")["title"].to_list() == ["Quiet"]
    assert "left out: b\\x1b[2J\\nc\\u202e.mp3: it cannot be decoded" in done.stderr


def test_a_second_run_on_the_same_folder_prints_that_it_waits(
    tmp_path: Path,
) -> None:
    folder, out = tmp_path / "library", tmp_path / "out"
    write(folder / "A - 1.wav", clip(120, 0, MAJOR, 6))
    out.mkdir()
    with ThreadPoolExecutor(1) as threads:
        with locked(out):
            second = threads.submit(run_main, "listen", folder, "--out", out)
            time.sleep(3)
            assert not second.done()
        done = second.result(60)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(f"waiting for another run, which writes to {out}") == 1


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
