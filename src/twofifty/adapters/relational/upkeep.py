"""What keeps a store in order: how far was read, who does what, what balances, what may go."""

from twofifty.adapters.relational.attic import SqlAttic
from twofifty.adapters.relational.audit import SqlAudit
from twofifty.adapters.relational.books import SqlBooks
from twofifty.adapters.relational.codec import Codec
from twofifty.adapters.relational.duties import SqlDuties
from twofifty.adapters.relational.ports import Reader, Writer


class Upkeep:
    """The ports of upkeep over one database."""

    def __init__(self, writer: Writer, reader: Reader, codec: Codec) -> None:
        self.attic = SqlAttic(writer, reader, codec)
        self.audit = SqlAudit(reader)
        self.books = SqlBooks(writer, reader, codec)
        self.duties = SqlDuties(writer)
