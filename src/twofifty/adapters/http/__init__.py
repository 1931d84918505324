"""HTTP to shops and platforms: one request, bounded in size and time."""
