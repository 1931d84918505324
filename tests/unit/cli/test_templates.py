"""The verbs of `twofifty templates`, from a folder to a live version and back."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from twofifty.cli.main import app
from twofifty.testing.receiver import running_receiver

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["templates", *words])


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "confirmation.subject.mustache").write_text("Good {{number}}", encoding="utf-8")
    return folder


def version_of(result: Result) -> str:
    found: str = json.loads(result.stdout)["version"]
    return found


def test_what_is_begun_can_be_looked_at_and_committed(run: Run) -> None:
    assert run("init", "mine").exit_code == 0
    assert run("init", "mine").exit_code == 1
    assert run("lint", "mine").exit_code == 0
    preview = run("preview", "mine", "--kind", "shipment", "--locale", "de")
    assert preview.exit_code == 0
    assert "Subject: " in preview.stdout
    assert run("commit", "mine").exit_code == 0


def test_a_version_goes_live_as_a_canary_and_back(run: Run, pack: Path) -> None:
    version = version_of(run("commit", str(pack), "--note", "good", "--json"))
    canary = run("promote", version, "--share", "10", "--json")
    assert json.loads(canary.stdout)["action"] == "canary"
    assert json.loads(run("promote", version[:5], "--json").stdout)["version"] == version
    listed = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert {each["version"]: each["live"] for each in listed}[version] == [""]
    assert run("rollback").exit_code == 0
    assert run("rollback").exit_code == 1
    history = [json.loads(line) for line in run("list", "--history", "--json").stdout.splitlines()]
    assert [each["action"] for each in history] == ["rollback", "promote", "canary"]


def test_errors_are_said_with_their_place_and_nothing_is_published(run: Run, pack: Path) -> None:
    (pack / "confirmation.html.mustache").write_text("<p>{{nummer}}\n{{#items}}", encoding="utf-8")
    linted = run("lint", str(pack))
    assert linted.exit_code == 1
    assert "confirmation.html.mustache, line 2, column 1" in linted.stderr
    committed = run("commit", str(pack), "--json")
    assert committed.exit_code == 1
    assert json.loads(committed.stdout)["errors"][0]["line"] == 2
    refused = run("promote", version_of(committed))
    assert refused.exit_code == 1
    assert "error: " in refused.stderr
    assert run("list", "--history", "--json").stdout == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("promote", "nothing"), "there is no version nothing"),
        (("lint", "nothing"), "there is no version nothing"),
        (("commit", "nothing"), "there is no such folder"),
        (("preview", "builtin", "--sample", "nothing"), "samples are: full"),
        (("preview", "builtin", "--kind", "nothing"), "must be one of confirmation"),
        (("preview", "builtin", "--out", "a.doc"), "must end with .html"),
        (("send", "builtin", "--to", "nobody"), "address cannot be used"),
        (("send", "builtin", "--to", "a@b.canary.invalid"), "canary orders"),
        (("show", "builtin", "thme.toml"), "has no thme.toml"),
        (("rollback", "--source", "nowhere"), "there is no source 'nowhere'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("share", ["0", "101", "ten"])
def test_a_share_that_is_none_is_wrong_usage(run: Run, share: str) -> None:
    assert run("promote", "builtin", "--share", share).exit_code == 2


def test_a_preview_is_written_as_its_name_says(run: Run, tmp_path: Path) -> None:
    for suffix, begins in ((".html", b"<!doctype html>"), (".eml", b"From: "), (".txt", b"Shop")):
        assert run("preview", "builtin", "--out", f"mail{suffix}").exit_code == 0
        assert (tmp_path / f"mail{suffix}").read_bytes().startswith(begins)


def test_two_packs_are_compared_by_their_files(run: Run, pack: Path) -> None:
    assert run("diff", "builtin", "builtin").stdout == ""
    told = run("diff", "builtin", str(pack)).stdout
    assert "+++ b/confirmation.subject.mustache" in told
    assert "+Good {{number}}" in told


def test_a_replay_without_orders_says_so(run: Run, pack: Path) -> None:
    result = run("replay", str(pack))
    assert result.exit_code == 0
    assert "0 mails of 0 orders" in result.stdout


def test_a_mail_is_sent_to_an_address_of_ones_own(
    run: Run, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_receiver() as receiver:
        monkeypatch.setenv("TWOFIFTY_SMTP_URL", f"smtp://127.0.0.1:{receiver.port}?tls=none")
        result = run("send", str(pack), "--to", "me@example.com", "--locale", "de")
        assert result.exit_code == 0, result.stderr
        assert "took it: 250" in result.stdout
        (mail,) = receiver.ledger
    assert mail.recipients == ("me@example.com",)
    assert b"Subject: Good #1001" in mail.data
    assert run("list", "--history", "--json").stdout == ""
