"""A webhook of the shop's own, which reaches the customer."""
