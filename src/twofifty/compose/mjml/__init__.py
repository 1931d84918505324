"""MJML and style sheets, worked into plain mail HTML once, at publishing.

`compile_mjml(source, engine, name)` makes HTML with the same template tags in it;
`inline_css(source, engine, name)` writes `<style data-inline>` into the elements it is about.
Both raise `TemplateError`, with line and column, for what they cannot do without damage.
"""

from twofifty.compose.mjml.compile import compile_mjml
from twofifty.compose.mjml.inline import inline_css

__all__ = ["compile_mjml", "inline_css"]
