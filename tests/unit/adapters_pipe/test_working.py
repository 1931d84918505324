"""What a process was at is known after it was killed, and of nobody else."""

import subprocess
import sys
from pathlib import Path

from twofifty.adapters.pipe.working import Working, at_work, forget

CHILD = """
import os, signal, sys
from pathlib import Path
from twofifty.adapters.pipe.working import Working
Working(Path(sys.argv[1]), "worker one").on(4711)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_message_at_work_outlives_a_killed_process(tmp_path: Path) -> None:
    subprocess.run((sys.executable, "-c", CHILD, str(tmp_path)), check=False)
    assert at_work(tmp_path, "worker one") == 4711
    assert at_work(tmp_path, "worker two") is None
    forget(tmp_path, "worker one")
    assert at_work(tmp_path, "worker one") is None
    forget(tmp_path, "worker one")


def test_between_two_messages_none_is_at_work(tmp_path: Path) -> None:
    working = Working(tmp_path / "new", "worker")
    assert at_work(tmp_path / "new", "worker") == 0
    working.on(2**62)
    assert at_work(tmp_path / "new", "worker") == 2**62
    working.on(0)
    assert at_work(tmp_path / "new", "worker") == 0
    working.close()
    assert at_work(tmp_path / "new", "worker") is None
