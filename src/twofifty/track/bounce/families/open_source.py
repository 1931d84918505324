"""Mail servers whose source is public: Postfix, Exim, Sendmail, qmail and the like."""

from typing import Final

from twofifty.track.bounce.families.family import Family, family

FAMILIES: Final[tuple[Family, ...]] = (
    family(
        "postfix",
        r"""
        This is the (?:\S+ )?(?:Postfix|mail system|\S+) (?:program )?at host
        The (?:\S+ )?Postfix program
        The mail system$
        Undelivered Mail Returned to Sender
        Postfix SMTP server: errors from
        """,
        (
            r"^\s{0,4}<([^<>\s]{1,250}@[^<>\s]{1,250})>(?: \(expanded from <"
            r"[^>\n]{1,250}>\))?: ?(?=\S|$)"
        ),
        r"^ Out: \d{3}[^\n]{0,40}<([^<>\s]{1,250}@[^<>\s]{1,250})>: ",
        r"^ In:  RCPT TO: ?{to}",
    ),
    family(
        "exim",
        r"""
        This message was created automatically by mail delivery software
        X-Failed-Recipients
        ^Mail delivery failed
        Warning: message \S{1,40} delayed
        could not be delivered to (?:all of|one or)
        """,
        r"^ {2,6}{to}:?\s*$",
        r"^ {2,6}{to}\s*\n {4,10}(?:\S|\()",
        r"^ {0,4}{to}: ",
        r"^  (?:unrout(?:e)?able address|unknown local-part): {to}",
        r"(?:generated|rejected) (?:from|for) {to}",
    ),
    family(
        "sendmail",
        r"""
        -----\s?(?:Transcript of session follows|The following addresses had)
        -----\s?The following recipients had
        ^Returned mail:
        Mail Delivery Subsystem <MAILER-DAEMON
        """,
        r"^\s{0,8}(?:\(expanded from: )?{to}\)?\s*$",
        r"^\d{3}[ -](?:\d\.\d+\.\d+ )?{to}\.\.\. ",
        r"^>>> RCPT To: ?{to}",
        r"\bto {to}\s*$",
    ),
    family(
        "qmail",
        r"""
        qmail-send program
        This is the (?:qmail|netqmail|s/qmail|indimail|mail|message)[- ](?:\S+ )?program at
        I'm afraid I wasn't able to deliver your message
        ^failure notice$
        \(#\d\.\d\.\d\)
        MTA program at
        """,
        r"^\s{0,4}<([^<>\s]{1,250}@[^<>\s]{1,250})>:\s*(?=\S|$)",
        r"^\s{0,2}{to}:\s*$",
    ),
    family(
        "courier",
        r"""
        This is a delivery status notification from \S+,
        running the Courier mail server
        """,
        r"^\s{0,12}{to}:\s*$",
        r"^>>> RCPT TO: ?{to}",
    ),
    family(
        "dragonfly",
        r"This is the DragonFly Mail Agent",
        r"error delivering your mail to {to}",
    ),
    family(
        "opensmtpd",
        r"""
        This is the MAILER-DAEMON, please DO NOT REPLY
        OpenSMTPD
        An error has occurred while attempting to
        """,
        r"^\s{0,8}{to}:\s+\S",
    ),
    family(
        "james",
        r"""
        Message from (?:the )?(?:email system at|James)
        James SMTP Server
        Error in the mailetcontainer
        X-James-
        Apache James
        Failed recipient\(s\):
        """,
        r"^RCPT TO:\s*{to}",
        r"^Failed recipient\(s\):\s*{to}",
    ),
    family(
        "haraka",
        r"Delivery of email failed\. Haraka|\bharaka\b",
        r"^\s{0,40}{to} failed",
        r"Recipients? (?:that )?(?:permanently )?failed[^\n]*\n+\s*{to}",
        r"^- {to}",
    ),
    family(
        "stalwart",
        r"""
        This is the Stalwart
        Your message could not be delivered to the following recipients:\s*<
        """,
        r"^<([^<>\s]{1,250}@[^<>\s]{1,250})> \(",
    ),
    family(
        "smail",
        r"\|-+ (?:Message log|Failed addresses|Non-delivered) follows?:? -+\||Smail",
        r"^\s{0,40}{to} \.\.\. ",
        r"^\s{0,40}<{to}> \.\.\.",
    ),
    family(
        "zmailer",
        r"""
        ZMailer
        This is a collection of reports about email delivery
        process concerning a message you orig
        """,
        r"^\s{0,40}(?:<?smtp \S+ {to}|\S+;\s*{to})",
        r"^(?:Final-Recipient|Diagnostic)[^\n]*{to}",
    ),
)
