"""Tests of the migration command of auth."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from services.auth.migrate import migrate
from services.auth.settings import Settings
from tests import shared_schemas
from tests.services.auth.conftest import SECRET, SERVICE_KEY, running

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings whose database is empty."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with shared_schemas.none_yet():
        yield Settings(data=tmp_path, database_url=url, secret=SECRET, service_key=SERVICE_KEY)


async def test_a_service_with_migration_disabled_uses_a_migrated_database(settings: Settings) -> None:
    by_job = settings.model_copy(update={"migrate_at_start": False})
    with pytest.raises(SQLAlchemyError):
        async with running(by_job):
            pass
    await migrate(by_job)
    await migrate(by_job)
    async with running(by_job) as service:
        await service.sign_up()


async def test_migrating_needs_no_secret(settings: Settings) -> None:
    await migrate(settings.model_copy(update={"secret": None}))


def test_the_database_is_a_file_in_the_data_folder_unless_a_url_says_otherwise(tmp_path: Path) -> None:
    assert Settings(data=tmp_path).database == f"sqlite:///{tmp_path}/auth.db"
    assert Settings(database_url="postgresql://somewhere/else").database == "postgresql://somewhere/else"
