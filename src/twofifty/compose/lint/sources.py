"""Why each rule stands: the standard, the client's own words, or who tested it."""

from typing import Final

_WCAG: Final = "https://www.w3.org/TR/WCAG22/"
_CANIEMAIL: Final = "https://www.caniemail.com/features/"
_GMAIL_CSS: Final = "https://developers.google.com/workspace/gmail/design/css"
_SENDERS: Final = "https://support.google.com/mail/answer/81126"
_SPAMASSASSIN: Final = "https://spamassassin.apache.org/ (rules SUBJ_ALL_CAPS, PLING_PLING, BODY)"
_OUTLOOK: Final = (
    "https://learn.microsoft.com/en-us/previous-versions/office/developer/office-2007/"
    "aa338201(v=office.12)"
)

SOURCES: Final = {
    "background-colour": f"{_CANIEMAIL}css-background-image/",
    "base": f"{_CANIEMAIL}html-base/",
    "contrast": f"{_WCAG}#contrast-minimum",
    "dir": "HTML, 3.2.6.4 (the dir attribute); W3C, Structural markup and right-to-left text",
    "doctype": f"{_CANIEMAIL}html-doctype/",
    "embed": f"{_CANIEMAIL}html-object/",
    "external-style": f"{_CANIEMAIL}html-link/",
    "font": f"{_CANIEMAIL}css-at-font-face/",
    "form": f"{_CANIEMAIL}html-form/",
    "frame": "Gmail, Outlook and Apple Mail take frames out of mails",
    "image-alt": f"{_WCAG}#non-text-content",
    "image-data": f"{_CANIEMAIL}image-base64/",
    "image-http": "Gmail and Apple Mail fetch images through proxies; others block mixed content",
    "image-link": f"{_WCAG}#link-purpose-in-context",
    "image-only": f"{_SPAMASSASSIN[:31]} (rules HTML_IMAGE_ONLY and HTML_IMAGE_RATIO)",
    "image-size": f"{_CANIEMAIL}html-width/",
    "image-source": "RFC 3986, 5.1: without a base there is nothing for a relative reference",
    "lang": f"{_WCAG}#language-of-page",
    "link-dead": "RFC 9110, 15.5 and 15.6",
    "link-empty": f"{_WCAG}#link-purpose-in-context",
    "link-http": "RFC 9110, 4.2.2; Gmail's and Apple's advice to senders",
    "link-relative": "RFC 3986, 5.1",
    "link-scheme": f"{_SENDERS} (scripts and files)",
    "link-text": f"{_SENDERS} (links say where they lead)",
    "media": f"{_CANIEMAIL}html-video/",
    "mso-condition": _OUTLOOK,
    "nesting": "parsers of mail programs end at a depth of a few hundred elements",
    "outlook-width": f"{_CANIEMAIL}css-max-width/",
    "pack-both": "compose/pack.py: the HTML part is written in HTML or in MJML",
    "pack-mjml": "https://documentation.mjml.io/",
    "pack-name": "compose/pack.py: how files of a pack are named",
    "pack-size": "compose/mustache/limits.py",
    "pack-text": "RFC 2046, 5.1.4",
    "position": f"{_CANIEMAIL}css-position/",
    "preheader": "lists of mails in Gmail, Apple Mail and Outlook show the first text",
    "refresh": _SENDERS,
    "script": "Gmail and Outlook take scripts out, and filters refuse mails with them",
    "size": "https://support.google.com/mail/ (message clipped), 102 KB",
    "spam-phrase": _SPAMASSASSIN,
    "stray-end": "HTML, 13.2.6.4.7",
    "style-in-body": f"{_CANIEMAIL}html-style/",
    "style-nested": _GMAIL_CSS,
    "style-size": f"{_GMAIL_CSS}; {_CANIEMAIL}html-style/",
    "subject-answer": "RFC 5322, 3.6.5; US CAN-SPAM Act: subjects that deceive",
    "subject-control": "RFC 5322, 2.2",
    "subject-empty": "RFC 5322, 3.6.5; SpamAssassin MISSING_SUBJECT",
    "subject-long": "RFC 5322, 2.1.1; what lists of mails show",
    "subject-shouts": _SPAMASSASSIN,
    "table-role": f"{_WCAG}#info-and-relationships; WAI-ARIA 1.2, presentation",
    "text-differs": "RFC 2046, 5.1.4; SpamAssassin MPART_ALT_DIFF",
    "text-html": "RFC 2046, 4.1.3",
    "text-missing": "RFC 2046, 5.1.4; SpamAssassin MIME_HTML_ONLY",
    "title": f"{_WCAG}#page-titled",
    "unclosed": "HTML, 13.1.2",
    "unfilled": "a template that was not rendered",
    "unsubscribe-missing": f"RFC 8058; {_SENDERS}",
    "unsubscribe-receipt": "RFC 8058 is for lists; a receipt is owed",
    "vml": "https://learn.microsoft.com/en-us/windows/win32/vml/",
}


def source(code: str) -> str:
    """Where a rule comes from, by the code of its findings."""
    if code.startswith("client-"):
        return f"{_CANIEMAIL}{code.removeprefix('client-')}/"
    return SOURCES[code]
