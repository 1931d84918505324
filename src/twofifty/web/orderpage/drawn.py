"""From a view to a response: one HTML document with its style in it, that can run nothing and load
nothing but the pictures it names."""

from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from twofifty.compose.brand import Brand
from twofifty.compose.look import Look, look
from twofifty.compose.phrases import say
from twofifty.compose.tongue import Tongue
from twofifty.compose.view_page import Front, secure, support
from twofifty.web.page import HTML

_HERE = Path(__file__).parent
_STYLE = (_HERE / "page.css").read_text(encoding="utf-8")
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_COLOURS: Final = (
    "ink", "mute", "ground", "card", "tile", "edge", "rule", "accent", "on_accent", "link",
    "warn", "warn_ink", "added", "added_ink", "removed", "removed_ink", "changed", "changed_ink",
)  # fmt: skip
# Where pictures come from more places than this, any https place may be one.
_MOST_ORIGINS: Final = 20

HEADERS: Final = {
    "cache-control": "private, no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def drawn(template: str, status: int, front: Front, tongue: Tongue, **values: object) -> Response:
    """A page in a shop's look. Pictures of `values["page"]` are the only ones, beside the logo."""
    brand = front.brand.view()
    brand["logo"] = secure(brand["logo"])
    style = _style(front.brand, tongue)
    given: dict[str, object] = {
        "lang": tongue.tag,
        "dir": tongue.direction,
        "t": tongue.texts.plain,
        "say": partial(say, tongue),
        "brand": brand,
        "look": look(front.brand, tongue),
        "style": Markup(style),  # noqa: S704 - ours, made of checked colours
        "support": support(None, front.brand),
        "others": (),
        **values,
    }
    body = _TEMPLATES.get_template(template).render(given).encode()
    policy = _policy(style, [brand["logo"], *_pictures(given.get("page"))])
    return Response(body, status, {**HEADERS, "content-security-policy": policy}, HTML)


def own_name(tag: str) -> str:
    """A language's name in itself: `Deutsch`."""
    stated = Locale.parse(tag, sep="-")
    locale = Locale(stated.language, script=stated.script)
    name = locale.get_display_name(locale) or tag
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=256)
def _style(brand: Brand, tongue: Tongue) -> str:
    made = look(brand, tongue)
    light, dark = _variables(made, ""), _variables(made, "dark_")
    fonts = f"--font:{made['font']};--leading:{made['leading']};--radius:{made['radius']}px"
    variables = f":root{{{light}{fonts}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return (variables + _STYLE).replace("<", "")


def _variables(made: Look, prefix: str) -> str:
    named = ((name.replace("_", "-"), made[prefix + name]) for name in _COLOURS)
    return "".join(f"--{name}:{value};" for name, value in named)


def _policy(style: str, pictures: Iterable[object]) -> str:
    digest = b64encode(sha256(style.encode()).digest()).decode("ascii")
    origins = {_origin(url) for url in pictures if isinstance(url, str)}
    images = "https:" if len(origins) > _MOST_ORIGINS else " ".join(sorted(origins))
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data: {images}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _origin(url: str) -> str:
    """The picture's origin as a policy names it; a host that cannot be named so is left out."""
    host = urlsplit(url).netloc
    return f"https://{host}" if host.isascii() and not set(host) & set(" ;,'\"") else ""


def _pictures(page: object) -> list[object]:
    items = page.get("items") if isinstance(page, dict) else None
    return [line["image"] for line in items["lines"]] if items else []
