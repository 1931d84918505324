"""Benchmarks of the product, each beside a baseline measured in the same run."""
