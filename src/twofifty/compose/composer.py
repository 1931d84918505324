"""From a letter to the bytes of its mail.

A `Composer` compiles its templates once for every language. Composing is then:
view model, two functions, MIME. Whatever fails in the first two, a plain receipt is composed.
"""

from typing import Final

import msgspec

from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.fold import fold, short_lines
from twofifty.compose.letter import Letter, Seed
from twofifty.compose.mustache import HTML, TEXT, Template, compile_template
from twofifty.compose.pack import DEFAULT_LAYOUT, Pack, builtin
from twofifty.compose.plain import Receipt, receipt
from twofifty.compose.tongue import Tongue, Tongues
from twofifty.compose.view import brand_view, view
from twofifty.compose.view_lines import MAX_LINES
from twofifty.notice.model import Kind

# Gmail cuts a mail off at 102 KB of HTML.
MAX_HTML: Final = 100_000
_LIMITS: Final = (MAX_LINES, 75, 50, 25, 10, 1)


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


class Composer:
    """Composes the mails of one brand."""

    def __init__(self, brand: Brand, default_locale: str = "en", own: Pack | None = None) -> None:
        """Compiles the mails of the default language; those of another when it is first spoken.
        `own`: the shop's files over the built-in ones. Raises `mustache.TemplateError` for a
        template that is none."""
        self._brand = brand
        self._tongues = Tongues(default_locale)
        self._pack = builtin() if own is None else own.over(builtin())
        self._compiled: dict[tuple[str, str, str], _Compiled] = {}
        self._part("confirmation", "", self._tongues.default)

    def compose(self, letter: Letter, seed: Seed) -> Composed:
        """The mail. Raises `mime.MimeError` only for unusable addresses or ids in the seed."""
        tongue = self._tongues.speak(letter.order.locale)
        order, version = letter.order, self._pack.version
        degraded = ""
        try:
            parts = self._rendered(letter, tongue)
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

    def _part(self, kind: Kind, layout: str, tongue: Tongue) -> _Compiled:
        wanted = (kind, layout or DEFAULT_LAYOUT, tongue.texts.language)
        known = self._compiled.get(wanted)
        if known is None:
            known = self._compiled[wanted] = _compiled(self._pack, wanted, self._brand, tongue)
        return known

    def _rendered(self, letter: Letter, tongue: Tongue) -> Receipt:
        """Subject and parts, with fewer lines in full where the mail would grow too long."""
        compiled = self._part(letter.kind, letter.layout, tongue)
        for limit in _LIMITS:
            shown = view(letter, self._brand, tongue, limit)
            html = compiled.html.render(shown)
            if len(html) * 4 <= MAX_HTML or len(html.encode()) <= MAX_HTML:
                return Receipt(str(shown["subject"]), compiled.text.render(shown), html)
        raise ValueError(f"the mail does not fit into {MAX_HTML} bytes of HTML")


def _compiled(pack: Pack, wanted: tuple[str, str, str], brand: Brand, tongue: Tongue) -> _Compiled:
    kind, layout, _ = wanted
    constants = {"t": tongue.texts.plain, "brand": brand_view(brand)}
    sources = {
        part.format: pack.files[part.path]
        for part in pack.parts()
        if (part.kind, part.layout) == (kind, layout)
    }
    page = short_lines(fold(sources["html"], constants, HTML))
    html = compile_template(page, name=f"{kind}.{layout}.html", dialect=HTML)
    text = compile_template(fold(sources["txt"], constants, TEXT), name="text", dialect=TEXT)
    return _Compiled(html, text)


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
