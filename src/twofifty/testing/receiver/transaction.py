"""MAIL, RCPT, DATA and BDAT: from an envelope to a message that has arrived."""

from collections.abc import Mapping

import msgspec

from twofifty.deliver.outcome import Phase
from twofifty.testing.ledger import Arrival
from twofifty.testing.moment import Moment
from twofifty.testing.receiver import replies
from twofifty.testing.receiver.acting import Act
from twofifty.testing.receiver.content import ChunkReader, DotReader
from twofifty.testing.receiver.parsing import Path, path_of
from twofifty.testing.receiver.session import Session, Verbs

_MAIL_PARAMETERS = {"SIZE", "BODY", "SMTPUTF8", "AUTH"}
_MAIL_DSN, _RCPT_DSN = {"RET", "ENVID"}, {"NOTIFY", "ORCPT"}
_BODIES = {"", "7BIT", "8BITMIME"}


class Transaction:
    """One mail transaction after the other. A bad BDAT ends the connection, as nobody can know
    where the next command begins."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._offer = session.offer
        self._number = 0
        self.reset()

    def reset(self) -> None:
        """No transaction is under way."""
        self._sender: str | None = None
        self._utf8 = False
        self._recipients: tuple[str, ...] = ()
        self._chunks: list[bytes] = []
        self._spoilt = False

    @property
    def verbs(self) -> Verbs:
        """What it answers to."""
        verbs = {b"MAIL": self._mail, b"RCPT": self._rcpt, b"DATA": self._data, b"RSET": self._rset}
        return verbs | ({b"BDAT": self._bdat} if self._offer.chunking else {})

    def _mail(self, argument: bytes) -> None:
        path = path_of("FROM", argument)
        if not self._session.hello or self._sender is not None:
            self._session.say(replies.OUT_OF_ORDER)
        elif self._offer.users and not self._session.user:
            self._session.say(replies.AUTH_NEEDED)
        elif path is None:
            self._session.say(replies.BAD_ARGUMENT)
        elif wrong := self._wrong_with(path.address, path.parameters):
            self._session.say(wrong)
        else:
            self._from(path)

    def _wrong_with(self, address: str, parameters: Mapping[str, str]) -> bytes:
        size = parameters.get("SIZE", "0")
        if parameters.keys() - _MAIL_PARAMETERS - (_MAIL_DSN if self._offer.dsn else set()):
            return replies.UNKNOWN_PARAMETER
        if parameters.get("BODY", "").upper() not in _BODIES or not size.isdecimal():
            return replies.BAD_ARGUMENT
        if not (address.isascii() or "SMTPUTF8" in parameters):
            return replies.NEEDS_SMTPUTF8
        return replies.TOO_BIG if int(size) > self._offer.max_size else b""

    def _from(self, path: Path) -> None:
        def then() -> None:
            self._sender = path.address
            self._utf8 = "SMTPUTF8" in path.parameters

        self._number += 1
        moment = msgspec.structs.replace(
            self._moment("mail"), sender=path.address, parameters=path.written
        )
        self._session.act(Act("mail", replies.SENDER_OK, then), moment)

    def _rcpt(self, argument: bytes) -> None:
        path = path_of("TO", argument)
        if self._sender is None:
            self._session.say(replies.OUT_OF_ORDER)
        elif path is None or not path.address:
            self._session.say(replies.BAD_ARGUMENT)
        elif path.parameters.keys() - (_RCPT_DSN if self._offer.dsn else set()):
            self._session.say(replies.UNKNOWN_PARAMETER)
        elif not (self._utf8 or path.address.isascii()):
            self._session.say(replies.NEEDS_SMTPUTF8)
        else:
            self._to(path)

    def _to(self, path: Path) -> None:
        def then() -> None:
            self._recipients = (*self._recipients, path.address)

        moment = msgspec.structs.replace(
            self._moment("rcpt"), recipient=path.address, parameters=path.written
        )
        self._session.act(Act("rcpt", replies.RECIPIENT_OK, then), moment)

    def _data(self, argument: bytes) -> None:
        if not self._recipients or self._chunks:
            self._session.say(replies.OUT_OF_ORDER)
        elif argument:
            self._session.say(replies.BAD_ARGUMENT)
        else:
            self._session.act(
                Act("data", replies.GO_AHEAD, self._expect_message), self._moment("data")
            )

    def _expect_message(self) -> None:
        self._session.read = DotReader(self._offer.max_size, self._arrived)

    def _bdat(self, argument: bytes) -> None:
        size, _, last = argument.partition(b" ")
        if not size.isdigit() or last.upper() not in (b"", b"LAST"):
            self._session.say(replies.BAD_ARGUMENT)
            self._session.wire.hang_up()
        elif int(size) > self._offer.max_size:
            self._session.say(replies.TOO_BIG)
            self._session.wire.hang_up()
        else:
            came = self._last_chunk if last else self._chunk
            self._session.read = ChunkReader(int(size), came)

    def _chunk(self, chunk: bytes) -> None:
        """The chunk is off the wire before anything is said about it (RFC 3030 2)."""
        self._session.read = None
        if not self._recipients or self._spoilt:
            self._session.say(replies.OUT_OF_ORDER)
            return

        def then() -> None:
            self._spoilt = False
            self._chunks.append(chunk)

        # A chunk that is refused spoils the whole, until RSET.
        self._spoilt = True
        self._session.act(Act("data", replies.CHUNK_OK, then), self._moment("data"))

    def _last_chunk(self, chunk: bytes) -> None:
        data = b"".join([*self._chunks, chunk])
        if self._recipients and not self._spoilt:
            self._arrived(data if len(data) <= self._offer.max_size else None)
        else:
            self._session.read = None
            self._session.say(replies.OUT_OF_ORDER)

    def _arrived(self, data: bytes | None) -> None:
        """Phase `dot`. Whatever becomes of the message, the transaction is over."""
        self._session.read = None
        if data is None:
            self._session.say(replies.TOO_BIG)
        else:
            moment = msgspec.structs.replace(self._moment("dot"), data=data)
            arrival = Arrival(moment.seconds, moment.sender, self._recipients, data)
            text = f"taken, session {self._session.number} message {self._number}"
            act = Act("dot", replies.reply(250, text, "2.0.0"), arrival=arrival)
            self._session.act(act, moment)
        self.reset()

    def _rset(self, argument: bytes) -> None:
        self.reset()
        self._session.say(replies.RESET)

    def _moment(self, phase: Phase) -> Moment:
        return msgspec.structs.replace(
            self._session.moment(phase),
            message=self._number,
            sender=self._sender or "",
            recipient=self._recipients[0] if self._recipients else "",
            recipients=self._recipients,
        )
