"""The way out: needed in marketing (RFC 8058; Gmail's and Yahoo's rules for senders), and wrong in
a receipt, which a customer must not be able to lose by one click."""

import re
from collections.abc import Iterator
from typing import Final

from twofifty.compose.lint.finding import Finding
from twofifty.compose.lint.mail import Mail
from twofifty.compose.lint.page import Element

MARKETING: Final = frozenset(("reengagement",))
RECEIPTS: Final = frozenset(
    "confirmation update cancellation refund shipment delay delivery".split()
)
_OUT = re.compile(
    r"unsubscri|opt[-_ ]?out|abmeld|abbestell|désabonn|désinscri|desabonn|desinscri|darse de baja|"
    r"cancelar (?:la )?suscri|disiscri|annulla(?: l')?iscrizione|uitschrijv|afmeld|avprenumerera|"
    r"avregistrer|peru(?:uta)? tilaus|wypisz|odhlási|leiratkoz|dezabon|отписа|відписа|配信停止|"
    r"購読解除|退订|取消订阅|수신거부|إلغاء الاشتراك|הסר(?:ה)? מרשימת",
    re.IGNORECASE,
)
_PATH = re.compile(r"/u/[\w~.-]{8,}")


def unsubscribe(mail: Mail) -> Iterator[Finding]:
    """A link out where there has to be one, and none in a receipt."""
    out = [link for link in mail.page.named("a") if _leads_out(mail, link)]
    if mail.context.kind in MARKETING and not out:
        message = "marketing needs a link to unsubscribe; add one to the footer"
        yield mail.whole("error", "unsubscribe-missing", message)
    if mail.context.kind in RECEIPTS:
        message = "a receipt has no link to unsubscribe: the customer is owed it; take it out"
        yield from (mail.on("warning", "unsubscribe-receipt", message, link) for link in out[:1])


def _leads_out(mail: Mail, link: Element) -> bool:
    href = link.get("href")
    if _OUT.search(href) or _PATH.search(href):
        return True
    return bool(_OUT.search(mail.link_words.get(link.index, "")))
