"""From a letter to the bytes of its mail, and never nothing.

    the version that is to be used        view model, its parts, MIME
    the version that was used before it   where that one fails
    the built-in pack                     where that one fails too
    the plain receipt                     which cannot fail

Each failure is on record in the mail's `degraded`. The same letter, seed and versions give the same
bytes, for ever.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from twofifty import __version__
from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.composed import PLAIN, Composed
from twofifty.compose.inputs import Inputs, Setting, hashed
from twofifty.compose.letter import Letter, Seed
from twofifty.compose.library import Library, Printed
from twofifty.compose.pack import KINDS, Pack, builtin
from twofifty.compose.plain import receipt
from twofifty.compose.shelf import is_chosen
from twofifty.compose.tongue import Tongue

_LONGEST: Final = 300
# Versions that are compiled at a time, those of previews among them.
_MOST: Final = 12


class Editions(msgspec.Struct, frozen=True):
    """Which packs are to be used: each is complete, the built-in files below its own. `candidate`
    is for `share` mails of a hundred, `before` for where the live one fails."""

    live: Pack
    candidate: Pack | None = None
    share: int = 0
    before: Pack | None = None

    def order(self, message_id: str) -> tuple[Pack, ...]:
        """The packs to try for a message, the wanted one first."""
        tried = [self.live, self.before, builtin()]
        candidate = self.candidate
        if candidate is not None and is_chosen(candidate.version, message_id, self.share):
            tried.insert(0, candidate)
        return tuple({pack.version: pack for pack in tried if pack is not None}.values())

    def packs(self) -> tuple[Pack, ...]:
        """All of them."""
        stated = (self.live, self.candidate, self.before, builtin())
        return tuple(pack for pack in stated if pack is not None)


class Composer:
    """Composes the mails of one brand."""

    def __init__(self, brand: Brand, default_locale: str = "en", own: Pack | None = None) -> None:
        """Compiles the confirmation of the default language; what else is needed when it first is.
        `own`: the shop's files over the built-in ones. Raises `TemplateError` for a template or
        theme that is none."""
        self.setting = Setting(brand, default_locale)
        self._libraries: dict[str, Library] = {}
        self._editions = Editions(builtin() if own is None else own.over(builtin()))
        library = self.library(self._editions.live)
        library.set("confirmation", "", library.speak(None))

    @property
    def editions(self) -> Editions:
        """What is used now."""
        return self._editions

    def prepare(self, editions: Editions) -> None:
        """Compiles what will be needed soon: every kind in the default language, and confirmations
        in those that are spoken now. May run in a thread beside composing; a pack that fails says
        so when it is used."""
        spoken = {tag for each in self._libraries.copy().values() for tag in each.spoken()}
        for pack in editions.packs():
            try:
                library = self.library(pack)
                for kind in KINDS:
                    library.set(kind, "", library.speak(None))
                for tag in sorted(spoken):
                    library.set("confirmation", "", library.speak(tag))
            except Exception:  # noqa: BLE001, S112
                # Composing meets the same fault, and has what to do about it.
                continue

    def use(self, editions: Editions) -> None:
        """From now on these."""
        self._editions = editions
        kept = {pack.version for pack in editions.packs()}
        self._libraries = {
            version: library for version, library in self._libraries.items() if version in kept
        }

    def library(self, pack: Pack) -> Library:
        """A pack, compiled for this brand. Raises `TemplateError` for a theme that is none."""
        known = self._libraries.get(pack.version)
        if known is None:
            if len(self._libraries) >= _MOST:
                self.use(self._editions)
            known = Library(pack, self.setting.brand, self.setting.locale)
            self._libraries[pack.version] = known
        return known

    def compose(self, letter: Letter, seed: Seed) -> Composed:
        """The mail. Raises `mime.MimeError` only for unusable addresses or ids in the seed."""
        return self._first(self._editions.order(seed.id), letter, seed)

    def compose_as(self, pack: Pack | None, letter: Letter, seed: Seed) -> Composed:
        """The mail as this pack alone makes it; None: the plain receipt. Raises `TemplateError`
        and whatever a fault of the pack raises."""
        if pack is None:
            return self._first((), letter, seed)
        return _composed(self._print(pack, letter, seed), letter, seed)

    def inputs(self, letter: Letter, seed: Seed, composed: Composed) -> Inputs:
        """What a mail was composed from."""
        return Inputs(
            engine=__version__,
            pack=composed.template_version,
            layout=composed.layout,
            locale=composed.locale,
            setting=self.setting,
            seed=seed,
            kind=letter.kind,
            before=hashed(letter.before),
            facts=letter.facts,
            root_subject=letter.root_subject,
            page_url=letter.page_url,
            stock=letter.stock,
            words=letter.words,
        )

    def tongue(self, pack: Pack, tag: str | None) -> Tongue:
        """How a pack speaks to a customer of a language. Raises `TemplateError` for a theme that is
        none."""
        return self.library(pack).speak(tag)

    def _first(self, packs: Iterable[Pack], letter: Letter, seed: Seed) -> Composed:
        faults: list[str] = []
        for pack in packs:
            try:
                printed = self._print(pack, letter, seed)
            except Exception as fault:  # noqa: BLE001
                # A fault of a template, a catalog or ours must not leave a customer without mail.
                faults.append(f"{pack.version}: {type(fault).__name__}: {fault}"[:_LONGEST])
            else:
                return _composed(printed, letter, seed, "; ".join(faults))
        said = receipt(letter, self.setting.brand.shop_name)
        text, html = mime.body(said.text), mime.body(said.html)
        plain = Printed(said.subject, text, html, PLAIN, "en", PLAIN)
        return _composed(plain, letter, seed, "; ".join(faults))

    def _print(self, pack: Pack, letter: Letter, seed: Seed) -> Printed:
        library = self.library(pack)
        return library.print(letter, library.speak(letter.order.locale), seed.date)


def _composed(printed: Printed, letter: Letter, seed: Seed, degraded: str = "") -> Composed:
    topic = letter.root_subject or printed.subject
    return Composed(
        subject=printed.subject,
        parts=(printed.text, printed.html),
        mime=mime.write(_mail(printed, seed, topic)),
        kind=letter.kind,
        layout=printed.layout,
        locale=printed.locale,
        template_version=printed.version,
        degraded=degraded,
    )


def _mail(printed: Printed, seed: Seed, topic: str) -> mime.Mail:
    """The mail. `topic`: the subject of its thread's first mail, by which Outlook keeps it."""
    return mime.Mail(
        from_=seed.sender,
        to=seed.recipient,
        reply_to=seed.reply_to,
        subject=printed.subject,
        text=printed.text,
        html=printed.html,
        date=seed.date,
        message_id=seed.message_id,
        in_reply_to=seed.references[-1] if seed.references else None,
        references=seed.references,
        headers=(("X-Twofifty-ID", seed.id), ("Thread-Topic", topic), *seed.headers),
    )
