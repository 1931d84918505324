"""In which context does a value stand?"""

import re
from collections.abc import Iterator

import pytest

from twofifty.compose.context import (
    Begin,
    Else,
    End,
    Literal,
    Place,
    TemplateError,
    Token,
    Value,
    contexts,
    judge,
)


def _tokens(source: str) -> Iterator[Token]:
    """`[x]` is a value; `[?` begins a section, `[:` is its else, `[!` its elsif, `[.` its end."""
    at = 0
    for part in re.split(r"(\[x\]|\[\?|\[:|\[!|\[\.)", source):
        place = Place("t", 1, at + 1)
        at += len(part)
        match part:
            case "[x]":
                yield Value(place, "{{x}}")
            case "[?":
                yield Begin(place)
            case "[:":
                yield Else(place)
            case "[!":
                yield Else(place, otherwise=False)
            case "[.":
                yield End()
            case _:
                yield Literal(part)


def _names(source: str) -> str:
    return " ".join(judged.context.name for judged in contexts(_tokens(source)))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[x]", "TEXT"),
        ("<p>[x]</p>", "TEXT"),
        ("1 < [x]", "TEXT"),
        ("<title>[x]</title>[x]", "TITLE TEXT"),
        ("<textarea a='<'>[x]</TEXTAREA>[x]", "TITLE TEXT"),
        ("<!-- [x] -->[x]", "COMMENT TEXT"),
        ("<!-->[x]", "TEXT"),
        ("<!--[if mso]><a href='[x]'><![endif]-->[x]", "URL TEXT"),
        ("<!--[if !mso]><!--><b>[x]</b><!--<![endif]-->[x]", "TEXT TEXT"),
        ("<!--[if !mso]> <!-- --><b title='[x]'></b><!-- <![endif]-->", "ATTRIBUTE"),
        ("<![if !mso]><b>[x]</b><![endif]>", "TEXT"),
        ("<a title=\"[x]\" alt='[x]'>", "ATTRIBUTE ATTRIBUTE"),
        ('<a title = "<b>[x]</b>">', "ATTRIBUTE"),
        ('<a b title="[x]">', "ATTRIBUTE"),
        ("<a/title='[x]'/>[x]", "ATTRIBUTE TEXT"),
        ('<a href="[x]">', "URL"),
        ('<A HREF="[x]">', "URL"),
        ('<a href=" [x]">', "URL"),
        (
            '<a href="https://[x]/[x]?a=[x]&b=[x]#[x]">',
            "URL_HOST URL_PATH URL_QUERY URL_QUERY URL_QUERY",
        ),
        ('<a href="[x][x]?[x]">', "URL URL_REST URL_QUERY"),
        ('<a href="/o/[x]">', "URL_PATH"),
        ('<a href="ab[x]">', "URL_REST"),
        ('<a href="mailto:[x]">', "URL_PATH"),
        ('<a href="https://a.example[x]/[x]">', "URL_TAIL URL_PATH"),
        ('<a href="https:[x]">', "URL_PATH"),
        ('<a href="//[x][x]\\[x]">', "URL_HOST URL_TAIL URL_PATH"),
        ('<a href="&#47;[x]&#92;[x]">', "URL_ROOT URL_PATH"),
        ('<a href="/\t/[x]">', "URL_HOST"),
        ('<a href="[x]/[x]/[x]">', "URL URL_ROOT URL_PATH"),
        ('<a href="[x]//[x]">', "URL URL_HOST"),
        ('<a href="ab//[x]">', "URL_PATH"),
        ("<a href='[?https://a.example[.[x]'>", "URL_TAIL"),
        ("<a href='[?https://a.example[./[x]'>", "URL_ROOT"),
        ("<a href='[?https://a.example[:http://b.example[.[x]'>", "URL_TAIL"),
        ("<a href='[?https://a.example[:/[.#[x]'>", "URL_QUERY"),
        ('<img srcset="/[x], //[x] 2x">', "URL_ROOT URL_HOST"),
        ('<img srcset="[x] 1x, [x] 2x">', "URL URL"),
        ('<v:fill src="[x]"/>', "URL"),
        ('<p style="color:[x];margin-[x]:1px">', "CSS CSS_NAME"),
        ("<p style=\"font-family:'[x]'\">", "CSS_STRING"),
        ('<p style="font-family:&quot;[x]&quot;;color:[x]">', "CSS_STRING CSS"),
        ('<p style="background:url([x]);color:[x]">', "CSS_URL CSS"),
        ("<p style=\"background:url('[x]')\">", "CSS_URL"),
        ('<p style="background:url(https://a.example/[x])">', "CSS_URL_PATH"),
        ('<p style="/* ; */color:[x]">', "CSS"),
        ("<style>a{color:[x]}b:hover{margin:[x] /* [x] */}</style>[x]", "CSS CSS CSS TEXT"),
        (
            '<script type="application/ld+json">{"a":[x],"b":"[x]","c\\"":[x]}</script>',
            "JSON JSON_STRING JSON",
        ),
        ("<script type='application/ld+json'></script>[x]", "TEXT"),
        ("<script>var a = '<b title=';</script><p>[x]", "TEXT"),
        ("<a href='[?https://a.example/[:[x][.?b=[x]'>", "URL URL_QUERY"),
        ("<a href='[?[x][.[x]'>", "URL URL"),
        ("<a [?b[. title='[x]'>", "ATTRIBUTE"),
        ("<a[? class='[x]'[.>[x]", "ATTRIBUTE TEXT"),
        ("<a style='[?color:[x][.;margin:[x]'>", "CSS CSS"),
        ("[?<td class='[:<td class='a [.[x]'>", "ATTRIBUTE"),
    ],
)
def test_a_value_is_judged_by_where_it_stands(source: str, expected: str) -> None:
    assert _names(source) == expected


