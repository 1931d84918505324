"""The words of a mail: its subject, its text part, and what filters for spam look at."""

import re
from collections.abc import Iterator
from typing import Final

from twofifty.compose.lint.finding import Finding
from twofifty.compose.lint.mail import Mail

LONG_SUBJECT: Final = 70
LONGEST_SUBJECT: Final = 150
# The share of the HTML's words that the text part has.
_ALIKE: Final = 0.5
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W_]{3,}")
_MARKS = re.compile(r"[!¡！]{2,}|[?？]{2,}|(?:[!?]\s*){3,}")
_HTML = re.compile(r"</?(?:p|div|table|td|tr|br|span|a|html|body)\b[^<>]*>", re.IGNORECASE)
_ANSWER = re.compile(r"(?:re|fwd?|aw|wg|tr|sv)\s*:", re.IGNORECASE)
# Phrases that the public rules of filters give points to. None of them belongs in a receipt.
_TRAPS: Final = (
    "100% free|act now|apply now|as seen on|be your own boss|best price|buy direct|cash bonus|"
    "click below|click here|congratulations you|dear friend|double your|earn extra cash|"
    "extra income|fast cash|financial freedom|for just \\$|free gift|free money|full refund "
    "guaranteed|get paid|guaranteed winner|hot deal|increase sales|incredible deal|"
    "limited time only|lose weight|lowest price|make money|miracle|million dollars|money back|"
    "multi-level|no catch|no cost|no credit check|no obligation|no risk|no strings attached|"
    "once in a lifetime|online pharmacy|order now|prize|risk[- ]free|satisfaction guaranteed|"
    "special promotion|this is not spam|this isn't spam|urgent|viagra|what are you waiting for|"
    "while supplies last|winner|work from home|you have been selected|you won|"
    "gratis geld|jetzt zugreifen|hier klicken|kein risiko|nur noch heute|sie haben gewonnen|"
    "argent facile|cliquez ici|sans engagement|vous avez gagné|"
    "dinero gratis|haga clic aquí|sin compromiso|has ganado|clicca qui|hai vinto"
)
_TRAP = re.compile(rf"(?<!\w)(?:{_TRAPS})(?!\w)", re.IGNORECASE)


def subject(mail: Mail) -> Iterator[Finding]:
    """Its length, its tone, and what it pretends."""
    said = mail.subject
    if not said.strip():
        yield mail.whole("error", "subject-empty", "there is no subject", "subject")
    if re.search(r"[\x00-\x1f\x7f]", said):
        message = "the subject has a line break or control character; take it out"
        yield mail.whole("error", "subject-control", message, "subject")
    yield from _length(mail, len(said))
    yield from _tone(mail, said)


def _length(mail: Mail, length: int) -> Iterator[Finding]:
    if length > LONGEST_SUBJECT:
        message = f"the subject has {length} characters; no list of mails shows more than half"
        yield mail.whole("warning", "subject-long", message, "subject")
    elif length > LONG_SUBJECT:
        message = f"the subject has {length} characters; telephones show about 40"
        yield mail.whole("hint", "subject-long", message, "subject")


def _tone(mail: Mail, said: str) -> Iterator[Finding]:
    if _shouts(said):
        message = "a subject in capitals is taken for spam; write it as a sentence"
        yield mail.whole("warning", "subject-shouts", message, "subject")
    if _MARKS.search(said):
        message = "marks in a row are taken for spam; one is enough"
        yield mail.whole("warning", "subject-shouts", message, "subject")
    if _ANSWER.match(said) and mail.context.kind in ("confirmation", "reengagement"):
        message = "this mail answers nothing; take Re: or Fwd: off its subject"
        yield mail.whole("warning", "subject-answer", message, "subject")


def _shouts(said: str) -> bool:
    letters = [sign for sign in said if sign.lower() != sign.upper()]
    return len(letters) >= 8 and sum(map(str.isupper, letters)) > 0.7 * len(letters)


def traps(mail: Mail) -> Iterator[Finding]:
    """Phrases that filters count."""
    for found in _TRAP.finditer(mail.subject):
        message = f"filters for spam count '{found[0]}' in a subject; say it otherwise"
        yield mail.whole("warning", "spam-phrase", message, "subject")
    for piece in mail.visible:
        for found in _TRAP.finditer(piece.text):
            message = f"filters for spam count '{found[0]}'; say it otherwise"
            yield mail.at("hint", "spam-phrase", message, piece.start)


def text_part(mail: Mail) -> Iterator[Finding]:
    """RFC 2046, 5.1.4: the parts say the same; some readers and all watches read the text."""
    if not mail.text.strip():
        message = "there is no text part; filters and watches look for one"
        yield mail.whole("error", "text-missing", message, "text")
        return
    if _HTML.search(mail.text):
        yield mail.whole("warning", "text-html", "the text part has HTML tags in it", "text")
    yield from _differing(mail)


def _differing(mail: Mail) -> Iterator[Finding]:
    wanted = _words(" ".join(piece.text for piece in mail.visible))
    missing = wanted - _words(mail.text)
    if len(wanted) >= 10 and len(missing) > (1 - _ALIKE) * len(wanted):
        some = ", ".join(sorted(missing)[:5])
        message = (
            f"the text part has {len(wanted) - len(missing)} of the HTML's {len(wanted)} words; "
            f"these are missing, for example: {some}"
        )
        yield mail.whole("warning", "text-differs", message, "text")


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
