"""What is kept: one small module per concern, each of plain functions over a connection."""
