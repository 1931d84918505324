"""Lint says what hurts a reader of a rendered mail, where, and for whom."""

import json
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose.orders import BRAND, SEED, letter, samples
from tools import caniemail_facts
from twofifty.compose.composer import Composer
from twofifty.compose.lint import Finding, LintContext, lint, source
from twofifty.compose.lint.finding import MOST
from twofifty.compose.lint.sources import SOURCES
from twofifty.compose.mjml import compile_mjml

CONTEXT = LintContext(kind="confirmation")
FRAME = (
    "<!doctype html><html lang='en' dir='ltr'><head><title>Order</title></head><body>"
    "<div style='display:none'>Your order is on its way to you</div>"
)
COMPOSER = Composer(BRAND)
CORPUS = Path("../shared/corpora/templates")
TEMPLATES = sorted(CORPUS.glob("*/*.html")) + sorted(CORPUS.glob("*/*.liquid"))


def found(body: str, context: LintContext = CONTEXT, head: str = "") -> list[Finding]:
    html = FRAME.replace("</head>", f"{head}</head>") + f"\n{body}</body></html>"
    return list(lint(html, "some text", "Your order", context))


def codes(findings: Iterable[Finding], *levels: str) -> set[str]:
    return {one.code for one in findings if not levels or one.level in levels}


def test_a_plain_mail_has_nothing_to_mend() -> None:
    assert found("<p>Thank you for your order.</p>") == []


@pytest.mark.parametrize("language", ["en", "de", "ar", "ja", "th"])
@pytest.mark.parametrize("name", sorted(samples()))
def test_our_own_confirmation_has_no_error_and_no_warning(name: str, language: str) -> None:
    order = msgspec.structs.replace(samples()[name], locale=language)
    mail = COMPOSER.compose(letter(order), SEED)
    findings = lint(mail.html, mail.text, mail.subject, CONTEXT)
    assert [str(one) for one in findings if one.level != "hint"] == []


CASES = [
    ("<img src='https://a.example.com/x.png' width='9'>", "error", "image-alt"),
    ("<img src='https://a.example.com/x.png' alt=''>", "warning", "image-size"),
    ("<img src='http://a.example.com/x.png' alt='' width='9'>", "warning", "image-http"),
    ("<img src='data:image/png;base64,AA' alt='' width='9'>", "warning", "image-data"),
    ("<img src='/x.png' alt='' width='9'>", "error", "image-source"),
    (
        "<a href='https://a.example.com'><img src='cid:x' alt='' width='9'></a>",
        "error",
        "image-link",
    ),
    ("<td style='background:url(https://a.example.com/x.png)'>", "warning", "background-colour"),
    ("<p style='color:#aaa'>pale</p>", "warning", "contrast"),
    ("<script>1</script>", "error", "script"),
    ("<p onclick='x()'>a</p>", "error", "script"),
    ("<iframe src='https://a.example.com'></iframe>", "error", "frame"),
    ("<form action='https://a.example.com'></form>", "error", "form"),
    ("<link rel='stylesheet' href='https://a.example.com/x.css'>", "error", "external-style"),
    ("<p style='position:absolute'>a</p>", "warning", "position"),
    ("<p style='display:flex'>a</p>", "warning", "client-css-display-flex"),
    ("<p style='display:grid'>a</p>", "warning", "client-css-display-grid"),
    ("<p style='gap:1px'>a</p>", "hint", "client-css-gap"),
    ("<table><tr><td>a</td></tr></table>", "warning", "table-role"),
    ("<div><p>a</p>", "error", "unclosed"),
    ("</table>", "warning", "stray-end"),
    ("<p>a <!-- b", "error", "unclosed"),
    ("<a href='http://a.example.com'>a</a>", "warning", "link-http"),
    ("<a href='/orders/1'>a</a>", "error", "link-relative"),
    ("<a href='java\nscript:x()'>a</a>", "error", "link-scheme"),
    ("<a href=''>a</a>", "warning", "link-empty"),
    ("<a href='https://b.example.com/'>www.shop.example</a>", "error", "link-text"),
    ("<p>{{greeting}}</p>", "error", "unfilled"),
    ("<!--[if mso]><table>-->", "error", "mso-condition"),
    ("<!--[if !mso]><!--><p>a</p>", "error", "mso-condition"),
    ("<!--<![endif]-->", "error", "mso-condition"),
    ("<!--[if mso]><v:rect></v:rect><![endif]-->", "warning", "vml"),
    ("<div style='max-width:600px'>a</div>", "warning", "outlook-width"),
    ("<p>Act now!</p>", "hint", "spam-phrase"),
    ("<a href='https://a.example.com/unsubscribe'>x</a>", "warning", "unsubscribe-receipt"),
    ("<base href='https://a.example.com/'>", "error", "base"),
]


