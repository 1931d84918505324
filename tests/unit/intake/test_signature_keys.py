"""Signatures that only the platform can make: checked with keys made here, in the platform's
documented form; a key is never asked for anywhere but at the platform itself."""

import base64
import json
import re
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from twofifty.intake.ports import Hook, Trust, Wanted
from twofifty.intake.signature import (
    EbayKey,
    JwsDetached,
    Marked,
    NotSignable,
    PayPalCertificate,
    SendGridSigned,
    SnsSigned,
)
from twofifty.intake.signature.diagnosis import diagnose

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = b'{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","summary":"Caf\xc3\xa9"}'
RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
WEAK_RSA = rsa.generate_private_key(65537, 1024)  # noqa: S505 - it must be refused
EC = ec.generate_private_key(ec.SECP256R1())
OTHER_EC = ec.generate_private_key(ec.SECP256R1())

PAYPAL = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270"
SNS = (
    "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-"
    "010a507c1833636cd94bdb98bd93083a.pem"
)
EBAY = "https://api.ebay.com/commerce/notification/v1/public_key/9936261a-7d7b-4621-a0f1-964281"
SALEOR = "https://shop.example.com/.well-known/jwks.json"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:orders"


def certificate(
    name: str,
    key: rsa.RSAPrivateKey = RSA,
    start: datetime = AT - timedelta(days=90),
    end: datetime = AT + timedelta(days=90),
) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(end)
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def rsa_signed(
    message: bytes, key: rsa.RSAPrivateKey = RSA, how: HashAlgorithm | None = None
) -> str:
    made = key.sign(message, padding.PKCS1v15(), how or SHA256())
    return base64.b64encode(made).decode()


def paypal(body: bytes = BODY, url: str = PAYPAL, webhook: str = "WH1", **signing: object) -> Hook:
    key = signing.get("key", RSA)
    assert isinstance(key, rsa.RSAPrivateKey)
    message = f"69cd13f0-d67a|2026-03-01T11:59:58Z|{webhook}|{zlib.crc32(body)}".encode()
    headers = {
        "paypal-transmission-id": "69cd13f0-d67a",
        "paypal-transmission-time": "2026-03-01T11:59:58Z",
        "paypal-transmission-sig": rsa_signed(message, key),
        "paypal-cert-url": url,
        "paypal-auth-algo": "SHA256withRSA",
    }
    return Hook(headers, body, "", AT)


def sns(version: str = "2", url: str = SNS, **fields: str) -> Hook:
    message = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Subject": "An order",
        "Message": '{"order": "1\\n"}\nsecond line é',
        "Timestamp": "2026-03-01T12:00:00.000Z",
        **fields,
    }
    if message["Type"] != "Notification":
        del message["Subject"]
    names = sorted(name for name in message if name not in ("SigningCertURL", "Extra"))
    text = "".join(f"{name}\n{message[name]}\n" for name in names).encode()
    how = SHA1() if version == "1" else SHA256()  # noqa: S303 - as documented
    signature = rsa_signed(text, RSA, how)
    said = {
        **message,
        "SignatureVersion": version,
        "Signature": signature,
        "SigningCertURL": url,
        "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
    }
    return Hook({}, json.dumps(said).encode(), "", AT)


def ebay(body: bytes = BODY, kid: str = "9936261a-7d7b-4621-a0f1-964281", **more: str) -> Hook:
    signature = base64.b64encode(EC.sign(body, ec.ECDSA(SHA1()))).decode()  # noqa: S303 - eBay's
    said = {"alg": "ecdsa", "kid": kid, "signature": signature, "digest": "SHA1", **more}
    return Hook(
        {"x-ebay-signature": base64.b64encode(json.dumps(said).encode()).decode()}, body, "", AT
    )


def ebay_key(key: ec.EllipticCurvePrivateKey = EC, digest: str = "SHA1") -> bytes:
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    said = {"key": pem.replace("\n", ""), "algorithm": "ECDSA", "digest": digest}
    return json.dumps(said).encode()


