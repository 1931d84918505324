"""The rest of Shopify's filters that notifications use: links, pictures, addresses, words."""

import base64
import binascii
import hashlib
import re
import unicodedata
from html import escape
from typing import Final
from urllib.parse import quote_plus, unquote_plus

import msgspec

from twofifty.compose.clean import url
from twofifty.compose.context import Json, Markup
from twofifty.compose.liquid.moments import moment, written
from twofifty.compose.liquid.numbers import number
from twofifty.compose.liquid.room import Filter, Room, mark_context, reader_of
from twofifty.compose.liquid.shopify_address import Postal

_NO_WORD = re.compile(r"[^a-z0-9]+")


def picture(left: object, *_: object, **__: object) -> str:
    """`img_url`, `image_url`: the address of a product's, line's or picture's own image.

    Shopify's sizes are left out: an image is shown as large as its `width` says."""
    for key in ("src", "image", "featured_image"):
        if isinstance(left, dict) and left.get(key):
            return picture(left[key])
    return url(left) or "" if isinstance(left, str) else ""


def picture_tag(left: object, alt: object = "", *_: object, **named: object) -> str:
    """`img_tag`, `image_tag`: an `<img>`, or nothing without an address."""
    source = picture(left)
    words = escape(str(named.get("alt", alt) or ""))
    return Markup(f'<img src="{escape(source)}" alt="{words}">') if source else ""


def asset(left: object, *_: object) -> str:
    """`shopify_asset_url` and its like: an address in the mail's own data stays, the name of a
    file at Shopify's is none of ours and gives nothing."""
    return url(left) or "" if isinstance(left, str) else ""


def link_to(left: object, target: object = "", title: object = "", *_: object) -> str:
    """`link_to`: an `<a>`; the mere words without a web address."""
    words = left if isinstance(left, Markup) else escape(str(left or ""))
    address = url(str(target or ""))
    if address is None:
        return Markup(words)
    named = f' title="{escape(str(title))}"' if title else ""
    return Markup(f'<a href="{escape(address)}"{named}>{words}</a>')


def format_address(left: object) -> str:
    """`format_address`: an address the way its country writes it, a line each."""
    if not isinstance(left, Postal):
        return ""
    return Markup("<p>" + "<br>".join(escape(row) for row in left.rows) + "</p>")


def translated(left: object, **_: object) -> str:
    """`t`: a text of ours by its name, else the last word of Shopify's key."""
    key = str(left or "").rsplit(".", 1)[-1]
    return key.replace("_", " ").capitalize()


def date(left: object, pattern: object = None, *, context: Room, **named: object) -> object:
    """`date`: a moment in the reader's language and time zone; what is none stays as it is."""
    reader = context.reader
    shape = str(named.get("format") or pattern or "")
    if left in ("now", "today"):
        left = context.get(["now"], token=None, default=None)
    at = moment(left, reader.where if reader else None)
    if at is None or not shape:
        return left
    return written(at, shape, reader_of(context).tongue.locale)


def pluralize(left: object, one: object = "", many: object = "") -> str:
    """`pluralize`: the first word for 1, else the second."""
    return str(one if number(left) == 1 else many)


def handle(left: object) -> str:
    """`handle`: `100% M & Ms` is `100-m-ms`."""
    plain = unicodedata.normalize("NFKD", str(left or "")).encode("ascii", "ignore").decode()
    return _NO_WORD.sub("-", plain.lower()).strip("-")


def json(left: object) -> str:
    """`json`: a value as JSON, without the signs that could end a script."""
    written_out = msgspec.json.encode(left, enc_hook=str).decode()
    for sign in "<>&\u2028\u2029":
        written_out = written_out.replace(sign, f"\\u{ord(sign):04x}")
    return Json(written_out)


def encoded(left: object) -> str:
    """`base64_encode`."""
    return base64.b64encode(str(left or "").encode()).decode()


def decoded(left: object) -> str:
    """`base64_decode`; nothing for what is no base64."""
    try:
        return base64.b64decode(str(left or ""), validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def camelcase(left: object) -> str:
    """`camelize`: `coming-soon` is `ComingSoon`."""
    return "".join(part.capitalize() for part in re.split(r"[-_\s]+", str(left or "")))


def digest(left: object) -> str:
    """`sha256`: a sum in hex, as Gravatar and loyalty links want it."""
    return hashlib.sha256(str(left or "").encode()).hexdigest()


def url_param(left: object) -> str:
    """`url_param_escape`."""
    return quote_plus(str(left or ""))


def url_decode(left: object) -> str:
    """`url_decode`."""
    return unquote_plus(str(left or ""))


mark_context(date)

_PICTURES: Final = ("collection_img_url", "image_url", "img_url", "product_img_url")
_ASSETS: Final = (
    "asset_img_url",
    "asset_url",
    "cdn_asset_url",
    "file_img_url",
    "file_url",
    "global_asset_url",
    "payment_icon_png_url",
    "payment_type_img_url",
    "shopify_asset_url",
)
FILTERS: Final[dict[str, Filter]] = {
    **dict.fromkeys(_PICTURES, picture),
    **dict.fromkeys(_ASSETS, asset),
    **dict.fromkeys(("image_tag", "img_tag"), picture_tag),
    **dict.fromkeys(("t", "translate"), translated),
    **dict.fromkeys(("handle", "handleize"), handle),
    **dict.fromkeys(("camelcase", "camelize"), camelcase),
    **dict.fromkeys(("base64_decode", "base64_url_safe_decode"), decoded),
    "base64_encode": encoded,
    "date": date,
    "format_address": format_address,
    "json": json,
    "link_to": link_to,
    "pluralize": pluralize,
    "sha256": digest,
    "url_decode": url_decode,
    "url_param_escape": url_param,
}
