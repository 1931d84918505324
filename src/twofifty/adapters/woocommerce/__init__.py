"""WooCommerce: orders by webhook (REST API v1 to v3 shape, and the legacy API's)."""
