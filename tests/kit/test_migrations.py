"""Schemas: the newest revision by the names of the files, and a database that has it."""

import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from kit import migrations

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(ROOT.glob("services/*/migrations"))


@pytest.mark.parametrize("scripts", SCRIPTS, ids=lambda scripts: scripts.parent.name)
def test_the_last_file_is_the_newest_revision(scripts: Path) -> None:
    assert migrations.newest(scripts) == ScriptDirectory(str(scripts)).get_current_head()


@pytest.fixture
def scripts() -> Path:
    return ROOT / "services/report/migrations"


def test_a_database_that_has_it_is_left_alone_without_alembic(
    scripts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'report.db'}")
    with engine.begin() as connection:
        migrations.upgrade(connection, scripts)
        monkeypatch.setitem(sys.modules, "alembic", None)
        migrations.upgrade(connection, scripts)
        connection.execute(text("DELETE FROM alembic_version"))
        with pytest.raises(ImportError):
            migrations.upgrade(connection, scripts)
    engine.dispose()


def test_a_folder_without_revisions_has_none(tmp_path: Path) -> None:
    assert migrations.newest(tmp_path) is None
