"""Providers whose mail leaves from addresses of their own, and what they want in SPF.

Most put a return path of their own on every mail (their domain, or a subdomain of the sender's that
was pointed to them): receivers then look at that domain's SPF, and never at ours.
"""

import msgspec

from twofifty.deliver.posture.names import below


class Provider(msgspec.Struct, frozen=True):
    """`include`: what SPF of the return path's domain must include; empty where the provider puts
    its own return path on mails. `hosts`: under which its next hops are named."""

    name: str
    hosts: tuple[str, ...]
    include: str = ""


PROVIDERS = (
    Provider("Amazon SES", ("amazonaws.com",)),
    Provider("SendGrid", ("sendgrid.net", "sendgrid.com")),
    Provider("Postmark", ("postmarkapp.com",)),
    Provider("Mailgun", ("mailgun.org", "mailgun.net")),
    Provider("Resend", ("resend.com",)),
    Provider("Brevo", ("brevo.com", "sendinblue.com")),
    Provider("Mailjet", ("mailjet.com",)),
    Provider("SparkPost", ("sparkpostmail.com", "sparkpost.com")),
    Provider("MailerSend", ("mailersend.net", "mailersend.com")),
    Provider("Google Workspace", ("gmail.com",), "_spf.google.com"),
    Provider("Microsoft 365", ("office365.com", "outlook.com"), "spf.protection.outlook.com"),
    Provider("Fastmail", ("fastmail.com",), "spf.messagingengine.com"),
    Provider("Zoho", ("zoho.com", "zoho.eu"), "zohomail.com"),
)


def provider_of(host: str) -> Provider | None:
    """Who is behind a next hop's name; None: nobody that is known, its addresses are its own."""
    return next(
        (one for one in PROVIDERS if any(below(host, suffix) for suffix in one.hosts)), None
    )
