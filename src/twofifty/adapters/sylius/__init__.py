"""Sylius: orders from a listener in the shop, and its Admin API."""
