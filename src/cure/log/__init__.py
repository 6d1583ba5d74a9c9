"""The durable, ordered record log, and the snapshots that spare a replay."""
