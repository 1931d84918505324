"""Saleor: orders by webhook (subscriptions, older JSON, NOTIFY_USER) and its GraphQL API."""
