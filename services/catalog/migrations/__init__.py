"""The schema of catalog, one Alembic revision a step."""
