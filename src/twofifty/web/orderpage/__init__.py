"""The customer's order page: server-rendered, without scripts, opened by a signed link."""
