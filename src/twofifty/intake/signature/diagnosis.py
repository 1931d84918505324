"""Why a webhook does not verify: which of its parts is at fault, where, and how to mend it.

A fault is named only where undoing it makes the signature right; what is left over is the secret's,
for nothing else can be told from a code that fits nothing. No message holds a secret, or the
signature that would have been right.
"""

import re
from datetime import datetime
from typing import Literal

import msgspec

from twofifty.intake.ports import Hook, Scheme, Trust, Wanted
from twofifty.intake.signature import bodies
from twofifty.intake.signature.attempts import Attempt, attempts
from twofifty.intake.signature.basic import Basic
from twofifty.intake.signature.ebay import EbayKey
from twofifty.intake.signature.either import Any
from twofifty.intake.signature.jws import JwsDetached
from twofifty.intake.signature.marked import Marked, NotSignable
from twofifty.intake.signature.paypal import PayPalCertificate
from twofifty.intake.signature.shared_token import Token
from twofifty.intake.signature.sns import SnsSigned

Code = Literal[
    "valid",
    "missing_header",
    "wrong_secret",
    "encoding",
    "reserialised_body",
    "clock",
    "wrong_url",
    "malformed",
    "other_scheme",
    "not_decidable",
]

_OTHERS = {
    "x-shopify-hmac-sha256": "Shopify",
    "x-wc-webhook-signature": "WooCommerce",
    "stripe-signature": "Stripe",
    "paddle-signature": "Paddle",
    "x-square-hmacsha256-signature": "Square",
    "squarespace-signature": "Squarespace",
    "saleor-signature": "Saleor",
    "shopware-shop-signature": "Shopware",
    "shopware-app-signature": "a Shopware app's registration",
    "paypal-transmission-sig": "PayPal",
    "x-ebay-signature": "eBay",
    "x-mollie-signature": "Mollie",
    "hmacsignature": "Adyen",
    "webhook-signature": "Standard Webhooks",
    "svix-signature": "Svix",
    "x-hub-signature-256": "GitHub",
    "x-twilio-signature": "Twilio",
    "x-amz-sns-message-type": "Amazon SNS",
    "authorization": "HTTP authentication",
}
_SAID = {
    "encoding": "The writing does not match: ",
    "reserialised_body": "The body was changed after it was signed: when signed, ",
    "wrong_url": "The signature is for another URL: as the platform knows it, ",
    "wrong_secret": "The secret is not the platform's: ",
}
_MEND = {
    "encoding": "Send or configure it as the platform's documentation writes it.",
    "reserialised_body": "Verify the raw bytes: switch off whatever parses, formats or re-encodes "
    "the body between the platform and here (proxy, gateway, framework, a copy out of a log).",
    "wrong_url": "Tell the platform the URL that it really calls, and set `public_url` to it.",
    "wrong_secret": "Copy it anew from the platform into `secret`, without anything around it.",
}
_PLATFORM_ONLY = (PayPalCertificate, SnsSigned, EbayKey, JwsDetached)
_ANY_SECRET = "00" * 16
_LONG = re.compile(r"[0-9A-Za-z+/_-]{26,}={0,2}")
_PART = re.compile(r"(?:^|[,; ])([A-Za-z][\w-]{0,15})=(?=[^=,; ])")
_REPLACED = "\ufffd".encode()


class Finding(msgspec.Struct, frozen=True):
    """What is at fault, and in words: what, where, and how to mend it."""

    code: Code
    message: str


def diagnose(scheme: Scheme, hook: Hook, trust: Trust) -> Finding:
    """Why `hook` verifies, or does not, against `trust`. Pure, and slow: some hundred attempts."""
    said = scheme.verified(hook, trust)
    if said is True:
        return Finding("valid", "The signature is right.")
    deciding = _deciding(scheme, hook)
    if isinstance(said, Wanted):
        words = "The platform's public key has to be fetched first, from"
        return Finding("not_decidable", f"{words} {said.url}")
    return (
        _absent(deciding, hook)
        or _unset(deciding, trust)
        or _clock(deciding, hook, trust)
        or _undone(deciding, hook, trust)
        or _malformed(deciding, hook)
        or _without_url(deciding, hook)
        or _traces(hook)
        or _left_over(deciding)
    )


def _deciding(scheme: Scheme, hook: Hook) -> Scheme:
    """Of several schemes the one that decides, or the first."""
    if not isinstance(scheme, Any) or not scheme.schemes:
        return scheme
    return next((one for one in scheme.schemes if one.carried(hook)), scheme.schemes[0])


def _absent(scheme: Scheme, hook: Hook) -> Finding | None:
    if not isinstance(scheme, Marked) or scheme.carried(hook):
        return None
    marks = scheme.marks()
    empty = [mark for mark in marks if not hook.headers.get(mark, "").strip()]
    where = ", ".join(f"`{mark}`" for mark in empty or marks)
    others = [name for name in _OTHERS if hook.headers.get(name) and name not in marks]
    if others and len(empty) == len(marks):
        words = f"It is signed as {_OTHERS[others[0]]} signs (`{others[0]}`), not in {where}."
        return Finding("other_scheme", f"{words} Set the source's `kind` to the shop's.")
    words = f"There is no signature in {where}. Send the request with all its headers; if the"
    return Finding("missing_header", f"{words} platform sends none, give its webhook a secret.")


