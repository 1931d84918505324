"""Order events in, confirmations that surely arrive out."""

__version__ = "0.1.0"
