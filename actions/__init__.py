"""Rasa actions, one a file: each takes the question out of the tracker, calls one service and utters what it says."""
