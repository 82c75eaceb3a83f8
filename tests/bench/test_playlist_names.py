"""bench.playlist_names: the cost of every name is measured, and a release without a name model is reported."""

from pathlib import Path

import pytest

from bench.playlist_names import NAMES, model_of, names_table
from tests import worlds
from tests.named_release import written_with_names


def test_every_name_has_a_row(tmp_path: Path) -> None:
    release = written_with_names(tmp_path)
    worlds.set_current(release.path.parent, release)
    release.path.parent.rename(tmp_path / "releases")
    table = names_table(model_of(tmp_path), rounds=1)
    assert [row[0] for row in table.rows] == [f"{len(name)} characters" for name in NAMES]


def test_a_release_without_a_name_model_is_reported(tmp_path: Path) -> None:
    worlds.set_current(tmp_path / "releases", worlds.write_small_release(tmp_path / "releases"))
    with pytest.raises(SystemExit, match="has no name model"):
        model_of(tmp_path)
