"""The console program on files. On any failure the previous release keeps serving.

One run of each group of commands, and whatever is killed or interrupted, is a process of its own (`segue`, `started`);
the others run in this one (`asked`).
"""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest

from kit.release import Release
from kit.release_current import current_version
from pipelines import console, tables
from pipelines.cli import main
from pipelines.evaluate.release_score import score, score_release
from pipelines.evaluate.world import CannotEvaluate
from pipelines.release.publish import quiet
from tests import worlds
from tests.published import source_files
from tests.repo.test_slim_extras import HIDER, modules_of

ROOT = Path(__file__).parents[2]
STAGES = (
    "ingest", "graph train", "train train", "train held-out", "query model", "names train", "evaluate",
    "cold-start evaluation", "graph all", "train all", "coldstart", "names all", "map", "calibrate",
    "release", "publish",
)  # fmt: skip
COMMANDS = {
    "refresh": "--seed", "ingest": "--work", "graph": "--work", "train": "--seed", "coldstart": "--seed",
    "evaluate": "--view", "tune": "--model", "plot": "--out", "eda": "--out", "release": "--name", "demo": "--out",
    "publish": "--data", "releases": "--data", "rollback": "--data", "place": "--data", "track-graph": "--out",
    "compare": "--json", "export-csv": "--out", "evaluate-triplets": "--users",
    "backup": "--data", "restore": "--force", "prune": "--days", "listen": "--out",
}  # fmt: skip
Done = subprocess.CompletedProcess[str]


def environment() -> dict[str, str]:
    """The environment of this process without settings of another data folder or index; threads affect vectors."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")}
    return own | {"OMP_NUM_THREADS": "1"}


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "pipelines", *map(str, words)]


def segue(*words: object) -> Done:
    return subprocess.run(command(*words), cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300)


def run_main(*words: object, **variables: str) -> Done:
    """Runs the program in this process: a fresh interpreter loads the training libraries for 8 CPU seconds.

    It finds these variables of ours in the environment, and no others.
    """
    out, errors, status = StringIO(), StringIO(), 0
    with (
        patch.object(sys, "argv", ["segue-pipeline", *map(str, words)]),
        patch.dict(os.environ, environment() | variables, clear=True),
        redirect_stdout(out),
        redirect_stderr(errors),
    ):
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
    return Done(words, status, out.getvalue(), errors.getvalue())


def started(*words: object) -> subprocess.Popen[str]:
    """Runs the program in its own process group, as a terminal does."""
    return subprocess.Popen(
        command(*words),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(what: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not what():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)


def output_of(done: Done) -> str:
    """The one sentence of a user error."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("segue-pipeline: ")
    return last


