"""Broker-neutral work: how long to wait, how to be woken, the worker's loop."""
