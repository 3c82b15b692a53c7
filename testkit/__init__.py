"""What tests and benchmarks share: keys that sign, tokens, and a caller of a deployed API."""
