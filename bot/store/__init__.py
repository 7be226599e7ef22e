"""What is kept: one small module per concern, each of plain functions over a connection."""

import bot.store.schema_review  # noqa: F401 - every table is known wherever one is
