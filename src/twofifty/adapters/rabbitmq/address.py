"""What a broker's URL says: `amqp://user:password@host1,host2:5672/vhost?prefix=shop&prefetch=64`.

`amqps://` is TLS, by the system's authorities or by `ca=FILE`. `cert=FILE&key=FILE` is our own
certificate; `auth=external` logs in with it (RFC 4422 appendix A) instead of a password.
"""

import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import msgspec

from twofifty.errors import SettingsError, check_credentials

PRODUCT = "RabbitMQ"
EXAMPLE = "amqp://user:password@host:5672/vhost"
PORTS = {"amqp": 5672, "amqps": 5671}
_FILES = ("ca", "cert", "key")


class Limits(msgspec.Struct, frozen=True):
    """Numbers in the URL. `prefetch`: tickets that one taker has at a time, of each queue.
    `delivery_limit`: a ticket that came back more often is dead. `max_length`: a queue that is
    this full refuses more, 0 for any number. `heartbeat`: seconds; twice as long without a sign
    and the line is taken for broken."""

    prefetch: int = 256
    delivery_limit: int = 20
    max_length: int = 0
    heartbeat: int = 10


_LEAST = {"prefetch": 1, "delivery_limit": 1, "max_length": 0, "heartbeat": 1}


class Address(msgspec.Struct, frozen=True):
    """Where a broker is, and who we are there. `hosts` with their ports, tried in turn. `tls`: by
    which files, None for plain. `prefix`: what our exchange and queues are called by."""

    hosts: tuple[tuple[str, int], ...]
    user: str
    password: str
    vhost: str
    prefix: str = "twofifty"
    external: bool = False
    tls: Mapping[str, str] | None = None
    limits: Limits = Limits()

    def context(self) -> ssl.SSLContext | None:
        """How TLS is spoken, None for plain. Raises SettingsError for files that cannot be used."""
        if self.tls is None:
            return None
        try:
            made = ssl.create_default_context(cafile=self.tls.get("ca"))
            if "cert" in self.tls:
                made.load_cert_chain(self.tls["cert"], self.tls.get("key"))
        except OSError as fault:
            files = ", ".join(self.tls.values())
            raise SettingsError(f"BROKER_URL: {files} cannot be used for TLS: {fault}") from None
        return made

    def named(self) -> str:
        """How people know it, without its password."""
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"{PRODUCT} at {hosts}, vhost {self.vhost}"


def address_of(url: str) -> Address:
    """What `url` says. Raises SettingsError that says what is wrong and how it is written."""
    check_credentials("BROKER_URL", url)
    try:
        parts = urlsplit(url)
        options = dict(
            parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        )
        hosts = _hosts(parts)
    except ValueError as fault:
        raise _wrong(f"{fault}") from None
    if parts.scheme not in PORTS:
        raise _wrong("it has to begin with amqp:// or amqps://")
    _check_known(options)
    external = options.pop("auth", "plain")
    if external not in ("plain", "external"):
        raise _wrong(f"auth={external} is none of plain, external")
    _check_files(parts.scheme, options)
    return Address(
        hosts=hosts,
        user=unquote(parts.username or "guest"),
        password=unquote(parts.password or "guest"),
        vhost=unquote(parts.path.removeprefix("/")) or "/",
        prefix=_prefix(options),
        external=external == "external",
        tls={name: options[name] for name in _FILES if name in options}
        if parts.scheme == "amqps"
        else None,
        limits=_limits(options),
    )


def check_broker_url(url: str) -> None:
    """Raises SettingsError where `url` cannot be used as `BROKER_URL`."""
    address_of(url).context()


def _wrong(said: str) -> SettingsError:
    return SettingsError(f"BROKER_URL: {said}; it is written like {EXAMPLE}")


def _hosts(parts: SplitResult) -> tuple[tuple[str, int], ...]:
    """Every `host` or `host:port`, IPv6 in brackets. Raises ValueError."""
    listed = parts.netloc.rpartition("@")[2].split(",")
    return tuple(_host(one.strip(), PORTS.get(parts.scheme, 0)) for one in listed)


def _host(text: str, usual: int) -> tuple[str, int]:
    one = urlsplit(f"//{text}")
    if not one.hostname:
        raise ValueError("it names no host")
    return one.hostname, one.port or usual


def _check_known(options: Mapping[str, str]) -> None:
    known = {"prefix", "auth", *_FILES, *_LEAST}
    for name in options:
        if name not in known:
            raise _wrong(f"there is no option {name!r}, known are {', '.join(sorted(known))}")


def _check_files(scheme: str, options: Mapping[str, str]) -> None:
    named = [name for name in _FILES if name in options]
    if named and scheme != "amqps":
        raise _wrong(f"{named[0]}= is for amqps:// only")
    for name in named:
        if not Path(options[name]).is_file():
            raise SettingsError(f"BROKER_URL: {name}={options[name]}: there is no such file")


def _prefix(options: Mapping[str, str]) -> str:
    prefix = options.get("prefix", "twofifty")
    if not prefix or len(prefix) > 100 or not prefix.replace("-", "").replace(".", "").isalnum():
        raise _wrong(f"prefix={prefix!r} may have letters, digits, dots and hyphens only")
    return prefix


def _limits(options: Mapping[str, str]) -> Limits:
    return Limits(**{name: _number(name, options[name]) for name in _LEAST if name in options})


def _number(name: str, text: str) -> int:
    most = 65_535 if name in ("prefetch", "heartbeat") else 2**31 - 1
    if not text.isascii() or not text.isdecimal() or not _LEAST[name] <= int(text) <= most:
        raise _wrong(f"{name}={text} has to be a number from {_LEAST[name]} to {most}")
    return int(text)
