"""What a stamp tells of a file; the copies of the files in use, taken over where nothing changed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bot.faq import stamps
from bot.faq.lastgood import LastGood
from bot.faq.stamps import ByStamp, Stamp


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled at once."""
    monkeypatch.setattr(stamps, "SETTLED", -1_000_000_000)


def of(remembered: ByStamp[bytes], path: Path) -> tuple[bytes | None, bool]:
    """What is said to be in a file, and whether it was read for that."""
    read: list[bytes] = []

    def make() -> bytes:
        read.append(path.read_bytes())
        return read[0]

    return remembered(path, make), bool(read)


@pytest.mark.usefixtures("settled")
def test_a_file_is_read_again_after_any_change_and_not_without_one(tmp_path: Path) -> None:
    path, remembered = tmp_path / "a.yml", ByStamp()
    path.write_bytes(b"one")
    assert of(remembered, path) == (b"one", True)
    assert of(remembered, path) == (b"one", False)
    before = path.stat()
    time.sleep(0.05)
    path.write_bytes(b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # an editor that keeps the time
    assert of(remembered, path) == (b"two", True)
    other = tmp_path / "b.yml"
    other.write_bytes(b"new")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)
    assert of(remembered, path) == (b"new", True)
    path.unlink()
    assert remembered(path, lambda: None) is None


def test_a_file_just_written_is_read_again(tmp_path: Path) -> None:
    path, remembered = tmp_path / "a.yml", ByStamp()
    path.write_bytes(b"one")
    assert of(remembered, path) == of(remembered, path) == (b"one", True)


@pytest.mark.usefixtures("settled")
def test_what_was_not_made_is_made_again(tmp_path: Path) -> None:
    path, remembered = tmp_path / "a.yml", ByStamp()
    path.write_bytes(b"one")
    assert remembered(path, lambda: None) is None
    assert of(remembered, path) == (b"one", True)


@pytest.mark.usefixtures("settled")
def test_copies_are_of_the_files_as_they_are(tmp_path: Path) -> None:
    source, good = tmp_path / "faq", LastGood(tmp_path / "state" / "good")
    source.mkdir()
    (source / "a.yml").write_bytes(b"a")
    (source / "b.yml").write_bytes(b"b")

    def copies() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in good.directory.iterdir()}

    good.remember(source)
    place = Stamp.of(good.directory / "a.yml").inode
    time.sleep(0.05)
    (source / "b.yml").write_bytes(b"B")
    (source / "c.yml").write_bytes(b"c")
    good.remember(source)
    assert copies() == {"a.yml": b"a", "b.yml": b"B", "c.yml": b"c"}
    assert Stamp.of(good.directory / "a.yml").inode == place  # taken over
    (good.directory / "a.yml").write_bytes(b"of another process")
    (source / "c.yml").unlink()
    good.remember(source)
    assert copies() == {"a.yml": b"a", "b.yml": b"B"}
    assert [path.name for path in good.directory.parent.iterdir()] == ["good"]
