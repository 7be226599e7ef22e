"""Rasa adapters: tokenizer, importer, classifier. Nothing here but what Rasa's interfaces ask for."""
