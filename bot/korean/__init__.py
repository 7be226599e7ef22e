"""Text → normalised text, jamo, morphemes, meaning. Knows nothing of FAQ or Rasa."""
