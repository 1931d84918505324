"""CPU of one confirmation, from the decoded order to its bytes, beside the usual way.

    python bench/stages/render.py [--rounds 7]

A ten-line order of the kind that shops send: variants, pictures, two discounts, tax, a window of
delivery, two addresses. The usual way does the same work: money by Babel, the same template for
Jinja2 with autoescape, `EmailMessage`. Each figure is the best of the rounds, microseconds of this
process.
"""

import argparse
import email
import email.policy
import re
import timeit
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from email.message import EmailMessage
from itertools import cycle
from time import process_time

import jinja2
import msgspec
from babel import Locale
from babel.numbers import format_currency
from rich.console import Console
from rich.table import Table

from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.fold import fold, short_lines
from twofifty.compose.letter import Letter, Seed
from twofifty.compose.look import look
from twofifty.compose.mime import Mail, Mailbox
from twofifty.compose.mustache import HTML, TEXT, compile_template
from twofifty.compose.pack import Format, builtin
from twofifty.compose.reader import reader
from twofifty.compose.tongue import Tongue, Tongues
from twofifty.compose.view import brand_view, view
from twofifty.order.model import (
    Address,
    Customer,
    Discount,
    Line,
    Links,
    Order,
    Parcel,
    PaymentPart,
    Shipping,
    State,
    Tax,
    Totals,
    Window,
)

BRAND = Brand(
    shop_name="Northlight",
    shop_url="https://shop.example.com",
    support_url="mailto:help@example.com",
    legal_footer="Northlight Ltd, 1 Harbour Road, Exampletown",
)
ONE_LANGUAGE = "one language compiled"
ALL_LANGUAGES = "all languages compiled"
TITLES = {
    "de": "Wollpullover grün",
    "ja": "メリノウール クルーネックセーター",
    "ar": "سترة صوف ميرينو",
}
SEED = Seed(
    id="m_bench",
    message_id="m_bench@example.com",
    sender=Mailbox("Northlight", "orders@example.com"),
    recipient=Mailbox("Ada Okafor", "ada@example.com"),
    date=datetime(2026, 11, 21, 14, 5, tzinfo=UTC),
)


def order() -> Order:
    """Ten lines."""
    lines = tuple(
        Line(
            id=str(n),
            sku=f"SKU-{n:04}",
            title=f"Merino crew neck sweater No. {n}",
            variant="Forest green / M",
            quantity=Decimal(2),
            unit_price=Decimal("59.00"),
            discount=Decimal("5.90"),
            total=Decimal("112.10"),
            image_url=f"https://cdn.example.com/products/{n}.jpg",
            url=f"https://shop.example.com/products/{n}",
        )
        for n in range(1, 11)
    )
    home = Address(
        name="Ada Okafor",
        line1="12 Canal Street",
        line2="Flat 3",
        city="Springfield",
        region="Illinois",
        postal_code="62701",
        country="US",
    )
    return Order(
        source="shop",
        id="5001",
        number="1001",
        placed_at=datetime(2026, 11, 21, 14, 4, tzinfo=UTC),
        currency="EUR",
        locale="en",
        time_zone="Europe/Berlin",
        customer=Customer(name="Ada Okafor", email="ada@example.com"),
        lines=lines,
        totals=Totals(
            subtotal=Decimal("1121.00"),
            discount=Decimal("121.00"),
            shipping=Decimal("5.90"),
            tax=Decimal("160.61"),
            tax_included=True,
            total=Decimal("1005.90"),
            paid=Decimal("1005.90"),
        ),
        discounts=(
            Discount(amount=Decimal("100.00"), code="WELCOME"),
            Discount(amount=Decimal("21.00"), title="Loyalty"),
        ),
        taxes=(Tax(amount=Decimal("160.61"), title="VAT", rate=Decimal("0.19")),),
        shipping=(
            Shipping(
                title="Standard delivery",
                carrier="DHL",
                estimate=Window(earliest="2026-11-25", latest="2026-11-27"),
            ),
        ),
        payments=(PaymentPart(method="card", title="Visa •••• 4242"),),
        state=State(payment="paid"),
        shipping_address=home,
        billing_address=msgspec.structs.replace(home, line1="1 Harbour Road", line2=None),
        links=Links(status="https://shop.example.com/orders/5001"),
        note="Please ring twice.",
    )


def whole(written: Format) -> str:
    """A built-in template with its partials in their places."""
    pack = builtin()
    partials = pack.partials(written)
    source = pack.files[f"confirmation.full.{written}.mustache"]
    return re.sub(r"\{\{> (\w+)\}\}\n", lambda found: partials[found[1]], source)


def jinja_source(mustache: str, shown: object) -> str:
    """The same template for Jinja2: sections become tests or loops by what the view model holds."""
    out: list[str] = []
    frames: list[tuple[str, str]] = []
    values: list[object] = [shown]
    for text, sigil, name in re.findall(
        r"(.*?)(?:\{\{\{?([#^/]?)([\w.]+)\}?\}\}|\Z)", mustache, re.DOTALL
    ):
        out.append(text)
        if sigil in ("#", "^"):
            out.append(_opened(sigil, name, frames, values))
        elif sigil == "/":
            out.append(frames.pop()[1])
            values.pop()
        elif name:
            out.append(
                f"{{{{ {_path(name, frames, values)}{'|safe' if name == 'jsonld' else ''} }}}}"
            )
    return "".join(out)


