"""Watched values: which values of the hub fit which entries of watches."""
