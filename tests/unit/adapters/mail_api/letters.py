"""Mails as the product writes them, and the requests that providers get of them."""

import json
from datetime import UTC, datetime
from typing import Any

from twofifty.adapters.mail_api.mail import ApiMail, Call, Parts, Unfit
from twofifty.adapters.mail_api.parts import parts_of
from twofifty.adapters.mail_api.registry import PROVIDERS, module_of
from twofifty.adapters.mail_api.url import parse_api
from twofifty.compose.mime import Mail, Mailbox, write
from twofifty.deliver.ports import Envelope

OWN = "m_4k2j7x"
FROM, TO = "orders@shop.example.test", "zoe@example.com"
NOW = 1_795_305_600.0
ROUTES = {
    "ses": "ses+api://AKIDEXAMPLE:key-0123456789@eu-west-1",
    "mailgun": "mailgun+api://:key-0123456789@default/mg.example.com",
    "mailjet": "mailjet+api://public:key-0123456789@default",
}


def written(**changes: Any) -> bytes:
    """A confirmation in the product's own MIME."""
    fields: dict[str, Any] = {
        "from_": Mailbox('Käse "frisch" & Söhne', FROM),
        "to": Mailbox("Zoë Müller", TO),
        "reply_to": Mailbox(None, "help@shop.example.test"),
        "subject": "Bestellung 10–1 ist bestätigt ✓",
        "text": "Danke, Zoë.\nSumme: 10 €\n",
        "html": "<p>Danke, Zoë.</p>\n",
        "date": datetime(2026, 11, 22, tzinfo=UTC),
        "message_id": f"{OWN}@shop.example.test",
        "in_reply_to": "m_root@shop.example.test",
        "references": ("m_root@shop.example.test", "m_two@shop.example.test"),
        "headers": (("X-Twofifty-ID", OWN), ("Thread-Topic", "Bestellung 10")),
    }
    return write(Mail(**(fields | changes)))


def envelope(data: bytes = b"", recipient: str = TO) -> Envelope:
    return Envelope(OWN, FROM, recipient, data or written())


def taken_apart(**changes: Any) -> Parts:
    found = parts_of(envelope(written(**changes)))
    assert isinstance(found, Parts), found
    return found


def asked(provider: str, options: str = "", **changes: Any) -> Call | Unfit:
    """What `provider` is asked for a mail."""
    text = ROUTES.get(provider, f"{provider}+api://:key-0123456789@default")
    route = parse_api(f"{text}?{options}" if options else text, "the route")
    made = getattr(module_of(provider, "channel"), PROVIDERS[provider].name)(route)
    data = written(**changes)
    call: Call | Unfit = made.call(ApiMail(envelope(data), taken_apart(**changes), NOW))
    return call


def called(provider: str, options: str = "", **changes: Any) -> Call:
    call = asked(provider, options, **changes)
    assert isinstance(call, Call), call
    return call


def body(provider: str, options: str = "", **changes: Any) -> Any:
    return json.loads(called(provider, options, **changes).body)
