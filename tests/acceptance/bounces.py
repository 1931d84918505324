"""Delivery status notifications, as a mail server writes them (RFC 3464)."""


def notice(
    recipient: str, *, action: str = "failed", status: str = "5.1.1", text: str = "no such user"
) -> bytes:
    """One that returns nothing of the mail: only the address that it goes to says which it was."""
    reply = {"2": 250, "4": 450, "5": 550}[status[0]]
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\n"
        "Subject: Delivery Status Notification\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"\r\n\r\n'
        "--=_b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n\r\n"
        "--=_b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {reply} {status} {text}\r\n\r\n--=_b--\r\n"
    ).encode()
