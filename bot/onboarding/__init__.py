"""Onboarding of a new vendor: the guide's procedure as a model, pure functions over a company's record."""