def url_safe(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def saleor(key: rsa.RSAPrivateKey = RSA, head: Mapping[str, object] | None = None) -> Hook:
    body = BODY
    said = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": "1", "typ": "JWT", **(head or {})}
    start = url_safe(json.dumps(said).encode())
    payload = body if said["b64"] is False else url_safe(body).encode()
    made = key.sign(start.encode() + b"." + payload, padding.PKCS1v15(), SHA256())
    return Hook({"saleor-signature": f"{start}..{url_safe(made)}"}, body, "", AT)


def key_set(key: rsa.RSAPrivateKey = RSA, kid: str = "1") -> bytes:
    numbers = key.public_key().public_numbers()
    modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
    said = {"kty": "RSA", "kid": kid, "use": "sig", "n": url_safe(modulus), "e": "AQAB"}
    return json.dumps({"keys": [{"kty": "EC", "kid": kid}, said]}).encode()


class Case(msgspec.Struct):
    """A scheme, a request that its platform signed, where its key is, and what is there."""

    scheme: Marked
    hook: Hook
    options: Mapping[str, str]
    url: str
    key: bytes
    wrong_key: bytes

    def trust(self, **fields: object) -> Trust:
        whole = Trust(("any",), self.options, {self.url: self.key})
        made: Trust = msgspec.structs.replace(whole, **fields)
        return made


CASES: dict[str, Callable[[], Case]] = {
    "PayPal": lambda: Case(
        PayPalCertificate(),
        paypal(),
        {"webhook_id": "WH1"},
        PAYPAL,
        certificate("messageverificationcerts.paypal.com"),
        certificate("messageverificationcerts.paypal.com", OTHER_RSA),
    ),
    "PayPal's sandbox": lambda: Case(
        PayPalCertificate(),
        paypal(url=PAYPAL.replace("api.", "api.sandbox.")),
        {"webhook_id": "WH1"},
        PAYPAL.replace("api.", "api.sandbox."),
        certificate("messageverificationcerts.sandbox.paypal.com"),
        certificate("messageverificationcerts.paypal.com", OTHER_RSA),
    ),
    "SNS 1": lambda: Case(
        SnsSigned(),
        sns("1"),
        {"topic_arn": f"arn:aws:sns:eu-west-1:1:other {TOPIC}"},
        SNS,
        certificate("sns.amazonaws.com"),
        certificate("sns.amazonaws.com", OTHER_RSA),
    ),
    "SNS 2": lambda: Case(
        SnsSigned(),
        sns("2"),
        {"topic_arn": TOPIC},
        SNS,
        certificate("sns.eu-west-1.amazonaws.com"),
        certificate("sns.amazonaws.com", OTHER_RSA),
    ),
    "SNS confirmation": lambda: Case(
        SnsSigned(),
        sns(Type="SubscriptionConfirmation", Token="t", SubscribeURL="https://sns.test/?a=1&b=2"),
        {"topic_arn": TOPIC},
        SNS,
        certificate("sns.amazonaws.com"),
        certificate("sns.amazonaws.com", OTHER_RSA),
    ),
    "eBay": lambda: Case(EbayKey(), ebay(), {}, EBAY, ebay_key(), ebay_key(OTHER_EC)),
    "eBay's sandbox": lambda: Case(
        EbayKey(),
        ebay(),
        {"sandbox": "true"},
        EBAY.replace("api.", "api.sandbox."),
        ebay_key(),
        ebay_key(OTHER_EC),
    ),
    "Saleor": lambda: Case(
        JwsDetached(),
        saleor(),
        {"api_url": "https://shop.example.com/graphql/"},
        SALEOR,
        key_set(),
        key_set(OTHER_RSA),
    ),
    "Saleor, payload in base64": lambda: Case(
        JwsDetached(),
        saleor(head={"b64": True, "crit": []}),
        {"api_url": "https://shop.example.com/graphql/"},
        SALEOR,
        key_set(),
        key_set(OTHER_RSA),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_platform_signed_verifies(name: str) -> None:
    case = CASES[name]()
    assert case.scheme.verified(case.hook, case.trust()) is True
    assert diagnose(case.scheme, case.hook, case.trust()).code == "valid"


@pytest.mark.parametrize("name", CASES)
def test_a_key_that_is_not_there_yet_is_asked_for(name: str) -> None:
    case = CASES[name]()
    assert case.scheme.verified(case.hook, case.trust(keys={})) == Wanted(case.url)
    assert diagnose(case.scheme, case.hook, case.trust(keys={})).code == "not_decidable"


@pytest.mark.parametrize("name", CASES)
def test_another_key_or_rubbish_verifies_nothing(name: str) -> None:
    case = CASES[name]()
    for key in (
        case.wrong_key,
        b"",
        b"{}",
        b"[1]",
        b"\xff",
        b"-----BEGIN CERTIFICATE-----",
        b"null",
    ):
        assert case.scheme.verified(case.hook, case.trust(keys={case.url: key})) is False
    broken = case.trust(keys={case.url: case.wrong_key})
    assert diagnose(case.scheme, case.hook, broken).code == "not_decidable"


@pytest.mark.parametrize("name", CASES)
def test_without_its_option_nothing_verifies_nor_is_a_key_asked_for(name: str) -> None:
    case = CASES[name]()
    if case.scheme.needs():
        assert case.scheme.verified(case.hook, Trust(("any",))) is False
        assert diagnose(case.scheme, case.hook, Trust(("any",))).code == "not_decidable"


@pytest.mark.parametrize("name", CASES)
def test_nobody_else_can_sign(name: str) -> None:
    with pytest.raises(NotSignable):
        CASES[name]().scheme.signed(BODY, "secret", url="", at=AT)


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("SNS")])
def test_every_changed_byte_of_the_body_is_refused(name: str) -> None:
    case = CASES[name]()
    for place in range(len(BODY)):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        broken = msgspec.structs.replace(case.hook, body=changed)
        assert case.scheme.verified(broken, case.trust()) is False
    grown = msgspec.structs.replace(case.hook, body=BODY + b"\n")
    assert diagnose(case.scheme, grown, case.trust()).code == "reserialised_body"


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("SNS")])
def test_every_changed_byte_of_a_header_is_refused_and_asks_only_the_platform(name: str) -> None:
    case = CASES[name]()
    for header, value in case.hook.headers.items():
        for place in range(len(value)):
            other = value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
            broken = msgspec.structs.replace(
                case.hook, headers={**case.hook.headers, header: other}
            )
            said = case.scheme.verified(broken, case.trust())
            assert said is False or _of_the_platform(said, case.url), (header, place)


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("SNS")])
def test_every_changed_field_that_sns_signs_is_refused(name: str) -> None:
    case = CASES[name]()
    document = json.loads(case.hook.body)
    for field in document:
        changed = {**document, field: document[field] + "x"}
        broken = msgspec.structs.replace(case.hook, body=json.dumps(changed).encode())
        assert case.scheme.verified(broken, case.trust()) is (field == "UnsubscribeURL"), field
    again = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False).encode()
    written_anew = msgspec.structs.replace(case.hook, body=again)
    assert case.scheme.verified(written_anew, case.trust()) is True, "SNS signs what it says"


