"""Reads the address of a gateway.

    twilio://SID:TOKEN@default?from=%2B15550100       or from=MG..., a messaging service
    vonage://KEY:SECRET@default?from=Shop
    messagebird://:KEY@default?from=Shop
    sns://ACCESS:SECRET@eu-west-1?from=Shop
    webpush://default?key=FILE&subject=mailto:ops@example.com
    fcm://default?key=FILE
    https://shop.example.com/hooks/alerts              a webhook (`ALERT_URL`)

`default` is the gateway's own host; beside it only an address on loopback may stand, which is
reached by plain HTTP. Secrets are percent-encoded where they hold `@ : / ? # %`. No message of this
module repeats any part of the address: a mistyped one may hold the secret anywhere.
"""

import ipaddress
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.errors import SettingsError

WEBHOOK: Final = "webhook"
COMMON: Final = frozenset({"timeout", "connections"})


class Form(NamedTuple):
    """How an address looks: the gateway's own host; which parts of a log-in it has; the options
    that it needs, and those that it may have beside `COMMON`."""

    host: str
    login: Literal["both", "key", "none"]
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


SENDER: Final = frozenset({"from"})
FORMS: Final[Mapping[str, Form]] = {
    "twilio": Form("api.twilio.com", "both", SENDER),
    "vonage": Form("api.nexmo.com", "both", SENDER),
    "messagebird": Form("rest.messagebird.com", "key", SENDER),
    "sns": Form("sns.{region}.amazonaws.com", "both", may=SENDER | {"region"}),
    "webpush": Form("push.services", "none", frozenset({"key", "subject"}), frozenset({"ttl"})),
    "fcm": Form("fcm.googleapis.com", "none", frozenset({"key"})),
}

_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_SECRET: Final = re.compile(r"[!-~]{1,512}")
_NUMBER: Final = re.compile(r"\d{1,7}(\.\d{1,3})?")
_UNFIT: Final = re.compile(r"[\x00-\x20\x7f]")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LEAST: Final = {"timeout": 0.01, "connections": 1.0, "ttl": 0.0}


def parse_gateway(text: str, name: str, known: frozenset[str]) -> ApiRoute:
    """The gateway of an address, one of `known`; `name` is the setting's. Raises SettingsError."""
    reader = _Reader(name)
    parts = reader.split(text)
    if parts.scheme not in known:
        raise reader.bad(
            f"must begin with one of {', '.join(f'{one}://' for one in sorted(known))}"
        )
    return reader.gateway(parts)


def parse_webhook(text: str, secret: str, name: str) -> ApiRoute:
    """The webhook of an address; its path and query stand in the option `path`. Raises
    SettingsError."""
    reader = _Reader(name)
    parts = reader.split(text)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise reader.bad("must begin with https:// (http:// only on loopback)")
    if parts.username or parts.password or not host:
        raise reader.bad(
            "needs a host, and no user or password: ALERT_SECRET signs what goes there"
        )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    options = MappingProxyType({"path": target})
    return ApiRoute(WEBHOOK, host, reader.port(parts), key=secret, options=options)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Reader:
    """Reads one address and knows how it is called, for the message."""

    def __init__(self, name: str) -> None:
        self._name = name

    def split(self, text: str) -> SplitResult:
        text = text.strip()
        if _UNFIT.search(text) or "#" in text:
            raise self.bad("holds a blank, a control character or a #; percent-encode it")
        try:
            return urlsplit(text)
        except ValueError:
            raise self.bad("is no URL such as twilio://SID:TOKEN@default?from=NUMBER") from None

    def gateway(self, parts: SplitResult) -> ApiRoute:
        form, options = FORMS[parts.scheme], self._options(parts)
        host, region = self._place(parts, form, options)
        user, key = self._login(parts, form)
        port = self.port(parts)
        if (port is not None and not is_loopback(host)) or parts.path.strip("/"):
            raise self.bad("may state a port on loopback only, and no path")
        return ApiRoute(
            provider=parts.scheme,
            host=host,
            port=port,
            user=user,
            key=key,
            region=region,
            options=MappingProxyType(options),
        )

    def port(self, parts: SplitResult) -> int | None:
        try:
            port = parts.port
        except ValueError:
            port = 0
        if port == 0 or parts.netloc.endswith(":"):
            raise self.bad("needs a port between 1 and 65535 after the colon")
        return port

    def bad(self, what: str) -> SettingsError:
        return SettingsError(f"{self._name} {what}.")

    def _place(self, parts: SplitResult, form: Form, options: Mapping[str, str]) -> tuple[str, str]:
        """Host and region."""
        host, region = parts.hostname or "", options.get("region", "")
        if "{region}" in form.host:
            region = host if _REGION.fullmatch(host) else region
            if not _REGION.fullmatch(region):
                raise self.bad("needs a region: sns://ACCESS:SECRET@eu-west-1")
            host = "default" if host == region else host
        if host == "default":
            return form.host.format(region=region), region
        if not is_loopback(host):
            raise self.bad("needs `default` as its host, or one on loopback")
        return host, region

    def _login(self, parts: SplitResult, form: Form) -> tuple[str, str]:
        user, key = self._decoded(parts.username or ""), self._decoded(parts.password or "")
        fits = {"both": bool(user and key), "key": bool(key and not user), "none": not key}
        if not fits[form.login]:
            wanted = {"both": "USER:SECRET", "key": ":KEY", "none": "nothing"}[form.login]
            raise self.bad(f"needs {wanted} before its @")
        if not all(_SECRET.fullmatch(word) for word in (user, key) if word):
            raise self.bad("has a secret with characters that no secret has")
        return user, key

    def _options(self, parts: SplitResult) -> dict[str, str]:
        form, options = FORMS[parts.scheme], dict[str, str]()
        for pair in parts.query.split("&") if parts.query else ():
            name, _, value = pair.partition("=")
            if name not in form.needs | form.may | COMMON or name in options:
                raise self.bad(
                    f"has an option that {parts.scheme}:// does not have, or has it twice"
                )
            options[name] = self._option(name, self._decoded(value))
        missing = sorted(name for name in form.needs if not options.get(name))
        if missing:
            raise self.bad(f"needs the option {missing[0]}, as ?{missing[0]}=...")
        return options

    def _option(self, name: str, value: str) -> str:
        if name in _LEAST and not (_NUMBER.fullmatch(value) and float(value) >= _LEAST[name]):
            raise self.bad(f"has an option {name} that is no number of at least {_LEAST[name]:g}")
        return value

    def _decoded(self, text: str) -> str:
        if _BAD_ESCAPE.search(text):
            raise self.bad("has a % that is not an escape; write it as %25")
        try:
            return unquote(text, errors="strict")
        except UnicodeDecodeError:
            raise self.bad("has escapes that are not UTF-8") from None