@pytest.mark.parametrize(("body", "level", "code"), CASES)
def test_what_hurts_a_reader_is_found_on_its_line(body: str, level: str, code: str) -> None:
    match = [one for one in found(body) if (one.level, one.code) == (level, code)]
    assert match
    assert match[0].where.line == 2 or code == "external-style"


@pytest.mark.parametrize(
    "body",
    [
        "<img src='cid:a' alt='A lamp' width='40' height='40'><p>" + "word " * 20,
        "<!--[if mso]><table><tr><td><![endif]--><p>a<!--[if mso]></td></tr></table><![endif]-->",
        "<!--[if !mso]><!--><p>a</p><!--<![endif]-->",
        "<ul><li>a<li>b</ul><p>a<p>b",
        "<table role='presentation'><tr><td>a<tr><td>b</table>",
        "<table><tr><th scope='col'>a</th></tr></table>",
        "<a href='https://shop.example.com/1'>shop.example.com</a>",
        "<a href='mailto:help@example.com'>help@example.com</a>",
        "<a href='http://127.0.0.1:2500/o/1'>a</a>",
        "<script type='application/ld+json'>{}</script>",
        "<div style='background:#000'><p style='color:#fff'>a</p></div>",
        "<p style='display:none;color:#fff'>a</p>",
    ],
)
def test_what_is_right_is_not_blamed(body: str) -> None:
    assert codes(found(body), "error", "warning") == set()


def test_gmails_clip_is_an_error_and_near_it_a_warning() -> None:
    def size(length: int) -> set[tuple[str, str]]:
        html = FRAME + "a" * (length - len(FRAME))
        return {(one.level, one.code) for one in lint(html, "x", "y", CONTEXT)}

    assert ("warning", "size") not in size(79_999)
    assert ("warning", "size") in size(80_000)
    assert ("warning", "size") in size(102_400)
    assert ("error", "size") in size(102_401)


def test_bytes_count_not_characters() -> None:
    assert "size" in codes(lint(FRAME + "\u65e5" * 40_000, "x", "y", CONTEXT), "error")


def test_contrast_is_that_of_the_sheets_too_by_day_and_by_night() -> None:
    head = (
        "<style>.a{color:#111}.b .a{color:#eee}"
        "@media (prefers-color-scheme:dark){.c{background:#222!important}}</style>"
    )
    day = found("<p class='b'><b class='a'>pale</b></p>", head=head)
    assert ["light mode" in one.message for one in day if one.code == "contrast"] == [True]
    night = found("<p class='c' style='background:#fff'><b class='a'>dim</b></p>", head=head)
    assert ["dark mode" in one.message for one in night if one.code == "contrast"] == [True]


def test_large_text_needs_less_contrast() -> None:
    assert "contrast" in codes(found("<p style='color:#888'>a</p>"))
    assert "contrast" not in codes(found("<p style='color:#888;font-size:24px'>a</p>"))


def test_a_style_sheet_that_gmail_drops_is_said() -> None:
    long = "<style>" + ".a{color:#000}" * 600 + "</style>"
    assert "style-size" in codes(found("<p>a</p>", head=long), "warning")
    nested = "<style>@media screen{@media (max-width:9px){a{top:0}}}</style>"
    assert "style-nested" in codes(found("<p>a</p>", head=nested), "warning")


def test_what_only_those_see_who_know_it_is_a_hint() -> None:
    head = "<style>@media (max-width:480px){.a{display:flex}}</style>"
    flex = [one for one in found("<p>a</p>", head=head) if one.code == "client-css-display-flex"]
    assert [one.level for one in flex] == ["hint"]
    assert "Outlook for Windows" in flex[0].clients
    assert flex[0].share is not None
    assert 0 < flex[0].share < 1


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("", "subject-empty"),
        ("YOUR ORDER IS HERE", "subject-shouts"),
        ("Your order!!", "subject-shouts"),
        ("Re: your order", "subject-answer"),
        ("Your order " * 20, "subject-long"),
        ("You won a prize", "spam-phrase"),
        ("Your\norder", "subject-control"),
        ("Order {{number}}", "unfilled"),
    ],
)
def test_a_bad_subject_is_found(subject: str, code: str) -> None:
    html = FRAME + "<p>a</p>"
    assert code in codes(lint(html, "x", subject, CONTEXT), "error", "warning")


@pytest.mark.parametrize(
    "subject", ["Order #1001 confirmed", "\u3054\u6ce8\u6587 #1001", "R2-D2 is on its way!"]
)
def test_a_good_subject_is_left_alone(subject: str) -> None:
    assert lint(FRAME + "<p>a</p>", "x", subject, CONTEXT) == ()


def test_a_mail_without_text_part_is_an_error() -> None:
    assert "text-missing" in codes(lint(FRAME + "<p>a</p>", " \n", "Order", CONTEXT), "error")


