"""The HTTP side: the chat API, the pages, health and metrics."""
