"""Strings that try to leave the place where they are printed, and the places where they try it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

NASTY = Path(__file__).parents[4] / "shared/corpora/nasty-strings/blns/blns_dev.json"

OWN = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "</title><img src=x onerror=alert(1)>",
    "</textarea><svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    " onmouseover=alert(1) ",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\x00script:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "//evil.example/x",
    'https://evil.example/"><b>',
    "https://shop.example/?a=1&b='2'",
    "https://shop.example/ 1x, javascript:alert(1)",
    "http:javascript:alert(1)",
    "mailto:a@shop.example?body=<b>",
    "-->",
    "--!>",
    "--><img src=x onerror=alert(1)><!--",
    ">",
    "->",
    "[if mso]><script>alert(1)</script>",
    "<![endif]-->",
    "<![endif]--><script>alert(1)</script>",
    "<!--",
    "]]>",
    "red;background:url(https://evil.example)",
    "red}body{display:none",
    "expression(alert(1))",
    "url(javascript:alert(1))",
    "red/*",
    "*/red",
    "\\22 ;x:y",
    "red\\",
    "';color:red;'",
    '";color:red;"',
    ");color:red",
    "@import 'https://evil.example'",
    '","@type":"Evil","x":"',
    "\\",
    '\\"',
    '\\u0022,"evil":1,"x":"',
    "\u2028alert(1)\u2029",
    "</SCRIPT >",
    "<!--<script>",
    "&quot;&gt;&lt;b&gt;",
    "&#34; onclick=&#34;alert(1)",
    "Subject\r\nBcc: evil@shop.example",
    "a\x0bb\x0cc\x85d",
    "{{x}}{{{x}}}",
    "{% raw %}",
    "\ud800",
    "x" * 5000,
    "\u202eevil",
    "<" * 300,
    "%0d%0aBcc:evil",
    "%",
    "%zz",
    "@evil.test/",
    ".evil.test",
    "evil.test",
    "-evil.test/",
    ":80@evil.test",
    "/evil.test",
    "///evil.test",
    "\\evil.test",
    "\\\\evil.test/",
    "/\\evil.test",
    "\t/evil.test",
    "/\n/evil.test",
    "evil.test:80/a",
    "evil.test:x",
    "a@evil.test",
    "tel:1@evil.test",
    "",
]

# A URL for each place about a host; `@` is where the value stands, then the hosts it may lead to.
# `own`: a page of the same site; `none`: nowhere; `any`: whichever the value names.
HOSTS = {
    "https://shop.test@": ("shop.test",),
    "https://shop.test@@": ("shop.test",),
    "//shop.test@": ("shop.test",),
    "https:\\\\shop.test@": ("shop.test",),
    "https:/shop.test@": ("shop.test",),
    "https:shop.test@": ("shop.test",),
    "ht\ntps:/\t/shop.test@": ("shop.test",),
    "https://shop@.test/": ("shop.test", "shop"),
    "https://@.shop.test@": ("none", ".shop.test"),
    "https://shop.test\\@": ("shop.test",),
    "https://shop.test/@": ("shop.test",),
    "https://shop.test?@": ("shop.test",),
    "https://@/@": ("any", "none"),
    "https:///@/a": ("any", "none"),
    "https:\\@/a": ("any", "none"),
    "/@": ("own",),
    "/@@": ("own",),
    "/@/@": ("own",),
    "\\@": ("own",),
    " \t/\n@": ("own",),
    "/o/@": ("own",),
    "/\\shop.test@": ("shop.test",),
    "\\\\shop.test@": ("shop.test",),
    "/\t/shop.test@": ("shop.test",),
    "{{#no}}https://shop.test{{/no}}/@": ("own",),
    "{{#no}}https://shop.test{{/no}}@": ("own",),
    "{{^no}}https://shop.test{{/no}}@": ("shop.test",),
    "{{^no}}https://shop.test{{/no}}/@": ("shop.test",),
    "{{no}}/@": ("own",),
}

# A template for each context; `@` is where the value stands.
SCENES = {
    "text": "<p>@</p><i></i>",
    "text after a bracket": "<p>a < @</p><i></i>",
    "title": "<title>@</title><i></i>",
    "textarea": "<textarea>@</textarea><i></i>",
    "comment": "<!-- @ --><i></i>",
    "comment's begin": "<!--@--><i></i>",
    "conditional comment": '<!--[if mso]><a href="@">@</a><![endif]--><i></i>',
    "revealed comment": '<!--[if !mso]><!--><a title="@">@</a><!--<![endif]--><i></i>',
    "attribute": '<p title="@">a</p><i></i>',
    "attribute in apostrophes": "<p title='@' id=\"b\">a</p><i></i>",
    "url": '<a href="@">a</a><i></i>',
    "url in apostrophes": "<a href='@'>a</a><i></i>",
    "two urls": '<a href="@@">a</a><i></i>',
    "url with letters": '<a href="java@">a</a><i></i>',
    "url in a path": '<a href="https://shop.example/@/b">a</a><i></i>',
    "url in a query": '<a href="https://shop.example/?a=@&b=1">a</a><i></i>',
    "url after a host": '<a href="https://shop.example@">a</a><i></i>',
    "url in a host": '<a href="https://@.shop.example/@">a</a><i></i>',
    "url after a slash": '<a href="/@">a</a><i></i>',
    "url after a backslash": '<a href="\\@">a</a><i></i>',
    "picture": '<img src="@" alt="@"><i></i>',
    "pictures": '<img srcset="@ 1x, @ 2x"><i></i>',
    "background": '<td background="@" bgcolor="@"></td><i></i>',
    "vml": '<v:roundrect href="@" fillcolor="@"></v:roundrect><i></i>',
    "style": '<p style="color:@;margin:0">a</p><i></i>',
    "style in apostrophes": "<p style='color:@;margin:0'>a</p><i></i>",
    "property": '<p style="margin-@:1px">a</p><i></i>',
    "style string": "<p style=\"font-family:'@';margin:0\">a</p><i></i>",
    "style url": '<p style="background:url(@);margin:0">a</p><i></i>',
    "style url in quotes": "<p style=\"background:url('@');margin:0\">a</p><i></i>",
    "style url's end": '<p style="background:url(https://shop.example/@);margin:0">a</p><i></i>',
    "style sheet": "<style>p{color:@;margin:0}</style><i></i>",
    "json value": '<script type="application/ld+json">{"a":@,"b":1}</script><i></i>',
    "json string": '<script type="application/ld+json">{"a":"x @ y","b":1}</script><i></i>',
}


def strings() -> list[str]:
    """The own ones, and those of the corpus where it is at hand."""
    corpus = json.loads(NASTY.read_text()) if NASTY.exists() else []
    return [*OWN, *corpus]


def host(url: str) -> str:
    """The host that a browser goes to (URL standard, 4.4), from a page of `own`."""
    read = url.strip("".join(map(chr, range(0x21)))).translate(_AS_READ)
    scheme = re.match(r"(?:https?:)?", read, re.IGNORECASE)
    rest = read[scheme.end() :] if scheme else read
    if rest == read and not rest.startswith("//"):
        return "own"
    named = re.split(r"[/?#]", rest.lstrip("/"), maxsplit=1)[0].rpartition("@")[2]
    found = re.fullmatch(r"([^%:<>^|\s]+)(:\d*)?", named)
    return found[1].lower() if found else "none"


_AS_READ = str.maketrans("\\", "/", "\t\n\r")


class Seen(HTMLParser):
    """What a page consists of, apart from texts and the values of attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[object] = []
        self.within = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = tag
        self.parts.append((tag, [name for name, _ in attrs]))
        self.parts += [self._judged(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.within = ""
        self.parts.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        if data.startswith("[if"):
            inside = data.partition(">")[2].removesuffix("<![endif]")
            self.parts.append(Seen(inside).parts)
        else:
            self.parts.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.parts.append("declaration")

    def unknown_decl(self, data: str) -> None:
        self.parts.append("declaration")

    def handle_data(self, data: str) -> None:
        if self.within == "script":
            self.parts.append(sorted(json.loads(data)))
        if self.within == "style":
            self.parts.append(_declarations(data))

    def _judged(self, name: str, value: str) -> object:
        if name in ("href", "src", "background"):
            return _led(value)
        if name == "srcset":
            return [_led(each) for each in value.split(", ")]
        return _declarations(value) if name == "style" else None


def _led(value: str) -> str:
    """Where a URL leads: a page, a mailbox, nowhere; `evil` for all that could run."""
    bare = "".join(sign for sign in value if sign > " ").lower()
    scheme = urlsplit(bare).scheme if ":" in bare.partition("/")[0] else ""
    return "fine" if scheme in ("", "http", "https", "mailto", "tel") else "evil"


def _declarations(style: str) -> list[object]:
    """How many declarations a style has, and what of CSS's own signs stands in it."""
    signs = ";{}()\\\"'@/*:"
    # A URL in parentheses may have slashes and one colon; they are no signs of CSS there.
    bare = style.replace("://", "").replace("/", "") if "url(" in style else style
    return [bare.count(sign) for sign in signs if sign not in ":*/@" or "url(" not in style]
