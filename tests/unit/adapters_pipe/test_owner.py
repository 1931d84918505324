"""A dead owner is known at once on its own machine, and nowhere else."""

import os
import subprocess
import sys

from twofifty.adapters.pipe.owner import own_name, surely_dead

SAY = "from twofifty.adapters.pipe.owner import own_name; print(own_name(), flush=True)"


def test_a_living_process_is_not_dead() -> None:
    assert not surely_dead(own_name())


def test_a_process_that_ended_is_dead() -> None:
    said = subprocess.run((sys.executable, "-c", SAY), capture_output=True, text=True, check=True)
    assert surely_dead(said.stdout.strip())


def test_a_process_is_alive_until_it_is_killed() -> None:
    with subprocess.Popen(
        (sys.executable, "-c", f"{SAY}; input()"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert not surely_dead(name)
        other.kill()
        other.wait()
        assert surely_dead(name)


def test_another_process_under_the_same_pid_is_not_the_one_that_owned() -> None:
    machine, pid, _ = own_name().rsplit(":", 2)
    assert int(pid) == os.getpid()
    assert surely_dead(f"{machine}:{pid}:1")


def test_of_another_machine_nothing_is_said() -> None:
    _, pid, started = own_name().rsplit(":", 2)
    assert not surely_dead(f"elsewhere/boot/1:{pid}:{started}")
    assert not surely_dead(f"elsewhere/boot/1:{2**22 + 1}:{started}")
    assert not surely_dead("nonsense")
