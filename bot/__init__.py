"""엘비 (LV), a Korean FAQ chatbot for the vendors of a procurement portal."""

__version__ = "0.1.0"
