"""Medusa, versions 1 and 2: orders from a subscriber of the shop, and its Admin API."""