def scratch(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*")]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return source_files(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def refreshed(sources: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done, Done]:
    """A data folder, and the output of its first and second refresh."""
    data = (
        tmp_path_factory.mktemp("a folder whose name is long enough to be wrapped where lines are eighty wide") / "data"
    )
    return data, segue("refresh", *sources, "--data", data), run_main("refresh", *sources, "--data", data)


@pytest.fixture(scope="module")
def version(refreshed: tuple[Path, Done, Done]) -> str:
    found = current_version(refreshed[0] / "releases")
    assert found is not None, refreshed[1].stderr
    return found


@pytest.fixture
def data(refreshed: tuple[Path, Done, Done], tmp_path: Path) -> Path:
    """A modifiable copy of the data folder; cp keeps the holes in the index files, 2 MB of 190."""
    subprocess.run(["cp", "-R", refreshed[0], tmp_path / "data"], check=True)
    return tmp_path / "data"


@pytest.fixture
def other(tmp_path: Path) -> Release:
    """A second release of the same world, to be published or damaged."""
    return worlds.write_small_release(tmp_path / "other", seed=8)


# -- refresh ---------------------------------------------------------------------------------------------------------
@pytest.mark.must("S2-07")
def test_refresh_builds_and_publishes_a_release_from_files(refreshed: tuple[Path, Done, Done], version: str) -> None:
    data, first, _ = refreshed
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines() == [
        f"{version} serves now",
        f"Next: make run DATA={data}, then open http://127.0.0.1:8000",
    ]
    release = Release(data / "releases" / version)
    release.verify()
    assert release.embedded == 196
    assert (data / "index" / version).is_dir()


def test_each_stage_is_one_line_however_long_its_paths(refreshed: tuple[Path, Done, Done], version: str) -> None:
    data, first, _ = refreshed
    lines = first.stderr.splitlines()
    assert [line.removeprefix("done ")[: console.NAME_WIDTH].strip() for line in lines] == list(STAGES)
    assert all(re.search(r"\(\d+\.\d s\)$", line) for line in lines)
    assert f"196 tracks, 196 with vectors, in {data / 'releases' / version} (" in lines[STAGES.index("release")]
    assert "\x1b" not in first.stderr + first.stdout


def test_a_second_refresh_reuses_every_stage(refreshed: tuple[Path, Done, Done], version: str) -> None:
    _, _, second = refreshed
    assert second.returncode == 0
    lines = second.stderr.splitlines()
    assert len(lines) == len(STAGES)
    assert all(line.endswith("(reused)") for line in lines)
    assert second.stdout.startswith(f"{version} serves now\n")


def test_release_writes_what_refresh_published(
    sources: list[Path], refreshed: tuple[Path, Done, Done], version: str, tmp_path: Path
) -> None:
    """From the same finished stages."""
    done = run_main("release", *sources, "--data", refreshed[0], "--out", tmp_path)
    assert done.stdout == f"{tmp_path / version}\n"
    assert Release(tmp_path / version).version == version
    assert done.stderr.count("(reused)") == len(STAGES) - 2  # all but the release itself, and publish


@pytest.mark.slow
def test_a_refresh_killed_during_training_resumes(
    sources: list[Path], data: Path, version: str, tmp_path: Path
) -> None:
    """The killed run leaves the old release serving; the next one gives the very same release."""
    work = tmp_path / "work"
    process = started("refresh", *sources, "--data", data, "--work", work)
    wait_for(lambda: scratch(work / "train"), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert scratch(work / "train")
    assert current_version(data / "releases") == version
    again = run_main("refresh", *sources, "--data", data, "--work", work)
    assert again.returncode == 0, again.stderr
    lines = {line.removeprefix("done ")[:11].strip(): line for line in again.stderr.splitlines()}
    assert all(lines[name].endswith("(reused)") for name in ("ingest", "graph train"))
    assert not lines["train train"].endswith("(reused)")
    assert again.stdout.startswith(f"{version} serves now\n")
    assert scratch(work) == []


def test_ctrl_c_is_one_line_and_leaves_nothing_half_written(
    sources: list[Path], data: Path, version: str, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    process = started("refresh", *sources, "--data", data, "--work", work)
    wait_for(lambda: scratch(work / "train"), process)
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate()
    assert process.returncode == 130
    assert out == ""
    assert errors.splitlines()[-1] == "stopped by Ctrl-C: what is finished is kept, run the same command again to go on"
    assert all(line.startswith("done ") for line in errors.splitlines()[:-1])
    assert scratch(work) == []
    assert current_version(data / "releases") == version


def test_ctrl_c_while_the_index_is_built_leaves_the_old_release_serving(
    data: Path, version: str, other: Release
) -> None:
    process = started("publish", other.path, "--data", data)
    wait_for(lambda: scratch(data / "index"), process)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "stopped by Ctrl-C" in errors.splitlines()[-1]
    assert scratch(data / "index") == scratch(data / "releases") == []
    assert current_version(data / "releases") == version


# -- sources that cannot be used -------------------------------------------------------------------------------------
def png(folder: Path) -> Path:
    file = folder / "playlists.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(64))
    return file


def empty_folder(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def untitled(folder: Path) -> Path:
    """Playlists of ids alone, in which a release would find nothing to list after all training."""
    file = folder / "untitled.csv"
    worlds.entries(7).select("playlist_id", "track_id").write_csv(file)
    return file


def lonely_tracks(folder: Path) -> Path:
    """Twelve playlists, and no track is in two of them."""
    rows = [f"p{n},Artist {n},Song {n}-{m}" for n in range(12) for m in range(6)]
    file = folder / "lonely.csv"
    file.write_text("\n".join(["playlist_id,artist,title", *rows]) + "\n")
    return file


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (png, r"/playlists\.csv is a PNG picture: expected a Million Playlist slice \(JSON\), or a table of playlists"),
        (lambda folder: folder / "absent.csv", r"'.*/absent\.csv' does not exist: name a file or a folder"),
        (empty_folder, r"'.*/empty' holds no file to read: expected files that end in \.csv, \.json"),
        (untitled, "no track has a title: name a table of tracks too, with their titles and artists"),
        (lonely_tracks, r"only 0 tracks stand in 2 or more playlists: ingest more playlists"),
    ],
    ids=["a picture", "no file", "an empty folder", "no title", "no song twice"],
)
@pytest.mark.parametrize("more", [[], ["--update"]], ids=str)
def test_sources_that_cannot_be_used_are_refused_in_one_sentence(
    make: Callable[[Path], Path], sentence: str, more: Sequence[str], data: Path, version: str, tmp_path: Path
) -> None:
    done = run_main("refresh", make(tmp_path), "--data", data, *more)
    assert re.search(sentence, output_of(done))
    assert "done train" not in done.stderr
    assert current_version(data / "releases") == version
    assert scratch(data / "work") == []


# -- releases that cannot be published -------------------------------------------------------------------------------
def cut(release: Path) -> None:
    (release / "manifest.json").unlink()


def corrupt(release: Path) -> None:
    content = (release / "cards.jsonl").read_bytes()
    (release / "cards.jsonl").write_bytes(content[::-1])


def of_the_future(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text())
    (release / "manifest.json").write_text(json.dumps(manifest | {"schema_version": 99}))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (cut, "is not a release: it has no manifest.json"),
        (corrupt, "cards.jsonl is corrupt (SHA-256 differs): restore it or build it again"),
        (of_the_future, "has schema 99, this version reads 1: it was made by a newer Segue: update Segue"),
        (lambda release: (release / "ids.npy").unlink(), "ids.npy is missing: the release is incomplete"),
    ],
    ids=["half-written", "corrupt", "another schema", "a file is missing"],
)
def test_a_broken_release_is_refused_and_the_old_one_serves(
    damage: Callable[[Path], None], sentence: str, data: Path, version: str, other: Release
) -> None:
    damage(other.path)
    assert sentence in output_of(run_main("publish", other.path, "--data", data))
    assert current_version(data / "releases") == version
    assert scratch(data / "releases") == []


