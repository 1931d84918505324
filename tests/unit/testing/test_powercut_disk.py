"""The disk with a memory in front of it: what survives, and what a program sees meanwhile."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.testing.powercut.disk import PAGE, SECTOR, Disk


@pytest.fixture
def backing(tmp_path: Path) -> Path:
    return tmp_path / "backing"


def disk(backing: Path, stray: float = 0.0, seed: int = 1) -> Disk:
    """The disk after the power came back."""
    return Disk(backing, random.Random(seed), stray)


def made(on: Disk, path: str, content: bytes) -> None:
    """A file that has reached the disk with its name."""
    file = on.create(path, 0o600)
    on.write(file, content, 0)
    on.sync(file)
    on.sync_folder(on.folder("/"))


def test_what_was_synced_survives_with_its_name(backing: Path) -> None:
    made(disk(backing), "/kept", b"words")
    assert bytes(disk(backing).file("/kept").content) == b"words"


def test_what_was_only_written_is_seen_until_the_power_goes(backing: Path) -> None:
    before = disk(backing)
    made(before, "/kept", b"old words")
    before.write(before.file("/kept"), b"new", 0)
    assert bytes(before.file("/kept").content) == b"new words"
    assert bytes(disk(backing).file("/kept").content) == b"old words"


def test_a_file_whose_folder_was_not_synced_has_no_name(backing: Path) -> None:
    before = disk(backing)
    before.sync(before.create("/nameless", 0o600))
    with pytest.raises(FileNotFoundError):
        disk(backing).file("/nameless")


def test_a_name_without_a_synced_content_is_an_empty_file(backing: Path) -> None:
    before = disk(backing)
    before.write(before.create("/empty", 0o600), b"words", 0)
    before.sync_folder(before.folder("/"))
    assert bytes(disk(backing).file("/empty").content) == b""


def test_a_removed_name_comes_back_unless_its_folder_was_synced(backing: Path) -> None:
    before = disk(backing)
    made(before, "/kept", b"words")
    before.remove("/kept")
    assert bytes(disk(backing).file("/kept").content) == b"words"
    again = disk(backing)
    again.remove("/kept")
    again.sync_folder(again.folder("/"))
    with pytest.raises(FileNotFoundError):
        disk(backing).file("/kept")


def test_a_rename_takes_effect_with_its_folder(backing: Path) -> None:
    before = disk(backing)
    made(before, "/old", b"words")
    made(before, "/new", b"other words")
    before.rename("/old", "/new")
    assert bytes(disk(backing).file("/new").content) == b"other words"
    before = disk(backing)
    before.rename("/old", "/new")
    before.sync_folder(before.folder("/"))
    assert bytes(disk(backing).file("/new").content) == b"words"


def test_a_folder_needs_its_parents_name_too(backing: Path) -> None:
    before = disk(backing)
    before.make_folder("/deep", 0o700)
    before.sync(before.create("/deep/kept", 0o600))
    before.sync_folder(before.folder("/deep"))
    with pytest.raises(FileNotFoundError):
        disk(backing).folder("/deep")


def test_a_shorter_file_is_shorter_only_once_it_is_synced(backing: Path) -> None:
    before = disk(backing)
    made(before, "/kept", b"words")
    file = before.file("/kept")
    before.resize(file, 1)
    assert bytes(disk(backing).file("/kept").content) == b"words"
    again = disk(backing)
    again.resize(again.file("/kept"), 1)
    again.sync(again.file("/kept"))
    assert bytes(disk(backing).file("/kept").content) == b"w"


def test_stray_write_back_leaves_some_pages_torn_and_some_behind(backing: Path) -> None:
    before = disk(backing, stray=1.0)
    made(before, "/kept", bytes(8 * PAGE))
    for page in range(8):
        before.write(before.file("/kept"), b"\x01" * PAGE, page * PAGE)
    survived = disk(backing).file("/kept").content
    ones = {survived[page * PAGE : (page + 1) * PAGE].count(1) for page in range(8)}
    assert 0 in ones
    assert any(0 < count < PAGE for count in ones)
    assert all(count % SECTOR == 0 for count in ones)


WRITES = st.lists(
    st.tuples(st.integers(0, 3 * PAGE), st.binary(min_size=1, max_size=2 * PAGE), st.booleans())
)


@given(writes=WRITES, stray=st.sampled_from([0.0, 0.3]))
def test_a_synced_file_reads_as_an_ordinary_one_would(
    tmp_path_factory: pytest.TempPathFactory,
    writes: list[tuple[int, bytes, bool]],
    stray: float,
) -> None:
    backing = tmp_path_factory.mktemp("disk")
    on, model = disk(backing, stray), bytearray()
    made(on, "/kept", b"")
    file = on.file("/kept")
    for offset, data, synced in writes:
        model.extend(bytes(max(0, offset + len(data) - len(model))))
        model[offset : offset + len(data)] = data
        on.write(file, data, offset)
        if synced:
            on.sync(file)
    assert file.content == model
    on.sync(file)
    assert disk(backing).file("/kept").content == model
