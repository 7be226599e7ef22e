"""The loop from an unanswered question to a published answer: what waits, who works on it, what it became."""
