"""Mollie: orders of the Orders API, or payments, by webhook and API."""
