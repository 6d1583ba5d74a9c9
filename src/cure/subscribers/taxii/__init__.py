"""TAXII 2.1: collections of STIX objects, given out page by page and taken in.

Source: https://docs.oasis-open.org/cti/taxii/v2.1/taxii-v2.1.html
"""
