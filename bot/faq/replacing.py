"""Putting new bytes in a file's place in one step, and never over what somebody else saved meanwhile."""

from __future__ import annotations

import ctypes
import errno
import os
import uuid
from collections.abc import Callable
from pathlib import Path

_EXCHANGE, _HERE = 2, -100  # renameat2: RENAME_EXCHANGE, AT_FDCWD
Step = Callable[[str], None]  # told what is about to be done


class Meanwhile(Exception):
    """A file was saved by somebody else between reading and replacing it."""


def replace_file(path: Path, old: bytes | None, new: bytes, step: Step = lambda name: None) -> None:
    """Puts new bytes in a file's place; raises Meanwhile, with the file as it is, where it no longer held `old`."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.elbi-tmp")
    try:
        step("writing")
        with open(beside, "xb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(beside, path.stat().st_mode)
        step("replacing")
        if (path.read_bytes() if path.exists() else None) != old:
            raise Meanwhile
        if old is not None and _exchange(beside, path):
            if beside.read_bytes() != old:  # saved by hand in the last moment: theirs goes back
                _exchange(beside, path)
                raise Meanwhile
        else:
            os.replace(beside, path)
        step("replaced")
    finally:
        beside.unlink(missing_ok=True)
    _sync(path.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swaps two files in one step; False where the system cannot."""
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    if swap(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
