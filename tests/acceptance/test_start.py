"""Starting, and not starting: one clear line and exit 1 or 2, never a traceback."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from twofifty.testing.ports import free_port
from twofifty.testing.process import Start


def twofifty(folder: Path, *words: str, **told: str) -> subprocess.CompletedProcess[str]:
    """One run of the command line in `folder`, to its end."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("TWOFIFTY_")}
    return subprocess.run(
        (sys.executable, "-m", "twofifty.cli.main", *words),
        cwd=folder,
        env=plain | {f"TWOFIFTY_{name}": value for name, value in told.items()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said_in_one_line(run: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in run.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, run.stderr
    assert "Traceback" not in run.stderr
    return lines[0]


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        run = twofifty(tmp_path, "serve", PORT=port)
    assert run.returncode == 1
    assert f"127.0.0.1:{port}" in said_in_one_line(run)


def test_a_data_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    url = f"sqlite:///{tmp_path}/file/data/twofifty.db"
    run = twofifty(tmp_path, "serve", PORT=str(free_port()), DATABASE_URL=url)
    assert run.returncode == 1
    assert str(tmp_path / "file") in said_in_one_line(run)


def test_a_store_that_is_no_database_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "other.db").write_bytes(b"something else entirely" * 400)
    run = twofifty(
        tmp_path, "serve", PORT=str(free_port()), DATABASE_URL=f"sqlite:///{tmp_path}/other.db"
    )
    assert run.returncode == 1
    assert "other.db" in said_in_one_line(run)


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("SMTP_URL", "mail.example.com:25", "SMTP_URL"),
        ("SMTP_URL", "smtp://user:hush@example.com:x", "SMTP_URL"),
        ("SMTP_ULR", "smtp://127.0.0.1", "did you mean SMTP_URL"),
        ("PORT", "many", "PORT"),
        ("FROM", "nobody", "FROM"),
        ("FROM", "Shop <orders@not a domain>", "FROM"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL"),
        ("ACCENT_COLOR", "teal", "ACCENT_COLOR"),
        ("CONFIG", "missing.toml", "missing.toml"),
        ("PUBLIC_URL", "shop.example.com", "PUBLIC_URL"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_ends_with_2(
    tmp_path: Path, name: str, value: str, hint: str
) -> None:
    run = twofifty(tmp_path, "serve", **{"PORT": str(free_port()), name: value})
    assert run.returncode == 2
    line = said_in_one_line(run)
    assert hint in line
    assert "hush" not in line


@pytest.mark.parametrize(
    ("table", "hint"),
    [
        ('[sources.shop]\nkind = "shopfy"\nsecret = "s"', "shopify"),
        ('[sources.shop]\nkind = "shopify"', "secret"),
        ('[sources.shop]\nknd = "shopify"', "sources"),
        ("sources = 3", "sources"),
        ('smtp_ulr = "x"', "SMTP_URL"),
        ("not toml at all", "TOML"),
    ],
)
def test_a_configuration_file_that_cannot_be_used_is_explained(
    tmp_path: Path, table: str, hint: str
) -> None:
    (tmp_path / "twofifty.toml").write_text(table)
    run = twofifty(tmp_path, "serve", PORT=str(free_port()))
    assert run.returncode == 2
    assert hint in said_in_one_line(run)


def test_an_unknown_verb_or_option_is_usage(tmp_path: Path) -> None:
    assert twofifty(tmp_path, "sevre").returncode == 2
    assert twofifty(tmp_path, "serve", "--prot", "1").returncode == 2
    assert twofifty(tmp_path, "serve", "--role", "boss").returncode == 2


def test_a_verb_without_a_store_says_how_to_make_one(tmp_path: Path) -> None:
    run = twofifty(tmp_path, "messages")
    assert run.returncode == 1
    assert "twofifty serve" in said_in_one_line(run)


def test_the_demo_delivers_a_mail_keeps_running_and_keeps_its_data(tmp_path: Path) -> None:
    for mails in (1, 2):
        lines = _demo_output(tmp_path)
        assert any("delivered to" in line for line in lines), lines
        assert any("API key" in line for line in lines)
        listed = twofifty(tmp_path, "messages", "--json")
        assert len(listed.stdout.splitlines()) == mails
        assert '"status":"sent"' in listed.stdout


def _demo_output(folder: Path) -> list[str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("TWOFIFTY_")}
    with subprocess.Popen(
        (sys.executable, "-m", "twofifty.cli.main", "demo"),
        cwd=folder,
        env=plain | {"TWOFIFTY_PORT": str(free_port())},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as demo:
        lines: list[str] = []
        until = time.monotonic() + 60
        for line in demo.stdout or ():
            lines.append(line)
            if "Ctrl-C" in line or time.monotonic() > until:
                break
        assert demo.poll() is None
        demo.terminate()
        assert demo.wait(30) == 0
    return lines


def test_only_the_owner_can_read_what_is_kept(start: Start, tmp_path: Path) -> None:
    start()
    kept = [tmp_path / "data", *(tmp_path / "data").iterdir()]
    assert len(kept) >= 4
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []


def test_sending_where_nothing_was_started_says_so(tmp_path: Path) -> None:
    (tmp_path / "order.json").write_text("{}")
    run = twofifty(tmp_path, "send", "order.json")
    assert run.returncode == 1
    assert "twofifty serve" in said_in_one_line(run)
    assert not (tmp_path / "data").exists()
    run = twofifty(tmp_path, "send", "nothing.json", API_KEY="k")
    assert run.returncode == 1
    assert "nothing.json" in said_in_one_line(run)
