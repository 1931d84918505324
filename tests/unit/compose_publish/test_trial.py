import pytest

from tests.unit.compose_publish.mails import SETTING
from twofifty.compose.pack import pack
from twofifty.compose.publish.judgement import Judgement
from twofifty.compose.publish.trial import judge


def judged(files: dict[str, str]) -> Judgement:
    return judge(pack(files), SETTING)


def said(files: dict[str, str]) -> str:
    return "\n".join(map(str, judged(files).problems))


def test_nothing_speaks_against_the_built_in_pack() -> None:
    assert said({}) == ""


def test_nothing_speaks_against_an_own_theme() -> None:
    found = judged({"theme.toml": '[light]\naccent = "#aa0000"\n'})
    assert found.problems == ()
    assert [each for each in found.findings if each.level != "hint"] == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>{{#items}}{{number}}", "never closed"),
        ("<p>{{nummer}}</p>", "'number'"),
        ("<p>{{#items}}{{lines}}{{/items}}", "it is a list"),
        ("<a href={{status_url}}>x</a>", "needs quotes"),
        ('<p onclick="{{number}}">x</p>', "line 1"),
        ("<script>{{number}}</script>", "in a script no value is safe"),
        ("<p>{{> nothing}}</p>", "no partial"),
    ],
)
def test_a_template_that_is_wrong_is_told_with_its_place(source: str, words: str) -> None:
    told = said({"confirmation.html.mustache": source})
    assert told.startswith("confirmation.html.mustache, line 1, column ")
    assert words in told


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>{{ nmae }}</p>", "'name'"),
        ("<p>{{ name | upcas }}</p>", "'upcase'"),
        ("{% fro a in b %}{% endfro %}", "fro"),
        ("{% if name %}", "line 1"),
        ("<a href={{ order_status_url }}>x</a>", "needs quotes"),
        ("{% include 'https://shop.example.com/a' %}", "partial"),
        ("{% for a in (1..100000000) %}{{ a }}{% endfor %}", "confirmation.html.liquid"),
    ],
)
def test_liquid_that_is_wrong_is_told_with_its_place(source: str, words: str) -> None:
    told = said({"confirmation.html.liquid": source})
    assert "confirmation.html.liquid" in told
    assert words in told


def test_names_that_are_no_part_of_the_view_are_unknown() -> None:
    for name in ("__class__", "brand.__init__", "order.customer.__dict__", "settings.api_key"):
        assert "confirmation.html.mustache" in said(
            {"confirmation.html.mustache": f"{{{{{name}}}}}"}
        )


def test_partials_that_call_each_other_for_ever_are_told() -> None:
    files = {
        "confirmation.html.mustache": "{{> a}}",
        "partials/a.html.mustache": "{{> b}}",
        "partials/b.html.mustache": "{{> a}}",
    }
    assert "without end" in said(files)


def test_a_partial_of_ten_megabytes_is_refused_at_once() -> None:
    told = said({"partials/a.html.mustache": "x" * 10_000_000, "theme.toml": ""})
    assert "partials/a.html.mustache" in told


def test_mjml_that_includes_files_is_refused() -> None:
    source = '<mjml><mj-body><mj-include path="/etc/passwd" /></mj-body></mjml>'
    assert "confirmation.mjml.mustache" in said({"confirmation.mjml.mustache": source})


def test_catalogs_and_themes_are_judged_too() -> None:
    wrong = 'msgid ""\nmsgstr ""\n\nmsgid "subject"\nmsgstr "{nummer}"\n'
    assert "locales/de.po, line 4" in said({"locales/de.po": wrong})
    assert "theme.toml, line 1" in said({"theme.toml": "acent = 1\n"})


def test_findings_in_the_mails_do_not_forbid_them() -> None:
    found = judged({"confirmation.html.mustache": "<p>{{number}}<img src='https://a.example/b'>"})
    assert found.problems == ()
    assert "image-alt" in {each.code for each in found.findings}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("<p>{{number}}</p><script>alert(1)</script>", "script"),
        ("<form action='https://a.example/'><p>{{number}}</p></form>", "form"),
        ("<iframe src='https://a.example/'></iframe><p>{{number}}</p>", "frame"),
        ("<p>{{ order_number }}</p>" + "<p>so long</p>" * 9_000, "size"),
        ("<div><b>{{number}}</div>", "unclosed"),
    ],
)
def test_what_hurts_whoever_gets_the_mail_forbids_it(source: str, code: str) -> None:
    engine = "liquid" if code == "size" else "mustache"
    found = judged({f"confirmation.html.{engine}": source})
    assert found.problems == ()
    assert code in {each.code for each in found.harms()}
    assert found.objections()


def test_what_an_author_may_weigh_forbids_nothing() -> None:
    found = judged({"confirmation.html.mustache": "<p>{{number}}<img src='https://a.example/b'>"})
    assert "error" in {each.level for each in found.findings}
    assert found.objections() == ()


def test_a_part_without_its_own_text_is_only_told_of_it() -> None:
    found = judged({"confirmation.html.mustache": "<p>{{number}}</p>"})
    assert [each.level for each in found.findings if each.code == "pack-text"] == ["hint"]
