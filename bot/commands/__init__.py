"""The groups of commands of `elbi`, one module each."""
