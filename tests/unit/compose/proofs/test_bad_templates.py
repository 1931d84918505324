"""A template or a translation that could harm is refused before it is used, and the refusal names
file, line and column; one that is let through is harmless, however sloppily it was written."""

import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.compose.orders import BRAND, SEED
from tests.unit.compose.proofs.attacks import OWN
from tests.unit.compose.proofs.fields import every_field, harmless, planted
from tests.unit.compose.proofs.seen import Seen, faults
from tests.unit.compose.reading import shape
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.context.error import TemplateError, TemplateProblem
from twofifty.compose.inputs import Setting
from twofifty.compose.letter import Letter
from twofifty.compose.pack import Pack, pack
from twofifty.compose.publish.folder import read_folder
from twofifty.compose.publish.trial import judge

PAGE = "confirmation.html.mustache"
SHOP = "confirmation.html.liquid"
FRAME = '<!doctype html>\n<html lang="{{lang}}"><body>\n%s\n</body></html>\n'
SETTING = Setting(BRAND, "en")
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
CATALOG = "locales/de.po"


def problems(files: Mapping[str, str | bytes], folder: Path) -> tuple[TemplateProblem, ...]:
    """What `twofifty templates lint` and `commit` say against a folder of files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        return judge(read_folder(folder), SETTING).problems
    except TemplateError as error:
        return error.problems


ENDLESS = "{% for i in (1..99999999) %}{% for j in (1..99999999) %}x{% endfor %}{% endfor %}"
DOUBLING = (
    "{% assign x = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign x = x | append: x %}"
    "{% endfor %}{{ x }}"
)
BAD = {
    "a section never closed": (PAGE, "{{#test}}x", 3, 1),
    "a section closed by another": (PAGE, "{{#test}}{{/items}}", 3, 10),
    "a tag never closed": (PAGE, "{{subject", 3, 1),
    "an attribute never closed": (PAGE, '<a href="{{brand.url}}>x\n<p id="{{subject}}">', 4, None),
    "a value in a script": (PAGE, "<script>var x = '{{number}}'</script>", 3, None),
    "a value in an event": (PAGE, '<p onclick="{{number}}">x</p>', 3, None),
    "a value after a scheme that runs": (PAGE, '<a href="javascript:{{number}}">x</a>', 3, None),
    "a value as an element": (PAGE, "<{{number}}>x", 3, None),
    "a value as an attribute": (PAGE, "<p {{number}}>x", 3, None),
    "a value without quotes": (PAGE, "<p title={{number}}>x</p>", 3, None),
    "a secret of the settings": (PAGE, "{{settings.api_key}}", 3, 1),
    "the environment": (PAGE, "<p>{{env}}</p>", 3, 4),
    "the inside of an object": (PAGE, "{{__class__}}", 3, 1),
    "the inside of an order": (PAGE, "{{brand.__class__.__init__.__globals__}}", 3, 1),
    "an unknown name": (PAGE, "<p>{{sujbect}}</p>", 3, 4),
    "an unknown partial": (PAGE, "{{> https://evil.example/x}}", 3, 1),
    "a partial outside": (PAGE, "{{> ../../secrets}}", 3, 1),
    "liquid never closed": (SHOP, "{% if order_name %}x", None, None),
    "liquid of no kind": (SHOP, "{% frobnicate %}", 3, None),
    "an unknown filter": (SHOP, "{{ order_name | frobnicate }}", 3, None),
    "a secret in liquid": (SHOP, "{{ settings.api_key }}", 3, None),
    "the environment in liquid": (SHOP, "{{ env.PATH }}", 3, None),
    "the inside of an object in liquid": (SHOP, "{{ order_name.__class__ }}", 3, None),
    "a remote file in liquid": (SHOP, "{% include 'https://evil.example/x' %}", 3, None),
    "liquid in a script": (SHOP, "<script>var x = {{ order_name }}</script>", 3, None),
    "liquid in an event": (SHOP, '<p onclick="{{ order_name }}">x</p>', 3, None),
    "an endless loop": (SHOP, ENDLESS, None, None),
    "a text that doubles": (SHOP, DOUBLING, None, None),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_template_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    path, body, line, column = BAD[name]
    found = problems({path: FRAME.replace("{{lang}}", "en") % body}, tmp_path)
    assert found, "published"
    first = found[0]
    assert first.place.template == path
    assert line in (None, first.place.line)
    assert column in (None, first.place.column)
    assert len(first.message) > 10
    assert "Traceback" not in first.message


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({PAGE: "{{> a}}", "partials/a.html.mustache": "x{{> a}}"}, "partials/a.html.mustache"),
        (
            {
                PAGE: "{{> a}}",
                "partials/a.html.mustache": "{{> b}}",
                "partials/b.html.mustache": "{{> a}}",
            },
            "partials/",
        ),
        ({SHOP: "{% render 'a' %}", "partials/a.html.liquid": "{% render 'a' %}"}, ""),
        ({PAGE: "{{> a}}", "partials/a.html.mustache": "x" * 10 * 1024 * 1024}, "partials/a"),
        ({PAGE: b"\xff\xfe"}, PAGE),
        ({"confirmatoin.html.mustache": "x"}, "confirmatoin"),
        ({"theme.toml": 'accent "red"'}, "theme.toml"),
        ({"theme.toml": 'radius = "red;}</style><script>"'}, "theme.toml"),
        ({"theme.toml": 'logo = "javascript:alert(1)"'}, "theme.toml"),
        ({"theme.toml": '[light]\naccent = "red;background:url(x)"'}, "theme.toml"),
    ],
    ids=["recursion", "ring", "liquid ring", "10 MB", "bytes", "name", "toml", "css", "js", "url"],
)
def test_a_bad_pack_is_refused_with_its_file(
    files: dict[str, str | bytes], path: str, tmp_path: Path
) -> None:
    found = problems(files, tmp_path)
    assert found
    assert any(path in each.place.template or each.place.template in path for each in found)
    assert all(each.place.line >= 1 for each in found)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('msgid "greeting"\nmsgstr "Danke, {nam}!"\n', "did you mean {name}?"),
        ('msgid "intro"\nmsgstr "Danke, {name}!"\n', "has no placeholder"),
        ('msgid "greeting"\nmsgstr "Danke, {name!r}!"\n', ""),
        ('msgid "greeting"\nmsgstr "Danke, {name.__class__}!"\n', "no placeholder"),
        ('msgid "greeting"\nmsgstr "Danke, {0}!"\n', "no placeholder"),
        ('msgid "greeting"\nmsgstr "Danke, {name!"\n', "unpaired"),
        ('msgid "preheader"\nmsgid_plural "preheader"\nmsgstr[0] "{count} Artikel"\n', "2 plural"),
        (
            'msgid "preheader"\nmsgid_plural "x"\nmsgstr[0] "a"\nmsgstr[1] "b"\nmsgstr[2] "c"\n',
            "plural",
        ),
        ('msgid "preheader"\nmsgstr "{count} Artikel"\n', "msgid_plural"),
        ('msgid "greeting"\nmsgstr "Danke\n', "closing quote"),
        ("nonsense\n", ""),
    ],
)  # fmt: skip
def test_a_bad_translation_is_refused_with_its_place(entry: str, said: str, tmp_path: Path) -> None:
    found = problems({CATALOG: HEAD + entry}, tmp_path)
    assert found, "published"
    assert found[0].place.template == CATALOG
    assert found[0].place.line >= 4
    assert said in found[0].message


@pytest.mark.parametrize("verb", ["lint", pytest.param("commit", marks=pytest.mark.slow)])
def test_the_command_line_says_the_same_and_ends_with_one(verb: str, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    (folder / "locales").mkdir(parents=True)
    (folder / PAGE).write_text(FRAME % "{{settings.api_key}}")
    settings = {"TWOFIFTY_DATABASE_URL": f"sqlite:///{tmp_path}/a.db", "PATH": os.defpath}
    ran = subprocess.run(
        [Path(sys.executable).with_name("twofifty"), "templates", verb, str(folder)],
        cwd=tmp_path,
        env=settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 1
    assert re.search(rf"{re.escape(PAGE)}\W.*\b3\b.*\b1\b", ran.stdout + ran.stderr)
    assert "Traceback" not in ran.stdout + ran.stderr


# However sloppy

RAW = ("{{{%s}}}", "{{&%s}}", "{{%s}}")
WHERE = (
    "<p>%s</p>",
    '<p title="%s">x</p>',
    "<p title='%s'>x</p>",
    '<a href="%s">x</a>',
    '<a href="https://example.com/%s">x</a>',
    '<a href="https://example.com/?q=%s&amp;r=1">x</a>',
    '<img src="%s" alt="%s">',
    "<title>%s</title>",
    "<textarea>%s</textarea>",
    '<td style="color:%s">x</td>',
    '<script type="application/ld+json">{"a": "%s"}</script>',
    "<style>/* %s */</style>",
    "<!-- %s -->",
    "<!--[if mso]><p>%s</p><![endif]-->",
    "<p %s>x</p>",
    "<p title=%s>x</p>",
    "<script>%s</script>",
    '<svg><text x="1">%s</text></svg>',
    '<meta http-equiv="refresh" content="%s">',
    '<iframe srcdoc="%s"></iframe>',
)
NAMES = ("number", "headline", "preheader")
LOOPS = ("{{#items}}{{#lines}}%s{{/lines}}{{/items}}", "{{#note}}{{#rows}}%s{{/rows}}{{/note}}")
FILTERS = (
    "{{ %s }}",
    "{{ %s | raw }}",
    "{{ %s | append: '<b>' }}",
    "{{ %s | replace: '§', '<i>' }}",
    "{{ %s | url_encode | url_decode }}",
    "{{ %s | escape | replace: '&lt;', '<' }}",
    "{{ %s | newline_to_br }}",
    "{{ %s | strip_html }}",
    "{{ %s | json }}",
    "{%% assign x = %s | append: '' %%}{{ x }}",
    "{%% capture x %%}{{ %s }}{%% endcapture %%}{{ x }}",
    "{%% assign x = %s | split: ' ' | join: '<br>' %%}{{ x }}",
)
SHOP_NAMES = ("order_name", "customer.name", "note", "shipping_address.address1", "shop.name")
SHOP_LOOPS = ("{%% for line in line_items %%}%s{%% endfor %%}",)


def mustache_pages() -> list[str]:
    plain = [RAW_ % name for RAW_ in RAW for name in NAMES]
    inner = [loop % (raw % ("title" if "lines" in loop else ".")) for loop in LOOPS for raw in RAW]
    found = [where.replace("%s", value) for where in WHERE for value in plain]
    for where, loop, raw in itertools.product(WHERE, LOOPS, RAW):
        found.append(loop % where.replace("%s", raw % ("title" if "lines" in loop else ".")))
    return list(dict.fromkeys([*found, *inner]))


def liquid_pages() -> list[str]:
    values = [form % name for form in FILTERS for name in SHOP_NAMES]
    found = [where.replace("%s", value) for where in WHERE for value in values]
    for where, form in itertools.product(WHERE, FILTERS):
        inner = where.replace("%s", form % "line.title")
        found.append("{% for line in line_items %}" + inner + "{% endfor %}")
    return list(dict.fromkeys(found))


def attacked(hostile: str) -> tuple[Letter, Letter]:
    """A confirmation with one attack everywhere that is shown, and one with harmless words."""
    kept = ("locale", "time_zone", "currency", "source", "lines[].id", "parcels[].id")

    def bad(path: str, old: str) -> str:
        return old if path in kept else hostile

    def calm(path: str, old: str) -> str:
        return old if path in kept else harmless(path, hostile, "x")

    whole = every_field()
    return (
        Letter(kind="confirmation", order=planted(whole, bad)),
        Letter(kind="confirmation", order=planted(whole, calm)),
    )


def sloppy(files: Mapping[str, str]) -> Composer | None:
    """A composer of a merchant's own page; None where it would not be published."""
    own: Pack = pack(files)
    try:
        return None if judge(own, SETTING).problems else Composer(BRAND, own=own)
    except TemplateError:
        return None


