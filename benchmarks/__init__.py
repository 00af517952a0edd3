"""Measures Tocsin beside a floor (polars) and a peer (IntelMQ) on one generated workload."""
