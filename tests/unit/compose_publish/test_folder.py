import re
from pathlib import Path

import pytest

from twofifty.compose.context.error import TemplateError
from twofifty.compose.pack import builtin, pack
from twofifty.compose.publish.folder import MAX_FILE, begin, misnamed, read_folder, too_large


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(TemplateError) as caught:
        read_folder(folder)
    return "\n".join(map(str, caught.value.problems or (caught.value,)))


def test_a_folder_is_its_files(tmp_path: Path) -> None:
    files = {"theme.toml": b"radius = 4\r\n", "partials/a.html.mustache": "\ufeffä".encode()}
    written(tmp_path, {**files, ".git/config": b"x", "README.md": b"x", ".DS_Store": b"\xff"})
    assert read_folder(tmp_path).files == {
        "theme.toml": "radius = 4\n",
        "partials/a.html.mustache": "ä",
    }


def test_the_same_files_are_the_same_version_wherever_they_are(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    written(one, {"a.txt": b"1", "b.txt": b"2"})
    written(other, {"b.txt": b"2", "a.txt": b"1"})
    assert read_folder(one).version == read_folder(other).version
    (other / "a.txt").write_text("3", encoding="utf-8")
    assert read_folder(one).version != read_folder(other).version


def test_everything_that_cannot_be_read_is_said_at_once(tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_text("x", encoding="utf-8")
    folder = written(
        tmp_path / "pack",
        {"large.html.mustache": b"x" * (MAX_FILE + 1), "latin.html.mustache": b"caf\xe9"},
    )
    (folder / "link.html.mustache").symlink_to(outside)
    said = refusal(folder)
    assert "large.html.mustache" in said
    assert "524,288" in said
    assert "latin.html.mustache, line 1, column 1: is no UTF-8 (byte 3)" in said
    assert "link.html.mustache, line 1, column 1: leads out of the folder" in said


def test_a_folder_of_links_is_not_followed(tmp_path: Path) -> None:
    elsewhere = written(tmp_path / "elsewhere", {"a.html.mustache": b"x"})
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "partials").symlink_to(elsewhere)
    assert "leads out of the folder" in refusal(folder)


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    assert "there is no such folder" in refusal(tmp_path / "nothing")


def test_too_many_files_and_too_much_in_all_are_refused() -> None:
    assert [str(each) for each in too_large({str(number): "" for number in range(201)})]
    eleven = {str(number): "x" * 500_000 for number in range(11)}
    (problem,) = too_large(eleven)
    assert "5,242,880" in problem.message
    assert not list(too_large({str(number): "x" * 500_000 for number in range(10)}))


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("confirmatoin.html.mustache", "confirmation.html.mustache"),
        ("shipment.full.html.liqid", "shipment.full.html.liquid"),
        ("thme.toml", "theme.toml"),
        ("reengagement.html.mustache", None),
    ],
)
def test_a_name_that_says_nothing_is_told_with_the_nearest_that_does(
    name: str, near: str | None
) -> None:
    (problem,) = misnamed({name: "", "theme.toml": ""})
    assert problem.place.template == name
    assert near is None or near in problem.message


def test_a_part_that_is_there_twice_is_told() -> None:
    twice = {"confirmation.html.liquid": "", "confirmation.full.mjml.mustache": ""}
    (problem,) = misnamed(twice)
    assert "keep one of them" in problem.message


def test_the_built_in_pack_has_no_wrong_name() -> None:
    assert not list(misnamed(builtin().files))
    assert not list(too_large(builtin().files))


def test_what_is_begun_can_be_read_and_says_nothing_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    names = begin(folder)
    files = read_folder(folder).files
    assert set(files) == set(names) - {"README.md"}
    assert not list(misnamed(files))
    with pytest.raises(TemplateError, match="not empty"):
        begin(folder)


def test_a_version_is_twelve_digits_of_a_hash() -> None:
    assert re.fullmatch("[0-9a-f]{12}", pack({"a": "b"}).version)
