"""AUTH PLAIN and LOGIN (RFC 4954, RFC 4616). Phase `auth` is reached once the password is in."""

from collections.abc import Callable

from twofifty.testing.receiver import replies
from twofifty.testing.receiver.parsing import credentials_of, decoded
from twofifty.testing.receiver.session import Session, Verbs

USER_NAME = "VXNlcm5hbWU6"
PASSWORD = "UGFzc3dvcmQ6"  # noqa: S105  "Password:" in base64, the challenge that LOGIN is known by


class Login:
    """Checks a user against the offer's."""

    def __init__(self, session: Session, commands: Callable[[bytes], None]) -> None:
        self._session = session
        self._commands = commands

    @property
    def verbs(self) -> Verbs:
        """AUTH, if there is anyone to log in."""
        return {b"AUTH": self._auth} if self._session.offer.users else {}

    def _auth(self, argument: bytes) -> None:
        mechanism, _, first = argument.partition(b" ")
        if self._session.user or not self._session.hello:
            self._session.say(replies.OUT_OF_ORDER)
        elif mechanism.upper() == b"PLAIN":
            self._challenge("", self._plain, first)
        elif mechanism.upper() == b"LOGIN":
            self._challenge(USER_NAME, self._name, first)
        else:
            self._session.say(replies.UNKNOWN_MECHANISM)

    def _challenge(self, text: str, on_line: Callable[[bytes], None], first: bytes = b"") -> None:
        """Asks for a line of the exchange, unless it came along with the command."""
        if first:
            on_line(first)
        else:
            self._session.say(replies.reply(334, text))
            self._session.on_line = on_line

    def _plain(self, answer: bytes) -> None:
        self._check(credentials_of(answer))

    def _name(self, answer: bytes) -> None:
        name = decoded(answer)
        self._challenge(PASSWORD, lambda line: self._check((name, decoded(line))))

    def _check(self, credentials: tuple[str, str] | None) -> None:
        self._session.on_line = self._commands
        user, password = credentials or ("", "")
        if user and self._session.offer.users.get(user) == password:
            self._session.play("auth", replies.WELCOME_USER, lambda: self._welcome(user))
        else:
            self._session.play("auth", replies.WRONG_PASSWORD)

    def _welcome(self, user: str) -> None:
        self._session.user = user