def _of_the_platform(said: bool | Wanted, url: str) -> bool:
    return isinstance(said, Wanted) and urlsplit(said.url)[:2] == urlsplit(url)[:2]


FOREIGN = [
    "http://{host}{path}",
    "https://evil.test{path}",
    "https://{host}.evil.test{path}",
    "https://evil{host}{path}",
    "https://evil.test/{host}{path}",
    "https://{host}@evil.test{path}",
    "https://evil.test#{host}{path}",
    "https://evil.test?{host}{path}",
    "https://evil.test\\@{host}{path}",
    "https://{host}:8443{path}",
    "https://{host}:x@evil.test{path}",
    "https://{host}{path}/../../other",
    "https://{host}/other{path}",
    "https://{host}{path}?x=1",
    "https://{host}{path}#x",
    "https://{host}{path}\n",
    " https://evil.test https://{host}{path}",
    "https://127.0.0.1{path}",
    "https://{host}.{path}",
    "HTTPS://EVIL.TEST{path}",
    "file:///etc/passwd",
    "//{host}{path}",
    "",
]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_no_certificate_is_asked_for_elsewhere(foreign: str) -> None:
    for url, options in ((PAYPAL, {"webhook_id": "WH1"}), (SNS, {"topic_arn": TOPIC})):
        parts = urlsplit(url)
        given_url = foreign.format(host=parts.netloc, path=parts.path)
        scheme: Marked = PayPalCertificate() if url == PAYPAL else SnsSigned()
        hook = paypal(url=given_url) if url == PAYPAL else sns(url=given_url)
        said = scheme.verified(hook, Trust((), options))
        # A header's own line end is not part of its value.
        assert said is False or (said == Wanted(url) and given_url.strip() == url)
        with_key = Trust((), options, {given_url: certificate("sns.amazonaws.com")})
        assert scheme.verified(hook, with_key) is False or given_url.strip() == url