@pytest.mark.parametrize(
    ("source", "column", "words"),
    [
        ("<a href=[x]>", 9, 'needs quotes; write href="{{x}}"'),
        ("<a href=b[x]>", 10, "needs quotes"),
        ("<a [x]>", 4, "an attribute's name"),
        ("<a b[x]='c'>", 5, "an attribute's name"),
        ("<[x]>", 2, "a tag's name"),
        ("</[x]>", 3, "a tag's name"),
        ("<p[x]>", 3, "a tag's name"),
        ('<a onclick="[x]">', 13, "onclick can run as script"),
        ('<a ONCLICK="[x]">', 13, "onclick can run as script"),
        ('<iframe srcdoc="[x]">', 17, "srcdoc can run as script"),
        ('<a href="javascript:[x]">', 21, "change its scheme"),
        ('<a href="&#106;avascript:[x]">', 26, "change its scheme"),
        ("<a href='https://[?a.example[.[x]'>", 31, "leave it open which part"),
        ("<a href='[?javascript:[:/[.[x]'>", 10, "ends in the value of href"),
        ('<a href="data:[x]">', 15, "change its scheme"),
        ("<script>[x]</script>", 9, "in a script no value is safe"),
        ("<script type='text/javascript'>[x]</script>", 32, "in a script no value is safe"),
        (
            "<script type='[x]'>a</script><script type='[x]application/ld+json'>[x]</script>",
            68,
            "in a script",
        ),
        ("<script type='application/ld+json'>\"\\[x]\"</script>", 38, "after a backslash"),
        ("<style>[x]</style>", 8, "only after a colon"),
        ("<style>a[x]{}</style>", 9, "only after a colon"),
        ("<p style='[x]'>", 11, "write property: {{x}}"),
        ("<!doctype [x]>", 11, "in a declaration"),
        ("<meta http-equiv='refresh' content='0;url=[x]'>", 43, "no value in its content"),
        ("<xmp>[x]</xmp>", 6, "nothing is safe inside <xmp>"),
        ("<svg><animate to='[x]'>", 19, "to can run as script"),
        ("<a [?on[.click='[x]'>", 17, "name of this attribute is not certain"),
        ("<a title='[?'>[.", 11, "begins in the value of title and ends in text"),
        ("[?<!--[.", 1, "ends in a comment"),
        ("[?<title>[.", 1, "ends in <title>"),
        ("[?<a title='[:<a class='[.", 1, "this section begins in text"),
        ("[?<a title='[!<a title='[.", 1, "this section begins in text"),
        ("[?<!--[if mso]>[.", 1, "this section begins in text"),
    ],
)
def test_where_no_escaping_is_safe_this_is_said(source: str, column: int, words: str) -> None:
    with pytest.raises(TemplateError) as caught:
        contexts(_tokens(source))
    problem = caught.value.problems[-1]
    assert problem.place == Place("t", 1, column)
    assert words in problem.message


def test_all_problems_are_said_and_each_value_is_judged() -> None:
    judged, problems = judge(_tokens("<a href=[x] [x]>[x]<b title='[x]'>"))
    assert [problem.place.column for problem in problems] == [9, 13]
    assert [each.context.name for each in judged] == ["TEXT", "TEXT", "TEXT", "ATTRIBUTE"]


def test_sections_that_nobody_opened_are_no_matter_here() -> None:
    assert contexts([End(), Else(Place("t", 1, 1))]) == ()


def test_literals_may_be_cut_anywhere() -> None:
    page = "<!-- a --><p title='b' style='c:d'><script type='application/ld+json'>{\"a\":"
    [judged] = contexts([*map(Literal, page), Value(Place("t", 1, 1))])
    assert judged.context.name == "JSON"
