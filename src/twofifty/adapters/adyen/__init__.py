"""Adyen: payments, captures, cancellations and refunds by webhook."""
