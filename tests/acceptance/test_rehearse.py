"""`twofifty rehearse` on real processes: with the user's settings, and without touching anything of
theirs."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

REHEARSE = (sys.executable, "-m", "twofifty.cli.main", "rehearse")
SETTINGS = """
smtp_url = "postmark+api://:token@default?connections=8,smtp://user:word@relay.example.com:587"
from = "Example Shop <orders@shop.example.com>"
workers = 1
[sources.main]
kind = "shopify"
secret = "word"
stock_url = "https://stock.example.com/"
"""


def environ(scratch: Path) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("TWOFIFTY_")}
    scratch.mkdir(exist_ok=True)
    return {**inherited, "TMPDIR": str(scratch), "COLUMNS": "100"}


def rehearse(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """In the user's folder, with a folder of its own for what is thrown away."""
    return subprocess.run(
        (*REHEARSE, *words),
        cwd=folder,
        env=environ(folder.parent / "scratch"),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The user's folder."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "twofifty.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


@pytest.mark.timeout(300)
def test_a_first_route_that_dies_loses_nothing_where_there_is_a_second(shop: Path) -> None:
    told = rehearse(
        shop, "provider-death", "take-then-drop", "--orders", "150", "--seconds", "3", "--json"
    )
    rows: list[dict[str, Any]] = [json.loads(line) for line in told.stdout.splitlines()]

    assert told.returncode == 0, told.stderr
    assert [row["scenario"] for row in rows] == ["provider-death", "take-then-drop"]
    for row in rows:
        assert (row["accepted"], row["taken"], row["lost"], row["beyond"]) == (150, 150, 0, 0)
        assert not row["violations"]
    assert rows[0]["shades"][0]["about"] == "first route down"
    assert [path.name for path in shop.iterdir()] == ["twofifty.toml"]
    assert not list((shop.parent / "scratch").glob("twofifty-rehearsal-*"))


@pytest.mark.timeout(300)
def test_killed_processes_lose_nothing_and_the_report_says_so(shop: Path) -> None:
    told = rehearse(
        shop, "full-restart", "--orders", "100", "--seconds", "3", "--report", "report.html"
    )
    written = (shop / "report.html").read_text(encoding="utf-8")

    assert told.returncode == 0, told.stdout + told.stderr
    assert "100 orders were accepted in 1 scenarios, 100 of their confirmations arrived" in written
    assert written.count("<svg") == 4
    assert 'class="shade"' in written
    assert "full-restart" in told.stdout


def test_an_unknown_scenario_is_a_usage_error_that_names_the_nearest(shop: Path) -> None:
    told = rehearse(shop, "provider-deth")
    assert (told.returncode, told.stdout) == (2, "")
    assert "did you mean provider-death" in told.stderr


@pytest.mark.timeout(200)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ended_early_it_tells_what_it_saw(shop: Path, number: signal.Signals) -> None:
    scratch = shop.parent / "scratch"
    process = subprocess.Popen(
        (*REHEARSE, "quiet", "black-friday", "--orders", "20000", "--seconds", "1000"),
        cwd=shop,
        env=environ(scratch),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not any(one.stat().st_size > 20_000 for one in scratch.glob("*/quiet/hop-1/*.jsonl")):
        assert time.monotonic() < until
        time.sleep(0.1)
    process.send_signal(number)
    out, errors = process.communicate(timeout=60)

    assert process.returncode == 0, errors
    assert "ended early" in out
    assert "black-friday" not in out
    assert " in 1 scenarios" in out
    assert not list(scratch.glob("twofifty-rehearsal-*"))
