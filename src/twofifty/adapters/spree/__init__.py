"""Spree: orders by webhook (versions 4 and 5), its APIs v3 and v2, and older REST documents."""
