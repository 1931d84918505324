"""From raw bytes at the door to canonical events that are safely on disk."""
