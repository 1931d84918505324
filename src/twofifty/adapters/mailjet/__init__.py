"""Mailjet: its sending API, and its delivery events."""
