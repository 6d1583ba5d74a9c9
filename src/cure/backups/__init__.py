"""Copies of a data directory: made while it is used, checked, and brought back."""
