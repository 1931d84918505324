"""Suppressions as files: ours, and what providers export. Pure."""
