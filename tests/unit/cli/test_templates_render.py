"""`twofifty templates render`: a template, data, and the text."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from twofifty.cli.templates_render import render_verb, rendered
from twofifty.compose.context import TemplateError
from twofifty.order import wire
from twofifty.order.specimen import specimen

verbs = typer.Typer()
verbs.command("render")(render_verb)


def _run(
    folder: Path, template: bytes, data: bytes = b"{}", *options: str, engine: str = "mustache"
) -> Result:
    (folder / "t").write_bytes(template)
    (folder / "d.json").write_bytes(data)
    arguments = [str(folder / "t"), "--engine", engine, "--data", str(folder / "d.json"), *options]
    return CliRunner().invoke(verbs, arguments)


def test_the_text_goes_to_standard_output_as_it_is(tmp_path: Path) -> None:
    ran = _run(tmp_path, "{{{x}}} {{x}} ü\r\n".encode(), json.dumps({"x": '<"\ud800'}).encode())
    assert (ran.exit_code, ran.stdout_bytes) == (0, '<"? &lt;&quot;? ü\r\n'.encode())


def test_liquid_renders_too(tmp_path: Path) -> None:
    ran = _run(tmp_path, b"{% for n in l %}{{ n }};{% endfor %}", b'{"l": [1, 2]}', engine="liquid")
    assert (ran.exit_code, ran.stdout) == (0, "1;2;")


def test_partials_are_files_of_a_folder_and_of_those_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "partials"
    (folder / "a").mkdir(parents=True)
    (folder / "a/b.mustache").write_text("[b]")
    (folder / "c").write_text("[c]")
    (folder / "picture.png").write_bytes(b"\xff\xfe")
    template = b"{{>a/b}}{{>a/b.mustache}}{{>c}}{{>gone}}{{>*x}}"
    ran = _run(tmp_path, template, b'{"x": "c"}', "--partials", str(folder))
    assert (ran.exit_code, ran.stdout) == (0, "[b][b][c][c]")


def test_data_may_come_from_standard_input(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("{{.}}")
    arguments = [str(tmp_path / "t"), "--engine", "mustache", "--data", "-"]
    assert CliRunner().invoke(verbs, arguments, input='"word"').stdout == "word"


@pytest.mark.parametrize(
    ("template", "data", "options", "words"),
    [
        (b"{{#a}}", b"{}", [], "line 1, column 1: this section is never"),
        (b"\xff", b"{}", [], "is not UTF-8: byte 1 is wrong"),
        (b"a", b"{", [], "d.json is not JSON"),
        (b"a", b"\xff", [], "is not UTF-8"),
        (b"a", b"[" * 100_000, [], "d.json is not JSON"),
        (b"a", b"{}", ["--data", "gone.json"], "gone.json cannot be read"),
        (b"a", b"{}", ["--data", "."], ". is a folder"),
        (b"a", b"{}", ["--partials", "gone"], "gone: there is no such folder"),
        (b"{{>a}}{{>a}}", b"{}", ["--engine", "liquid"], "error: "),
    ],
)
def test_what_cannot_be_used_is_said_on_standard_error(
    tmp_path: Path, template: bytes, data: bytes, options: list[str], words: str
) -> None:
    ran = _run(tmp_path, template, data, *options)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


def test_every_problem_has_a_line(tmp_path: Path) -> None:
    ran = _run(tmp_path, b"{{a b}}\n{{#c}}")
    assert len(ran.stderr.splitlines()) == 2


def test_an_engine_that_is_none_is_a_matter_of_usage(tmp_path: Path) -> None:
    assert _run(tmp_path, b"a", b"{}", "--engine", "jinja").exit_code == 2


def test_liquid_needs_data_with_names() -> None:
    with pytest.raises(TemplateError, match="an object with names"):
        rendered("liquid", "a", [], {})


@pytest.mark.parametrize("wrapped", ["{}", '{{"order": {}}}', '{{"orders": [{}]}}'])
def test_a_canonical_order_brings_shopify_s_variables(wrapped: str) -> None:
    data = json.loads(wrapped.format(wire.encode(specimen()).decode()))
    source = "{{ order_name }} {{ line_items[0].title }} {{ total_price | money }} {{ note }}"
    text = rendered("liquid", source, data, {})
    assert text == "#1001 Merino sweater €82.95 Please ring twice"


def test_other_data_with_an_order_in_it_stays_what_it_is() -> None:
    assert rendered("liquid", "{{ order.id }}", {"order": {"id": 7}}, {}) == "7"
