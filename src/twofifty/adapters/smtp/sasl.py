"""What is said to log in (RFC 4954): PLAIN, LOGIN, XOAUTH2 and OAUTHBEARER. Pure."""

from base64 import b64encode

import msgspec

from twofifty.adapters.smtp.route import Auth, SmtpRoute

BY_TOKEN: frozenset[Auth] = frozenset({"xoauth2", "oauthbearer"})
"""Ways in which an access token stands in for the password."""

_ORDER: dict[Auth, tuple[str, ...]] = {
    "any": ("PLAIN", "LOGIN"),
    "plain": ("PLAIN",),
    "login": ("LOGIN",),
    "xoauth2": ("XOAUTH2", "OAUTHBEARER"),
    "oauthbearer": ("OAUTHBEARER",),
}


class Exchange(msgspec.Struct, frozen=True):
    """One log-in: the mechanism, what comes along with the command (empty: nothing does), and the
    answers to the server's 334s in their order. All in base64, as it goes over the wire."""

    mechanism: str
    first: str
    answers: tuple[str, ...]


def mechanism(auth: Auth, offered: frozenset[str]) -> str | None:
    """The best of what the server offers and the route allows."""
    return next((name for name in _ORDER[auth] if name in offered), None)


def named(auth: Auth) -> str:
    """The mechanisms that would do, for a reason."""
    return " nor ".join(f"AUTH {name}" for name in _ORDER[auth])


def exchange(name: str, route: SmtpRoute, secret: str) -> Exchange:
    """The log-in by the mechanism `name`; `secret` is the password, or the token."""
    user = route.username
    match name:
        case "PLAIN":  # RFC 4616: no authorisation identity, the user name, the password
            return Exchange(name, coded(f"\0{user}\0{secret}"), ())
        case "LOGIN":
            return Exchange(name, "", (coded(user), coded(secret)))
        case "XOAUTH2":  # a 334 is an error in JSON; the empty answer brings the 535
            return Exchange(name, coded(f"user={user}\1auth=Bearer {secret}\1\1"), ("",))
        case _:  # RFC 7628 3.1; to an error the answer is a lone 0x01 (3.2.3)
            place = f"host={route.host}\1port={route.port}"
            user = user.replace("=", "=3D").replace(",", "=2C")
            first = coded(f"n,a={user},\1{place}\1auth=Bearer {secret}\1\1")
            return Exchange(name, first, (coded("\1"),))


def coded(text: str) -> str:
    """Base64 of its UTF-8."""
    return b64encode(text.encode()).decode("ascii")
