"""PayPal: orders, payments and refunds by webhook, and the REST API."""
