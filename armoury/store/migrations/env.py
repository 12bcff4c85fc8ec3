"""Alembic's entry: run the revisions on the connection that `armoury.store.upgrade` hands in, in its transaction."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=False, transactional_ddl=False)
context.run_migrations()
