"""What servers say, in words: a table a subject."""
