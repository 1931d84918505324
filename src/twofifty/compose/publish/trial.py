"""What is wrong with a pack, found before anybody gets a mail of it.

Names, sizes, theme and catalogs; everything that speaks against a template, with its place; and
each kind of mail made of orders of every sort, in languages of both directions.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from twofifty.compose.context.error import TemplateError, TemplateProblem, placed
from twofifty.compose.context.place import Place
from twofifty.compose.inputs import Setting
from twofifty.compose.library import Library
from twofifty.compose.lint import Finding, LintContext, Where, lint, lint_pack
from twofifty.compose.pack import KINDS, Pack, builtin
from twofifty.compose.publish.folder import misnamed, too_large
from twofifty.compose.publish.judgement import Judgement
from twofifty.compose.publish.occasions import letter_for, samples, trials
from twofifty.compose.publish.sources import wrong_sources
from twofifty.compose.theme import FILE
from twofifty.compose.tongue import Tongue
from twofifty.notice.model import Kind

TRIED: Final = ("en", "ar", "ja", "en-XA")
"""Languages that every part is compiled and tried in, beside the pack's own."""


def judge(own: Pack, setting: Setting) -> Judgement:
    """Judges a shop's pack as it would be used, over the built-in one."""
    whole = own.over(builtin())
    named = (*too_large(own.files), *misnamed(own.files))
    if named:
        return Judgement(whole.version, named)
    try:
        library = Library(whole, setting.brand, setting.locale)
    except TemplateError as error:
        return Judgement(whole.version, error.problems or (placed(error, "theme.toml"),))
    problems = [*library.misspoken]
    for kind in KINDS:
        problems += wrong_sources(whole, kind, library.brand, library.speak(None))
    problems = problems or list(_tried(library, own))
    findings = [_finding(warning) for warning in library.theme.warnings]
    if not problems:
        findings += [*_of_sources(own), *_linted(library, own)]
    return Judgement(whole.version, tuple(dict.fromkeys(problems)), tuple(findings))


def _finding(warning: TemplateProblem) -> Finding:
    place = warning.place
    where = Where(place.template, place.line, place.column)
    return Finding("warning", "theme", warning.message, where)


def _of_sources(own: Pack) -> Iterator[Finding]:
    """What is to mend in a pack's files. A part that it lacks is the built-in one: no fault."""
    for finding in lint_pack(own):
        if finding.code == "pack-text":
            said = f"{finding.message}; until then the built-in text is sent"
            finding = msgspec.structs.replace(finding, level="hint", message=said)
        yield finding


def _linted(library: Library, own: Pack) -> Iterator[Finding]:
    """What is to mend in the mails that a pack makes of an order with everything in it. Those that
    are as the built-in pack has them are left out."""
    places = _own_places(own)
    tongue, order = library.speak(None), samples()["full"]
    for kind in KINDS:
        for layout in library.layouts(kind):
            if places is not None and (kind, layout) not in places:
                continue
            letter = msgspec.structs.replace(letter_for(kind, order), layout=layout)
            mail = library.print(letter, tongue).receipt
            name = f"the {kind} made of {layout}"
            yield from lint(mail.html, mail.text, mail.subject, LintContext(kind=kind, name=name))


def _tried(library: Library, own: Pack) -> Iterator[TemplateProblem]:
    """What goes wrong when mails are made of the pack: its own in languages of all sorts, the
    others in those whose texts are its own."""
    stated = (path[len("locales/") : -len(".po")] for path in own.files if path.endswith(".po"))
    spoken = (library.default_locale, *(tag.replace("_", "-") for tag in stated))
    places = _own_places(own)
    for kind in KINDS:
        for layout in library.layouts(kind):
            changed = places is None or (kind, layout) in places
            for tag in dict.fromkeys((*spoken, *TRIED) if changed else spoken):
                yield from _failed(library, kind, layout, library.speak(tag))


def _own_places(own: Pack) -> frozenset[tuple[str, str]] | None:
    """Kinds and layouts that are made otherwise than by the built-in pack; None: all of them."""
    if any(path == FILE or path.startswith("partials/") for path in own.files):
        return None
    return frozenset((part.kind, part.layout) for part in own.parts())


def _failed(library: Library, kind: Kind, layout: str, tongue: Tongue) -> Iterator[TemplateProblem]:
    page = library.part(kind, layout, "html")
    path = page.path if page else f"{kind}.{layout}"
    for letter in trials(kind):
        try:
            library.print(msgspec.structs.replace(letter, layout=layout), tongue)
        except TemplateError as error:
            yield placed(error, path)
        except Exception as fault:  # noqa: BLE001
            # Whatever a pack makes of an order: it is a reason not to publish it.
            said = f"fails in {tongue.tag}: {type(fault).__name__}: {fault}"
            yield TemplateProblem(Place(path, 1, 1), said[:500])
