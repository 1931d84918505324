"""XML is read as strictly as JSON is: nothing from outside, nothing without bounds."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.errors import BadInput
from twofifty.intake import xml_tree
from twofifty.intake.xml_tree import Element


def plain(element: Element) -> object:
    """Text, or an object of what is inside."""
    return xml_tree.grouped(element.children) if element.children else element.text


def read(body: bytes | str) -> object:
    return xml_tree.tree(body.encode() if isinstance(body, str) else body, plain)


def refused(body: bytes | str) -> BadInput:
    with pytest.raises(BadInput) as bad:
        read(body)
    assert bad.value.problems
    return bad.value


def test_a_document_is_its_root_and_what_that_became() -> None:
    assert read("<a><b>1</b><c>2</c><c/></a>") == {"a": {"b": "1", "c": ["2", ""]}}


def test_names_are_without_their_namespaces_and_attributes_are_told() -> None:
    said: list[tuple[str, dict[str, str]]] = []

    def value(element: Element) -> object:
        said.append((element.name, element.attributes))
        return None

    xml_tree.tree(b'<s:a xmlns:s="urn:x"><s:b id="5"/></s:a>', value)
    assert said == [("b", {"id": "5"}), ("a", {"xmlns:s": "urn:x"})]


def test_what_an_order_has_several_of_is_a_list_also_where_there_is_one() -> None:
    assert xml_tree.grouped([("line", 1)], ("line",)) == {"line": [1]}
    assert xml_tree.grouped([("line", 1)]) == {"line": 1}


def test_text_in_pieces_comments_and_sections_is_one_text() -> None:
    assert read("<a>Tea &amp; <![CDATA[<b>]]><!-- no --> &#233;</a>") == {"a": "Tea & <b> é"}


# --- nothing from outside --------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE a><a/>",
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><a/>',
        '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;&c;&c;</a>',
    ],
)
def test_a_document_type_is_refused_before_its_entities_are_read(body: str) -> None:
    bad = refused(body)
    assert (bad.status, bad.problems[0].message) == (422, "leave out the document type")


def test_an_entity_that_xml_does_not_know_is_no_xml() -> None:
    assert refused("<a>&nbsp;</a>").status == 400


# --- bounds ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<a>" * 33 + "</a>" * 33, 422),
        ("<a>" + "<b/>" * 20_000 + "</a>", 422),
        ("<a>" + " " * 1_048_570 + "</a>", 413),
    ],
)
def test_depth_number_and_size_are_bounded(body: str, status: int) -> None:
    assert refused(body).status == status


def test_what_is_just_within_the_bounds_is_read() -> None:
    read("<a>" * 32 + "</a>" * 32)
    read("<a>" + "<b/>" * 19_999 + "</a>")
    read("<a>" + " " * 1_048_569 + "</a>")


# --- characters ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "iso-8859-15", "windows-1252"])
def test_a_document_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?><a>né à Zürich</a>'
    assert read(body.encode(encoding)) == {"a": "né à Zürich"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_says_the_encoding(encoding: str) -> None:
    declared = "UTF-16" if encoding == "utf-16" else "UTF-8"
    body = f'<?xml version="1.0" encoding="{declared}"?><a>né 茶</a>'
    assert read(body.encode(encoding)) == {"a": "né 茶"}


def test_what_was_recoded_on_its_way_is_read_as_it_is_now() -> None:
    assert read('<?xml version="1.0" encoding="utf-16"?><a>né</a>') == {"a": "né"}


@pytest.mark.parametrize(
    "body",
    [
        b"<a>\xff</a>",
        b'<?xml version="1.0" encoding="utf-8"?><a>\xe9</a>',
        b'<?xml version="1.0" encoding="us-ascii"?><a>\xe9</a>',
        b"\xff\xfe<\x00a\x00>\x00\x00\xd8<\x00",
    ],
)
def test_bytes_that_are_not_of_the_encoding_are_no_xml(body: bytes) -> None:
    assert refused(body).status == 400


@pytest.mark.parametrize("encoding", ["utf-7", "idna", "unicode_escape", "rot13", "zip", "x-none"])
def test_an_encoding_that_nobody_uses_is_named(encoding: str) -> None:
    bad = refused(f'<?xml version="1.0" encoding="{encoding}"?><a>x</a>')
    assert bad.status == 400
    assert encoding in bad.problems[0].message


@pytest.mark.parametrize("typed", ["\x07", "\x00", "\x1f", "&#7;", "&#x07;", "&#31;", "&#X1f;"])
def test_a_character_that_xml_forbids_is_left_out(typed: str) -> None:
    assert read(f"<a>Te{typed}a</a>") == {"a": "Tea"}


def test_tabs_and_line_breaks_stay() -> None:
    assert read("<a>1\t2\n3&#9;4&#10;5</a>") == {"a": "1\t2\n3\t4\n5"}


@pytest.mark.parametrize("body", ["", "<a", "<a></b>", "<a/><b/>", "plain", "<a b=1/>", "<a><</a>"])
def test_what_is_no_xml_is_refused_with_its_place(body: str) -> None:
    bad = refused(body)
    assert bad.status == 400
    assert "at byte" in bad.problems[0].message


@pytest.mark.parametrize(
    ("body", "is_xml"),
    [
        (b"<a/>", True),
        (b"\xef\xbb\xbf \r\n<a/>", True),
        ("<a/>".encode("utf-16"), True),
        (b'{"a": "<b>"}', False),
        (b"", False),
    ],
)
def test_xml_is_told_from_json_by_how_it_starts(body: bytes, is_xml: bool) -> None:
    assert xml_tree.looks_like_xml(body) is is_xml


def _ends_well(action: Callable[[], object]) -> bool:
    try:
        action()
    except BadInput as bad:
        return bad.status in (400, 413, 422) and bool(bad.problems)
    return True


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    assert _ends_well(lambda: read(body))


@given(
    st.lists(st.sampled_from(["<a>", "</a>", "<b x='1'>", "</b>", "é", "&", "&#7;", "]]>", "\0"]))
)
def test_any_pieces_of_xml_are_read_or_refused(pieces: list[str]) -> None:
    assert _ends_well(lambda: read("".join(pieces)))
