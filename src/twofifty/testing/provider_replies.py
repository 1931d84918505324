"""What each provider answers, after its documents: to a mail by mood, and to a look-up."""

from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

import msgspec

from twofifty.testing.http_receiver import Request, Response

Reply = Callable[[Request], Response]
Found = Callable[[Request, Sequence[Request]], Response]


def said(status: int, value: object, **headers: str) -> Reply:
    """Always this JSON; header names with `_` for `-`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda _: Response(status, msgspec.json.encode(value), named)


def _empty(status: int, **headers: str) -> Reply:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda _: Response(status, b"", named)


def _postmark(code: int, message: str) -> Reply:
    return said(422, {"ErrorCode": code, "Message": message})


def _sendgrid(status: int, field: str | None, message: str) -> Reply:
    return said(status, {"errors": [{"message": message, "field": field, "help": None}]})


def _ses(status: int, name: str, message: str) -> Reply:
    return said(status, {"message": message}, x_amzn_ErrorType=f"{name}:http://internal.test/")


def _resend(status: int, name: str, message: str) -> Reply:
    return said(status, {"statusCode": status, "name": name, "message": message})


def _mailjet(status: int, code: str, related: str, message: str) -> Reply:
    error = {
        "ErrorIdentifier": "f987008f-251a-4dff-8ffc-40f1583ad7bc",
        "ErrorCode": code,
        "StatusCode": status,
        "ErrorMessage": message,
        "ErrorRelatedTo": [related],
    }
    return said(status, {"Messages": [{"Status": "error", "Errors": [error]}]})


def _sparkpost(status: int, code: str, message: str) -> Reply:
    return said(status, {"errors": [{"message": message, "code": code, "description": "so"}]})


def _mailersend(field: str, message: str) -> Reply:
    return said(422, {"message": "The given data was invalid.", "errors": {field: [message]}})


_SUPPRESSED = {"type": "ALL_SUPPRESSED", "warning": "All of the recipients have been suppressed."}
_TAKEN_BY_MAILJET = {"Email": "x", "MessageUUID": "u", "MessageID": 456789012345678901}

REPLIES: dict[str, dict[str, Reply]] = {
    "postmark": {
        "accept": said(200, {"MessageID": "0a129aee", "ErrorCode": 0, "Message": "OK"}),
        "recipient": _postmark(406, "Found inactive addresses: buyer@example.com."),
        "message": _postmark(300, "Provide either email TextBody or HtmlBody or both."),
        "sender": _postmark(400, "The sender signature was not found."),
        "route": said(401, {"ErrorCode": 10, "Message": "Request does not contain a valid token."}),
    },
    "sendgrid": {
        "accept": _empty(202, X_Message_Id="14c5d75ce93"),
        "recipient": _sendgrid(400, "personalizations.0.to.0.email", "Does not contain an address"),
        "message": _sendgrid(400, "content.0.value", "The content value must be a string"),
        "sender": _sendgrid(403, "from", "The from address does not match a verified identity"),
        "route": _sendgrid(401, None, "The provided authorization grant is invalid"),
    },
    "ses": {
        "accept": said(200, {"MessageId": "0102018f-3c2e-000000"}),
        "message": _ses(400, "MessageRejected", "Illegal content"),
        "sender": _ses(400, "MailFromDomainNotVerifiedException", "not verified"),
        "route": _ses(403, "SignatureDoesNotMatch", "The signature we calculated differs"),
    },
    "mailgun": {
        "accept": said(200, {"id": "<m_1@shop.example.test>", "message": "Queued. Thank you."}),
        "message": said(400, {"message": "'to' parameter is not a valid address"}),
        "route": said(401, "Forbidden"),
    },
    "resend": {
        "accept": said(200, {"id": "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}),
        "message": _resend(422, "validation_error", "Invalid `to` field."),
        "sender": _resend(403, "validation_error", "The domain is not verified."),
        "route": _resend(403, "invalid_api_key", "API key is invalid"),
    },
    "brevo": {
        "accept": said(201, {"messageId": "<201798300811.5787683@relay.example.com>"}),
        "message": said(400, {"code": "invalid_parameter", "message": "email is not valid in to"}),
        "route": said(401, {"code": "unauthorized", "message": "Key not found"}),
    },
    "mailjet": {
        "accept": said(200, {"Messages": [{"Status": "success", "To": [_TAKEN_BY_MAILJET]}]}),
        "recipient": _mailjet(400, "mj-0013", "To[0].Email", "is an invalid email address."),
        "message": _mailjet(400, "send-0003", "HTMLPart", "At least HTMLPart must be provided."),
        "sender": _mailjet(403, "send-0008", "From", "is not an authorized sender"),
        "route": said(401, {"ErrorCode": "mj-0015", "ErrorMessage": "no credentials"}),
    },
    "sparkpost": {
        "accept": said(200, {"results": {"id": "116687", "total_accepted_recipients": 1}}),
        "recipient": _sparkpost(400, "1902", "Message generation rejected"),
        "message": _sparkpost(422, "1300", "invalid data format/type"),
        "sender": _sparkpost(400, "7001", "Invalid domain"),
        "route": _sparkpost(420, "2102", "Exceed Sending Limit (daily)"),
    },
    "mailersend": {
        "accept": _empty(202, x_message_id="5e42957d51f1d94a1070a733"),
        "recipient": said(202, {"message": "Warnings", "warnings": [_SUPPRESSED]}),
        "message": _mailersend("subject", "The subject may not be greater than 998 characters."),
        "sender": _mailersend("from.email", "The domain must be verified. #MS42207"),
        "route": said(401, {"message": "Unauthenticated."}),
    },
}
"""Moods that a provider has no word of its own for are missing."""


def _query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}


def _has(taken: Sequence[Request], own: str) -> bool:
    return any(own.encode() in request.body for request in taken)


def _found(value: object) -> Response:
    return Response(200, msgspec.json.encode(value))


def _postmark_found(request: Request, taken: Sequence[Request]) -> Response:
    own = _query(request)["metadata_twofifty_id"]
    messages = [{"MessageID": "1", "Metadata": {"twofifty_id": own}}] if _has(taken, own) else []
    return _found({"TotalCount": len(messages), "Messages": messages})


def _sendgrid_found(request: Request, taken: Sequence[Request]) -> Response:
    own = _query(request)["query"].partition('="')[2].rstrip('")')
    return _found({"messages": [{"msg_id": "f.1", "status": "delivered"}] * _has(taken, own)})


def _mailgun_found(request: Request, taken: Sequence[Request]) -> Response:
    own = _query(request)["message-id"]
    return _found({"items": [{"event": "accepted"}] * _has(taken, own), "paging": {}})


def _brevo_found(request: Request, taken: Sequence[Request]) -> Response:
    (own,) = msgspec.json.decode(_query(request)["tags"], type=list[str])
    return _found({"events": [{"event": "requests", "tag": own}]} if _has(taken, own) else {})


def _mailjet_found(request: Request, taken: Sequence[Request]) -> Response:
    own = _query(request)["CustomID"]
    data = [{"ID": 1, "CustomID": own}] if _has(taken, own) else []
    return _found({"Count": len(data), "Data": data, "Total": len(data)})


def _sparkpost_found(request: Request, taken: Sequence[Request]) -> Response:
    own = _query(request)["campaigns"]
    results = [{"type": "injection", "campaign_id": own}] if _has(taken, own) else []
    return _found({"results": results, "total_count": len(results)})


FOUND: dict[str, Found] = {
    "postmark": _postmark_found,
    "sendgrid": _sendgrid_found,
    "mailgun": _mailgun_found,
    "brevo": _brevo_found,
    "mailjet": _mailjet_found,
    "sparkpost": _sparkpost_found,
}
