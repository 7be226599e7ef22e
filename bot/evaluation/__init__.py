"""How well 엘비 answers: retrieval, categories, and the regression set a release has to pass."""
