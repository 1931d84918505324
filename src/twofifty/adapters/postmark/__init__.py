"""Postmark: its sending API, and its delivery events."""
