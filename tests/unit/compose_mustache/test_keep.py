"""What mails share is written once, and reads as if it were written each time."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.compose.context.escape import escaper
from twofifty.compose.context.kind import Context
from twofifty.compose.kept import Kept
from twofifty.compose.mime.quoted import UnfitError, value
from twofifty.compose.mustache import HTML, TEXT, Markup, TemplateError, compile_template
from twofifty.compose.mustache.expression import SEEN
from twofifty.compose.mustache.partials import asked, linked, reachable
from twofifty.compose.mustache.seen import Seen

PARTIALS = {"p": "{{b}}{{#s}}<i>{{.}}</i>{{/s}}", "again": "{{a}}{{#t}}{{>again}}{{/t}}"}
PAGES = [
    "{{#l}}<b>{{a}}</b>{{b}}{{/l}}",
    '{{#l}}<a href="{{a}}" title="{{b}}">{{{c}}}</a>\n{{/l}}{{^l}}none{{/l}}',
    "{{#l}}{{#s}}{{a}}, {{.}}{{/s}}{{^s}}{{b}}{{/s}}\n{{/l}}",
    "{{#l}}{{>p}}{{u.a}}{{/l}}",
    "{{#l}}{{>again}}{{/l}}",
    "{{#l}}{{#l}}{{a}}{{b}}{{/l}}{{/l}}",
]
TEXTS = st.sampled_from(["", "plain", "é = <&>", "a\nb", ".", "From ", "x" * 60, "\r", "\ud83d"])
SIMPLE = TEXTS | st.sampled_from([None, True, False, 0, 1, 1.0, "1", Markup("<br>"), "<br>"])
RECORDS = st.dictionaries(
    st.sampled_from("abcst"), SIMPLE | st.lists(SIMPLE, max_size=2), max_size=5
)
AROUND = st.dictionaries(
    st.sampled_from("abcstu"), SIMPLE | st.dictionaries(st.sampled_from("ab"), SIMPLE), max_size=4
)


def told(render: Callable[[object], str], view: object) -> str:
    """The text, or what the error says."""
    try:
        return render(view)
    except TemplateError as error:
        return f"error: {error}"


@given(st.sampled_from(PAGES), st.lists(RECORDS, max_size=3), st.lists(AROUND, max_size=4))
def test_a_shared_record_reads_as_any_other_wherever_it_stands(
    page: str, records: list[dict[str, Any]], views: list[dict[str, Any]]
) -> None:
    shared = [Kept(record) for record in records]
    for dialect in (HTML, TEXT):
        template = compile_template(page, PARTIALS, dialect)
        for around in (*views, *views):
            plain = {**around, "l": records}
            kept = {**around, "l": [*shared]}
            assert told(template.render, kept) == told(template.render, plain)
            assert told(template.encoded, kept) == told(template.encoded, plain)


def test_partials_that_call_each_other_without_measure_are_compiled_in_time() -> None:
    partials = {f"p{n}": "{{>q}}".replace("q", f"p{n + 1}") * 2 for n in range(30)}
    partials["p30"] = "{{a}}{{b}}"
    trees = reachable("{{>p0}}", "page", partials)
    assert asked(trees.nodes, linked(trees.trees)) == (("a",), ("b",))


def test_a_shared_record_is_written_once() -> None:
    record = Kept({"a": "first", "b": "second"})
    template = compile_template("{{#l}}{{a}}, {{b}}{{#c}}!{{/c}}\n{{/l}}", {}, TEXT)
    assert template.render({"l": [record]}) == "first, second\n"
    (text,) = record.written.values()
    assert text == "first, second\n"
    record.written[next(iter(record.written))] = "what was kept\n"
    assert template.render({"l": [record]}) == "what was kept\n"


def test_what_is_kept_of_a_record_is_bounded() -> None:
    record = Kept({"a": "first"})
    for number in range(1_000):
        record.keep(number, "text")
    record.keep("long", "x" * 10_000)
    assert 0 < len(record.written) <= 24
    assert "long" not in record.written


@pytest.mark.parametrize("context", Context)
@given(
    text=st.text(st.characters(max_codepoint=0x100), max_size=50)
    | st.sampled_from(["", ".", "F", "From", "x" * 44, "x" * 45, "x ", " x", "\t", "--"])
)
def test_plain_words_are_remembered_as_they_would_be_written(context: Context, text: str) -> None:
    known = SEEN[f"{context.name.lower()}_seen"]
    try:
        written = value(escaper(context)(text))
    except UnfitError:
        with pytest.raises(UnfitError):
            known[text]
    else:
        assert known[text] == written


def test_plain_words_are_not_escaped_where_they_need_no_escape() -> None:
    never = Seen(lambda text: f"({text})", simple=True)
    assert never["Merino sweater, size M"] == "Merino sweater, size M"
    assert never["Salt & pepper"] == "(Salt & pepper)"
