"""Subjects, by which mail programs keep a thread together; and the line beside them in the inbox.

Gmail keeps mails in one thread whose subjects are the same but for `Re:`, and whose References
lead to one another; Outlook goes by Thread-Topic, the subject without `Re:`. So in the style
`thread` all mails of an order share the first one's subject, and the preview line tells the news.
In the style `telling` each subject tells the news, and each mail is a thread of its own.
"""

from collections.abc import Sequence
from typing import Final, Literal

from twofifty.compose import clean
from twofifty.compose.letter import Letter
from twofifty.compose.phrases import say
from twofifty.compose.reader import Reader
from twofifty.compose.tongue import Tongue
from twofifty.order.model import Order

_NAMELESS: Final = "–"
_ANSWER: Final = "Re: "
_BETWEEN: Final = " · "


def order_number(order: Order) -> str:
    """The number as the customer knows it: `#1001`, `SO-1001`; the id where there is none."""
    number = bare_number(order)
    return f"#{number}" if number[:1].isdigit() else number


def bare_number(order: Order) -> str:
    """The number without its hash; never empty."""
    return _shown(order.number or "") or _shown(order.id) or _NAMELESS


def _shown(number: str) -> str:
    return clean.line(number, 60).lstrip("# ")


def subject(letter: Letter, tongue: Tongue, style: Literal["thread", "telling"] = "thread") -> str:
    """The subject line; a test order says so first."""
    root = letter.root_subject
    if style == "thread" and root is not None:
        return root if root.startswith(_ANSWER) else _ANSWER + root
    name = f"subject_{letter.kind}" if style == "telling" else "subject"
    plain = tongue.texts.say(name, number=order_number(letter.order))
    return f"{tongue.texts['test_prefix']} {plain}" if letter.order.test else plain


def preheader(letter: Letter, whose: Reader, *parts: str) -> str:
    """A follow-up's preview line: its news, then what is worth knowing of them."""
    news = say(whose.tongue, f"subject_{letter.kind}", number=order_number(letter.order))
    return joined((news, *parts))


def joined(parts: Sequence[str]) -> str:
    """The parts that say something, in one line."""
    return _BETWEEN.join(part for part in parts if part)
