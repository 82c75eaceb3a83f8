"""The schema of auth, one Alembic revision a step."""
