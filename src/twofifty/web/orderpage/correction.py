"""Another e-mail address, where the confirmation did not reach the one that was given.

Where that one is likely a slip of the keys, the page offers the address that was perhaps meant: the
customer decides, and sees it masked like every address there.
"""

from collections.abc import Mapping

import msgspec

from twofifty.compose import clean
from twofifty.compose.view_page import masked
from twofifty.notice.lifecycle import MISSED
from twofifty.notice.recipient import is_canary, unusable
from twofifty.notice.typo import suggestion
from twofifty.track.model import MessageView
from twofifty.web.orderpage.offer import Case, Field, Offer


class Correction(msgspec.Struct, frozen=True):
    """The form's content."""

    email: str


ACTION = "address"
FIELD = "email"
GUESS = "guess"

_LONGEST = 254


def offered(case: Case) -> Offer | None:
    """The form; None where the last confirmation did not fail."""
    return form(case)


def form(case: Case, given: str = "", *, faulty: bool = False) -> Offer | None:
    """The form with what was given and whether that can be no address."""
    last = missed(case)
    if last is None:
        return None
    texts = case.tongue.texts
    fault = texts["page_bad_email"] if faulty else ""
    label = texts["page_new_email"]
    return Offer(
        ACTION,
        texts.say("page_bounced", email=masked(last.recipient, case.tongue)),
        texts["page_send_again"],
        (Field(FIELD, label, "email", "email", clean.line(given, _LONGEST), fault),),
        _guess(case, last.recipient),
    )


def _guess(case: Case, recipient: str) -> str:
    """The button for the address that was perhaps meant; empty where nothing is likely."""
    likely = meant(recipient)
    if not likely:
        return ""
    return f"{case.tongue.texts['page_send_again']}: {masked(likely, case.tongue)}"


def meant(recipient: str) -> str:
    """The address that was perhaps meant, if mail can go there."""
    likely = suggestion(recipient) or ""
    return likely if usable(likely) else ""


def asked(case: Case, fields: Mapping[str, str]) -> str:
    """The address that a post asks for: what was typed, or what was perhaps meant."""
    last = missed(case)
    if GUESS in fields and last is not None:
        return meant(last.recipient)
    return fields.get(FIELD, "").strip()


def missed(case: Case) -> MessageView | None:
    """The last confirmation, where it did not reach the customer."""
    last = last_confirmation(case)
    return last if last is not None and last.status in MISSED else None


def last_confirmation(case: Case) -> MessageView | None:
    """The last confirmation that was made; None where there is none."""
    made = [mail for mail in case.view.messages if mail.kind == "confirmation"]
    return max(made, key=lambda mail: mail.created_at, default=None)


def usable(given: str) -> bool:
    """Whether mail can go to what was given."""
    return unusable(given) is None and not is_canary(given)


def is_the_failed_one(failed: str, given: str) -> bool:
    """Whether it is the very address that did not work."""
    return failed.strip().lower() == given.strip().lower()


def thanks(case: Case) -> str:
    """That the confirmation is on its way again; empty where it is not."""
    last = last_confirmation(case)
    if last is None or missed(case) is not None:
        return ""
    shown = masked(last.recipient, case.tongue)
    return case.tongue.texts.say("page_sent_again", email=shown)