def _opened(sigil: str, name: str, frames: list[tuple[str, str]], values: list[object]) -> str:
    path, value = _path(name, frames, values), _value(name, values)
    if sigil == "^" or not isinstance(value, list | dict):
        frames.append(("", "{% endif %}"))
        values.append(None)
        return f"{{% if {'not ' if sigil == '^' else ''}{path} %}}"
    item = f"v{len(frames)}"
    many = isinstance(value, list)
    frames.append((item, "{% endfor %}"))
    values.append((value[0] if value else "") if many else value)
    return f"{{% for {item} in {path if many else f'([{path}] if {path} else [])'} %}}"


def _path(name: str, frames: list[tuple[str, str]], values: list[object]) -> str:
    if name == ".":
        return next(item for item, _ in reversed(frames) if item)
    for (item, _), value in zip(reversed(frames), reversed(values[1:]), strict=True):
        if item and isinstance(value, dict) and name.partition(".")[0] in value:
            return f"{item}.{name}"
    return name


def _value(name: str, values: list[object]) -> object:
    first, _, rest = name.partition(".")
    for value in reversed(values):
        if isinstance(value, dict) and first in value:
            return value[first][rest] if rest else value[first]
    return None


def usual_mail(subject: str, text: str, html: str) -> bytes:
    """The mail by the standard library."""
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"] = "Northlight <orders@example.com>"
    made["To"] = "Ada Okafor <ada@example.com>"
    made["Subject"] = subject
    made["Date"] = SEED.date
    made["Message-ID"] = f"<{SEED.message_id}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Twofifty-ID"] = SEED.id
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    return made.as_bytes()


class BabelTongue(Tongue):
    """A tongue whose money is written by Babel, value by value."""

    __slots__ = ()

    def money(self, currency: str) -> Callable[[Decimal], str]:  # type: ignore[override]
        """The usual formatter."""
        locale: Locale = self.locale
        return lambda value: format_currency(value, currency, locale=locale)


def words(html: str) -> str:
    """What a page says, however its white space is laid out."""
    return html.replace("&#34;", "&quot;").replace("\n", "").replace(" ", "")


def cpu(work: Callable[[], object], rounds: int) -> float:
    """Microseconds of CPU of one call, the best of the rounds of about 50 ms each."""
    timer = timeit.Timer(work, timer=process_time)
    number = max(3, int(0.05 / (timer.timeit(3) / 3)))
    return min(timer.repeat(rounds, number)) / number * 1e6


def steps() -> tuple[Composed, Mapping[str, Callable[[], object]]]:
    """The composed mail, and each step and way as something to call."""
    placed = order()
    composer, tongue = Composer(BRAND), Tongues("en").speak("en")
    letter = Letter(kind="confirmation", order=placed)
    composed = composer.compose(letter, SEED)
    shown = view(letter, BRAND, tongue)
    constants: Mapping[str, Mapping[str, object]] = {
        "t": tongue.texts.plain,
        "brand": brand_view(BRAND),
        "look": look(BRAND, tongue),
    }
    page, words_of = fold(whole("html"), constants, HTML), fold(whole("txt"), constants, TEXT)
    html = compile_template(short_lines(page), dialect=HTML)
    text = compile_template(words_of, dialect=TEXT)
    mail = Mail(
        from_=SEED.sender,
        to=SEED.recipient,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        date=SEED.date,
        message_id=SEED.message_id,
        headers=(("X-Twofifty-ID", SEED.id),),
    )
    jinja_html = jinja2.Environment(autoescape=True).from_string(jinja_source(page, shown))
    jinja_text = jinja2.Environment().from_string(jinja_source(words_of, shown))  # noqa: S701
    slow = BabelTongue(tongue.locale, tongue.texts)

    def usual() -> bytes:
        said = view(letter, BRAND, slow)
        return usual_mail(str(said["subject"]), jinja_text.render(said), jinja_html.render(said))

    assert composed.degraded == ""
    assert reader(placed, BRAND, slow).money(Decimal(1)) == "€1.00"
    assert words(jinja_html.render(shown)) == words(composed.html)
    assert jinja_text.render(shown).split() == composed.text.split()
    return composed, {
        "view model": lambda: view(letter, BRAND, tongue),
        "view model, Babel's money": lambda: view(letter, BRAND, slow),
        "HTML": lambda: html.render(shown),
        "HTML, Jinja2": lambda: jinja_html.render(shown),
        "text": lambda: text.render(shown),
        "text, Jinja2": lambda: jinja_text.render(shown),
        "MIME": lambda: mime.write(mail),
        "MIME, EmailMessage": lambda: usual_mail(composed.subject, composed.text, composed.html),
        "HTML, text and MIME in one": lambda: mime.write(
            msgspec.structs.replace(
                mail,
                text=mime.body_of(text.encoded(shown)),
                html=mime.page_of(html.encoded(shown)),
            )
        ),
        "Jinja2 and EmailMessage": lambda: usual_mail(
            composed.subject, jinja_text.render(shown), jinja_html.render(shown)
        ),
        "order to bytes": lambda: composer.compose(letter, SEED),
        "order to bytes, Babel + Jinja2 + EmailMessage": usual,
    }