def test_a_corrupt_release_is_not_evaluated(sources: list[Path], other: Release) -> None:
    corrupt(other.path)
    done = run_main("evaluate", "--release", other.path, "--playlists", sources[1])
    assert "cards.jsonl is corrupt" in output_of(done)
    assert done.stdout == ""


@pytest.fixture
def stopped_publish(data: Path, other: Release) -> Iterator[subprocess.Popen[str]]:
    """A publish that builds its index until it is sent SIGCONT."""
    process = started("publish", other.path, "--data", data)
    wait_for(lambda: scratch(data / "index"), process)
    os.killpg(process.pid, signal.SIGSTOP)
    yield process
    os.killpg(process.pid, signal.SIGCONT)
    process.communicate()


def continued(process: subprocess.Popen[str]) -> None:
    time.sleep(1)
    os.killpg(process.pid, signal.SIGCONT)


@pytest.mark.parametrize("words", [["publish", "--force"], ["publish"], ["refresh"], ["refresh", "--update"]], ids=str)
def test_of_two_publishes_at_once_the_second_waits_and_prints_it_once(
    words: Sequence[str], sources: list[Path], data: Path, other: Release, version: str,
    stopped_publish: subprocess.Popen[str],
) -> None:  # fmt: skip
    read = [data / "releases" / version] if "publish" in words else sources
    with ThreadPoolExecutor(1) as threads:
        threads.submit(continued, stopped_publish)
        done = run_main(*words, *read, "--data", data)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(f"waiting for another publish, which is at work in {data}") == 1
    assert done.stdout.startswith(f"{version} serves now, {other.version} did before\n")
    assert stopped_publish.wait(60) == 0
    assert current_version(data / "releases") == version


