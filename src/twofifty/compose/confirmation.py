"""From an order to the bytes of its confirmation.

A `Composer` compiles its templates once for every language when it is made. Composing is then:
view model, two functions, MIME. Whatever fails in the first two, a plain receipt is composed.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Final

import msgspec

from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.fold import fold, short_lines
from twofifty.compose.mustache import HTML, TEXT, Template, compile_template
from twofifty.compose.plain import Receipt, receipt
from twofifty.compose.texts import Texts
from twofifty.compose.tongue import Tongue, Tongues
from twofifty.compose.view import brand_view, view
from twofifty.compose.view_lines import MAX_LINES
from twofifty.order.model import Order

# Gmail cuts a mail off at 102 KB of HTML.
MAX_HTML: Final = 100_000
_LIMITS: Final = (MAX_LINES, 75, 50, 25, 10, 1)


class Sources(msgspec.Struct, frozen=True):
    """A template's source: the HTML part and the text part, both Mustache."""

    html: str
    text: str


class Seed(msgspec.Struct, frozen=True, kw_only=True):
    """What one message is, apart from its content. `id`: its public id (`m_...`); `message_id` and
    `references`: without angle brackets, the thread's root first."""

    id: str
    message_id: str
    sender: mime.Mailbox
    recipient: mime.Mailbox
    date: datetime
    reply_to: mime.Mailbox | None = None
    references: tuple[str, ...] = ()


class Composed(msgspec.Struct, frozen=True, kw_only=True):
    """A composed mail. `degraded`: why it is the plain receipt, empty if it is not."""

    subject: str
    text: str
    html: str
    mime: bytes
    locale: str
    template_version: str
    degraded: str = ""


class _Compiled(msgspec.Struct, frozen=True):
    html: Template
    text: Template
    version: str


def default_sources() -> Sources:
    """The template that comes with the product."""
    folder = files("twofifty.compose").joinpath("templates")
    html, text = (
        folder.joinpath(f"confirmation.{kind}.mustache").read_text(encoding="utf-8")
        for kind in ("html", "txt")
    )
    return Sources(html, text)


class Composer:
    """Composes confirmations for one brand."""

    def __init__(
        self, brand: Brand, default_locale: str = "en", sources: Sources | None = None
    ) -> None:
        """Compiles everything. Raises `mustache.TemplateError` for a template that is none."""
        self._brand = brand
        self._tongues = Tongues(default_locale)
        chosen = sources or default_sources()
        self._compiled = {
            language: _compiled(chosen, brand, texts)
            for language, texts in self._tongues.texts.items()
        }

    def compose(self, order: Order, seed: Seed) -> Composed:
        """The confirmation of an order. Raises `mime.MimeError` only for unusable addresses or
        ids in the seed."""
        tongue = self._tongues.speak(order.locale)
        version = self._compiled[tongue.texts.language].version
        degraded = ""
        try:
            parts = self._rendered(order, tongue)
        except Exception as fault:  # noqa: BLE001
            # A fault of a template, a catalog or ours must not leave a customer without a receipt.
            degraded = f"{type(fault).__name__}: {fault}"[:500]
            parts = receipt(order, self._brand.shop_name)
        return Composed(
            subject=parts.subject,
            text=parts.text,
            html=parts.html,
            mime=mime.write(_mail(parts, seed)),
            locale=tongue.tag,
            template_version=version,
            degraded=degraded,
        )

    def _rendered(self, order: Order, tongue: Tongue) -> Receipt:
        """Subject and parts, with fewer lines in full where the mail would grow too long."""
        compiled = self._compiled[tongue.texts.language]
        for limit in _LIMITS:
            shown = view(order, self._brand, tongue, limit)
            html = compiled.html.render(shown)
            if len(html) * 4 <= MAX_HTML or len(html.encode()) <= MAX_HTML:
                return Receipt(str(shown["subject"]), compiled.text.render(shown), html)
        raise ValueError(f"the mail does not fit into {MAX_HTML} bytes of HTML")


def _compiled(sources: Sources, brand: Brand, texts: Texts) -> _Compiled:
    constants: dict[str, Mapping[str, object]] = {"t": texts.plain, "brand": brand_view(brand)}
    page = short_lines(fold(sources.html, constants, HTML))
    html = compile_template(page, name="html", dialect=HTML)
    text = compile_template(fold(sources.text, constants, TEXT), name="text", dialect=TEXT)
    return _Compiled(html, text, _version(sources, texts))


def _version(sources: Sources, texts: Texts) -> str:
    """A short name for exactly these templates and texts."""
    return hashlib.sha256(
        msgspec.json.encode((sources, texts.plain, texts.plurals), order="sorted")
    ).hexdigest()[:12]


def _mail(parts: Receipt, seed: Seed) -> mime.Mail:
    return mime.Mail(
        from_=seed.sender,
        to=seed.recipient,
        reply_to=seed.reply_to,
        subject=parts.subject,
        text=parts.text,
        html=parts.html,
        date=seed.date,
        message_id=seed.message_id,
        in_reply_to=seed.references[-1] if seed.references else None,
        references=seed.references,
        headers=(("X-Twofifty-ID", seed.id),),
    )
