"""Filters and gateways that stand before somebody's mail server."""

from typing import Final

from twofifty.track.bounce.families.family import Family, family

FAMILIES: Final[tuple[Family, ...]] = (
    family(
        "amavis",
        r"amavisd?(?:-new)?|Content-filter at |UNDELIVERABLE (?:MAIL|BOUNCE)|BANNED \(",
        r"^\s{0,40}<{to}>[,:]",
        r"Your message to:? ?<?{to}",
    ),
    family(
        "barracuda",
        r"Spam & Virus Firewall|barracuda",
        r"message to: ?{to}",
    ),
    family(
        "messagelabs",
        r"MessageLabs|Symantec(?:\.| Email)cloud|Mail Delivery System has",
        r"^\s{0,40}<?{to}>?:?",
    ),
    family(
        "mimecast",
        r"mimecast",
        r"^\s{0,40}{to}",
    ),
    family(
        "mcafee",
        r"addresses had delivery problems ---|mcafee|WebShield",
        r"^\s{0,40}<?{to}>?\s+\(",
    ),
    family(
        "mxlogic",
        r"mxlogic|mxl\d\.|Included is a copy of the message header",
        r"^\s{0,40}<?{to}>?: ",
    ),
    family(
        "surfcontrol",
        r"""
        SurfControl
        Websense
        Your message could not be delivered\. ?$
        Could not send message
        """,
        r"(?:^|\s)(?:To|Recipient|recipients?)(?: :|:) ?{to}",
        r"^\s{0,40}{to}\s*$",
    ),
    family(
        "interscan",
        r"""
        InterScan
        Trend Micro
        MSS_MAIL
        Mail could not be delivered
        Sent\s*<<<
        Unable to deliver message to
        """,
        r"Unable to deliver message to {to}",
        r"Sent ?>>> RCPT TO:? ?{to}",
        r"^\s{0,40}{to}\s*$",
    ),
    family(
        "mailmarshal",
        r"MailMarshal|recipients were affected|Undeliverable Mail: \"|Sender-MTA:",
        r"(?:recipients? (?:were|was) affected|following recipients?)[^\n]*\n\s*{to}",
        r"^Recipient:\s*{to}",
    ),
    family(
        "mailsweeper",
        r"MAILsweeper|MIMEsweeper",
        r"^\s{0,40}{to}\s*$",
    ),
    family(
        "mailfoundry",
        r"MailFoundry|Message delivery has failed",
        r"Unable to deliver message to: ?{to}",
    ),
    family(
        "mfilter",
        r"m-?FILTER|-------server message|-------Unsent message",
        r"RCPT TO: ?{to}",
        r"- ?(?:recipient|to)[^\n]*\n+\s*{to}",
        r"(?:Unsent|server) message[^\0]{0,200}?<{to}>",
    ),
    family(
        "activehunter",
        r"Active!Hunter|FAILURE NOTICE :",
        r"^\s{0,40}>>> ?{to}",
    ),
    family(
        "ironport",
        r"IronPort|The following message to <",
        r"following message to <?{to}>? was undeliverable",
    ),
    family(
        "proofpoint",
        r"Proofpoint|pphosted",
        r"^\s{0,40}<?{to}>?(?::|\s*$)",
    ),
    family(
        "sophos",
        r"Sophos|PureMessage|Astaro",
        r"^\s{0,40}<?{to}>?(?::|\s*$)",
    ),
    family(
        "fortimail",
        r"FortiMail|FortiGate",
        r"^\s{0,40}<?{to}>?(?::|\s*$)",
    ),
    family(
        "spamexperts",
        r"SpamExperts|antispamcloud",
        r"^\s{0,40}{to}",
    ),
    family(
        "verizon",
        r"vtext\.com|vzwpix|verizon",
        r"(?:RCPT TO|Attempted recipient|Recipient|To): ?{to}",
        r"^\s{0,40}(?:\d{3} )?{to}",
    ),
    family(
        "att",
        r"mms\.att|txt\.att|sbcglobal|prodigy",
        r"^\s{0,40}<?{to}>?:",
        r": ?<?{to}",
    ),
    family(
        "facebook",
        r"facebookmail|mx-inbound\S*facebook",
        r"^\s{0,40}<?{to}",
    ),
    family(
        "ezmlm",
        r"ezmlm|Mailman|majordomo|listserv",
        r"^\s{0,40}<{to}>:",
    ),
)