def broken(composer: Composer, hostile: str) -> list[str]:
    bad, calm = attacked(hostile)
    made = [composer.compose(each, SEED) for each in (bad, calm)]
    found = faults(made[0]) + faults(made[1])
    # a link that a value cannot be is none, and comments are the author's own
    found = [
        fault for fault in found if not fault.startswith(("odd markup", "link '#'", "link ''"))
    ]
    return found + (["other bones"] if skeleton(made[0]) != skeleton(made[1]) else [])


def skeleton(mail: Composed) -> tuple[object, ...]:
    """Elements and their attributes, for every program, and the shape of the page's JSON."""
    page = Seen(mail.html)
    values, rest = [], page.script
    while rest.strip():
        value, end = json.JSONDecoder().raw_decode(rest.strip())
        values.append(shape(value))
        rest = rest.strip()[end:]
    return page.skeleton, [inner.skeleton for inner in page.comments], values


STRONGEST = tuple(dict.fromkeys((*OWN[:19], *OWN[19:25], *OWN[25:42:3], *OWN[47:56:2], OWN[60])))


@pytest.mark.parametrize("engine", ["mustache", "liquid"])
def test_a_sloppy_page_is_refused_or_harmless(engine: str) -> None:
    pages = mustache_pages() if engine == "mustache" else liquid_pages()
    check_pages(engine, pages[3 :: len(pages) // 9], STRONGEST[::8], 3)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["mustache", "liquid"])
@pytest.mark.parametrize("turn", range(20))
def test_every_sloppy_page_is_refused_or_harmless(engine: str, turn: int) -> None:
    pages = mustache_pages() if engine == "mustache" else liquid_pages()
    check_pages(engine, pages[turn::20], STRONGEST, 1)


def check_pages(engine: str, pages: list[str], texts: tuple[str, ...], least: int) -> None:
    published = 0
    found: list[tuple[str, str, list[str]]] = []
    for page in pages:
        source = f'<!doctype html>\n<html lang="en"><head></head><body>{page}</body></html>\n'
        composer = sloppy({f"confirmation.html.{engine}": source})
        if composer is None:
            continue
        published += 1
        found += [(page, text, said) for text in texts if (said := broken(composer, text))]
    assert published >= least
    assert found == []
