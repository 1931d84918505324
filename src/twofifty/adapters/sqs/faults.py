"""What went wrong at AWS, said so that somebody can mend it: what, where, how.

Codes are those of the SQS API Reference ("Common Errors" and each action's), without what stands
before the last dot, and without `Exception` behind them. No text repeats a key or a token.
"""

import re
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
    TokenRetrievalError,
)

from twofifty.adapters.sqs.place import Place
from twofifty.errors import BrokerError

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_LONGEST: Final = 300

GONE: Final = frozenset({"NonExistentQueue", "QueueDoesNotExist"})

_KEYS: Final = "AWS does not know the access key: look at the keys, and at whose account they are"
_MISMATCH: Final = "the secret key does not fit the key id, or this machine's clock is wrong"
_ENDED: Final = (
    "the temporary credentials have ended: give new ones, or none, so that the role's own are taken"
    " and renewed"
)
_DENIED: Final = "the credentials may not do that: docs/howto/sqs.md has the IAM policy"
_SLOWER: Final = "AWS asks for fewer requests; it is tried again later"
_TROUBLE: Final = "SQS is in trouble; it is tried again later"
_NO_KMS: Final = "the queue's KMS key cannot be used: the policy has to allow kms:Decrypt and"
_NO_KMS_END: Final = " kms:GenerateDataKey on it, and the key has to be enabled"

_CODES: Final = {
    "AccessDenied": _DENIED,
    "AccessDeniedByPolicy": _DENIED,
    "NotAuthorized": _DENIED,
    "OptInRequired": "the account has no SQS in this region: enable the region",
    "InvalidClientTokenId": _KEYS,
    "InvalidAccessKeyId": _KEYS,
    "UnrecognizedClient": _KEYS,
    "IncompleteSignature": _MISMATCH,
    "SignatureDoesNotMatch": _MISMATCH,
    "InvalidSignature": _MISMATCH,
    "RequestExpired": "this machine's clock is wrong",
    "InvalidSecurity": "SQS wants https and a signature of today: look at `endpoint`",
    "ExpiredToken": _ENDED,
    "QueueDeletedRecently": "it was deleted less than a minute ago: SQS makes it again after that",
    "QueueNameExists": "it exists with other attributes: see docs/howto/sqs.md for those it needs",
    "QueueAlreadyExists": "it exists with other attributes: see docs/howto/sqs.md",
    "OverLimit": "too many tickets are taken and not answered for (120,000 a queue)",
    "RequestThrottled": _SLOWER,
    "Throttling": _SLOWER,
    "ThrottledRequest": _SLOWER,
    "TooManyRequests": _SLOWER,
    "RequestLimitExceeded": _SLOWER,
    "KmsThrottled": "KMS asks for fewer requests: lengthen KmsDataKeyReusePeriodSeconds",
    "KmsAccessDenied": _NO_KMS + _NO_KMS_END,
    "KmsDisabled": _NO_KMS + _NO_KMS_END,
    "KmsInvalidState": _NO_KMS + _NO_KMS_END,
    "KmsInvalidKeyUsage": _NO_KMS + _NO_KMS_END,
    "KmsNotFound": _NO_KMS + _NO_KMS_END,
    "KmsOptInRequired": "the account has no KMS in this region: enable it",
    "InternalError": _TROUBLE,
    "InternalFailure": _TROUBLE,
    "ServiceUnavailable": _TROUBLE,
    "BatchRequestTooLong": "the queue takes smaller messages only: raise its MaximumMessageSize",
}
_NO_KEYS: Final = (
    "there are no AWS credentials: give the machine a role, or set AWS_ACCESS_KEY_ID and"
    " AWS_MISMATCH_ACCESS_KEY, or write them into BROKER_URL"
)
_UNREACHED: Final = "it cannot be reached: look at the region's name, `endpoint` and the network"

# The first that fits says it.
_KINDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (NoCredentialsError, _NO_KEYS),
    (PartialCredentialsError, "half of the AWS credentials is missing: both keys are needed"),
    (TokenRetrievalError, "the AWS sign-in has ended: run aws sso login"),
    (ProxyConnectionError, "the proxy (HTTPS_PROXY) cannot be reached"),
    (SSLError, "its certificate is not trusted: look at AWS_CA_BUNDLE and `endpoint`"),
    (ConnectTimeoutError, "it does not answer when called: look at the network"),
    (ReadTimeoutError, "it did not answer in time"),
    (EndpointConnectionError, _UNREACHED),
    (BotoCoreError, "the answer did not come whole; it is tried again later"),
)


class NoQueue(BrokerError):
    """The queue is not there."""


def told(fault: Exception, what: str, place: Place) -> BrokerError:
    """`fault`, met when `what` was asked of the queues at `place`."""
    if isinstance(fault, ClientError):
        return _answered(fault, what, place)
    said = next((text for kind, text in _KINDS if isinstance(fault, kind)), "the line broke")
    return BrokerError(f"{_where(what, place)}: {said} ({type(fault).__name__})")


def failed(code: str, message: str) -> str:
    """Why one entry of a batch was not done."""
    known = _CODES.get(_short(code)) or (_TROUBLE if code.startswith("5") else _shown(message))
    return f"{known} ({_shown(code)})"


def _answered(fault: ClientError, what: str, place: Place) -> BrokerError:
    error = fault.response.get("Error", {})
    code = str(error.get("Code", ""))
    if _short(code) in GONE:
        return NoQueue(f"{_where(what, place)}: {_absent(place)} ({_shown(code)})")
    return BrokerError(f"{_where(what, place)}: {failed(code, str(error.get('Message', '')))}")


def _absent(place: Place) -> str:
    if place.options.create == "no":
        return "the queue does not exist, and create=no: make it, or leave create out"
    return "the queue does not exist (any more); it is made again"


def _where(what: str, place: Place) -> str:
    at = f" at {place.options.endpoint}" if place.options.endpoint else ""
    return f"SQS {what}, {place.urgent} in {place.region}{at}"


def _short(code: str) -> str:
    return code.rpartition(".")[2].rpartition("#")[2].removesuffix("Exception")


def _shown(text: str) -> str:
    return _CONTROLS.sub(" ", text)[:_LONGEST]
