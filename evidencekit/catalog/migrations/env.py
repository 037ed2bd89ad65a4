"""Alembic's environment: runs on the connection it is handed, never on a URL of its own."""

from alembic import context

from evidencekit.catalog.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
    include_name=lambda name, kind, _parents: kind != "table" or not str(name).startswith("search"),
)
with context.begin_transaction():
    context.run_migrations()