@pytest.mark.parametrize(
    "host",
    [
        "www.paypal.com",
        "paypal.com",
        "api.paypal.com.evil.test",
        "api-paypal.com",
        "apixpaypal.com",
    ],
)
def test_only_paypals_api_hosts_hold_its_certificates(host: str) -> None:
    hook = paypal(url=PAYPAL.replace("api.paypal.com", host))
    assert PayPalCertificate().verified(hook, Trust((), {"webhook_id": "WH1"})) is False


@pytest.mark.parametrize(
    "host",
    ["s3.eu-west-1.amazonaws.com", "sns.amazonaws.com", "sns.x.amazonaws.com", "sns.eu-west-1.aws"],
)
def test_only_sns_hosts_of_a_region_hold_its_certificates(host: str) -> None:
    hook = sns(url=SNS.replace("sns.eu-west-1.amazonaws.com", host))
    assert SnsSigned().verified(hook, Trust((), {"topic_arn": TOPIC})) is False


@pytest.mark.parametrize("region", ["us-east-1", "ap-southeast-2", "us-gov-west-1", "me-central-1"])
def test_every_region_of_sns_will_do(region: str) -> None:
    url = SNS.replace("eu-west-1", region)
    assert SnsSigned().verified(sns(url=url), Trust((), {"topic_arn": TOPIC})) == Wanted(url)
    china = SNS.replace("eu-west-1.amazonaws.com", "cn-north-1.amazonaws.com.cn")
    assert SnsSigned().verified(sns(url=china), Trust((), {"topic_arn": TOPIC})) == Wanted(china)


@given(kid=st.text(max_size=120))
def test_no_key_of_ebay_is_asked_for_under_an_odd_name(kid: str) -> None:
    said = EbayKey().verified(ebay(kid=kid), Trust())
    url = said.url if isinstance(said, Wanted) else EBAY
    assert said is not True
    assert re.fullmatch(re.escape(EBAY.rpartition("/")[0]) + "/[0-9A-Za-z-]{1,100}", url)


@given(url=st.text(max_size=60))
def test_saleors_keys_are_asked_for_only_at_the_configured_shop(url: str) -> None:
    hook = msgspec.structs.replace(saleor(), url=url)
    headers = {**hook.headers, "saleor-api-url": url, "saleor-domain": url, "host": url}
    asked = JwsDetached().verified(
        msgspec.structs.replace(hook, headers=headers),
        Trust((), {"api_url": "https://shop.example.com/graphql/"}),
    )
    assert asked == Wanted(SALEOR)


@pytest.mark.parametrize(
    "api_url",
    [
        "",
        "shop.example.com",
        "http://shop.example.com/",
        "https://",
        "https://u:p@x.test/",
        "ftp://x",
    ],
)
def test_saleors_shop_must_be_https_unless_it_is_here(api_url: str) -> None:
    assert JwsDetached().verified(saleor(), Trust((), {"api_url": api_url})) is False
    here = Trust((), {"api_url": "http://127.0.0.1:8000/graphql/"})
    assert JwsDetached().verified(saleor(), here) == Wanted(
        "http://127.0.0.1:8000/.well-known/jwks.json"
    )


@pytest.mark.parametrize(
    "head",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS512"},
        {"alg": None},
        {"crit": ["exp"]},
        {"crit": ["b64", "exp"]},
        {"crit": "b64"},
        {"kid": "2"},
    ],
)
def test_a_jws_that_asks_for_something_else_verifies_nothing(head: dict[str, object]) -> None:
    case = CASES["Saleor"]()
    assert case.scheme.verified(saleor(head=head), case.trust()) is False


def test_an_unsigned_jws_verifies_nothing() -> None:
    case = CASES["Saleor"]()
    start = case.hook.headers["saleor-signature"].partition("..")[0]
    for value in (f"{start}..", f"{start}.", start, "..", f"{start}..AAAA", f"{start}..A A"):
        hook = msgspec.structs.replace(case.hook, headers={"saleor-signature": value})
        assert case.scheme.verified(hook, case.trust()) is False


