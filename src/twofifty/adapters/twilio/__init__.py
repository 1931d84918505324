"""Twilio: text messages, and what became of them."""
