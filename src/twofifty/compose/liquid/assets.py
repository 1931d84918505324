"""What Shopify's templates take from Shopify's servers, and what we put in its place.

Their style sheet becomes our own, inside the mail. Their small pictures (a discount tag, a spacer,
card logos) go; of a card's logo the words in its `alt` stay. Line breaks stay, for places.
"""

import re
from typing import Final

STYLE: Final = (
    "<style>"
    "body{margin:0}"
    "table.body{width:100%;border-collapse:collapse;color:#333333;background:#ffffff;"
    "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"
    "font-size:16px;line-height:1.5}"
    "table{border-spacing:0;border-collapse:collapse}"
    "table.row{width:100%}td{padding:0;vertical-align:top}"
    "table.container{width:560px;max-width:92%;margin:0 auto;text-align:left}"
    "table.header{margin:32px 0 16px}table.section,table.footer{border-top:1px solid #e5e5e5}"
    ".section__cell,.footer__cell{padding:28px 0}.content__cell{padding-bottom:28px}"
    ".shop-name__text{font-size:28px;font-weight:400;margin:0}"
    ".shop-name__text a{color:#333333;text-decoration:none}"
    ".order-number__cell{text-align:right;color:#6b6b6b;font-size:14px;padding-top:12px}"
    "h2{font-size:24px;font-weight:400;margin:0 0 10px}"
    "h3{font-size:20px;font-weight:400;margin:0 0 16px}"
    "h4{font-size:16px;font-weight:500;margin:0 0 4px}p{margin:0 0 8px}"
    ".actions{margin-top:16px}.empty-line{line-height:0;font-size:0}"
    "table.button{display:inline-table;margin:0 16px 8px 0}"
    ".button__cell{border-radius:4px;text-align:center}"
    ".button__cell a.button__text{display:inline-block;padding:14px 24px;color:#ffffff;"
    "text-decoration:none}"
    "table.link{display:inline-table}.link__cell{padding-top:12px}"
    ".order-list__item{border-bottom:1px solid #e5e5e5}"
    ".order-list__item__cell>table{width:100%;margin:12px 0}"
    ".order-list__product-image{margin-right:14px;border-radius:6px;border:1px solid #e5e5e5}"
    ".order-list__product-description-cell{width:100%}.order-list__item-title{font-weight:600}"
    ".order-list__item-variant,.order-list__item-refunded{font-size:14px;color:#6b6b6b}"
    ".order-list__price-cell{white-space:nowrap;text-align:right;padding-left:12px}"
    ".order-list__item-original-price{display:block;font-size:14px;color:#6b6b6b}"
    ".subtotal-lines{margin-top:16px}.subtotal-spacer{width:40%}"
    ".subtotal-line__title{padding:3px 0}"
    "table.subtotal-table{margin:0 0 8px}.subtotal-line__value{text-align:right;padding:3px 0}"
    ".subtotal-table--total{border-top:2px solid #e5e5e5}"
    ".subtotal-table--total .subtotal-line__value{font-size:22px}"
    ".customer-info__item{width:50%;padding:0 12px 28px 0}"
    ".disclaimer__subtext,.total-discount{font-size:14px;color:#6b6b6b}"
    "@media(max-width:600px){.subtotal-spacer{display:none}.customer-info__item,"
    ".order-number__cell{display:block;width:100%;text-align:left}}"
    "</style>"
)
_SHEET = re.compile(
    r"<link\b(?=[^<>]{0,300}stylesheet)(?=[^<>]{0,400}/assets/)[^<>]{0,600}>", re.IGNORECASE
)
_PICTURE = re.compile(
    r"<img\b[^<>]{0,200}?\{\{[^{}]{0,200}"
    r"\|\s*(?:shopify_asset_url|cdn_asset_url|payment_icon_png_url|payment_type_img_url)\s*\}\}"
    r"[^<>]{0,400}>",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\balt=(?:'([^']{0,200})'|\"([^\"]{0,200})\")", re.IGNORECASE)


def own_assets(source: str) -> str:
    """A template's source without what only Shopify's servers have."""
    return _PICTURE.sub(_words, _SHEET.sub(_style, source))


def _style(found: re.Match[str]) -> str:
    return STYLE + _breaks(found[0])


def _words(found: re.Match[str]) -> str:
    alt = _WORDS.search(found[0])
    return (f"{alt[1] or alt[2] or ''} " if alt else "") + _breaks(found[0])


def _breaks(text: str) -> str:
    return "\n" * text.count("\n")
