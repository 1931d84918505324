"""The folder in memory that delivery processes count in."""

import shutil
import subprocess
import sys
from pathlib import Path

from twofifty.adapters.pipe.scratch import ScratchFolder

HOLD = """
import sys; from pathlib import Path; from twofifty.adapters.pipe.scratch import ScratchFolder
held = ScratchFolder(Path(sys.argv[1]) / "fallback", Path(sys.argv[1]))
print(held.path, flush=True); sys.stdin.read()
"""


def holder(memory: Path) -> "subprocess.Popen[str]":
    command = (sys.executable, "-c", HOLD, str(memory))
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_the_folder_is_new_and_goes_with_its_owner(tmp_path: Path) -> None:
    made = ScratchFolder(tmp_path / "fallback", tmp_path)
    (made.path / "counter_1.db").write_bytes(b"1")
    made.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_cleared_and_what_lives_is_not(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        mine = ScratchFolder(tmp_path / "fallback", tmp_path)
        assert left.is_dir()
        other.kill()
    ScratchFolder(tmp_path / "fallback", tmp_path).close()
    assert not left.exists()
    assert mine.path.is_dir()
    mine.close()


def test_without_a_place_in_memory_it_lies_beside_the_store_and_is_empty(tmp_path: Path) -> None:
    beside = tmp_path / "metrics"
    beside.mkdir()
    (beside / "counter_1.db").write_bytes(b"1")
    made = ScratchFolder(beside, tmp_path / "nowhere")
    assert made.path == beside
    assert list(beside.iterdir()) == []


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "twofifty-somebody"
    other.mkdir()
    ScratchFolder(tmp_path / "fallback", tmp_path).close()
    assert other.is_dir()
    shutil.rmtree(other)
