"""Judges: programs of others, each in an environment of its own."""

collect_ignore = ["intelmq_collects.py"]
"""It runs where IntelMQ is."""