def test_a_rollback_beside_a_publish_is_refused_since_another_release_would_be_the_previous_one(
    data: Path, stopped_publish: subprocess.Popen[str], version: str
) -> None:
    refused = run_main("rollback", version, "--data", data)
    assert f"another publish is at work in {data}: wait for it and run again" in output_of(refused)


def test_ctrl_c_ends_the_wait_for_another_publish(
    data: Path, stopped_publish: subprocess.Popen[str], version: str
) -> None:
    waiting = started("publish", data / "releases" / version, "--data", data)
    assert waiting.stderr is not None
    while "waiting for another publish" not in waiting.stderr.readline():
        assert waiting.poll() is None
    waiting.send_signal(signal.SIGINT)
    assert waiting.wait(60) == console.INTERRUPTED
    waiting.communicate()
    assert current_version(data / "releases") == version


# -- releases and rollback -------------------------------------------------------------------------------------------
def test_releases_are_listed_and_rolled_back(data: Path, other: Release, version: str) -> None:
    assert run_main("publish", other.path, "--data", data).returncode == 0
    listed = run_main("releases", "--data", data)
    rows = [line.split() for line in listed.stdout.splitlines() if other.version in line or version in line]
    assert {row[0]: "yes" in row for row in rows} == {other.version: True, version: False}
    assert max(map(len, listed.stdout.splitlines())) <= 80
    back = run_main("rollback", "--data", data)
    assert back.returncode == 0, back.stderr
    assert back.stdout.startswith(f"{version} serves now, {other.version} did before\n")
    assert current_version(data / "releases") == version
    assert run_main("rollback", other.version, "--data", data).returncode == 0
    assert current_version(data / "releases") == other.version


def test_where_nothing_is_older_rollback_says_so(data: Path, version: str) -> None:
    sentence = output_of(run_main("rollback", "--data", data))
    assert sentence == f"segue-pipeline: no release served before the one that serves; there is: {version}"
    assert current_version(data / "releases") == version


def test_rolling_back_to_what_is_not_there_lists_what_is(data: Path, version: str) -> None:
    assert f"there is no release 'mine-0' to go back to; there are: {version}" in output_of(
        run_main("rollback", "mine-0", "--data", data)
    )


