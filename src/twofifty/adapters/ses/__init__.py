"""Amazon SES: its sending API, and its delivery events."""
