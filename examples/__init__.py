"""Programs and backends to start from."""
