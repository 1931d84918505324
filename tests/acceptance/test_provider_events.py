"""`twofifty events try` over real requests of mail providers: every one is understood, and says
what a plain reading of its expectation says.

The expectations come from two libraries with words of their own. What they disagree about:
SparkPost's `initial_open` is `unknown` to one reading and `opened` to another of the same payload;
here somebody looked, so it is `opened`.
"""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from twofifty.adapters import feeds
from twofifty.cli.events_try import events_try

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora" / "provider-events"
FILES = sorted(CORPORA.glob("*/*.json"))
AMBIGUOUS = "anymail__initial_open_event_as_unknown.json"
WORDS = {
    "RECEIVED": {"queued", "sent"},
    "DELIVERED": {"delivered"},
    "DEFERRED": {"deferred"},
    "BOUNCE": {"bounced"},
    "DROPPED": {"rejected", "bounced"},
    "OPEN": {"opened"},
    "CLICK": {"clicked"},
    "SPAM": {"complained"},
    "UNSUBSCRIBE": {"unsubscribed", "bounced"},
}
MAIN = "from twofifty.cli.main import main; main()"
APP = typer.Typer()
APP.command()(events_try)

needs_corpora = pytest.mark.skipif(not FILES, reason=f"no provider events at {CORPORA}")


def tried(provider: str, *files: Path) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(APP, [provider, *map(str, files)])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def document(file: Path) -> Any:
    return json.loads(file.read_bytes())


def payload(file: Path) -> Any:
    whole = document(file)
    return whole["payload"] if isinstance(whole, dict) and "payload" in whole else whole


def differences(events: list[dict[str, Any]], expected: dict[str, Any]) -> list[list[str]]:
    """What each event says otherwise than expected."""
    return [_differing(event, expected) for event in events]


def _differing(event: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    right = {
        "type": expected.get("event_type"),
        "recipient": expected.get("recipient"),
        "message_id": expected.get("message_id"),
        "url": expected.get("click_url"),
        "reject_reason": expected.get("reject_reason"),
    }
    wrong = [name for name, value in right.items() if value and event.get(name) != value]
    if "reject_reason" in expected and not expected["reject_reason"] and "reject_reason" in event:
        wrong.append("reject_reason")
    reply = " ".join((expected.get("mta_response") or "").split())
    if reply and reply not in " ".join(event.get("text", "").split()):
        wrong.append("text")
    return wrong


@needs_corpora
@pytest.mark.parametrize("provider", sorted(feeds.PROVIDERS))
def test_every_real_request_is_understood(provider: str, tmp_path: Path) -> None:
    files = [file for file in FILES if file.parent.name == provider]
    bare = [tmp_path / file.name for file in files]
    for file, copy in zip(files, bare, strict=True):
        copy.write_text(json.dumps(payload(file)), encoding="utf-8")
    code, said = tried(provider, *bare)
    assert code == 0
    assert [one["file"] for one in said] == [str(file) for file in bare]
    for one in said:
        assert one["events"], one["file"]
        for event in one["events"]:
            assert {"type", "recipient", "message_id", "at"} <= set(event)
    code, recorded = tried(provider, *files)
    assert code == 0
    assert [one["events"] for one in recorded] == [one["events"] for one in said]


@needs_corpora
def test_what_each_of_them_tells_is_right() -> None:
    wrong: dict[str, Any] = {}
    compared = 0
    for file in FILES:
        whole = document(file)
        expected = whole.get("expected") if isinstance(whole, dict) else None
        if not expected or file.name == AMBIGUOUS:
            continue
        compared += 1
        _, (said,) = tried(file.parent.name, file)
        found = differences(said["events"], expected)
        if [] not in found:
            wrong[str(file)] = found
    assert not wrong
    assert compared >= 60


@needs_corpora
def test_names_times_and_recipients_are_right() -> None:
    compared = 0
    for file in FILES:
        whole = document(file)
        expected = whole.get("expected_symfony") if isinstance(whole, dict) else None
        if not expected:
            continue
        compared += 1
        _, (said,) = tried(file.parent.name, file)
        event = said["events"][0]
        assert event["type"] in WORDS[expected["event"]], file.name
        assert event["recipient"] == expected["RecipientEmail"], file.name
        if "Date" in expected:
            assert _moment(event["at"]) == pytest.approx(_moment(expected["Date"][1]), abs=0.001)
    assert compared >= 35


def _moment(text: str) -> float:
    """A time in seconds since 1970, or in ISO 8601."""
    number = text.replace(".", "", 1)
    return float(text) if number.isdigit() else datetime.fromisoformat(text).timestamp()


@needs_corpora
@pytest.mark.parametrize("provider", sorted(feeds.PROVIDERS))
def test_a_damaged_request_is_an_error_line_and_never_a_traceback(
    provider: str, tmp_path: Path
) -> None:
    first = next(file for file in FILES if file.parent.name == provider)
    whole = json.dumps(payload(first)).encode()
    damaged = [whole[:-1], b"", b"\xff" + whole, b"{}", b"null", b"[" * 5_000, whole * 2]
    files = [tmp_path / f"{number}.json" for number, _ in enumerate(damaged)]
    for file, body in zip(files, damaged, strict=True):
        file.write_bytes(body)
    code, said = tried(provider, *files, tmp_path / "absent.json", tmp_path)
    assert code == 1
    assert len(said) == len(damaged) + 2
    assert all(one["error"] for one in said)


def test_a_good_file_is_understood_beside_a_bad_one(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(b"event=opened&recipient=anna%40example.com&timestamp=1461261330")
    bad.write_bytes(b"{")
    code, said = tried("mailgun", bad, good)
    assert code == 1
    assert "error" in said[0]
    (event,) = said[1]["events"]
    assert event["type"] == "opened"
    assert event["recipient"] == "anna@example.com"
    assert event["at"] == "2016-04-21T17:55:30Z"


def test_what_tells_nothing_is_ignored_properly(tmp_path: Path) -> None:
    handshake = tmp_path / "handshake.json"
    handshake.write_bytes(b'{"Type": "SubscriptionConfirmation", "MessageId": "1"}')
    code, said = tried("ses", handshake)
    assert code == 0
    assert said == [
        {"file": str(handshake), "events": [], "ignored": "it tells nothing of any mail"}
    ]


def test_an_unknown_provider_is_a_usage_error_that_names_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(b"{}")
    command = [sys.executable, "-c", MAIN, "events", "try", "sendgird", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "did you mean sendgrid?" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_verb_is_there(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(b'[{"event": "processed", "email": "anna@example.com"}]')
    command = [sys.executable, "-c", MAIN, "events", "try", "sendgrid", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["events"][0]["type"] == "queued"
