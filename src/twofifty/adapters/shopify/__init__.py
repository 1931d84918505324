"""Shopify: orders by webhook (Admin REST shape)."""