def test_a_weak_key_verifies_nothing() -> None:
    case = CASES["Saleor"]()
    weak = case.trust(keys={SALEOR: key_set(WEAK_RSA)})
    assert case.scheme.verified(saleor(key=WEAK_RSA), weak) is False


@pytest.mark.parametrize("name", ["PayPal", "SNS 2"])
def test_a_certificate_must_be_the_platforms_and_of_the_day(name: str) -> None:
    case = CASES[name]()
    right = "messageverificationcerts.paypal.com" if name == "PayPal" else "sns.amazonaws.com"
    day = timedelta(days=1)
    for bad in (
        certificate("evil.test"),
        certificate(f"{right}.evil.test"),
        certificate(f"evil{right.replace('.', '')}.com"),
        certificate(right, start=AT - 2 * day, end=AT - day),
        certificate(right, start=AT + day, end=AT + 2 * day),
    ):
        assert case.scheme.verified(case.hook, case.trust(keys={case.url: bad})) is False


def test_paypals_message_is_bound_to_our_webhook() -> None:
    case = CASES["PayPal"]()
    assert case.scheme.verified(paypal(webhook="WH2"), case.trust()) is False
    assert case.scheme.verified(case.hook, case.trust(options={"webhook_id": "WH2"})) is False


@pytest.mark.parametrize("algorithm", ["", "SHA1withRSA", "MD5withRSA", "SHA256withDSA", "none"])
def test_paypals_algorithm_must_be_a_sound_one(algorithm: str) -> None:
    case = CASES["PayPal"]()
    headers = {**case.hook.headers, "paypal-auth-algo": algorithm}
    broken = msgspec.structs.replace(case.hook, headers=headers)
    assert case.scheme.verified(broken, case.trust()) is False


def test_a_paypal_signature_by_sha_1_is_refused_although_it_is_right() -> None:
    case = CASES["PayPal"]()
    message = f"69cd13f0-d67a|2026-03-01T11:59:58Z|WH1|{zlib.crc32(BODY)}".encode()
    weak = {
        "paypal-transmission-sig": rsa_signed(message, RSA, SHA1()),  # noqa: S303 - refused
        "paypal-auth-algo": "SHA1withRSA",
    }
    hook = msgspec.structs.replace(case.hook, headers={**case.hook.headers, **weak})
    assert case.scheme.verified(hook, case.trust()) is False


def test_another_customers_topic_is_refused() -> None:
    case = CASES["SNS 2"]()
    foreign = sns(TopicArn="arn:aws:sns:eu-west-1:999999999999:orders")
    assert case.scheme.verified(foreign, case.trust()) is False


def test_the_digest_of_ebays_request_and_key_must_agree() -> None:
    case = CASES["eBay"]()
    assert case.scheme.verified(ebay(digest="SHA256"), case.trust()) is False
    assert case.scheme.verified(ebay(alg="rsa"), case.trust()) is False
    other = case.trust(keys={EBAY: ebay_key(digest="SHA256")})
    assert case.scheme.verified(case.hook, other) is False
    modern = base64.b64encode(EC.sign(BODY, ec.ECDSA(SHA256()))).decode()
    assert case.scheme.verified(ebay(signature=modern, digest="SHA-256"), other) is True


def test_sendgrids_time_is_signed_and_may_be_bounded() -> None:
    der = EC.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = base64.b64encode(der).decode()
    made = base64.b64encode(EC.sign(b"1772366400[]\r\n", ec.ECDSA(SHA256()))).decode()
    signature, time = SendGridSigned().marks()
    hook = Hook({signature: made, time: "1772366400"}, b"[]\r\n", "", AT)
    assert SendGridSigned(300).verified(hook, Trust(("", key)))
    late = msgspec.structs.replace(hook, at=AT + timedelta(seconds=301))
    assert SendGridSigned().verified(late, Trust((key,)))
    assert not SendGridSigned(300).verified(late, Trust((key,)))
    assert diagnose(SendGridSigned(300), late, Trust((key,))).code == "clock"
    stripped = msgspec.structs.replace(hook, body=b"[]")
    assert diagnose(SendGridSigned(), stripped, Trust((key,))).code == "reserialised_body"
    with pytest.raises(NotSignable):
        SendGridSigned().signed(b"[]", key, url="", at=AT)
