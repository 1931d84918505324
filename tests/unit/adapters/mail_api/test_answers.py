"""What providers say is read or left alone: never a fault of ours, never a yes by mistake."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.mail_api.letters import NOW, ROUTES
from twofifty.adapters.mail_api.api import LookupApi, MailApi
from twofifty.adapters.mail_api.judge import Judge
from twofifty.adapters.mail_api.mail import Answer, Said
from twofifty.adapters.mail_api.registry import PROVIDERS, module_of
from twofifty.adapters.mail_api.url import ApiRoute, parse_api
from twofifty.adapters.ses.signature import Signer
from twofifty.deliver.outcome import Accepted

EVERY = sorted(PROVIDERS)
ASKED = ["brevo", "mailgun", "mailjet", "postmark", "sendgrid", "sparkpost"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def route(provider: str) -> ApiRoute:
    text = ROUTES.get(provider, f"{provider}+api://:key-0123456789@default")
    return parse_api(text, "the route")


def api(provider: str) -> MailApi:
    made: MailApi = getattr(module_of(provider, "channel"), PROVIDERS[provider].name)(
        route(provider)
    )
    return made


def search(provider: str) -> LookupApi:
    name = f"{PROVIDERS[provider].name}Search"
    made: LookupApi = getattr(module_of(provider, "lookup"), name)(route(provider))
    return made


def replied(value: object, status: int = 200, **headers: str) -> Answer:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Answer(status, headers, body)


@pytest.mark.parametrize("provider", EVERY)
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=80) | JSON, status=st.sampled_from([200, 202, 400, 422, 500]))
def test_no_answer_is_a_fault_of_ours_and_none_without_an_id_is_a_yes(
    provider: str, body: object, status: int
) -> None:
    adapter, answer = api(provider), replied(body, status)
    said = adapter.said(answer)
    outcome = Judge("r", adapter.rules).outcome(answer, said, NOW)
    assert isinstance(outcome, Accepted) is (bool(said.id) and not said.code and status < 300)


@pytest.mark.parametrize("provider", EVERY)
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"[" * 5_000, b'"x"', b"\xff"])
def test_what_is_not_the_providers_json_says_nothing(provider: str, body: bytes) -> None:
    assert api(provider).said(replied(body)) == Said()


def test_a_sender_that_ses_has_not_verified_is_told_by_the_name_of_the_error() -> None:
    by_body = replied({"__type": "com.amazon.coral#MessageRejected", "message": "no"}, 400)
    assert api("ses").said(by_body) == Said("", "MessageRejected", "no")


def test_mailjets_numbers_are_ids_also_as_text() -> None:
    taken = {"Messages": [{"Status": "success", "To": [{"MessageID": "456789012345678901"}]}]}
    assert api("mailjet").said(replied(taken)) == Said("456789012345678901")


def test_a_suppressed_recipient_is_no_yes_although_the_status_is_202() -> None:
    warned = {"message": "w", "warnings": [{"type": "ALL_SUPPRESSED", "warning": "all"}]}
    assert api("mailersend").said(replied(warned, 202)) == Said("", "ALL_SUPPRESSED", "all")
    rejected = {"results": {"id": "1", "total_accepted_recipients": 0}}
    assert api("sparkpost").said(replied(rejected)).code == "5002"


@pytest.mark.parametrize(
    ("provider", "url"),
    [
        (
            "postmark",
            (
                "https://api.postmarkapp.com/messages/outbound?count=1&offset=0"
                "&metadata_twofifty_id=m_1&messagestream=outbound"
            ),
        ),
        (
            "sendgrid",
            (
                "https://api.sendgrid.com/v3/messages?limit=1"
                "&query=%28unique_args%5B%27twofifty_id%27%5D%3D%22m_1%22%29"
            ),
        ),
        (
            "mailgun",
            (
                "https://api.mailgun.net/v3/mg.example.com/events?message-id=m_1%40shop.example.test"
                "&begin=1795046400&ascending=yes&limit=25"
            ),
        ),
        (
            "mailjet",
            "https://api.mailjet.com/v3/REST/message?CustomID=m_1&ShowCustomID=true&Limit=10",
        ),
        (
            "brevo",
            "https://api.brevo.com/v3/smtp/statistics/events?limit=50&days=30&tags=%5B%22m_1%22%5D",
        ),
        (
            "sparkpost",
            (
                "https://api.sparkpost.com/api/v1/events/message?campaigns=m_1"
                "&from=2026-11-12T00%3A00Z&per_page=10"
            ),
        ),
    ],
)
def test_a_search_asks_for_our_id(provider: str, url: str) -> None:
    call = search(provider).question("m_1@shop.example.test", NOW)
    assert (call.method, call.url, call.body) == ("GET", url, b"")
    assert "key-0123456789" not in call.url


@pytest.mark.parametrize("provider", ASKED)
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=80) | JSON)
def test_no_answer_to_a_search_is_a_fault_of_ours(provider: str, body: object) -> None:
    assert search(provider).found(replied(body), "m_1@shop.example.test") in (True, False, None)


@pytest.mark.parametrize("provider", ASKED)
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"<html>", b'{"error": "x"}'])
def test_what_is_no_list_of_messages_is_not_a_no(provider: str, body: bytes) -> None:
    assert search(provider).found(replied(body), "m_1@shop.example.test") is None


@pytest.mark.parametrize(
    ("provider", "body"),
    [
        ("postmark", {"TotalCount": 1, "Messages": [{"Metadata": {"twofifty_id": "m_9"}}]}),
        ("mailjet", {"Count": 1, "Data": [{"ID": 1, "CustomID": "m_9"}]}),
        ("brevo", {"events": [{"tag": "m_9", "event": "delivered"}]}),
        ("sparkpost", {"results": [{"campaign_id": "m_9"}]}),
    ],
)
def test_somebody_elses_message_is_neither_a_yes_nor_a_no(provider: str, body: object) -> None:
    assert search(provider).found(replied(body), "m_1@shop.example.test") is None


def test_a_message_that_mailgun_rejected_was_not_taken() -> None:
    rejected = {"items": [{"event": "rejected"}]}
    assert search("mailgun").found(replied(rejected), "m_1@shop.example.test") is False


def test_a_signature_is_that_of_the_providers_own_library() -> None:
    """Made with botocore 1.44.5 for the same request."""
    signer = Signer("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-west-1")
    host, path = "email.eu-west-1.amazonaws.com", "/v2/email/outbound-emails"
    headers = signer.headers(host, path, b'{"a":1}', NOW)
    assert headers["x-amz-date"] == "20261122T000000Z"
    assert headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-west-1/ses/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, "
        "Signature=c94b74e225a80263279e48a07fb5170399035fd6cba0883be846633e39223a06"
    )
    assert "wJalr" not in repr(signer)
