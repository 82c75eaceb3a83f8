"""Tests of the migration command of report."""

from pathlib import Path

import pytest

from services.report.app import create_app
from services.report.migrate import migrate
from services.report.settings import Settings
from tests import shared_schemas

pytestmark = pytest.mark.anyio


async def test_a_service_with_migration_disabled_uses_a_migrated_database(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, migrate_at_start=False)
    with shared_schemas.none_yet():
        await migrate(settings)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        assert await app.state.store.ping() == "ok"


async def test_the_database_is_a_file_in_the_data_folder_unless_a_url_says_otherwise(tmp_path: Path) -> None:
    assert Settings(data=tmp_path).database == f"sqlite:///{tmp_path}/report.db"
    assert Settings(database_url="postgresql://somewhere/else").database == "postgresql://somewhere/else"
