"""The user's own settings with everything taken out that could reach anybody outside.

What decides how mail is made and how fast it leaves stays: brand, languages, senders, workers,
caps, rates, what each route is allowed. Where it leaves, and whatever else is asked or told over a
network, is replaced by this machine or switched off.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.app.policy import rules
from twofifty.app.routes import Stated, stated, stays_here
from twofifty.errors import SettingsError
from twofifty.settings import Settings, SourceSettings

SETTLE = 1
"""Seconds after which a doubt is looked into: a rehearsal cannot wait as long as a real next hop
needs."""

_OFF: Mapping[str, object] = {
    "broker_url": "",
    "inbound_url": "",
    "sms_url": "",
    "push_url": "",
    "alert_url": "",
    "alert_secret": "",
    "dns_server": "",
    "allow_recipients": "",
    "page_secret": "",
    "api_key": "",
    "providers": {},
    "reach": {},
}
"""What is switched off: all that is asked or told elsewhere, all secrets, and the list of staging,
which would hold every sample order."""

_KIND = "woocommerce"
"""Any kind that needs a secret and nothing else: no shop is asked, orders come by the API."""


def next_hops(settings: Settings) -> tuple[Stated, ...]:
    """What the user sends by; empty: the built-in mailbox. Raises SettingsError."""
    return stated(settings.smtp_url)


def way(route: Stated | None, port: int, lookup: str) -> str:
    """The address of what stands in for a route: it is on this machine, has the same limits, and
    can be asked where the real one can."""
    options = {"tls": "none", "settle": str(SETTLE)}
    if route is not None:
        options |= _agreed(route)
    if can_be_asked(route):
        options["lookup"] = quote(lookup, safe="")
    query = "&".join(f"{name}={value}" for name, value in options.items())
    return f"smtp://127.0.0.1:{port}?{query}"


def _agreed(route: Stated) -> dict[str, str]:
    """Without the plan by which a new route is warmed up, which may take weeks."""
    own = route.options.items()
    kept = {k: quote(v, safe="") for k, v in own if k in _LIMITS}
    if isinstance(route, SmtpRoute):
        kept |= {"connections": str(route.connections), "messages": str(route.messages)}
        if route.timeout is not None:
            kept["timeout"] = f"{route.timeout:g}"
    return kept


_LIMITS = frozenset({"weight", "rate", "domain_rate", "domain_connections", "connections"})


def can_be_asked(route: Stated | None) -> bool:
    """The built-in mailbox can be. So can a provider's API here: by a search, by events, or by an
    idempotency key, each of which settles a doubt without a copy."""
    return not isinstance(route, SmtpRoute) or route.capability != "nothing"


def harmless(settings: Settings, smtp_url: str) -> Settings:
    """The settings of a rehearsal that leaves by `smtp_url`. Raises SettingsError where anything
    would leave this machine."""
    sources = {name: _source(settings, name, one) for name, one in settings.sources.items()}
    told = {**_OFF, "smtp_url": smtp_url, "sources": sources, "log_level": "warning"}
    made = msgspec.structs.replace(settings, **told, host="127.0.0.1")
    ensure_harmless(made)
    return made


def ensure_harmless(settings: Settings) -> None:
    """Raises SettingsError where anything would leave this machine."""
    on = [name for name, off in _OFF.items() if getattr(settings, name) != off]
    calls = [name for name, one in settings.sources.items() if _calls(one)]
    if on or calls or not settings.smtp_url or not stays_here(settings.smtp_url):
        raise SettingsError("a rehearsal must not leave this machine, and this one would")


def _calls(source: SourceSettings) -> bool:
    """Whether anybody is asked for the sake of a source."""
    stated = source.api_url or source.api_key or source.stock_url or source.stock_table
    return bool(stated or source.canary_minutes or source.options)


def _source(settings: Settings, name: str, stated: SourceSettings) -> SourceSettings:
    return SourceSettings(
        kind=_KIND,
        secret="rehearsal",  # noqa: S106
        sender=stated.sender,
        locale=stated.locale,
        time_zone=stated.time_zone,
        shop_name=stated.shop_name,
        confirm=name not in rules(settings).silent,
        mails=stated.mails,
        rate=stated.rate,
        reconcile_minutes=0,
        check_minutes=0,
    )


def speaking(settings: Settings) -> Sequence[str]:
    """The names of sources that orders may come from: those whose customers are mailed."""
    silent = rules(settings).silent
    return [name for name in settings.sources if name not in silent] or ["rehearsal"]


def left_out(settings: Settings) -> tuple[str, ...]:
    """What of the user's settings the rehearsal does otherwise, in words."""
    routes = next_hops(settings)
    apis = [route for route in routes if not isinstance(route, SmtpRoute)]
    said = {
        "No route is set: mail goes to a receiver instead of the built-in mailbox.": not routes,
        "A provider's API is stood in for by an SMTP receiver with the same limits.": bool(apis),
        f"Doubts are looked into after {SETTLE} s.": True,
        "A warm-up plan is left out.": any("warmup" in route.options for route in routes),
        "The list of allowed recipients is left out.": bool(settings.allow_recipients),
        "SMS, push and webhooks to you are off.": bool(settings.reach),
        "Stock and shops are not asked.": bool(settings.sources),
    }
    return tuple(text for text, so in said.items() if so)
