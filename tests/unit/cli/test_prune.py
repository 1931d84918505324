"""The archive of what is pruned: a file that any tool reads, or a fault that says what to do."""

import io
from pathlib import Path

import msgspec
import pytest
import zstandard

from twofifty.cli.prune import Archive
from twofifty.errors import SettingsError
from twofifty.track.prune import Old, Step


def _step(*bodies: bytes) -> Step:
    old = [
        Old(row=number, id=f"e{number}", at=1.5, source="shop", what="", order_id="7", body=body,
            size=len(body))
        for number, body in enumerate(bodies)
    ]  # fmt: skip
    return Step(old, len(old), done=True)


def test_steps_follow_each_other_in_one_file(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "deep" / "kept")
    assert not list((tmp_path / "deep" / "kept").iterdir())
    archive("events", _step(b"one", b"\x00two"))
    archive("messages", _step(b"three"))
    assert archive.file is not None
    whole = zstandard.ZstdDecompressor().stream_reader(
        archive.file.read_bytes(), read_across_frames=True
    )
    kept = [msgspec.json.decode(line) for line in io.TextIOWrapper(whole)]
    assert [(one["content"], one["body"]) for one in kept] == [
        ("events", "b25l"),
        ("events", "AHR3bw=="),
        ("messages", "dGhyZWU="),
    ]


def test_a_folder_that_is_none_is_refused_before_anything_goes(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"--archive .*file: File exists; name a folder"):
        Archive(tmp_path / "file")


def test_a_disk_that_is_full_meanwhile_is_said(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.file = Path("/dev/full")
    with pytest.raises(SettingsError, match="No space left on device"):
        archive("events", _step(b"one"))
