"""Files with secrets: made for their owner alone, refused when anybody else could read them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from signing.errors import RefusedToSignError


def write_private(path: Path, data: bytes) -> None:
    """Make a new file with mode 0600 that is on the disk when this returns; never overwrite one."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError as fault:
        raise RefusedToSignError("key_file_exists", str(path)) from fault
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_directory(path.parent)


def read_private(path: Path) -> bytes:
    """Read a secret, unless the file is missing or others may read or write it."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise RefusedToSignError("key_file_not_regular", str(path))
            if stat.S_IMODE(mode) != 0o600:
                raise RefusedToSignError("key_file_mode", f"{path}: {stat.S_IMODE(mode):o}")
            return file.read()
    except FileNotFoundError as fault:
        raise RefusedToSignError("key_file_missing", str(path)) from fault


def sync_directory(folder: Path) -> None:
    """Make a new or renamed name in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
