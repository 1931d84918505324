"""What each provider is asked, by the names that its documents give to the fields."""

import json
import re
from base64 import b64decode
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.mail_api.letters import OWN, asked, body, called, written
from twofifty.adapters.mail_api.mail import Call, Unfit
from twofifty.adapters.mail_api.registry import PROVIDERS
from twofifty.compose.mime import Mailbox

EVERY = sorted(PROVIDERS)
JSON = sorted(set(EVERY) - {"mailgun"})
NAME, SUBJECT = 'Käse "frisch" & Söhne', "Bestellung 10–1 ist bestätigt ✓"
QUOTED = '"Käse \\"frisch\\" & Söhne" <orders@shop.example.test>'
THREAD = {
    "Message-ID": f"<{OWN}@shop.example.test>",
    "In-Reply-To": "<m_root@shop.example.test>",
    "References": "<m_root@shop.example.test> <m_two@shop.example.test>",
    "Auto-Submitted": "auto-generated",
    "X-Twofifty-ID": OWN,
    "Thread-Topic": "Bestellung 10",
}
NO_ID = {name: value for name, value in THREAD.items() if name != "Message-ID"}


def test_postmark() -> None:
    call = called("postmark", "stream=receipts")
    assert (call.method, call.url) == ("POST", "https://api.postmarkapp.com/email")
    assert call.headers["x-postmark-server-token"] == "key-0123456789"
    sent = body("postmark", "stream=receipts")
    headers = {one["Name"]: one["Value"] for one in sent.pop("Headers")}
    assert headers == {**THREAD, "X-PM-KeepID": "true"}
    assert sent == {
        "From": QUOTED,
        "To": '"Zoë Müller" <zoe@example.com>',
        "ReplyTo": "help@shop.example.test",
        "Subject": SUBJECT,
        "TextBody": "Danke, Zoë.\nSumme: 10 €\n",
        "HtmlBody": "<p>Danke, Zoë.</p>\n",
        "TrackOpens": False,
        "TrackLinks": "None",
        "Metadata": {"twofifty_id": OWN},
        "MessageStream": "receipts",
    }


def test_sendgrid() -> None:
    call = called("sendgrid")
    assert (call.method, call.url) == ("POST", "https://api.sendgrid.com/v3/mail/send")
    assert call.headers["authorization"] == "Bearer key-0123456789"
    sent = body("sendgrid")
    off = {"enable": False}
    assert sent == {
        "personalizations": [
            {
                "to": [{"email": "zoe@example.com", "name": "Zoë Müller"}],
                "custom_args": {"twofifty_id": OWN},
            }
        ],
        "from": {"email": "orders@shop.example.test", "name": NAME},
        "reply_to": {"email": "help@shop.example.test"},
        "subject": SUBJECT,
        "content": [
            {"type": "text/plain", "value": "Danke, Zoë.\nSumme: 10 €\n"},
            {"type": "text/html", "value": "<p>Danke, Zoë.</p>\n"},
        ],
        "headers": THREAD,
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": off,
            "subscription_tracking": off,
            "ganalytics": off,
        },
    }


def test_ses_gets_our_bytes_and_a_signature() -> None:
    call = called("ses", "configuration=receipts")
    assert call.url == "https://email.eu-west-1.amazonaws.com/v2/email/outbound-emails"
    scope = "AKIDEXAMPLE/20261122/eu-west-1/ses/aws4_request"
    assert call.headers["authorization"].startswith(f"AWS4-HMAC-SHA256 Credential={scope}, ")
    sent = body("ses", "configuration=receipts")
    assert b64decode(sent.pop("Content")["Raw"]["Data"]) == written()
    assert sent == {
        "Destination": {"ToAddresses": ["zoe@example.com"]},
        "EmailTags": [{"Name": "twofifty_id", "Value": OWN}],
        "ConfigurationSetName": "receipts",
    }


