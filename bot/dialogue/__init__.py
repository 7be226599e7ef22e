"""The embedded Rasa agent: a turn in, replies out."""
