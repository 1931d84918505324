"""Short messages: what is said of an order where a mail does not reach its customer."""
