"""MJML -> HTML, with every template tag where it was."""

from typing import Final

import mjml

from twofifty.compose.context import Place, TemplateError, TemplateProblem, refused
from twofifty.compose.fold import short_lines
from twofifty.compose.mjml.inline import inline_css
from twofifty.compose.mjml.protect import Protected, protect
from twofifty.compose.mjml.tags import Engine, Source, read_tags, texts
from twofifty.compose.mjml.unit import Units

_HEAD_END: Final = "</head>"


def compile_mjml(source: str, engine: Engine, name: str) -> str:
    """The HTML of an MJML template, its tags as they were.

    Raises `TemplateError` with all problems: no MJML, elements or attributes that MJML does not
    have, tags where MJML needs a value, includes. Nothing is fetched, no font is added. `engine`
    says how tags are written, `name` names the template in problems.
    """
    read = read_tags(source, engine, name)
    held = protect(read)
    html = short_lines(_compiled(held, name))
    problem = _moved(read, held.units, html)
    if problem:
        raise refused((problem,))
    html = _with_styles(held.units.restored(html), held.styles)
    html = held.before + html + held.after
    _same_tags(read, engine, html)
    return inline_css(html, engine, name) if held.styles else html


def _compiled(held: Protected, name: str) -> str:
    try:
        return mjml.mjml2html(held.mjml, fonts={})
    except ValueError as fault:
        message = f"the MJML cannot be compiled: {fault}"
        raise TemplateError(message, Place(name, 1, 1)) from None


def _with_styles(html: str, styles: tuple[str, ...]) -> str:
    if not styles:
        return html
    return html.replace(_HEAD_END, f"<style data-inline>{''.join(styles)}</style>{_HEAD_END}", 1)


def _moved(source: Source, units: Units, html: str) -> TemplateProblem | None:
    """The first tag that is not where it was: all between and in elements once and in order, each
    value at least once and only after the tags that it stood after."""
    found = units.found(html)
    lost = sorted(set(range(len(units.all))) - set(found))
    if lost:
        return source.problem(units.all[lost[0]].start, "MJML has no use for this; remove it")
    fixed = [index for index in found if _is_fixed(units, index)]
    wanted = [index for index in range(len(units.all)) if _is_fixed(units, index)]
    for is_, should in zip(fixed, wanted, strict=False):
        if is_ != should:
            message = "MJML moves this away from the tags around it; put them around the element"
            return source.problem(units.all[should].start, message)
    return _strayed(source, units, found)


def _strayed(source: Source, units: Units, found: list[int]) -> TemplateProblem | None:
    last = -1
    for index in found:
        unit = units.all[index]
        if _is_fixed(units, index):
            last = index
        elif not unit.loose and last != _before(units, index):
            message = "MJML repeats this value outside of the tags that it stands in"
            return source.problem(unit.start, message)
    return None


def _is_fixed(units: Units, index: int) -> bool:
    unit = units.all[index]
    return unit.kind != "value" and not unit.loose


def _before(units: Units, index: int) -> int:
    """The last unit before a value that is tags or content; -1 for none."""
    return next((one for one in range(index - 1, -1, -1) if _is_fixed(units, one)), -1)


def _same_tags(source: Source, engine: Engine, html: str) -> None:
    """A last look at the result itself: the tags of the source, no other and none lost."""
    left = {tag.text for tag in source.tags} ^ set(texts(html, engine))
    if left:
        at = next((tag.start for tag in source.tags if tag.text in left), 0)
        raise refused((source.problem(at, f"{min(left)} does not come through MJML; move it"),))
