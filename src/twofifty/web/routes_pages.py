"""The API's operations that are pages: an order's for its customer, and leaving mails."""

from twofifty.web.operation import Operation, Said
from twofifty.web.orderpage import views as orderpage
from twofifty.web.orderpage.correction import Correction
from twofifty.web.unsubscribe import views as unsubscribe

_MARKUP = "text/html"
_KEPT_OUT = {
    404: Said("no such link", None, _MARKUP),
    410: Said("its time is over", None, _MARKUP),
    429: Said("too often; see Retry-After", None, _MARKUP),
}

PAGES = (
    Operation(
        "GET", "/o/{token}", "getOrderPage", "An order's page for its customer", orderpage.page,
        "pages", auth="none", says={200: Said("a page", None, _MARKUP), **_KEPT_OUT},
        detail="The link is signed and expires. Nothing ever happens by looking.",
    ),
    Operation(
        "POST", "/o/{token}/address", "correctAddress", "Another e-mail address",
        orderpage.address, "pages", auth="none",
        takes=Said("a form", Correction, "application/x-www-form-urlencoded"),
        says={
            303: Said("done, or nothing to do: back to the page", None, _MARKUP), **_KEPT_OUT,
            403: Said("another site sent it", None, _MARKUP),
            422: Said("this can be no address", None, _MARKUP),
        },
        detail="Only where the order's confirmation could not be delivered; five in an hour.",
    ),
)  # fmt: skip

_LEFT = {
    200: Said("a page", None, _MARKUP),
    404: Said("no such link", None, _MARKUP),
    429: Said("too often; see Retry-After", None, _MARKUP),
    503: Said("not now; try again", None, _MARKUP),
}
LEAVING = (
    Operation(
        "GET", "/u/{token}", "getUnsubscribe", "Ask whether mails shall end", unsubscribe.asked,
        "pages", auth="none", says=_LEFT, detail="Nothing ever happens by looking.",
    ),
    Operation(
        "POST", "/u/{token}", "postUnsubscribe", "End mails of this kind", unsubscribe.left,
        "pages", auth="none", says=_LEFT,
        takes=Said("anything: RFC 8058's, or a form", None, "application/x-www-form-urlencoded"),
        detail="As often as one likes. Receipts still come.",
    ),
)  # fmt: skip
