"""Large mailbox providers and sending services."""

from typing import Final

from twofifty.track.bounce.families.family import Family, family

FAMILIES: Final[tuple[Family, ...]] = (
    family(
        "gmail",
        r"""
        mailer-daemon@google(?:mail)?\.com
        Delivery to the following recipients? (?:has been delayed|failed perm)
        Google tried to deliver your message
        \*\* (?:Address not found|Message (?:blocked|not delivered|bloc))
        """,
        r"^\s{2,8}{to}\s*$",
        (
            r"(?:wasn't delivered to|has been blocked|problem delivering your message to"
            r"|delivered to) {to}"
        ),
        r"(?:zugestellt|entregado|remis|consegnato|entregue|доставлено)[^\n@]{0,60}?{to}",
        r"{to} (?:because|weil|porque|car|perch)",
    ),
    family(
        "yahoo",
        r"""
        Sorry, we were unable to deliver your message to the following address
        MAILER-DAEMON@(?:\S+\.)?yahoo\.
        Message from\s+yahoo
        YSM
        """,
        r"^\s{0,40}<([^<>\s]{1,250}@[^<>\s]{1,250})>:",
    ),
    family(
        "aol",
        r"MAILER-DAEMON@(?:\S+\.)?aol\.com|they are not accepting mail from",
        r"^\s{0,40}{to}(?:\s|$)",
    ),
    family(
        "gmx",
        r"""
        (?:mailer-daemon@\S*(?:gmx|kundenserver|1und1|ionos|mail\.com|web\.de))
        The header of the original message
        """,
        r"^\s{0,40}\"?<?{to}>?\"?:?\s*$",
        r"^\s{0,40}{to}:\s",
    ),
    family(
        "yandex",
        r"mailer-daemon@yandex|This is the mail system at host \S*yandex",
        r"^\s{0,40}{to}:",
    ),
    family(
        "mail.ru",
        r"mailer-daemon@corp\.mail\.ru|mail\.ru",
        r"^\s{0,40}{to}\s*$",
        r"^\s{0,40}\*?\s*{to}:",
    ),
    family(
        "amazon",
        r"""
        MAILER-DAEMON@(?:\S+\.)?amazonses\.com
        An error occurred while trying to deliver the mail to the following
        MAILER-DAEMON@email\.amazonses
        workmail
        was not delivered to the following recipients
        """,
        r"recipients?:\s*{to}",
        r"^\s{0,40}(?:-|\*)?\s*{to}\s*$",
    ),
    family(
        "sendgrid",
        r"""
        MAILER-DAEMON@sendgrid
        apps@sendgrid
        bounces?@sendgrid
        Your email was unable to be delivered
        """,
        r"^\s{0,40}{to}(?:\s|$|:)",
    ),
    family(
        "zoho",
        r"mailer-daemon@(?:mail\.)?zoho|ERROR_CODE ?:",
        r"^\s{0,40}\[?{to}(?:[,\]]| - )",
        r"{to} Invalid Address",
        r"Address: ?{to}",
    ),
    family(
        "fastmail",
        r"fastmail|messagingengine",
        r"^\s{0,40}<{to}>:",
    ),
    family(
        "apple",
        r"postmaster@(?:mac|me|icloud)\.com",
        r"Recipient address:\s*{to}",
    ),
    family(
        "orange",
        r"(?:orange|wanadoo)\.fr",
        r"adresse(?:s)?[^\n]{0,60}{to}",
    ),
    family(
        "libero",
        r"libero\.it|virgilio",
        r"(?:destinatari|recapit)[^\n]{0,60}{to}",
    ),
    family(
        "sina",
        r"sina\.com",
        r"^\s{0,40}<?{to}>?(?::|\s*$)",
    ),
    family(
        "netease",
        r"(?:163|126|netease|qq|foxmail|aliyun)\.com",
        r"(?:收件人|用户|邮件地址)[^\n@]{0,40}?{to}",
    ),
    family(
        "seznam",
        r"seznam\.cz",
        r"^\s{0,40}{to}",
    ),
    family(
        "proton",
        r"proton(?:mail)?\.(?:ch|com|me)",
        r"recipient[^\n]{0,40}{to}",
    ),
)
