"""A composed mail as its readers' programs take it apart, so that two mails can be compared."""

import json
import re
from email.message import EmailMessage

from tests.unit.compose.reading import Page, message, shape
from twofifty.compose.bidi import balanced
from twofifty.compose.composed import Composed

CONTROLS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2067\u206a-\u206f\ufeff]"
)
SCHEMES = re.compile(r"https?://|mailto:|tel:")
_CONDITION = re.compile(r"\[if [^\]]*\]>(.*)<!\[endif\]$", re.DOTALL)


class Seen(Page):
    """A page, and what Outlook alone reads of it: its conditional comments, as pages."""

    def __init__(self, markup: str) -> None:
        self.comments: list[Page] = []
        self.odd: list[str] = []
        super().__init__(markup)

    def handle_comment(self, data: str) -> None:
        condition = _CONDITION.fullmatch(data)
        if condition:
            self.comments.append(Page(condition[1]))
        elif data not in ("[if !mso]><!", "<![endif]"):
            self.odd.append(data)

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.odd.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.odd.append(data)

    def handle_pi(self, data: str) -> None:
        self.odd.append(data)


def bones(composed: Composed) -> tuple[object, ...]:
    """What no value may change: elements and their attributes, for every program, the shape of the
    JSON-LD, the headers and parts of the mail."""
    page, mail = Seen(composed.html), message(composed.mime)
    return (
        page.skeleton,
        [inner.skeleton for inner in page.comments],
        shape(json.loads(page.script)) if page.script else None,
        mail.keys(),
        [each.get_content_type() for each in mail.walk()],
    )


def faults(composed: Composed) -> list[str]:
    """What is wrong with a mail, whatever stands in it."""
    page, mail = Seen(composed.html), message(composed.mime)
    found = [f"degraded: {composed.degraded}"] if composed.degraded else []
    found += [f"odd markup {odd[:40]!r}" for odd in page.odd]
    pages = (page, *page.comments)
    found += [
        f"link {link[:60]!r}"
        for each in pages
        for link in each.links
        if not SCHEMES.match(link) or re.search(r"[\s<>\"'`\\]", link.replace("'", ""))
    ]
    texts = [composed.html, composed.text, composed.subject, page.script]
    texts += [value for each in pages for value in each.attributes]
    for text in texts:
        signs = set(CONTROLS.findall(text.replace("\n", ""))) - _marks(composed.locale)
        found += [f"sign {sign!r}" for sign in signs]
        found += [] if balanced(text) else [f"open isolate in {text[:40]!r}"]
    found += ["a subject of two lines"] if "\n" in composed.subject else []
    found += _mail_faults(mail, composed)
    return found + _bytes_faults(composed)


def _marks(locale: str) -> frozenset[str]:
    """The signs that CLDR itself writes around the money of some languages."""
    rtl = locale.partition("-")[0] in ("ar", "fa", "he", "ur")
    return frozenset("\u200e\u200f\u061c" if rtl else "")


def _mail_faults(mail: EmailMessage, composed: Composed) -> list[str]:
    found = [f"defect {defect!r}" for each in mail.walk() for defect in each.defects]
    if mail["Subject"] != " ".join(composed.subject.split()):
        found.append(f"subject {mail['Subject']!r}")
    for kind, own in (("plain", composed.text), ("html", composed.html)):
        body = mail.get_body((kind,))
        told = str(body.get_content()) if body else ""
        if told.replace("\r\n", "\n").rstrip("\n") != own.rstrip("\n"):
            found.append(f"another {kind} part in the mail")
    return found


def _bytes_faults(composed: Composed) -> list[str]:
    found = []
    if any(len(row) > 998 for row in composed.mime.split(b"\r\n")):
        found.append("a line of more than 998 bytes")
    if re.search(rb"(?<!\r)\n|\r(?!\n)", composed.mime) or b"\x00" in composed.mime:
        found.append("a bare line end or a NUL")
    if len(composed.html.encode()) > 102_400:
        found.append(f"{len(composed.html.encode())} bytes of HTML")
    return found


def words(text: str) -> str:
    """A text with white space as one space each, and without isolates."""
    return " ".join(re.sub("[\u2066-\u2069]", "", text).split())
