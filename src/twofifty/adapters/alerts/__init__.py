"""Gateways of short messages: what they share, and which there are."""
