"""Stripe: checkouts, payments or invoices as orders, by webhook and API."""
