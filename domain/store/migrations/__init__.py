"""Alembic's folder: one history for every database; imported only when a schema is behind."""