def test_mailgun_gets_our_bytes_as_a_file_of_a_form() -> None:
    call = called("mailgun")
    assert call.url == "https://api.mailgun.net/v3/mg.example.com/messages.mime"
    assert call.headers["authorization"] == "Basic YXBpOmtleS0wMTIzNDU2Nzg5"
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode()
    form = message_from_bytes(head + call.body, policy=default)
    fields = {
        part.get_param("name", header="content-disposition"): part for part in form.iter_parts()
    }
    file = fields.pop("message")
    assert file.get_param("filename", header="content-disposition") == "message.eml"
    assert {name: part.get_content().strip() for name, part in fields.items()} == {
        "to": "zoe@example.com",
        "o:tracking": "no",
        "o:tracking-clicks": "no",
        "o:tracking-opens": "no",
        "v:twofifty_id": OWN,
    }
    boundary = re.findall(r'"(.*)"', call.headers["content-type"])[0].encode()
    assert b"\r\n\r\n" + written() + b"\r\n--" + boundary + b"--\r\n" in call.body


def test_resend() -> None:
    call = called("resend")
    assert call.url == "https://api.resend.com/emails"
    assert call.headers["authorization"] == "Bearer key-0123456789"
    assert call.headers["idempotency-key"] == OWN
    assert body("resend") == {
        "from": QUOTED,
        "to": ['"Zoë Müller" <zoe@example.com>'],
        "reply_to": "help@shop.example.test",
        "subject": SUBJECT,
        "text": "Danke, Zoë.\nSumme: 10 €\n",
        "html": "<p>Danke, Zoë.</p>\n",
        "headers": NO_ID,
        "tags": [{"name": "twofifty_id", "value": OWN}],
    }


def test_brevo() -> None:
    call = called("brevo")
    assert call.url == "https://api.brevo.com/v3/smtp/email"
    assert call.headers["api-key"] == "key-0123456789"
    sent = body("brevo")
    key = sent["headers"].pop("idempotencyKey")
    assert str(UUID(key)) == key == body("brevo", subject="B")["headers"]["idempotencyKey"]
    assert sent == {
        "sender": {"email": "orders@shop.example.test", "name": NAME},
        "to": [{"email": "zoe@example.com", "name": "Zoë Müller"}],
        "replyTo": {"email": "help@shop.example.test"},
        "subject": SUBJECT,
        "textContent": "Danke, Zoë.\nSumme: 10 €\n",
        "htmlContent": "<p>Danke, Zoë.</p>\n",
        "headers": NO_ID,
        "tags": [OWN],
    }


def test_mailjet() -> None:
    call = called("mailjet")
    assert call.url == "https://api.mailjet.com/v3.1/send"
    assert call.headers["authorization"] == "Basic cHVibGljOmtleS0wMTIzNDU2Nzg5"
    assert body("mailjet") == {
        "Messages": [
            {
                "From": {"Email": "orders@shop.example.test", "Name": NAME},
                "To": [{"Email": "zoe@example.com", "Name": "Zoë Müller"}],
                "ReplyTo": {"Email": "help@shop.example.test"},
                "Subject": SUBJECT,
                "TextPart": "Danke, Zoë.\nSumme: 10 €\n",
                "HTMLPart": "<p>Danke, Zoë.</p>\n",
                "CustomID": OWN,
                "Headers": NO_ID,
                "TrackOpens": "disabled",
                "TrackClicks": "disabled",
            }
        ]
    }


def test_sparkpost_gets_our_bytes() -> None:
    call = called("sparkpost")
    assert call.url == "https://api.sparkpost.com/api/v1/transmissions"
    assert call.headers["authorization"] == "key-0123456789"
    sent = body("sparkpost")
    assert sent.pop("content") == {"email_rfc822": written().decode()}
    assert sent == {
        "options": {
            "open_tracking": False,
            "click_tracking": False,
            "transactional": True,
            "perform_substitutions": False,
        },
        "recipients": [{"address": {"email": "zoe@example.com"}}],
        "metadata": {"twofifty_id": OWN},
    }
    assert body("sparkpost", "ask=campaign")["campaign_id"] == OWN


