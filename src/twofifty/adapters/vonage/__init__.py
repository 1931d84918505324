"""Vonage: text messages, and what became of them."""
