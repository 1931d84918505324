"""What became of everything: orders, messages and their histories, to look at and to act on."""
