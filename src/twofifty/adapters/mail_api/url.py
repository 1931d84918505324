"""Reads the address of a provider's sending API.

    postmark+api://:TOKEN@default?stream=outbound
    ses+api://ACCESS_KEY:SECRET@eu-west-1
    mailgun+api://:KEY@default/mg.shop.example.com?region=eu
    mailjet+api://PUBLIC:PRIVATE@default
    sendgrid+api://:KEY@127.0.0.1:8025                            plain HTTP, on loopback only

`default` is the provider's own host. Keys are percent-encoded where they hold `@ : / ? # %`. No
message of this module repeats any part of the address: a mistyped one may hold the key anywhere.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from urllib.parse import SplitResult, unquote, urlsplit

from twofifty.errors import SettingsError

SCHEME = "+api"
HOSTS = {
    "ses": "email.{region}.amazonaws.com",
    "sendgrid": "api.sendgrid.com",
    "postmark": "api.postmarkapp.com",
    "mailgun": "api.mailgun.net",
    "resend": "api.resend.com",
    "brevo": "api.brevo.com",
    "mailjet": "api.mailjet.com",
    "sparkpost": "api.sparkpost.com",
    "mailersend": "api.mailersend.com",
}
EUROPE = {
    "sendgrid": "api.eu.sendgrid.com",
    "mailgun": "api.eu.mailgun.net",
    "sparkpost": "api.eu.sparkpost.com",
}
"""Their own hosts for accounts that are kept in Europe: the option `region=eu`."""

_WITH_USER = frozenset({"ses", "mailjet"})
_WITH_DOMAIN = frozenset({"mailgun"})

_NAME = re.compile(r"([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_OPTION = re.compile(r"[a-z][a-z_]{0,31}")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNFIT = re.compile(r"[\x00-\x20\x7f]")
_KEY = re.compile(r"[!-~]{1,512}")
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,3})?")


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """One provider's API. `host` is a name or an address on loopback, `port` None the usual one.
    `user` and `key` are what it authenticates by, `domain` is Mailgun's, `region` that of SES.
    `options` are all that the address states, also those that others read."""

    provider: str
    host: str
    port: int | None = None
    user: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    domain: str = ""
    region: str = ""
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def label(self) -> str:
        """Provider and host: what logs and timelines may show."""
        place = self.authority if self.port else self.host
        return f"{self.provider} {place}/{self.domain}".rstrip("/")

    @property
    def authority(self) -> str:
        """The host as a URL carries it, with its port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host

    @property
    def url(self) -> str:
        """Where its paths begin: `https://host`, on loopback `http://host:port`."""
        return f"{'http' if _is_loopback(self.host) else 'https'}://{self.authority}"

    def number(self, name: str, default: float) -> float:
        """An option of seconds or a count that `parse_api` has checked."""
        return float(self.options.get(name, default))

    def __str__(self) -> str:
        return self.label


def is_api(text: str) -> bool:
    """Whether an address of a route is one for `parse_api`."""
    return text.strip().partition("://")[0].lower().endswith(SCHEME)


def parse_api(text: str, name: str) -> ApiRoute:
    """`name` is what the message of a SettingsError begins with: the setting and its place."""
    return _Reader(name).route(text.strip())


