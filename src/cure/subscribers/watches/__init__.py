"""Watches: what organisations want to be told of, and the hits that tell them."""
