"""A scriptable SMTP receiver on loopback.

async with Receiver(take_then_drop) as receiver: ...       in the test's own loop
with running_receiver(greylist()) as receiver: ...          beside a synchronous test
python -m twofifty.testing.receiver --script lie:0.02       as a process of its own
"""

from twofifty.testing.receiver.offer import Offer
from twofifty.testing.receiver.server import Receiver, running_receiver

__all__ = ["Offer", "Receiver", "running_receiver"]