class _Reader:
    """Reads one address and knows how it is called, for the message."""

    def __init__(self, name: str) -> None:
        self._name = name

    def route(self, text: str) -> ApiRoute:
        parts = self._split(text)
        provider = parts.scheme.removesuffix(SCHEME)
        options = self._options(parts.query)
        host, region = self._place(provider, parts.hostname or "", options)
        port = self._port(parts)
        if port and not _is_loopback(host):
            raise self._bad("may state a port on loopback only; a provider is reached by HTTPS")
        return ApiRoute(
            provider=provider,
            host=host,
            port=port,
            user=self._user(provider, parts),
            key=self._secret(parts.password, "needs its key: PROVIDER+api://:KEY@default"),
            domain=self._domain(provider, parts.path),
            region=region,
            options=MappingProxyType(options),
        )

    def _split(self, text: str) -> SplitResult:
        if _UNFIT.search(text):
            raise self._bad("holds a space or control character; percent-encode it")
        try:
            parts = urlsplit(text)
        except ValueError:
            raise self._bad("is no URL such as postmark+api://:KEY@default") from None
        if parts.scheme.removesuffix(SCHEME) not in HOSTS or not is_api(text):
            known = ", ".join(f"{provider}{SCHEME}://" for provider in HOSTS)
            raise self._bad(f"must begin with one of {known}")
        if parts.fragment or "#" in text:
            raise self._bad("has a # in it; percent-encode it")
        return parts

    def _place(self, provider: str, host: str, options: Mapping[str, str]) -> tuple[str, str]:
        """Host and region."""
        region = options.get("region", "")
        if provider == "ses" and _REGION.fullmatch(host):
            host, region = "default", host
        if not self._is_region(provider, region):
            raise self._bad("needs a region that the provider has: ses+api://ACCESS:SECRET@REGION")
        if host == "default":
            hosts = EUROPE if region == "eu" else HOSTS
            host = hosts[provider].format(region=region)
        if not _is_loopback(host) and not _NAME.fullmatch(host):
            raise self._bad("names a host that is neither `default` nor the name of one")
        return host, region

    def _is_region(self, provider: str, region: str) -> bool:
        if provider == "ses":
            return bool(_REGION.fullmatch(region))
        return not region or (region == "eu" and provider in EUROPE)

    def _port(self, parts: SplitResult) -> int | None:
        try:
            port = parts.port
        except ValueError:
            port = 0
        if port == 0 or parts.netloc.endswith(":"):
            raise self._bad("needs a port between 1 and 65535 after the colon")
        return port

    def _user(self, provider: str, parts: SplitResult) -> str:
        if provider in _WITH_USER:
            return self._secret(parts.username, "needs both halves of its key, as USER:SECRET")
        if parts.username:
            raise self._bad("needs a colon before its key: PROVIDER+api://:KEY@default")
        return ""

    def _domain(self, provider: str, path: str) -> str:
        domain = path.strip("/").lower()
        if provider not in _WITH_DOMAIN:
            if domain:
                raise self._bad("may hold no path; percent-encode / in the key")
            return ""
        if not _NAME.fullmatch(domain) or len(domain) > 253:
            raise self._bad(
                "needs the sending domain as its path: mailgun+api://:KEY@default/DOMAIN"
            )
        return domain

    def _secret(self, text: str | None, missing: str) -> str:
        """Printable ASCII, for it goes into a header of the request."""
        secret = self._decoded(text or "")
        if not secret:
            raise self._bad(missing)
        if not _KEY.fullmatch(secret):
            raise self._bad("has a key with characters that no key has")
        return secret

    def _options(self, query: str) -> dict[str, str]:
        options: dict[str, str] = {}
        for pair in query.split("&") if query else ():
            name, _, value = pair.partition("=")
            if not _OPTION.fullmatch(name) or name in options:
                raise self._bad("has an option that is stated twice or has no name")
            options[name] = self._option(name, self._decoded(value))
        return options

    def _option(self, name: str, value: str) -> str:
        if name not in OPTIONS:
            near = get_close_matches(name, OPTIONS, n=1)
            hint = f"did you mean {near[0]}" if near else f"there are {', '.join(sorted(OPTIONS))}"
            raise self._bad(f"has an option that no provider's route knows: {hint}")
        if name in _CHECKED and not (_NUMBER.fullmatch(value) and float(value) >= _CHECKED[name]):
            raise self._bad(f"has an option {name} that is no number of at least {_CHECKED[name]}")
        return value

    def _decoded(self, text: str) -> str:
        if _BAD_ESCAPE.search(text):
            raise self._bad("has a % that is not an escape; write it as %25")
        try:
            return unquote(text, errors="strict")
        except UnicodeDecodeError:
            raise self._bad("has escapes that are not UTF-8") from None

    def _bad(self, what: str) -> SettingsError:
        return SettingsError(f"{self._name} {what}.")


OPTIONS = frozenset(
    {"ask", "capability", "configuration", "connections", "domain_connections", "domain_rate"}
    | {"headers", "rate", "region", "settle", "stream", "timeout", "warmup", "weight"}
)
"""What an address may state; how much may leave is read in `deliver.routes.terms`."""

_CHECKED = {"settle": 0, "timeout": 0.01, "connections": 1}


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
