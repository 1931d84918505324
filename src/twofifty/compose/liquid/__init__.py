"""Liquid: Shopify's notification templates, rendered from our order.

`compile_liquid(source, partials, name)` gives a `LiquidTemplate`; `LiquidTemplate.render(view)` the
HTML, every value escaped for its context. `shopify_view(order, reader, occasion)` has Shopify's
variables. `check_liquid(template, known)` says before a template goes live which names nobody has.
`render_plain` is the bare language, for `templates render`.
"""

from twofifty.compose.liquid.engine import check_liquid, compile_liquid
from twofifty.compose.liquid.known import UNFILLED, shopify_names
from twofifty.compose.liquid.plain import render_plain
from twofifty.compose.liquid.shopify import Occasion, shopify_view
from twofifty.compose.liquid.template import LiquidTemplate
from twofifty.compose.liquid.view import ShopView

__all__ = [
    "UNFILLED",
    "LiquidTemplate",
    "Occasion",
    "ShopView",
    "check_liquid",
    "compile_liquid",
    "render_plain",
    "shopify_names",
    "shopify_view",
]
