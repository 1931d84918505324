"""The elements of MJML 4, where each may stand, and the attributes that each has.

Facts of the language, from the documentation of its components: https://documentation.mjml.io/
What is not in these lists passes the compiler silently and is lost.
"""

from typing import Final

ENDING: Final = frozenset(
    "mj-text mj-button mj-table mj-raw mj-style mj-title mj-preview mj-navbar-link "
    "mj-social-element mj-accordion-title mj-accordion-text".split()
)
"""Elements whose content is HTML or text, and no MJML."""

_BLOCKS = (
    "mj-accordion mj-button mj-carousel mj-divider mj-image mj-navbar mj-raw mj-social mj-spacer "
    "mj-table mj-text"
)
CHILDREN: Final = {
    "mjml": frozenset(("mj-head", "mj-body")),
    "mj-head": frozenset(
        "mj-attributes mj-breakpoint mj-font mj-preview mj-raw mj-style mj-title".split()
    ),
    "mj-body": frozenset("mj-hero mj-raw mj-section mj-wrapper".split()),
    "mj-wrapper": frozenset("mj-hero mj-raw mj-section".split()),
    "mj-section": frozenset("mj-column mj-group mj-raw".split()),
    "mj-group": frozenset("mj-column mj-raw".split()),
    "mj-column": frozenset(_BLOCKS.split()),
    "mj-hero": frozenset(_BLOCKS.split()),
    "mj-navbar": frozenset(("mj-navbar-link",)),
    "mj-social": frozenset(("mj-social-element",)),
    "mj-accordion": frozenset(("mj-accordion-element",)),
    "mj-accordion-element": frozenset(("mj-accordion-text", "mj-accordion-title")),
    "mj-carousel": frozenset(("mj-carousel-image",)),
}
"""What may stand in an element that holds elements."""


def _sides(name: str) -> str:
    return f"{name} {name}-top {name}-right {name}-bottom {name}-left"


_PADDING = _sides("padding")
_BORDER = f"{_sides('border')} border-radius"
_FONT = "color font-family font-size font-style font-weight letter-spacing line-height"
_TEXT = f"{_FONT} text-decoration text-transform"
_LINK = "href name rel target title"
_ICON = (
    "icon-align icon-height icon-position icon-unwrapped-alt icon-unwrapped-url icon-width "
    "icon-wrapped-alt icon-wrapped-url"
)
_SECTION = (
    f"{_BORDER} {_PADDING} background-color background-position background-position-x "
    "background-position-y background-repeat background-size background-url direction full-width "
    "text-align text-padding"
)
_OWN: Final = {
    "mjml": "dir lang owa version",
    "mj-head": "",
    "mj-body": "background-color width",
    "mj-attributes": "",
    "mj-breakpoint": "width",
    "mj-font": "href name",
    "mj-preview": "",
    "mj-raw": "position",
    "mj-style": "inline",
    "mj-title": "",
    "mj-wrapper": f"{_SECTION} gap",
    "mj-section": _SECTION,
    "mj-group": "background-color direction vertical-align width",
    "mj-column": f"{_BORDER} {_PADDING} {_sides('inner-border')} background-color direction "
    "inner-background-color inner-border-radius vertical-align width",
    "mj-hero": f"{_PADDING} {_sides('inner-padding')} background-color background-height "
    "background-position background-url background-width border-radius container-background-color "
    "height inner-background-color mode vertical-align width",
    "mj-text": f"{_TEXT} {_PADDING} align background-color container-background-color height "
    "vertical-align",
    "mj-button": f"{_TEXT} {_PADDING} {_BORDER} {_LINK} align background-color "
    "container-background-color height inner-padding text-align vertical-align width",
    "mj-image": f"{_PADDING} {_BORDER} {_LINK} align alt container-background-color "
    "fluid-on-mobile font-size height max-height sizes src srcset usemap width",
    "mj-divider": f"{_PADDING} align border-color border-style border-width "
    "container-background-color width",
    "mj-spacer": f"{_PADDING} {_BORDER} container-background-color height vertical-align width",
    "mj-table": f"{_PADDING} {_FONT} align border cellpadding cellspacing "
    "container-background-color role table-layout vertical-align width",
    "mj-social": f"{_PADDING} {_FONT} align border-radius container-background-color icon-height "
    "icon-padding icon-size inner-padding mode table-layout text-decoration text-padding "
    "vertical-align",
    "mj-social-element": f"{_PADDING} {_FONT} {_LINK} align alt background-color border-radius "
    "icon-height icon-padding icon-position icon-size sizes src srcset text-decoration "
    "text-padding vertical-align",
    "mj-navbar": f"{_PADDING} {_sides('ico-padding')} align base-url hamburger ico-align "
    "ico-close ico-color ico-font-family ico-font-size ico-line-height ico-open "
    "ico-text-decoration ico-text-transform",
    "mj-navbar-link": f"{_TEXT} {_PADDING} href name rel target",
    "mj-accordion": f"{_PADDING} {_ICON} border container-background-color font-family",
    "mj-accordion-element": f"{_ICON} background-color border font-family",
    "mj-accordion-title": f"{_PADDING} background-color color font-family font-size font-weight",
    "mj-accordion-text": f"{_PADDING} background-color color font-family font-size font-weight "
    "letter-spacing line-height",
    "mj-carousel": f"{_PADDING} align border-radius container-background-color icon-width "
    "left-icon right-icon tb-border tb-border-radius tb-hover-border-color "
    "tb-selected-border-color tb-width thumbnails",
    "mj-carousel-image": "alt border-radius href rel src target tb-border tb-border-radius "
    "thumbnails-src title",
}
_EVERYWHERE: Final = frozenset(("css-class", "mj-class"))
ATTRIBUTES: Final = {name: frozenset(own.split()) | _EVERYWHERE for name, own in _OWN.items()}
"""The attributes of each element."""

ANY: Final[frozenset[str]] = frozenset().union(*ATTRIBUTES.values())
"""What `mj-all` may set; `mj-class` too, beside its own name."""

MEASURED: Final = frozenset(
    f"{_PADDING} {_sides('border')} {_sides('inner-border')} {_sides('inner-padding')} "
    "border-width width background-width background-height gap icon-width icon-size "
    "icon-height tb-width full-width mode direction hamburger fluid-on-mobile inline owa".split()
)
"""Attributes that the layout is worked out from at publishing: they cannot hold a value."""

MAY_BE_EMPTY: Final = frozenset(
    "alt background-color color container-background-color css-class inner-background-color rel "
    "title".split()
)
"""Attributes that mean the same empty as absent: a condition can stand around them."""
