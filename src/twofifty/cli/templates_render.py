"""`twofifty templates render`: one template and one's own data, by the language's own rules."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, cast

import msgspec
import typer

from twofifty.compose.brand import Brand
from twofifty.compose.context.error import TemplateError
from twofifty.compose.liquid import (
    Occasion,
    ShopView,
    compile_liquid,
    render_plain,
    shopify_view,
)
from twofifty.compose.mustache import SPEC, compile_template
from twofifty.compose.reader import reader
from twofifty.compose.tongue import Tongues
from twofifty.errors import TwofiftyError
from twofifty.order.model import Order

Engine = Literal["mustache", "liquid"]
SUFFIXES: Final[Mapping[Engine, str]] = {"mustache": ".mustache", "liquid": ".liquid"}


class Unreadable(TwofiftyError):
    """A file that the command names cannot be used. The message says which, and why."""


def rendered(engine: Engine, source: str, data: object, partials: Mapping[str, str]) -> str:
    """The text of `source` for `data`, by the specification's rules: what a template leaves raw
    stays raw. A canonical order as the data of a Liquid template is what Shopify's notifications
    are about: it brings their variables, and they are escaped as in a mail. Raises
    `TemplateError`."""
    if engine == "mustache":
        return compile_template(source, partials, SPEC).render(data)
    if not isinstance(data, dict):
        raise TemplateError("the data of a Liquid template is an object with names")
    order = order_in(cast("dict[str, object]", data))
    if order is None:
        return render_plain(source, cast("dict[str, object]", data), partials)
    return compile_liquid(source, partials).render(_variables(order))


def order_in(data: dict[str, object]) -> Order | None:
    """The canonical order that `data` is, or holds as `order` or first of `orders` (as `source try`
    prints it); None where it is other data."""
    listed = data.get("orders")
    stated = listed[0] if isinstance(listed, list) and listed else data.get("order", data)
    try:
        return msgspec.convert(stated, Order)
    except msgspec.ValidationError:
        return None


def _variables(order: Order) -> ShopView:
    """Shopify's variables; of several parcels and refunds the latest is what the mail is about."""
    tongue = Tongues("en").speak(order.locale)
    whose = reader(order, Brand(shop_name=order.source), tongue)
    parcel = order.parcels[-1] if order.parcels else None
    refund = order.refunds[-1] if order.refunds else None
    return shopify_view(order, whose, Occasion(parcel=parcel, refund=refund))


def render_verb(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The template.")],
    engine: Annotated[str, typer.Option(help="mustache or liquid")],
    data: Annotated[str, typer.Option(help="A JSON file, or - for standard input.")],
    partials: Annotated[
        Path | None, typer.Option(help="A folder of partials: NAME, or NAME.mustache.")
    ] = None,
) -> None:
    """Render a template with data of one's own."""
    if engine not in SUFFIXES:
        raise typer.BadParameter("must be mustache or liquid", param_hint="--engine")
    chosen = cast("Engine", engine)
    try:
        known = partials_in(partials, SUFFIXES[chosen]) if partials else {}
        text = rendered(chosen, text_of(file), data_of(data), known)
    except TemplateError as error:
        for said in error.problems or (error,):
            typer.echo(f"error: {said}", err=True)
        sys.exit(1)
    except Unreadable as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
    # Lone surrogates can come out of JSON, and no output can carry them.
    sys.stdout.buffer.write(text.encode(errors="replace"))


def partials_in(folder: Path, suffix: str) -> dict[str, str]:
    """The partials of a folder and the folders in it: `a/b.mustache` is `a/b`, and `a/b` too.

    Raises `Unreadable`. A file without the suffix that is no text is no partial.
    """
    if not folder.is_dir():
        raise Unreadable(f"{folder}: there is no such folder")
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            _add(found, path, name, suffix)
    return found


def _add(found: dict[str, str], path: Path, name: str, suffix: str) -> None:
    try:
        text = text_of(path)
    except Unreadable:
        if name.endswith(suffix):
            raise
        return
    found[name] = text
    if name.endswith(suffix):
        found.setdefault(name.removesuffix(suffix), text)


def text_of(path: Path) -> str:
    """A file's text, its line ends as they are. Raises `Unreadable`."""
    if path.is_dir():
        raise Unreadable(f"{path} is a folder; name a file")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path} is not UTF-8: byte {error.start + 1} is wrong") from error


def data_of(name: str) -> object:
    """The JSON of a file, or of standard input for `-`. Raises `Unreadable`."""
    content = sys.stdin.buffer.read() if name == "-" else text_of(Path(name)).encode()
    try:
        decoded: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name} is not JSON: {error}") from error
    return decoded
