"""Channels made of channels: failover, weights, health, breakers, rates, one interface.

`routes` puts them together; `drawn` shows how. Each policy is a `deliver.ports.Channel` around
others and knows nothing of them but that. What it decides is decided by values and small machines
without I/O: time and dates come in.
"""
