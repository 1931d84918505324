"""What becomes of a value in its context."""

from decimal import Decimal

import pytest

from twofifty.compose.context import Context, Encoded, Json, Markup, escaper, raw_escaper


@pytest.mark.parametrize(
    ("context", "value", "text"),
    [
        (Context.PLAIN, "<a>", "<a>"),
        (Context.HEADER, "a\r\nBcc: b\u2028c", "a Bcc: b c"),
        (Context.TEXT, "<a & 'b'>", "&lt;a &amp; &#39;b&#39;&gt;"),
        (Context.COMMENT, "-->[if", "&#45;&#45;&gt;&#91;if"),
        (Context.URL, "https://a.example/b?c=d&e='f'", "https://a.example/b?c=d&amp;e=%27f%27"),
        (Context.URL, " HTTPS://a.example/ü b ", "HTTPS://a.example/%C3%BC%20b"),
        (Context.URL, "tel:+49 30 1", "tel:+49%2030%201"),
        (Context.URL, "javascript:alert(1)", "#"),
        (Context.URL, "a.example", "#"),
        (Context.URL, "", ""),
        (Context.URL, None, ""),
        (Context.URL, "https://a.example/%41%", "https://a.example/%41%25"),
        (Context.URL_REST, "script:x/a:b", "script%3Ax/a:b"),
        (Context.URL_REST, "@a.example", "%40a.example"),
        (Context.URL_ROOT, "/\\/a/b:c", "a/b:c"),
        (Context.URL_ROOT, "tel:1", "tel%3A1"),
        (Context.URL_ROOT, "//", "./"),
        (Context.URL_HOST, "a-1.example:8080", "a-1.example:8080"),
        (Context.URL_HOST, "a.example/b", "#"),
        (Context.URL_HOST, "a@b.example", "#"),
        (Context.URL_HOST, "a.example\n", "#"),
        (Context.URL_HOST, None, "#"),
        (Context.URL_TAIL, "/a b?c", "/a%20b?c"),
        (Context.URL_TAIL, "/\\/a", "/a"),
        (Context.URL_TAIL, "?a=b&c", "?a=b&amp;c"),
        (Context.URL_TAIL, ".b.example", ""),
        (Context.URL_TAIL, "\\b", ""),
        (Context.URL_PATH, "a/b c?d", "a/b%20c?d"),
        (Context.URL_QUERY, "a/b c?d&e=f%", "a%2Fb%20c%3Fd%26e%3Df%25"),
        (Context.CSS, "#aabbcc", "#aabbcc"),
        (Context.CSS, "1px 2.5em", "1px 2.5em"),
        (Context.CSS, "rgb(1, 2, 3)", "rgb(1, 2, 3)"),
        (Context.CSS, "red;x:y", ""),
        (Context.CSS, "url(a)", ""),
        (Context.CSS, "a" * 201, ""),
        (Context.CSS_NAME, "left", "left"),
        (Context.CSS_NAME, "left:1px", ""),
        (Context.CSS_STRING, "Open Sans", "Open Sans"),
        (Context.CSS_STRING, "a'b", ""),
        (Context.CSS_URL, "https://a.example/b(1).png", "https://a.example/b%281%29.png"),
        (Context.CSS_URL, "javascript:a", ""),
        (Context.JSON, 'a"</script>', '"a\\"\\u003c/script\\u003e"'),
        (Context.JSON, True, "true"),
        (Context.JSON, 1.5, "1.5"),
        (Context.JSON, Decimal("1.50"), '"1.50"'),
        (Context.JSON, float("nan"), "null"),
        (Context.JSON, None, "null"),
        (Context.JSON, ["a"], "null"),
        (Context.JSON_STRING, 'a"\\\n', 'a\\"\\\\\\n'),
    ],
)
def test_a_value_becomes_safe_text(context: Context, value: object, text: str) -> None:
    assert escaper(context)(value) == text


@pytest.mark.parametrize("context", Context)
@pytest.mark.parametrize("value", [None, True, 0, 1.5, [1], {"a": 1}, (), "\ud800", Markup("<b>")])
def test_any_value_becomes_text_in_any_context(context: Context, value: object) -> None:
    assert isinstance(escaper(context)(value), str)
    assert isinstance(raw_escaper(context)(value), str)


def test_markup_stays_only_where_it_was_made_for() -> None:
    assert raw_escaper(Context.TEXT)(Markup("<b>")) == "<b>"
    assert raw_escaper(Context.ATTRIBUTE)(Markup("<b>")) == "&lt;b&gt;"
    assert raw_escaper(Context.TEXT)(Json('"<b>"')) == "&quot;&lt;b&gt;&quot;"
    assert raw_escaper(Context.JSON)(Json('{"a": 1}')) == '{"a": 1}'
    assert raw_escaper(Context.URL_QUERY)(Encoded("a%20b&c")) == "a%20b&amp;c"
    assert raw_escaper(Context.URL_TAIL)(Encoded("/a%20b")) == "/a%20b"
    assert raw_escaper(Context.URL_TAIL)(Encoded("@b.example")) == ""
    assert raw_escaper(Context.URL_ROOT)(Encoded("/a%20b")) == "a%20b"
    assert raw_escaper(Context.URL_HOST)(Encoded("a.example/")) == "#"
    assert escaper(Context.TEXT)(Markup("<b>")) == "&lt;b&gt;"


def test_markup_in_json_must_prove_to_be_json() -> None:
    assert (
        raw_escaper(Context.JSON)(Markup('{"a": "</script>"}')) == '{"a": "\\u003c/script\\u003e"}'
    )
    assert raw_escaper(Context.JSON)(Markup('1, "evil": 2')) == '"1, \\"evil\\": 2"'
