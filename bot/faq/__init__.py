"""FAQ content: its model, and reading and checking the YAML people write."""
