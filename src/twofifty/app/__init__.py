"""The only composition root: Settings in, wired services out. Fakes come in by keyword."""

from twofifty.app.check import check
from twofifty.app.delivery import Delivery, Leaving
from twofifty.app.folder import data_folder, has_key, kept_key
from twofifty.app.letters import sample
from twofifty.app.service import Service

__all__ = [
    "Delivery",
    "Leaving",
    "Service",
    "check",
    "data_folder",
    "has_key",
    "kept_key",
    "sample",
]
