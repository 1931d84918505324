"""`twofifty dkim ...`, as one types it."""

import json
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from twofifty.cli.dkim import dkim_app
from twofifty.compose.dkim import record
from twofifty.errors import TwofiftyError

MAIL = b"From: Shop <orders@mail.example.com>\nSubject: Order\n\nThank you.\n"


class Desk:
    """A folder to work in."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: str, given: bytes = b"") -> Result:
        before = Path.cwd()
        os.chdir(self.home)
        try:
            return CliRunner().invoke(dkim_app, words, input=given)
        finally:
            os.chdir(before)

    def said(self, *words: str, given: bytes = b"") -> str:
        result = self.run(*words, given=given)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: str, given: bytes = b"") -> str:
        result = self.run(*words, given=given)
        assert isinstance(result.exception, TwofiftyError)
        return str(result.exception)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_create_prints_both_records_in_both_forms(desk: Desk) -> None:
    said = desk.said("create", "example.com", "--selector", "tf")
    zone, _, panel = said.partition("In a DNS panel")
    assert re.findall(r"^(\S+) 3600 IN TXT", zone, re.MULTILINE) == [
        "tf._domainkey.example.com.",
        "tf-ed._domainkey.example.com.",
    ]
    assert re.findall(r"name   (\S+)", panel) == ["tf._domainkey", "tf-ed._domainkey"]
    values = re.findall(r"value  (.+)", panel)
    assert [record.read(value).notes for value in values] == [(), ()]
    assert "restart" in panel


def test_the_records_can_be_printed_again_and_as_json(desk: Desk) -> None:
    first = desk.said("create", "example.com", "--selector", "tf")
    again = desk.said("records", "example.com")
    assert all(value in again for value in re.findall(r"value  (.+)", first))
    rows = [
        json.loads(line) for line in desk.said("records", "example.com", "--json").split("\n")[:-1]
    ]
    assert {row["name"] for row in rows} == {
        "tf._domainkey.example.com",
        "tf-ed._domainkey.example.com",
    }
    assert all("".join(row["strings"]) == row["value"] for row in rows)


def test_rotating_is_told_step_by_step(desk: Desk) -> None:
    desk.said("create", "example.com", "--selector", "one")
    assert "dkim rotate example.com" in desk.said("create", "example.com", "--selector", "two")
    assert "restarted" in desk.said("rotate", "example.com")
    rows = [json.loads(line) for line in desk.said("list", "--json").splitlines()]
    states = {row["selector"]: (row["state"], row["signs"]) for row in rows}
    assert states == {
        "one": ("retired", False),
        "one-ed": ("retired", False),
        "two": ("live", True),
        "two-ed": ("live", True),
    }
    assert "two  rsa 2048  signs" in desk.said("list")
    shown = desk.said("records", "example.com")
    assert "two._domainkey" in shown
    assert "one._domainkey" not in shown


def test_a_mail_that_was_signed_holds_with_our_keys_and_with_given_records(desk: Desk) -> None:
    desk.said("create", "example.com", "--selector", "tf")
    signed = desk.run("sign", "-", given=MAIL).stdout_bytes
    assert signed.endswith(MAIL.replace(b"\n", b"\r\n"))
    assert desk.said("verify", "-", given=signed).splitlines() == [
        "example.com tf rsa-sha256: holds",
        "example.com tf-ed ed25519-sha256: holds",
    ]
    rows = [json.loads(line) for line in desk.said("records", "example.com", "--json").splitlines()]
    records = [word for row in rows for word in ("--key", row["value"])]
    (desk.home / "mail.eml").write_bytes(signed)
    told = desk.said("verify", "mail.eml", "--json", *records).splitlines()
    assert [json.loads(line)["problem"] for line in told] == [None, None]


def test_a_mail_that_was_changed_or_is_not_signed_ends_in_1(desk: Desk) -> None:
    desk.said("create", "example.com", "--selector", "tf")
    signed = desk.run("sign", "-", given=MAIL).stdout_bytes
    changed = desk.run("verify", "-", given=signed.replace(b"Thank", b"Pay, "))
    assert changed.exit_code == 1
    assert changed.stdout.count("the body was changed") == 2
    bare = desk.run("verify", "-", given=MAIL)
    assert bare.exit_code == 1
    assert "no DKIM-Signature" in bare.output


def test_signing_at_a_time_is_signing_the_same_again(desk: Desk) -> None:
    desk.said("create", "example.com")
    times = ("--at", "2026-01-05T12:00:00Z")
    first, again = (desk.run("sign", "-", *times, given=MAIL).stdout_bytes for _ in range(2))
    assert first == again
    assert b"t=1767614400;" in first


def test_what_cannot_be_done_is_said_with_what_to_do(desk: Desk) -> None:
    assert "twofifty dkim create mail.example.com" in desk.refused("sign", "-", given=MAIL)
    assert "twofifty dkim create example.com" in desk.refused("records", "example.com")
    assert "no From" in desk.refused("sign", "-", given=b"Subject: x\n\n")
    assert "no domain name" in desk.refused("create", "a b")
    assert "create some" in desk.refused("rotate", "example.com")
