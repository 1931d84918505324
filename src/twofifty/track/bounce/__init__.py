"""Bounces, complaints and automatic answers, read from the mail that came back. Pure."""
