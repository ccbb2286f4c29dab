"""Benchmarks: one workload a file, ratios to a peer in the same run."""
