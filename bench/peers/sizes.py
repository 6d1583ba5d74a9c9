"""Who is measured, and at which sizes."""

PEERS = ("cure", "duckdb", "clickhouse", "sqlite", "postgres", "redis", "synapse")
SIZES = (100_000, 1_000_000, 20_000_000, 100_000_000)
