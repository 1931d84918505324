"""Amazon's Selling Partner API: its notifications and its orders, of both versions."""