def test_an_empty_data_folder_has_no_releases_and_that_is_no_failure(tmp_path: Path) -> None:
    done = run_main("releases", "--data", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"nothing is published under {tmp_path}: segue-pipeline publish FOLDER\n"


def test_a_running_service_is_detected(data: Path, other: Release, version: str) -> None:
    """A process that holds the index of the current release, as recommend does."""
    code = (
        "import sys; from pathlib import Path; from kit.vectors.edge import DirectoryLock; "
        "lock = DirectoryLock(Path(sys.argv[1]), exclusive=False); print('held', flush=True); sys.stdin.read()"
    )
    held = [sys.executable, "-c", code, str(data / "index" / version)]
    with subprocess.Popen(held, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "held\n"
        done = run_main("publish", other.path, "--data", data)
        assert reader.stdin is not None
        reader.stdin.close()
    assert done.stdout.splitlines()[1] == "The running Segue notices within a second: there is nothing to restart."


# -- evaluate --------------------------------------------------------------------------------------------------------
def test_the_figures_of_a_release_are_those_of_score_release(
    refreshed: tuple[Path, Done, Done], version: str, tmp_path: Path
) -> None:
    unseen = tmp_path / "unseen.parquet"
    worlds.entries(seed=99).write_parquet(unseen)
    folder, out = refreshed[0] / "releases" / version, tmp_path / "figures" / "release.json"
    done = segue("evaluate", "--release", folder, "--playlists", unseen, "--seed", 3, "--json", out)
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    task, results = score_release(Release(folder), held_in_order(unseen), seed=3)
    assert found["average_ndcg_100"] == pytest.approx(results.average, rel=1e-9)
    assert found["queries"] == len(task.queries)
    for k, figures in found["by_seeds"].items():
        expected = results.means(int(k))
        assert figures["novelty"] > 0
        assert figures == pytest.approx(expected, rel=1e-9)
    assert Release(folder).manifest.training_playlists == 120
    assert {row["segment"] for row in found["segments"]} == {"rare tracks", "short playlists", "niche listeners"}
    assert f"rare tracks {found['segments'][0]['value']:.4f}" in " ".join(done.stdout.split())
    assert f"{version}: AVG NDCG@100 {results.average:.4f}" in " ".join(done.stdout.split())


@pytest.fixture(scope="module")
def boards(
    sources: list[Path], refreshed: tuple[Path, Done, Done], tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Done, bytes, bytes]]:
    """Two runs of the full evaluation of two cheap models: output, page and figures."""
    page, found = tmp_path_factory.mktemp("board") / "docs" / "leaderboard.md", []
    for _ in range(2):
        words = ("--all", "--models", "popularity,item_knn", "--out", page, "--data", refreshed[0])
        done = run_main("evaluate", *sources, *words)
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{page}\n"
        found.append((done, page.read_bytes(), page.with_suffix(".json").read_bytes()))
    return found


@pytest.mark.must("S0-59", "S1-11")
def test_the_whole_evaluation_is_a_page_with_its_figures_beside_it(boards: list[tuple[Done, bytes, bytes]]) -> None:
    _, page, figures = boards[0]
    stated = json.loads(figures)
    assert [(view["view"], view["positions"]) for view in stated["views"]] == [
        (view, positions) for view in ("5-core", "full") for positions in ("random", "first")
    ]
    assert list(stated["models"]) == ["popularity", "item_knn"]
    run_main = {(row["task"], row["measure"]) for row in stated["tasks"]}
    assert {("likes", "P@10"), ("ordered", "mrr"), ("neighbours", "accuracy at threshold 0")} <= run_main
    assert stated["cold"]["recall"]["warm oracle"]["recall"] > 0
    assert page.startswith(b"# Leaderboard\n\n2 models were trained on the same 111 playlists")


def test_each_step_shows_its_number_the_total_and_the_remaining_time(boards: list[tuple[Done, bytes, bytes]]) -> None:
    steps = [line for line in boards[0][0].stderr.splitlines() if line.startswith("done evaluate")]
    assert [line.split()[2:5] for line in steps] == [[str(n), "of", "7"] for n in range(1, 8)]
    assert "continuation: popularity" in steps[0]
    assert all(re.search(r"\(\d+\.\d s, about \d+ s left\)$", line) for line in steps[:-1])
    assert re.search(r"neighbours \(\d+\.\d s\)$", steps[-1])
    assert "\x1b" not in boards[0][0].stderr


def test_a_second_full_evaluation_is_cached_and_byte_identical(
    boards: list[tuple[Done, bytes, bytes]],
) -> None:
    first, again = boards
    assert all(line.endswith("(reused)") for line in again[0].stderr.splitlines())
    assert again[1:] == first[1:]


def held_in_order(file: Path) -> list[list[str]]:
    """Playlists as `evaluate --release` reads them: sorted by id, tracks by position."""
    entries = pl.read_parquet(file).sort("playlist_id", "position")
    held = entries.group_by("playlist_id", maintain_order=True).agg("track_id")
    return list(held["track_id"].to_list())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["evaluate", "{sources}", "--models", "popularity,nope"], "no model is named 'nope': choose from popularity,"),
        (["evaluate", "{sources}", "--all", "--models", "nope"], "no model is named 'nope': choose from popularity,"),
        (
            ["evaluate", "--release", "{folder}", "--playlists", "{sources}"],
            "is not a release: it has no manifest.json",
        ),
    ],
    ids=["a model", "a model of all", "a release"],
)
def test_missing_inputs_of_evaluate_are_named(
    words: Sequence[str], sentence: str, sources: list[Path], data: Path, version: str, tmp_path: Path
) -> None:
    ranks = {"sources": sources[1], "folder": tmp_path}
    assert sentence in output_of(run_main(*(word.format(**ranks) for word in words), "--data", data))
    assert current_version(data / "releases") == version


