"""What SQS answers, as far as it is read (Amazon SQS API Reference, 2012-11-05).

Everything has a default: an answer with parts missing confirms nothing that it does not name.
"""

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """One entry of a batch that was done."""

    Id: str = ""


class Failure(msgspec.Struct, frozen=True):
    """One entry of a batch that was not done, and why."""

    Id: str = ""
    Code: str = ""
    Message: str = ""


class Batch(msgspec.Struct, frozen=True):
    """SendMessageBatch, DeleteMessageBatch, ChangeMessageVisibilityBatch."""

    Successful: tuple[Entry, ...] = ()
    Failed: tuple[Failure, ...] = ()


class Message(msgspec.Struct, frozen=True):
    """One message of ReceiveMessage."""

    MessageId: str
    ReceiptHandle: str
    Body: str = ""
    Attributes: dict[str, str] = {}

    def number(self, attribute: str) -> int:
        """An attribute that is a number, 0 where it is not said."""
        said = self.Attributes.get(attribute, "")
        return int(said) if said.isdecimal() else 0


class Messages(msgspec.Struct, frozen=True):
    """ReceiveMessage."""

    Messages: tuple[Message, ...] = ()


class QueueAddress(msgspec.Struct, frozen=True):
    """GetQueueUrl, CreateQueue."""

    QueueUrl: str


class QueueSays(msgspec.Struct, frozen=True):
    """GetQueueAttributes."""

    Attributes: dict[str, str] = {}

    def number(self, attribute: str) -> int | None:
        """An attribute that is a number, None where it is not said."""
        said = self.Attributes.get(attribute, "")
        return int(said) if said.isdecimal() else None
