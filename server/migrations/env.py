"""Alembic's entry: runs on the connection that `run.py` hands over."""

from alembic import context

from server.core.db import Base
from server.migrations import tables  # noqa: F401

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True, compare_type=True, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
