"""Run by alembic: applies the migrations over the connection Database.upgrade hands in."""

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
