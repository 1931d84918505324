"""AUTH PLAIN, LOGIN, XOAUTH2 and OAUTHBEARER (RFC 4954, RFC 4616, RFC 7628). Phase `auth` is
reached once the password or token is in."""

from collections.abc import Callable

from twofifty.testing.receiver import replies
from twofifty.testing.receiver.parsing import bearer_of, credentials_of, decoded
from twofifty.testing.receiver.session import Session, Verbs

USER_NAME = "VXNlcm5hbWU6"
PASSWORD = "UGFzc3dvcmQ6"  # noqa: S105  "Password:" in base64, the challenge that LOGIN is known by

NO_TOKEN = "eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIn0="  # noqa: S105  {"status":"401",...}


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
        word, _, first = argument.partition(b" ")
        mechanism = word.decode("ascii", "replace").upper()
        if self._session.user or not self._session.hello:
            self._session.say(replies.OUT_OF_ORDER)
        elif mechanism not in self._session.offer.mechanisms:
            self._session.say(replies.UNKNOWN_MECHANISM)
        else:
            text, then = self._first_steps[mechanism]
            self._challenge(text, then, first)

    @property
    def _first_steps(self) -> dict[str, tuple[str, Callable[[bytes], None]]]:
        return {
            "PLAIN": ("", self._plain),
            "LOGIN": (USER_NAME, self._name),
            "XOAUTH2": ("", self._bearer),
            "OAUTHBEARER": ("", self._bearer),
        }

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

    def _bearer(self, answer: bytes) -> None:
        """A wrong token is told of in JSON; whatever is answered to that, 535 follows."""
        credentials = bearer_of(answer)
        if credentials and self._session.offer.users.get(credentials[0]) == credentials[1]:
            self._check(credentials)
        else:
            self._challenge(NO_TOKEN, lambda line: self._check(None))

    def _check(self, credentials: tuple[str, str] | None) -> None:
        self._session.on_line = self._commands
        user, password = credentials or ("", "")
        if user and self._session.offer.users.get(user) == password:
            self._session.play("auth", replies.WELCOME_USER, lambda: self._welcome(user))
        else:
            self._session.play("auth", replies.WRONG_PASSWORD)

    def _welcome(self, user: str) -> None:
        self._session.user = user
