"""Adapters that live in this process: for tests, and for `--workers 0`."""
