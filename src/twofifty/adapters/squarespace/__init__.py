"""Squarespace: orders by webhook (an id only) and the Commerce Orders API."""
