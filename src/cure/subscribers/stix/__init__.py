"""STIX 2.1 out: records, as a view released them, become plain objects."""
