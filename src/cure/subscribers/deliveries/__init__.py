"""Deliveries: hits sent to where an organisation wants them, and acknowledged there."""
