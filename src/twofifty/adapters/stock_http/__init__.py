"""Stock from an HTTP endpoint of the shop."""
