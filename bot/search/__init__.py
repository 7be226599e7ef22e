"""FAQ entries → the ones a question is about. Pure functions of (entries, question)."""
