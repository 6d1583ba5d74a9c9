"""Addresses that behave alike: behaviour kept up with the log, and answers for each audience."""
