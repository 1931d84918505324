"""Paddle Billing: transactions and adjustments, by webhook and API."""