def test_an_unknown_role_is_named_in_the_error(sources: list[Path], data: Path, version: str) -> None:
    """Runs in this process: loading the models once more would take seconds."""
    release = data / "releases" / version
    with pytest.raises(CannotEvaluate, match="holds no playlist with the role 'other' to evaluate on"):
        score(release, sources[1], "5-core", "random", 1, "other", quiet)


# -- wrong usage, unwritable folders, slim installs ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["evaluate", "--release", "somewhere"], "both --release and --playlists"),
        (["evaluate", "--playlists", "some.csv"], "both --release and --playlists"),
        (
            ["evaluate", "a.csv", "--release", "somewhere", "--playlists", "some.csv"],
            "give playlists to train and evaluate on",
        ),
        (["evaluate", "--all", "--release", "r", "--playlists", "p.csv"], "leave out --release and --json"),
        (["evaluate", "a.csv", "--all", "--json", "figures.json"], "leave out --release and --json"),
        (["evaluate", "a.csv", "--out", "page.md"], "--out and --seeds belong to --all"),
        (["evaluate", "a.csv", "--all", "--seeds", "1,x"], "'1,x' is no list of seeds"),
        (["evaluate", "a.csv", "--all", "--seed-models", "als"], "give --seeds too"),
        (
            ["evaluate", "a.csv", "--all", "--models", "als", "--seeds", "2", "--seed-models", "ease"],
            "--seed-models names 'ease'",
        ),
        (["evaluate", "a.csv", "--all", "--test"], "--test is for named models on one view"),
        (["evaluate", "--all"], "give playlists to train and evaluate on"),
        (["evaluate", "a.csv", "--view", "open"], "'open' is not one of '5-core', 'full'"),
        (["tune", "a.csv", "--model", "popularity"], "'popularity' is not one of 'als', 'als_s1', 'als_side'"),
        (["refresh", "a.csv", "--name", "a/b"], "'a/b' cannot begin the name of a folder"),
        (["evaluate", "a.csv", "--all", "--seeds", "1,4294967296"], "4294967296 is no seed: use numbers from 0 to"),
        (["refresh", "a.csv", "--seed", "-1"], "greater than or equal to 0"),
        (["refresh", "a.csv", "--seed", "4294967296"], "should be less than or equal to 4294967295"),
        (["refresh", "a.csv", "--seed", "9" * 23], "should be less than or equal to 4294967295"),
        (["refresh"], "Missing argument 'FILES'"),
        (["refrehs"], "No such command 'refrehs'"),
    ],
)
def test_wrong_usage_has_status_two_and_says_what_is_wrong(words: Sequence[str], sentence: str, tmp_path: Path) -> None:
    done = run_main(*words, *(["--data", tmp_path / "data"] if words != ["refrehs"] else []))
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.replace("│", " ").split())
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("option", ["--data", "--work"])
def test_a_file_where_a_folder_should_be_is_named_before_any_work(
    option: str, sources: list[Path], data: Path, tmp_path: Path, version: str
) -> None:
    (tmp_path / "file").write_text("mine")
    sentence = output_of(run_main("refresh", *sources, "--data", data, option, tmp_path / "file"))
    assert re.search(r"cannot write to '.*/file/\w+' \(.*\): choose another folder or repair that", sentence)
    assert (tmp_path / "file").read_text() == "mine"
    assert current_version(data / "releases") == version


