"""Mail servers of houses: Exchange, Notes, GroupWise, Oracle, and the smaller ones."""

from typing import Final

from twofifty.track.bounce.families.family import Family, family

FAMILIES: Final[tuple[Family, ...]] = (
    family(
        "exchange 2003",
        r"""
        Internet Mail Service \(
        Internet Mail Connector
        did not reach (?:the following|some or all)
        MSEXCH:
        """,
        r"^\s{0,12}{to} on \d?\w",
        r"^\s{0,12}(?:'[^'\n]{1,80}'|\S[^@\n]{0,80}) on [^\n]{5,60}\n[^\n]*(?:<|SMTP[:=]){to}",
        r"recipient\(s\)[^\n]*:?\s*\n\s*{to}",
    ),
    family(
        "exchange",
        r"""
        Delivery has failed to these recipients
        Diagnostic information for administrators
        Generating server
        MicrosoftExchange[0-9a-f]{20,}@
        Votre message n'a pas
        Die Nachricht konnte nicht
        X-MS-Exchange-Message-Is-Ndr
        couldn't be delivered
        Remote Server returned
        Entrega fallida
        Impossible de remettre
        """,
        r"Your message to {to} couldn't be delivered",
        (
            r"(?:delivered|recipients?|groups|destinataires?|empf.nger)[^\n]{0,80}:\s*\n+\s*(?:"
            r"[^\n<]{0,80})<?{to}"
        ),
        r"^\s{0,40}{to}\s*\n+\s*(?:#|\d{3} |Remote Server|mx\.|The )",
        r"<(?:mailto:)?{to}>",
        r"^\s{0,40}{to}\s*$",
    ),
    family(
        "exchange journal",
        r"""
        Undeliverable:
        Unzustellbar:
        Non remis ?:
        No se puede entregar:
        Onbestelbaar:
        """,
        r"^\s{0,40}{to}(?: on |\s*$|:)",
    ),
    family(
        "domino",
        r"""
        Lotus Notes
        Domino (?:Directory|Release|SMTP)
        DELIVERY FAILURE:
        was not delivered to:
        X-Notes
        """,
        r"was not delivered to:\s*\n+\s*{to}",
        r"^\s{0,6}{to}\s*\n+\s*because:",
        r"User \S[^\n(]{0,100}\({to}\)\s+not listed",
    ),
    family(
        "notes",
        r"---- ?Failure Reasons ?----",
        r"---- ?Failure Reasons ?-{4,80}\s{1,40}(?:[^\n]*\n){1,3}?\s*{to}",
    ),
    family(
        "messaging server",
        r"""
        This report relates to a message you sent with the following header
        PMDF
        Sun Java System Messaging
        Oracle Comm
        Your message cannot be delivered to the following recipients
        Your message was successfully delivered to the following recipients
        """,
        r"Original address: {to}",
        r"Recipient address: {to}",
    ),
    family(
        "groupwise",
        r"GroupWise|^The message that you sent was undeliverable to the following",
        r"^\s{1,12}{to}\s*(?:\(|$)",
        r"^\s{0,40}\"?([^\s@<>\"]{1,64}@[\w.-]{1,190})\"? ?\((?:user|mailbox|host|undeliv)",
    ),
    family(
        "imail",
        r"SMTP32|IMail|Original message follows\.",
        (
            r"(?:Delivery failed|undeliverable to|Unknown user|unknown host|exceeds allowed size"
            r"|Invalid final delivery[^:\n]{0,40}|unable to deliver[^:\n]{0,60}|User mailbox"
            r"[^:\n]{0,40}|not accepting[^:\n]{0,40}|suspended[^:\n]{0,40}|failed"
            r"[^:\n]{0,20}): ?{to}"
        ),
        r"^\s{0,40}[^@\n:]{3,60}: {to}\s*$",
    ),
    family(
        "mdaemon",
        r"MDaemon|The following addresses did NOT receive|Session Transcript",
        r"^>\s*{to}",
        r"--> RCPT To: ?{to}",
        r"Failed address: {to}",
        r"^\s{0,40}{to} - ",
    ),
    family(
        "mailenable",
        r"""
        MailEnable
        The following recipient\(s\) could not be reached
        Message could not be delivered to (?:some|the)
        """,
        r"(?:Recipient|recipient\(s\)): ?(?:\[SMTP:)?{to}",
        r"\[SMTP:{to}\]",
    ),
    family(
        "communigate",
        r"CommuniGate|Failed to deliver to '",
        r"Failed to deliver to '<?{to}",
        r"delivery to '?{to}",
    ),
    family(
        "kerio",
        r"Kerio|^Your message could not be delivered to following",
        r"^\s{0,40}<?{to}>?(?:\s|:|$)",
    ),
    family(
        "zimbra",
        r"zimbra",
        r"^\s{0,40}<{to}>:",
    ),
    family(
        "merak",
        r"Merak|IceWarp",
        r"^\s{0,40}<?{to}>?\s*(?:\(|:|-)",
    ),
    family(
        "xmail",
        r"\[<\d\d>\] XMail bounce:|XMail",
        r"Rcpt ?= ?\[{to}\]",
    ),
    family(
        "argosoft",
        r"ArGoSoft|hMailServer",
        r"^\s{0,40}{to}\s*$",
        r"(?:Recipient|failed)[^\n]{0,40}: ?{to}",
    ),
    family(
        "powermta",
        r"PowerMTA|This is an automatically generated Delivery Status Notification",
        r"^\s{0,40}<?{to}>?\s*(?:\(|$)",
        r"^Hello,[^\0]{0,400}?{to}",
    ),
    family(
        "surgemail",
        r"SurgeMail|DSMTP",
        r"^\s{0,40}(?:Recipient: \[)?{to}\]?",
    ),
    family(
        "netscape",
        r"This Message was undeliverable due to the following reason|Netscape Messaging",
        r"did not receive (?:your|this) message:?\s+<?{to}",
        r"^\s{2,12}<{to}>\s*$",
    ),
    family(
        "x.400",
        r"""
        \bThis report relates to your message: Subject:
        MTS-ID of the original
        X\.400
        MIXER
        NON-DELIVERY
        """,
        r"^\s{0,40}\d+\. ?(?:Recipient:)?\s*{to}",
        r"(?:recipient|to):? [^\n]{0,200}RFC-?822=([^/;\s]{3,120})",
        r"Your message was not delivered to:?\s+{to}",
        r"Your (?:report|message)[^\n]{0,60}recipient[^\n]{0,20}{to}",
    ),
    family(
        "novonyx",
        r"Novonyx|NIMS|NetMail",
        r"^\s{0,40}<?{to}>?\s*$",
    ),
    family(
        "vines",
        r"Intergate|VINES|ccMail|cc:Mail|MS-?Mail",
        r"^\s{0,40}{to}",
    ),
)
