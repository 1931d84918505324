"""Tickets as messages of SQS, and back. Pure.

The body is the ticket as `queue.envelope` writes it for every broker, in base64, because SQS takes
text only. Nothing stands in message attributes.
"""

import base64
import binascii
from collections.abc import Sequence

import msgspec

from twofifty.adapters.sqs.topology import Queues
from twofifty.queue.carrier import Ticket
from twofifty.queue.envelope import packed, unpacked


class Letter(msgspec.Struct, frozen=True):
    """One message to be sent. `group` and `once`: for FIFO queues only; of several letters with the
    same `once` in five minutes, the queue takes one."""

    job: int
    queue: str
    body: str
    group: str = ""
    once: str = ""

    def size(self) -> int:
        """How much of a request's limit it takes, in bytes."""
        return len(self.body)

    def entry(self, number: int) -> dict[str, str]:
        """As SendMessageBatch wants it."""
        plain = {"Id": str(number), "MessageBody": self.body}
        if not self.group:
            return plain
        return {**plain, "MessageGroupId": self.group, "MessageDeduplicationId": self.once}


def letters(tickets: Sequence[Ticket], queues: Queues) -> list[Letter]:
    """A letter for each ticket, the urgent ones first. One whose content is more than its queue
    takes travels without it: whoever has the store does not need it."""
    return [
        Letter(ticket.job, queues.urgent if ticket.priority else queues.later, body)
        for ticket in sorted(tickets, key=_rank)
        for body in (_fitting(ticket, queues.limit),)
    ]


def in_groups(sent: Sequence[Letter], groups: int, epoch: str) -> list[Letter]:
    """The same for FIFO queues. A group's tickets go to one taker at a time, so there are many, and
    neighbours are in different ones. What is sent again for want of an answer has the same `once`;
    what is published anew has another, for it has to arrive."""
    return [
        msgspec.structs.replace(one, group=f"g{one.job % groups}", once=f"{one.job}.{epoch}")
        for one in sent
    ]


def ticket_of(body: str) -> Ticket | None:
    """The ticket in a message, None where there is none."""
    try:
        return unpacked(base64.b64decode(body, validate=True))
    except (binascii.Error, ValueError):
        return None


def _rank(ticket: Ticket) -> bool:
    return not ticket.priority


def _fitting(ticket: Ticket, limit: int) -> str:
    body = _text(ticket)
    return body if len(body) <= limit else _text(Ticket(ticket.job, ticket.priority))


def _text(ticket: Ticket) -> str:
    return base64.b64encode(packed(ticket)).decode("ascii")
