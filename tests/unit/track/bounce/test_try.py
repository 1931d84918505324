"""`twofifty bounce try`."""

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from tests.unit.track.bounce.test_notifications import FAILED, dsn
from twofifty.cli.bounce import bounce_app

app = typer.Typer()
app.add_typer(bounce_app, name="bounce")


def run(*files: Path) -> tuple[int, list[dict[str, object]]]:
    done = CliRunner().invoke(app, ["bounce", "try", *map(str, files)])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_file_is_a_line(tmp_path: Path) -> None:
    file = tmp_path / "bounce.eml"
    file.write_bytes(dsn(FAILED))
    code, (line,) = run(file)
    assert code == 0
    assert line["file"] == str(file)
    assert line["class"] == "hard"
    assert line["recipients"] == ["alice@example.org"]
    assert line["status"] == "5.1.1"
    assert "User unknown" in str(line["diagnostic"])


def test_ordinary_mail_is_properly_ignored(tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(b"From: alice@example.org\nSubject: hello\n\nhello\n")
    code, (line,) = run(file)
    assert (code, line["class"], line["recipients"]) == (0, "none", [])


def test_a_mailbox_is_a_line_for_each_mail(tmp_path: Path) -> None:
    file = tmp_path / "many.mbox"
    separator = b"From MAILER-DAEMON Sun Nov 22 10:00:00 2026\n"
    file.write_bytes(separator + dsn(FAILED) + b"\n" + separator + b"Subject: hello\n\nhello\n")
    code, lines = run(file)
    assert code == 0
    assert [(line["index"], line["class"]) for line in lines] == [(1, "hard"), (2, "none")]


def test_what_cannot_be_read_is_said_and_the_rest_is_still_read(tmp_path: Path) -> None:
    good = tmp_path / "good.eml"
    good.write_bytes(dsn(FAILED))
    empty = tmp_path / "empty.eml"
    empty.write_bytes(b"")
    code, lines = run(tmp_path / "absent.eml", tmp_path, empty, good)
    assert code == 1
    assert ["error" in line for line in lines] == [True, True, True, False]


def test_escapes_that_no_codec_knows_are_a_line_too(tmp_path: Path) -> None:
    file = tmp_path / "escapes.eml"
    file.write_bytes(b"Subject: x\n\n\x1b$B\x1bN\x80 \x1b.A\x1bN\xff \x1b$(\xff\n")
    code, (line,) = run(file)
    assert (code, line["class"]) == (0, "none")
