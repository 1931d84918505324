"""CPU per mail of the two engines of compose, beside the usual libraries in the same run.

    python bench/stages/compose_engines.py [--rounds 7]

A ten-line order, about 20 KB of HTML and 2 KB of text. Rendering: ours, chevron, Jinja2 with
autoescape; the same page in Liquid by ours, which escapes and meters, and by python-liquid alone.
MIME: ours and `EmailMessage` with quoted-printable parts; ours for a page whose lines were sent
before, as Liquid's are. Each figure is the best of
the rounds in microseconds of this process's CPU; all outputs are compared first, so that like is
measured with like.
"""

import argparse
import email
import email.policy
import timeit
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formataddr
from time import process_time

import chevron
import jinja2
import liquid
from rich.console import Console
from rich.table import Table

from twofifty.compose.liquid import compile_liquid
from twofifty.compose.mime import Mail, Mailbox, body, body_of_lines, message_id, write
from twofifty.compose.mustache import compile_template

STYLE = "".join(f"  .c{n} {{ color: #{n * 9999:06x}; padding: 0 {n}px; }}\n" for n in range(40))
FACT = """\
<table role="presentation" width="100%" style="border-collapse:collapse">
 <tr><td style="padding:8px 24px;color:#333333">{{t.fact}}: {{fact_N}}</td></tr>
</table>
"""
LINE = """\
<tr class="line">
 <td style="padding:12px 0;width:64px;vertical-align:top"><img src="{{image}}" alt="{{title}}"
  width="64" height="64" style="display:block;border-radius:6px;border:0"></td>
 <td style="padding:12px;font:16px/24px Helvetica,Arial,sans-serif;color:#222222">
  <a href="{{url}}" style="color:#222222;text-decoration:none"><strong>{{title}}</strong></a>
  {{#variant}}<br><span style="color:#666666;font-size:14px">{{variant}}</span>{{/variant}}
  <br><span style="color:#666666;font-size:14px">{{t.quantity}} {{quantity}} x {{price}}</span>
  {{#discounts}}<br><span style="color:#117733">{{label}} {{amount}}</span>{{/discounts}}
 </td>
 <td align="right" style="padding:12px 0;font:16px/24px Helvetica,Arial,sans-serif">{{total}}</td>
</tr>
"""
HTML = (
    '<!doctype html>\n<html lang="{{locale}}">\n<head><title>{{subject}}</title>\n'
    f"<style>\n{STYLE}</style>\n</head>\n<body>\n"
    + "".join(FACT.replace("N", str(n)) for n in range(50))
    + "<table>\n{{#lines}}\n"
    + LINE
    + "{{/lines}}\n</table>\n{{^cancelled}}<p>{{t.thanks}}</p>\n{{/cancelled}}\n</body>\n</html>\n"
)
TEXT = (
    "{{subject}}\n\n{{#lines}}\n{{quantity}} x {{title}}, {{variant}}\n    {{price}}  {{total}}\n"
)
TEXT += "    {{url}}\n\n{{/lines}}\n{{t.thanks}}\n" + "A line of plain words, 76 wide.\n" * 32
VIEW: dict[str, object] = {
    "locale": "de",
    "subject": "Deine Bestellung #1001 ist bestätigt",
    "t": {"fact": "Angabe", "quantity": "Menge", "thanks": "Vielen Dank für deine Bestellung!"},
    "lines": [
        {
            "image": f"https://cdn.shop.example/i/{n}.jpg",
            "title": f"Espressotasse {n}, blau & weiß",
            "url": f"https://shop.example/p/{n}",
            "variant": "Groß / Blau",
            "quantity": str(n),
            "price": "12,00 €",
            "total": f"{n * 12},00 €",
            "discounts": [{"label": "Frühling", "amount": "-1,00 €"}],
        }
        for n in range(1, 11)
    ],
    **{f"fact_{n}": f"Wert der Angabe {n} in Worten" for n in range(50)},
}


def jinja_source(mustache: str) -> str:
    """The same template for Jinja2, its names resolved by hand."""
    pairs = {
        "{{#lines}}\n": "{% for line in lines %}",
        "{{/lines}}\n": "{% endfor %}",
        "{{#variant}}": "{% if line.variant %}",
        "{{/variant}}": "{% endif %}",
        "{{#discounts}}": "{% for discount in line.discounts %}",
        "{{/discounts}}": "{% endfor %}",
        "{{^cancelled}}": "{% if not cancelled %}",
        "{{/cancelled}}\n": "{% endif %}",
    }
    for name in ("image", "title", "url", "variant", "quantity", "price", "total"):
        pairs[f"{{{{{name}}}}}"] = f"{{{{line.{name}}}}}"
    for name in ("label", "amount"):
        pairs[f"{{{{{name}}}}}"] = f"{{{{discount.{name}}}}}"
    for ours, theirs in pairs.items():
        mustache = mustache.replace(ours, theirs)
    return mustache


