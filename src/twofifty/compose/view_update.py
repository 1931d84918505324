"""What an update says: the difference to what the customer knows, then the order as it stands."""

from twofifty.compose.jsonld import order_markup
from twofifty.compose.letter import Letter
from twofifty.compose.reader import Reader
from twofifty.compose.view_boxes import boxes_view
from twofifty.compose.view_changes import changes_view
from twofifty.compose.view_subject import preheader
from twofifty.compose.view_whole import said_lines, whole_view

View = dict[str, object]


def update_view(letter: Letter, whose: Reader, limit: int) -> View:
    """Where it is not known what the customer was told, the order stands alone."""
    said = said_lines(letter.order.lines, whose, limit, letter.stock)
    changes = changes_view(letter, whose, limit)
    return {
        "headline": whose.text("update_headline"),
        "intro": whose.text("update_intro") if changes else "",
        "preheader": preheader(letter, whose, _count(changes, whose), _total(letter, whose)),
        "changes": changes,
        "parcels": boxes_view(letter.order, whose),
        **whole_view(letter, said, whose),
        "jsonld": order_markup(letter, whose, said),
    }


def _count(changes: View | None, whose: Reader) -> str:
    count = changes["count"] if changes else 0
    if not isinstance(count, int) or not count:
        return ""
    return whose.tongue.texts.count("changes_count", count, str(count))


def _total(letter: Letter, whose: Reader) -> str:
    return whose.money(letter.order.totals.total)
