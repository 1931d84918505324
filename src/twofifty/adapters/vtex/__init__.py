"""VTEX: its hook and feed, and the orders of its Orders API (OMS)."""