def test_mailersend() -> None:
    call = called("mailersend")
    assert call.url == "https://api.mailersend.com/v1/email"
    assert call.headers["authorization"] == "Bearer key-0123456789"
    sent = body("mailersend")
    assert {one["name"]: one["value"] for one in sent.pop("headers")} == {
        "Auto-Submitted": "auto-generated",
        "X-Twofifty-ID": OWN,
        "Thread-Topic": "Bestellung 10",
    }
    assert sent == {
        "from": {"email": "orders@shop.example.test", "name": NAME},
        "to": [{"email": "zoe@example.com", "name": "Zoë Müller"}],
        "reply_to": {"email": "help@shop.example.test"},
        "subject": SUBJECT,
        "text": "Danke, Zoë.\nSumme: 10 €\n",
        "html": "<p>Danke, Zoë.</p>\n",
        "tags": [OWN],
        "settings": {"track_clicks": False, "track_opens": False, "track_content": False},
        "precedence_bulk": False,
        "in_reply_to": "m_root@shop.example.test",
        "references": ["m_root@shop.example.test", "m_two@shop.example.test"],
    }


def test_mailersend_leaves_headers_out_only_where_that_is_asked_for() -> None:
    assert "headers" not in body("mailersend", "headers=none")
    assert body("mailersend", "headers=none")["in_reply_to"]


@pytest.mark.parametrize("provider", EVERY)
def test_the_same_mail_is_the_same_request(provider: str) -> None:
    assert asked(provider) == asked(provider)


@pytest.mark.parametrize("provider", EVERY)
def test_a_request_never_shows_its_key(provider: str) -> None:
    assert repr(called(provider)) == "Call(POST)"


@pytest.mark.parametrize(
    ("provider", "text"),
    [
        ("brevo", "Hallo {{ params.name }}"),
        ("brevo", "{% if x %}"),
        ("mailersend", "Hallo {$name}"),
        ("mailersend", "{{name}}"),
        ("mailjet", "Hallo [[var:name]]"),
        ("mailgun", "Hallo %recipient.name%"),
        ("mailgun", "%unsubscribe_url%"),
    ],
)
def test_a_text_that_the_provider_would_fill_in_is_refused(provider: str, text: str) -> None:
    for changes in ({"text": text}, {"html": f"<p>{text}</p>"}, {"subject": text}):
        unfit = asked(provider, **changes)
        assert isinstance(unfit, Unfit)
        assert unfit.about == "message"


def test_sparkpost_fills_in_headers_only_and_so_refuses_only_those() -> None:
    assert isinstance(asked("sparkpost", text="{{name}}", html="<p>{{name}}</p>"), Call)
    assert isinstance(asked("sparkpost", subject="Hi {{name}}"), Unfit)
    assert isinstance(asked("sparkpost", to=Mailbox("{{name}}", "zoe@example.com")), Unfit)


def test_what_a_provider_cannot_express_is_refused_and_not_dropped() -> None:
    assert isinstance(asked("mailersend", to=Mailbox("Müller, Zoë", "zoe@example.com")), Unfit)
    beyond = asked("brevo", headers=(("X-Topic", "Käse"),))
    assert isinstance(beyond, Unfit)
    assert "X-Topic" in beyond.reason


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in _strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in _strings(one)]
    return [value] if isinstance(value, str) else []


HOSTILE = st.text(
    st.sampled_from("aé\r\n\x00\x85\u2028\x0b \t:<>\"'\\,;@=?Bcc") | st.characters(codec="utf-8"),
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(name=HOSTILE, subject=HOSTILE, value=HOSTILE)
@pytest.mark.parametrize("provider", JSON)
def test_no_line_end_gets_into_a_header_through_json(
    provider: str, name: str, subject: str, value: str
) -> None:
    call = asked(
        provider,
        from_=Mailbox(name, "orders@shop.example.test"),
        subject=subject,
        headers=(("X-Note", value),),
    )
    if isinstance(call, Unfit):
        return
    sent = json.loads(call.body)
    bodies = {"Danke, Zoë.\nSumme: 10 €\n", "<p>Danke, Zoë.</p>\n"}
    texts = [text for text in _strings(sent) if text not in bodies and "MIME-Version" not in text]
    assert not [text for text in texts if re.search(r"[\r\n\x00\x0b\x85\u2028]", text)]
    assert not [text for text in _strings(dict(call.headers)) if re.search(r"[\r\n]", text)]
