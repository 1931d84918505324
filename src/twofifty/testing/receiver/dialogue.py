"""The receiver's half of SMTP: RFC 5321, with PIPELINING (2920), SIZE (1870), 8BITMIME (6152),
SMTPUTF8 (6531), STARTTLS (3207), AUTH (4954) and, if wanted, CHUNKING (3030) and DSN (3461).

It is strict where senders must be: only CRLF ends a line, only CRLF.CRLF ends a message, order and
parameters are checked. What is right is then put to the script.
"""

from twofifty.testing.receiver import replies
from twofifty.testing.receiver.login import Login
from twofifty.testing.receiver.offer import Stage
from twofifty.testing.receiver.session import Session, Verbs
from twofifty.testing.receiver.transaction import Transaction
from twofifty.testing.receiver.wire import Wire

LONGEST_LINE = 12_288
"""Bytes of a command, as RFC 4954 4 asks for AUTH."""


class Dialogue:
    """One session: greeting, EHLO, STARTTLS and QUIT; AUTH and the transaction are parts of it."""

    def __init__(self, wire: Wire, stage: Stage) -> None:
        self._session = Session(wire, stage)
        self._session.on_line = self._command
        self._offer = stage.offer
        self._transaction = Transaction(self._session)
        self._verbs: Verbs = {
            **self._own_verbs(),
            **Login(self._session, self._command).verbs,
            **self._transaction.verbs,
        }
        self._greeted = False

    def opened(self) -> None:
        """Phases `connect` and `greeting`."""
        self._session.peer = self._session.wire.peer
        self._session.play("connect", b"", self._greet)

    def step(self, buffer: bytearray) -> bool:
        """One command, one message or one chunk. False: more bytes are needed."""
        if self._session.read:
            return self._session.read(buffer)
        end = buffer.find(b"\r\n")
        if end < 0:
            self._check_length(buffer)
            return False
        line = bytes(buffer[:end])
        del buffer[: end + 2]
        self._session.on_line(line)
        return True

    def _check_length(self, buffer: bytearray) -> None:
        if len(buffer) > LONGEST_LINE:
            self._session.say(replies.LINE_TOO_LONG)
            self._session.wire.hang_up()

    def _command(self, line: bytes) -> None:
        verb, _, argument = line.partition(b" ")
        verb = verb.upper()
        if b"\n" in line or b"\r" in line:
            self._session.say(replies.BARE_NEWLINE)
        elif not self._greeted and verb != b"QUIT":
            self._session.say(replies.NO_SERVICE)
        else:
            self._verbs.get(verb, self._unknown)(argument.strip())

    def _own_verbs(self) -> Verbs:
        return {
            b"EHLO": self._ehlo,
            b"HELO": self._helo,
            b"STARTTLS": self._starttls,
            b"NOOP": self._noop,
            b"VRFY": self._vrfy,
            b"QUIT": self._quit,
        }

    def _greet(self) -> None:
        greeting = replies.reply(220, f"{self._offer.name} ESMTP")
        self._session.play("greeting", greeting, self._welcome)

    def _welcome(self) -> None:
        self._greeted = True

    def _ehlo(self, argument: bytes) -> None:
        self._hello(argument, replies.reply(250, "\n".join(self._extensions())))

    def _helo(self, argument: bytes) -> None:
        self._hello(argument, replies.reply(250, self._offer.name))

    def _hello(self, argument: bytes, reply: bytes) -> None:
        if argument:
            self._session.play("ehlo", reply, self._introduced)
        else:
            self._session.say(replies.BAD_ARGUMENT)

    def _introduced(self) -> None:
        self._session.hello = True
        self._transaction.reset()

    def _extensions(self) -> list[str]:
        wanted = {
            "PIPELINING": self._offer.pipelining,
            "CHUNKING": self._offer.chunking,
            "STARTTLS": self._tls_is_possible(),
            "DSN": self._offer.dsn,
            " ".join(("AUTH", *self._offer.mechanisms)): bool(self._offer.users),
        }
        always = [self._offer.name, "8BITMIME", "SMTPUTF8", f"SIZE {self._offer.max_size}"]
        return [*always, *(name for name, on in wanted.items() if on), "ENHANCEDSTATUSCODES"]

    def _tls_is_possible(self) -> bool:
        return self._offer.tls is not None and not self._session.wire.secure

    def _starttls(self, argument: bytes) -> None:
        if not self._tls_is_possible():
            self._unknown(argument)
        elif argument:
            self._session.say(replies.BAD_ARGUMENT)
        else:
            self._session.play("starttls", replies.READY_FOR_TLS, self._upgrade)

    def _upgrade(self) -> None:
        """After the handshake the client begins anew (RFC 3207 4.2)."""
        self._session.hello = False
        self._transaction.reset()
        if self._offer.tls:
            self._session.wire.start_tls(self._offer.tls, self._tls_failed)

    def _tls_failed(self) -> None:
        self._session.stage.ledger.counts["starttls.failed"] += 1

    def _noop(self, argument: bytes) -> None:
        self._session.say(replies.NOTHING_DONE)

    def _vrfy(self, argument: bytes) -> None:
        self._session.say(replies.CANNOT_VERIFY)

    def _quit(self, argument: bytes) -> None:
        self._session.say(replies.BYE)
        self._session.wire.hang_up()

    def _unknown(self, argument: bytes) -> None:
        self._session.say(replies.UNKNOWN_COMMAND)
