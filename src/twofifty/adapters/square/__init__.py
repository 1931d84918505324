"""Square: orders by webhook (an id only), payments and refunds, and the Orders API."""