def _unset(scheme: Scheme, trust: Trust) -> Finding | None:
    needs = scheme.needs() if isinstance(scheme, Marked) else ()
    unset = [name for name in needs if not trust.options.get(name)]
    if unset:
        words = f"Nothing verifies without `{'`, `'.join(unset)}` in the source's settings."
        return Finding("not_decidable", words)
    if shares_secret(scheme) and not any(secret.strip() for secret in trust.secrets):
        return Finding("wrong_secret", "The source has no `secret`. Copy it from the platform.")
    return None


def _clock(scheme: Scheme, hook: Hook, trust: Trust) -> Finding | None:
    claimed = _claimed(scheme, hook)
    if claimed is None:
        return None
    then = msgspec.structs.replace(hook, at=claimed)
    if scheme.verified(then, trust) is not True:
        return None
    apart = (hook.at - claimed).total_seconds()
    side = "before" if apart >= 0 else "after"
    words = f"The signature is right, but was made at {claimed.isoformat()}, {abs(apart):.0f} s"
    mend = "Set the clock by NTP; of a recorded request say when it came (`--at`)."
    return Finding("clock", f"{words} {side} the request came: more than is allowed. {mend}")


def _undone(scheme: Scheme, hook: Hook, trust: Trust) -> Finding | None:
    at = _claimed(scheme, hook) or hook.at
    tried = attempts(scheme, msgspec.structs.replace(hook, at=at), trust)
    found = next((one for one in tried if _fits(one)), None)
    if found is None:
        return None
    return Finding(found.fault, f"{_SAID[found.fault]}{found.words}. {_MEND[found.fault]}")


def _fits(attempt: Attempt) -> bool:
    return attempt.scheme.verified(attempt.hook, attempt.trust) is True


def _malformed(scheme: Scheme, hook: Hook) -> Finding | None:
    """Whether the signature is none at all, by what the scheme would write itself."""
    sample = _sample(scheme, hook)
    if sample is None or isinstance(scheme, Token | Basic):
        return None
    if _claimed(scheme, hook) is None and _claimed(scheme, sample) is not None:
        return Finding("malformed", "The signature's time is missing or cannot be read.")
    told = (
        _lacks(name, hook.headers.get(name, ""), sample.headers[name]) for name in sample.headers
    )
    return next(filter(None, told), None)


def _lacks(header: str, given: str, right: str) -> Finding | None:
    """What `given` has not, although `right`, made with any secret, has it."""
    absent = set(_PART.findall(right)) - set(_PART.findall(given))
    if absent:
        words = f"`{header}` has no {', '.join(sorted(absent))}"
        return Finding("malformed", f"{words}: it is not a whole signature of this platform.")
    due = {len(code) for code in _LONG.findall(right)}
    if due and not due & {len(code) for code in _LONG.findall(given)}:
        words = f"`{header}` holds no code of {max(due)} characters"
        return Finding("malformed", f"{words}: it was cut short, or is no signature.")
    return None


def _without_url(scheme: Scheme, hook: Hook) -> Finding | None:
    if hook.url or not _signs_url(scheme, hook):
        return None
    return Finding("wrong_url", "The platform signs the URL too. Say it: `--url https://...`")


def _traces(hook: Hook) -> Finding | None:
    """What shows that a body is not as it was sent, although it cannot be restored."""
    stated = hook.headers.get("content-length", "")
    if stated.isdigit() and int(stated) != len(hook.body):
        words = f"The body has {len(hook.body)} bytes, `content-length` says {stated}."
    elif _REPLACED in hook.body:
        words = "Letters of the body were lost: it holds U+FFFD in their place."
    elif bodies.all_sorted(hook.body):
        words = "The keys of every object stand in alphabetical order: the JSON was written anew."
    else:
        return None
    return Finding("reserialised_body", f"{words} {_MEND['reserialised_body']}")


def _left_over(scheme: Scheme) -> Finding:
    if not shares_secret(scheme):
        words = "The signature was not made by the platform's key of exactly this body."
        hint = "The body, the platform's headers or the source's options are not the real ones."
        return Finding("not_decidable", f"{words} {hint}")
    words = "The signature has the right form, but none of the secrets made it of this body, nor of"
    rest = "any usual rewriting of it. Most likely the secret is another webhook's or another"
    return Finding("wrong_secret", f"{words} {rest} shop's. {_MEND['wrong_secret']}")


def _claimed(scheme: Scheme, hook: Hook) -> datetime | None:
    return scheme.claimed(hook) if isinstance(scheme, Marked) else None


def _sample(scheme: Scheme, hook: Hook, url: str = "") -> Hook | None:
    """The request, signed with a secret of no worth; None where only the platform can sign."""
    try:
        headers = scheme.signed(hook.body, _ANY_SECRET, url=url or hook.url, at=hook.at)
    except NotSignable:
        return None
    return msgspec.structs.replace(hook, headers=headers)


def _signs_url(scheme: Scheme, hook: Hook) -> bool:
    one, other = _sample(scheme, hook, "https://a.test/"), _sample(scheme, hook, "https://b.test/")
    return one is not None and other is not None and one.headers != other.headers


def shares_secret(scheme: Scheme) -> bool:
    """Whether what the settings hold could be wrong, and not only what the platform holds."""
    return not isinstance(scheme, _PLATFORM_ONLY)
