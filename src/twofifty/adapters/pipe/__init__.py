"""News of work over a pipe between the intake process and its workers."""