def test_a_text_part_that_says_something_else_is_found() -> None:
    words = (
        "Thank you for ordering seven lamps, three chairs, one table and candles from Northlight"
    )
    html = FRAME + f"<p>{words}</p>"
    assert codes(lint(html, words.upper(), "Order", CONTEXT)) == set()
    assert "text-differs" in codes(lint(html, "See the HTML", "Order", CONTEXT), "warning")


def test_marketing_needs_a_way_out_and_an_agents_mail_may_have_one() -> None:
    link = "<a href='https://a.example.com/x'>Abmelden</a>"
    marketing = LintContext(kind="reengagement")
    assert "unsubscribe-missing" in codes(found("<p>a</p>", marketing), "error")
    assert "unsubscribe-missing" not in codes(found(link, marketing))
    assert "unsubscribe-receipt" not in codes(found(link, LintContext(kind="agent")))


def test_our_own_click_links_may_hide_where_they_lead() -> None:
    link = "<a href='https://mail.example.com/t/c/1'>shop.example.com</a>"
    ours = LintContext(kind="update", hosts=frozenset(("mail.example.com",)))
    assert "link-text" in codes(found(link))
    assert "link-text" not in codes(found(link, ours))


def test_a_language_and_a_direction_are_wanted() -> None:
    bare = lint("<p>a</p>", "x", "y", CONTEXT)
    assert {"doctype", "lang", "title", "preheader"} <= codes(bare, "warning")
    arabic = lint("<!doctype html><html lang='ar'><p>a", "x", "y", CONTEXT)
    assert "dir" in codes(arabic, "warning")


def test_many_of_a_kind_are_listed_briefly() -> None:
    images = found("<img src='cid:a'>" * 500)
    assert len([one for one in images if one.code == "image-alt"]) == MOST
    assert "and 490 more" in " ".join(one.message for one in images)


@pytest.mark.skipif(not TEMPLATES, reason="the corpora are not here")
def test_every_finding_on_the_worlds_templates_has_its_source() -> None:
    for file in TEMPLATES:
        text = file.read_text("utf-8", errors="replace")
        for finding in lint(text, "x", "Order", CONTEXT):
            assert source(finding.code)
            assert finding.where.line <= text.count("\n") + 1


def test_every_rule_of_the_list_of_sources_is_known_by_a_test_or_a_pack() -> None:
    assert all(SOURCES.values())
    assert {code for _, _, code in CASES if not code.startswith("client-")} <= SOURCES.keys()


@pytest.mark.skipif(not caniemail_facts.DATA.is_dir(), reason="the corpora are not here")
def test_the_table_of_clients_is_what_the_data_says() -> None:
    table = caniemail_facts.facts(caniemail_facts.stated())
    assert json.loads(caniemail_facts.FACTS.read_text("utf-8")) == table


@pytest.mark.parametrize(
    "html",
    [
        "<p>x" * 2_500_000,
        "<div>" * 50_000,
        "<" * 200_000,
        "<a " * 80_000,
        "<a '<b \"" * 30_000,
        "<!--" * 60_000,
        "<style>" + "{" * 200_000,
        "<style>" + "@media x{" * 20_000,
        "<style>" + ".a .b{color:red}" * 3000 + "</style>" + "<p class='a b'>x</p>" * 6000,
        "{{" * 100_000,
    ],
    ids="large deep less tags quotes comments braces media rules moustaches".split(),
)
def test_a_hostile_mail_ends_in_findings(html: str) -> None:
    findings = lint(html, "x", "y", CONTEXT)
    assert findings[0].level == "error"
    assert len(findings) < 200


@given(st.text(max_size=200), st.text(max_size=50), st.text(max_size=50))
def test_lint_never_raises(html: str, text: str, subject: str) -> None:
    assert lint(html, text, subject, CONTEXT)


PIECES = st.sampled_from(
    "<p> </p> <div style='color:#777;background:#888'> <td bgcolor=red> <style> </style> "
    "a{color:red} @media( } { <img src=x> <a href='http://[x'> <!--[if <![endif]--> url( rgb(1 "
    "<font color='#12'> &#0; &#x110000; <meta name=color-scheme content=dark> . # [".split(" ")
)


@given(st.lists(PIECES, max_size=25))
def test_lint_never_raises_on_scraps_of_html(pieces: list[str]) -> None:
    assert lint(" ".join(pieces), "", "", CONTEXT)


def test_compiled_mjml_closes_all_it_opens() -> None:
    mjml = "<mjml><mj-body><mj-section><mj-column><mj-text>a</mj-text></mj-column></mj-section>"
    html = compile_mjml(f"{mjml}</mj-body></mjml>", "mustache", "x")
    assert codes(lint(html, "x", "y", CONTEXT), "error") == set()
