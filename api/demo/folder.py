"""The folder of a demo: emptied at the start, and held so that no other demo empties it."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTPUT = Path("demo-output")
LIVE = "live-"
"""Folders of served demos stand among the results of the told one, a folder per port."""


class FolderTakenError(Exception):
    """Another demo works in the folder; the message is for people."""


@contextmanager
def own_folder(out: Path) -> Iterator[None]:
    """Hold a folder for one demo and empty it; the hold ends with the process, however it ends."""
    out.mkdir(parents=True, exist_ok=True)
    held = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise FolderTakenError(
                f"В папке {out}/ уже идёт другой показ: дождитесь его конца или остановите его."
            ) from fault
        _empty(out)
        yield
    finally:
        os.close(held)


def _empty(out: Path) -> None:
    """Forget what an earlier demo left here, but not the demos that are served from inside."""
    for old in out.iterdir():
        if old.is_dir() and not old.is_symlink():
            if not old.name.startswith(LIVE):
                shutil.rmtree(old)
        else:
            old.unlink()
