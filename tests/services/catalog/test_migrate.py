"""Tests of the migration command of catalog."""

from pathlib import Path

import pytest

from services.catalog.app import create_app
from services.catalog.migrate import migrate
from services.catalog.settings import Settings
from tests import shared_schemas

pytestmark = pytest.mark.anyio


async def test_a_service_with_migration_disabled_uses_a_migrated_database(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, migrate_at_start=False)
    with shared_schemas.none_yet():
        await migrate(settings)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        assert await app.state.store.ping() == "ok"
        assert await app.state.store.imports.imported() is None


async def test_the_database_is_a_file_in_the_data_folder_unless_a_url_says_otherwise(tmp_path: Path) -> None:
    assert Settings(data=tmp_path).database == f"sqlite:///{tmp_path}/catalog.db"
    assert Settings(database_url="postgresql://somewhere/else").database == "postgresql://somewhere/else"
