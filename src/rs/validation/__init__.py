"""Validation: products against in-situ data and against other processors, the constant guess always beside."""
