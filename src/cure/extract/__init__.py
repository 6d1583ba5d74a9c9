"""Extraction: what documents for people say of observables, with the place of every word."""