def test_unwritable_outputs_are_refused_before_the_evaluation(
    sources: list[Path], data: Path, version: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    release = data / "releases" / version
    done = run_main(
        "evaluate", "--release", release, "--playlists", sources[1], "--json", tmp_path / "file" / "out.json"
    )
    assert "cannot write to" in output_of(done)
    assert done.stdout == ""


def slim(*words: object) -> Done:
    """The program where only the packages for publishing are installed."""
    program = HIDER.format(visible=modules_of("publish"))
    program += (
        f"import sys; sys.argv = ['segue-pipeline', *{[*map(str, words)]!r}]; from pipelines.cli import main; main()"
    )
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment(), capture_output=True, text=True)


@pytest.mark.parametrize("name", ["refresh", "demo"])
def test_without_the_training_packages_the_sentence_names_what_to_install(
    name: str, sources: list[Path], tmp_path: Path
) -> None:
    words = [*sources, "--data", tmp_path] if name == "refresh" else ["--out", tmp_path]
    sentence = output_of(slim(name, *words))
    assert "is not installed; this needs the training packages: pip install -e '.[pipelines]'" in sentence
    assert "make refresh" in sentence


def test_without_the_training_packages_releases_are_listed(refreshed: tuple[Path, Done, Done], version: str) -> None:
    done = slim("releases", "--data", refreshed[0])
    assert done.returncode == 0, done.stderr
    assert version in done.stdout


# -- what it says about itself ---------------------------------------------------------------------------------------
@pytest.mark.must("S2-07")
@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command_gives_an_example_and_its_options(name: str) -> None:
    done = run_main(name, "--help")
    assert done.returncode == 0
    text = " ".join(done.stdout.replace("│", " ").split())
    assert f"Example: segue-pipeline {name}" in text
    assert COMMANDS[name] in text
    assert "[default: " in text
    assert re.search(r"Prints|previous release|checked like", text)


def test_help_lists_every_command_and_the_exit_statuses() -> None:
    text = " ".join(run_main("--help").stdout.replace("│", " ").split())
    assert all(re.search(rf" {name} +[A-Z]", text) for name in COMMANDS)
    assert "Exit status: 0 done, 1 something to mend" in text


def test_on_a_terminal_the_progress_line_is_updated(refreshed: tuple[Path, Done, Done], version: str) -> None:
    data = refreshed[0]
    ours, theirs = pty.openpty()
    words = command("publish", data / "releases" / version, "--data", data)
    terminal = environment() | {"TERM": "xterm-256color", "COLUMNS": "80"}
    process = subprocess.Popen(words, cwd=ROOT, env=terminal, stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    shown = b""
    while chunk := read(ours):
        shown += chunk
    out, _ = process.communicate()
    assert process.returncode == 0
    assert b"verifying 0 %" in shown
    assert b"\x1b[" in shown
    assert out.startswith(f"{version} serves now")


def read(terminal: int) -> bytes:
    """What the terminal shows next; nothing when the other side has gone."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_rows_that_are_left_out_are_counted_and_listed(tmp_path: Path) -> None:
    rows = [f"p{n % 3},Band {n},Song {n}" for n in range(9)]
    (tmp_path / "some.csv").write_text("\n".join(["playlist_id,artist,title", *rows, "p1,,", ""]))
    done = run_main("ingest", tmp_path / "some.csv", "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    assert f"1 rows left out, see {folder / 'rejects.jsonl'}" in done.stderr
    assert json.loads((folder / "rejects.jsonl").read_text().splitlines()[0])["line"] == 11
    assert np.array_equal(tables.read(folder, "entries")["playlist_id"].value_counts()["count"], [3, 3, 3])
