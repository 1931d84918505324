"""Carriers, providers and mail systems of Japan."""

from typing import Final

from twofifty.track.bounce.families.family import Family, family

FAMILIES: Final[tuple[Family, ...]] = (
    family(
        "kddi",
        r"""
        no-reply@\S+\.(?:dion|auone-net)\.
        Could not be delivered to: <
        As their mailbox is full
        """,
        r"Could not be delivered to: ?{to}",
    ),
    family(
        "ezweb",
        r"""
        ezweb\.ne\.jp
        au\.com
        The user\(s\) (?:account|mail)
        Each of the following recipients was rejected by a
        """,
        r"^\s{0,40}>>> RCPT TO: ?{to}",
        r"^\s{0,40}<{to}>(?:\s|:|$)",
        r"^\s{0,40}\* {to}",
    ),
    family(
        "docomo",
        r"docomo\.ne\.jp",
        r"Unknown user {to}",
        r"^\s{0,40}{to}\s*\(",
    ),
    family(
        "softbank",
        r"softbank|vodafone\.ne\.jp|disney\.ne\.jp",
        r"^\s{0,40}<?{to}",
    ),
    family(
        "biglobe",
        r"biglobe\.ne\.jp|--- ?The following addresses had delivery problems ?---",
        r"^\s{0,40}(?:\*\*\*\*\* )?<?{to}>?\s*(?:$|\*)",
    ),
    family(
        "nifty",
        r"nifty\.com",
        r"^\s{0,40}<?{to}",
    ),
    family(
        "so-net",
        r"so-net\.ne\.jp|ocn\.ne\.jp|plala",
        r"^\s{0,40}<?{to}",
    ),
    family(
        "fml",
        r"""
        NOT MEMBER article
        You are not a member of this mailing list
        Duplicated Message-ID
        fml [\d.]+
        Ml UNIX
        post_filter
        Unfortunately, your (?:mail|message) is rejected
        """,
        r"(?:From|sender|article from|from)[: ]{1,3}(?:[^\n<@]{0,40}<)?{to}",
        r"\({to}\)",
        r"<{to}>",
        sure=r"""
        You are not a member of this mailing list <
        ^Duplicated Message-ID in <
        ^Loop Alert:
        """,
    ),
    family(
        "x1",
        r"---The following addresses had delivery errors---",
        r"^\s{0,40}{to} ?[\[(]",
    ),
    family(
        "x2",
        r"""
        Unable to deliver message to the following address
        Mail_Delivery_Failed
        ^Delivery failure$
        ^There is problem delivering
        """,
        r"^\s{0,40}<?{to}>?:?\s*$",
        r"^\s{0,40}<{to}>:",
    ),
    family(
        "x3",
        r"Del[ei]very to the following recipients (?:failed permanently|was aborted)",
        r"^\s{0,40}\* {to}",
    ),
    family(
        "x4",
        r"We're sorry\. There's a problem with the e-?mail address|qmail at",
        r"^\s{0,40}<{to}>:",
    ),
    family(
        "x5",
        r"Delivery Fail(?:ed|ure)|MAILER-DAEMON@[^\n]*hotmail",
        r"^\s{0,40}{to}",
    ),
    family(
        "x6",
        r"(?:We|I) had trouble delivering your message|recipients were (?:unable|not)",
        r"{to}\.{3}",
        r"^\s{0,40}\* ?{to}",
        r"^\s{0,40}{to}",
    ),
)