def letters() -> Mapping[str, Letter]:
    """Other mails of the same order: what follows it, and other languages."""
    placed = order()
    parcel = Parcel(
        id="p1",
        carrier="DHL",
        tracking_number="00340434161094042557",
        tracking_url="https://track.example.com/00340434161094042557",
        status="in_transit",
    )
    sent = msgspec.structs.replace(placed, parcels=(parcel,))
    fewer = msgspec.structs.replace(placed, lines=placed.lines[:-1])
    root = "Your order #1001"
    made = {
        "update": Letter(kind="update", order=placed, before=fewer, root_subject=root),
        "shipment": Letter(kind="shipment", order=sent, facts="p1", root_subject=root),
    }
    for locale, title in TITLES.items():
        lines = tuple(
            msgspec.structs.replace(line, title=f"{title} {line.id}") for line in placed.lines
        )
        spoken = msgspec.structs.replace(placed, locale=locale, lines=lines)
        made[f"confirmation in {locale}"] = Letter(kind="confirmation", order=spoken)
    return made


def unlike(count: int) -> Sequence[Letter]:
    """Confirmations of which no two have a product, a price, a customer or an address in common."""
    return [Letter(kind="confirmation", order=_unlike(order(), n)) for n in range(count)]


def _unlike(placed: Order, n: int) -> Order:
    def changed(line: Line) -> Line:
        own = f"{n}-{line.id}"
        price = Decimal(n * 10 + int(line.id)) / 100 + 5
        return msgspec.structs.replace(
            line,
            title=f"Merino crew neck sweater {own}",
            sku=own,
            variant=f"Green {own}",
            unit_price=price,
            total=price * 2,
            url=f"https://shop.example.com/products/{own}",
            image_url=f"https://cdn.example.com/products/{own}.jpg",
        )

    home = Address(name=f"Ada {n}", line1=f"{n} Canal Street", city="Springfield", country="US")
    return msgspec.structs.replace(
        placed,
        id=str(n),
        number=str(n),
        customer=Customer(name=f"Ada {n}", email=f"ada{n}@example.com"),
        lines=tuple(map(changed, placed.lines)),
        shipping_address=home,
        links=Links(status=f"https://shop.example.com/orders/{n}"),
        note=f"Please ring {n} times.",
    )


def in_turn(composer: Composer, said: Sequence[Letter]) -> Callable[[], object]:
    """Composes one letter after the other."""
    following = cycle(said)
    return lambda: composer.compose(next(following), SEED)


def crowded() -> Composer:
    """A composer that has spoken every language."""
    composer = Composer(BRAND)
    library = composer.library(composer.editions.live)
    for language in library.languages():
        library.set("confirmation", "", library.speak(language.replace("_", "-")))
    return composer


def beside(rounds: int) -> dict[str, float]:
    """Microseconds with one language and with all of them, measured in turn; and their ratio."""
    letter, alone, among = Letter(kind="confirmation", order=order()), Composer(BRAND), crowded()
    pairs = [
        (
            cpu(lambda: alone.compose(letter, SEED), 1),
            cpu(lambda: among.compose(letter, SEED), 1),
        )
        for _ in range(max(rounds, 3) * 2)
    ]
    one, many = (min(figures) for figures in zip(*pairs, strict=True))
    return {ONE_LANGUAGE: one, ALL_LANGUAGES: many}


def further(rounds: int) -> dict[str, float]:
    """Microseconds from the order to the bytes of other mails."""
    composer = Composer(BRAND)
    figures: dict[str, float] = {}
    for name, letter in letters().items():
        assert composer.compose(letter, SEED).degraded == ""
        figures[name] = cpu(in_turn(composer, (letter,)), rounds)
    figures["confirmations, nothing in common"] = cpu(in_turn(composer, unlike(5_000)), rounds)
    return figures | beside(rounds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    composed, work = steps()
    figures = {name: cpu(call, rounds) for name, call in work.items()}
    table = Table(
        title=f"{len(composed.html):,} characters of HTML, {len(composed.text):,} of text"
    )
    for heading in ("step", "ours, us", "the usual way, us", "ratio"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    names = list(figures)
    for mine, theirs in zip(names[::2], names[1::2], strict=True):
        ratio = figures[theirs] / figures[mine]
        table.add_row(mine, f"{figures[mine]:.0f}", f"{figures[theirs]:.0f}", f"{ratio:.1f} x")
    console = Console()
    console.print(table)
    others = Table(title="order to bytes")
    others.add_column("mail")
    others.add_column("us", justify="right")
    for name, figure in further(rounds).items():
        others.add_row(name, f"{figure:.0f}")
    console.print(others)


if __name__ == "__main__":
    main()
