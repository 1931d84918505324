"""Lint of sources: files that are nothing, parts that miss their other half."""

from twofifty.compose.lint import Finding, lint_pack
from twofifty.compose.pack import builtin, pack

MJML = "<mjml><mj-body>%s</mj-body></mjml>"


def found(**files: str) -> tuple[Finding, ...]:
    return lint_pack(
        pack({name.replace("__", "/").replace("_", "."): text for name, text in files.items()})
    )


def said(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(one.code, one.where.path) for one in findings}


def test_the_built_in_pack_has_nothing_to_mend() -> None:
    assert [str(one) for one in lint_pack(builtin()) if one.level != "hint"] == []


def test_a_whole_pack_is_left_alone() -> None:
    assert not found(
        confirmation_full_html_mustache="<p>",
        confirmation_full_txt_mustache="a",
        confirmation_full_subject_mustache="a",
        theme_toml="",
        partials__rows_html_mustache="a",
        locales__de_po="",
    )


def test_a_file_that_is_no_part_is_named() -> None:
    findings = found(README_md="a", confirmation_full_html="b")
    assert said(findings) == {("pack-name", "README.md"), ("pack-name", "confirmation.full.html")}
    assert all(one.level == "warning" for one in findings)


def test_an_unknown_kind_gets_the_nearest_known_one() -> None:
    findings = found(confirmatoin_txt_mustache="a")
    assert [one.message.endswith("did you mean confirmation?") for one in findings] == [True]


def test_html_without_text_is_an_error() -> None:
    findings = found(refund_full_html_liquid="a", refund_short_txt_liquid="a")
    assert said(findings) == {("pack-text", "refund.full.html.liquid")}


def test_html_and_mjml_of_one_mail_exclude_each_other() -> None:
    files = {
        "delay_html_mustache": "a",
        "delay_txt_mustache": "a",
        "delay_mjml_mustache": MJML % "",
    }
    assert said(found(**files)) == {("pack-both", "delay.mjml.mustache")}


def test_every_fault_of_mjml_has_its_line() -> None:
    text = MJML % "\n<mj-sektion></mj-sektion>\n<mj-section colour='red'></mj-section>"
    findings = found(delay_mjml_mustache=text, delay_txt_mustache="a")
    assert [(one.where.line, one.where.column) for one in findings] == [(2, 1), (3, 13)]
    assert "mj-section" in findings[0].message


def test_a_file_of_ten_megabytes_is_refused_unread() -> None:
    findings = found(delay_mjml_mustache="<" * 10_000_000, delay_txt_mustache="a")
    assert said(findings) == {("pack-size", "delay.mjml.mustache")}