def liquid_source(mustache: str) -> str:
    """The same template for Liquid."""
    made = jinja_source(mustache).replace("{% if not cancelled %}", "{% unless cancelled %}")
    before, _, after = made.rpartition("{% endif %}")
    return f"{before}{{% endunless %}}{after}"


def mail(text: str, html: str) -> Mail:
    """The order's mail."""
    return Mail(
        from_=Mailbox("Kaffee & Tee, Berlin", "orders@shop.example"),
        to=Mailbox("Jürgen Müller", "juergen@example.com"),
        subject="Deine Bestellung #1001 ist bestätigt",
        text=text,
        html=html,
        date=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
        message_id=message_id(("shop", "1001", "confirmation"), "shop.example"),
        headers=(("X-Twofifty-ID", "m1001"),),
    )


def library_bytes(values: Mail) -> bytes:
    """The same mail by the standard library."""
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"] = formataddr((values.from_.name, values.from_.address))
    made["To"] = formataddr((values.to.name, values.to.address))
    made["Subject"] = values.subject
    made["Date"] = values.date
    made["Message-ID"] = f"<{values.message_id}>"
    for name, value in values.headers:
        made[name] = value
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(values.text, cte="quoted-printable")
    made.add_alternative(values.html, subtype="html", cte="quoted-printable")
    return made.as_bytes()


def parts(data: bytes) -> list[str]:
    """The texts that a reader finds in a mail."""
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    return [part.get_content().replace("\r\n", "\n") for part in parsed.iter_parts()]


def cpu(work: Callable[[], object], rounds: int) -> float:
    """Microseconds of CPU of one call, the best of the rounds of about 50 ms each."""
    timer = timeit.Timer(work, timer=process_time)
    once = timer.timeit(3) / 3
    number = max(3, int(0.05 / once))
    return min(timer.repeat(rounds, number)) / number * 1e6


def main() -> None:
    """Compare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds

    html, text = compile_template(HTML), compile_template(TEXT)
    environment = jinja2.Environment(autoescape=True)
    jinja_html = environment.from_string(jinja_source(HTML))
    jinja_text = environment.from_string(jinja_source(TEXT))
    rendered, plain = html.render(VIEW), text.render(VIEW)
    values = mail(plain, rendered)
    ours_liquid = compile_liquid(liquid_source(HTML))
    bare_liquid = liquid.Environment(autoescape=True).from_string(liquid_source(HTML))
    assert chevron.render(HTML, VIEW) == rendered
    assert ours_liquid.render(VIEW).split() == rendered.split()
    assert bare_liquid.render(**VIEW).split() == rendered.split()
    assert body_of_lines(rendered) == body(rendered)
    assert "".join(jinja_html.render(VIEW).split()) == "".join(rendered.split())
    assert parts(write(values)) == parts(library_bytes(values)) == [plain, rendered]

    def ours() -> bytes:
        return write(mail(text.render(VIEW), html.render(VIEW)))

    def usual() -> bytes:
        return library_bytes(mail(jinja_text.render(VIEW), jinja_html.render(VIEW)))

    rows: list[tuple[str, Callable[[], object], str, Callable[[], object]]] = [
        ("render HTML", lambda: html.render(VIEW), "chevron", lambda: chevron.render(HTML, VIEW)),
        ("render HTML", lambda: html.render(VIEW), "Jinja2", lambda: jinja_html.render(VIEW)),
        (
            "render HTML, Liquid",
            lambda: ours_liquid.render(VIEW),
            "python-liquid",
            lambda: bare_liquid.render(**VIEW),
        ),
        ("encode, lines known", lambda: body_of_lines(rendered), "ours", lambda: body(rendered)),
        ("MIME", lambda: write(values), "EmailMessage", lambda: library_bytes(values)),
        ("render and MIME", ours, "Jinja2 + EmailMessage", usual),
    ]
    table = Table(title=f"{len(rendered):,} characters of HTML, {len(plain):,} of text")
    for heading in ("step", "ours, us", "the usual way", "its us", "ratio"):
        table.add_column(heading, justify="left" if "us" not in heading else "right")
    for step, mine, name, theirs in rows:
        fast, slow = cpu(mine, rounds), cpu(theirs, rounds)
        table.add_row(step, f"{fast:.0f}", name, f"{slow:.0f}", f"{slow / fast:.1f} x")
    Console().print(table)


if __name__ == "__main__":
    main()
