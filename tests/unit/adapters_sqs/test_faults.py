"""Every fault of AWS is said in words that help, and none of them has a secret in it."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from botocore.loaders import Loader

from twofifty.adapters.sqs.faults import NoQueue, failed, told
from twofifty.adapters.sqs.place import parse_place
from twofifty.errors import BrokerError

ACTIONS = (
    "CreateQueue",
    "GetQueueUrl",
    "GetQueueAttributes",
    "SendMessageBatch",
    "ReceiveMessage",
    "DeleteMessageBatch",
    "ChangeMessageVisibilityBatch",
)
OURS = {
    # What only a mistake of this room's could bring about; SQS's own words say it best.
    "BatchEntryIdsNotDistinct",
    "EmptyBatchRequest",
    "InvalidAddress",
    "InvalidAttributeName",
    "InvalidAttributeValue",
    "InvalidBatchEntryId",
    "TooManyEntriesInBatchRequest",
    "UnsupportedOperation",
}
PLACE = parse_place("sqs://AKIAKEY:SECRET-WORD@eu-central-1/shop?session_token=TOKEN-WORD")


def _modelled() -> Iterator[str]:
    model = Loader().load_service_model("sqs", "service-2")
    for action in ACTIONS:
        for error in model["operations"][action].get("errors", ()):
            yield str(error["shape"])


def _client_error(code: str, message: str = "raw words of AWS") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "SendMessageBatch")


@pytest.mark.parametrize("code", sorted(set(_modelled()) - OURS))
def test_every_error_that_sqs_names_is_said_in_our_words(code: str) -> None:
    said = str(told(_client_error(code), "SendMessageBatch of shop", PLACE))
    assert "raw words of AWS" not in said
    assert code in said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "IAM policy"),
        ("AccessDeniedException", "IAM policy"),
        ("AWS.SimpleQueueService.AccessDenied", "IAM policy"),
        ("InvalidClientTokenId", "access key"),
        ("UnrecognizedClientException", "access key"),
        ("SignatureDoesNotMatch", "secret key"),
        ("ExpiredToken", "have ended"),
        ("ExpiredTokenException", "have ended"),
        ("RequestExpired", "clock"),
        ("RequestThrottled", "fewer requests"),
        ("ThrottlingException", "fewer requests"),
        ("com.amazonaws.sqs#KmsThrottled", "KMS"),
        ("QueueDeletedRecently", "a minute"),
        ("500", "in trouble"),
        ("503", "in trouble"),
        ("NeverSeenBefore", "raw words of AWS"),
    ],
)
def test_a_code_is_said_in_whatever_form_it_comes(code: str, said: str) -> None:
    assert said in str(told(_client_error(code), "SendMessageBatch of shop", PLACE))


def test_a_queue_that_is_not_there_is_told_apart() -> None:
    fault = _client_error("AWS.SimpleQueueService.NonExistentQueue")
    made, checked = PLACE, parse_place("sqs://eu-central-1/shop?create=no")
    assert isinstance(told(fault, "GetQueueUrl of shop", made), NoQueue)
    assert "made again" in str(told(fault, "GetQueueUrl of shop", made))
    assert "create=no" in str(told(fault, "GetQueueUrl of shop", checked))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (NoCredentialsError(), "AWS_ACCESS_KEY_ID"),
        (PartialCredentialsError(provider="env", cred_var="x"), "half"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "cannot be reached"),
        (ConnectTimeoutError(endpoint_url="http://127.0.0.1:1"), "network"),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1:1"), "in time"),
        (ConnectionClosedError(endpoint_url="http://127.0.0.1:1"), "whole"),
        (HTTPClientError(error=ValueError("strange")), "whole"),
        (SSLError(endpoint_url="http://127.0.0.1:1", error="bad"), "certificate"),
        (OSError("broken"), "the line broke"),
    ],
)
def test_what_happens_on_the_way_is_said(fault: Exception, said: str) -> None:
    text = str(told(fault, "ReceiveMessage of shop", PLACE))
    assert said in text
    assert "shop in eu-central-1" in text


def test_every_error_of_the_library_becomes_a_broker_error() -> None:
    """BotoCoreError and ClientError are the roots of botocore's; the line catches both."""
    for kind in (BotoCoreError, ClientError):
        assert issubclass(kind, Exception)
    assert type(told(BotoCoreError(), "x", PLACE)) is BrokerError


@pytest.mark.parametrize("code", ["AccessDenied", "Strange", "ExpiredToken"])
def test_no_secret_is_ever_said(code: str) -> None:
    said = str(told(_client_error(code), "SendMessageBatch of shop", PLACE))
    assert "SECRET-WORD" not in said
    assert "TOKEN-WORD" not in said
    assert "AKIAKEY" not in said


def test_what_aws_says_is_kept_to_one_line() -> None:
    said = failed("Strange", "one\r\ntwo\x00" + "x" * 1000)
    assert "\n" not in said
    assert len(said) < 400
