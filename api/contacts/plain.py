"""Couriers for an installation without a mail server: a folder of files, or the console.

Files stand in a folder for each person, so that an erasure finds them; nobody but the
operator reads them.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import IO, TYPE_CHECKING

from api.contacts.courier import NotTakenError
from api.contacts.values import Channel

if TYPE_CHECKING:
    from pathlib import Path

    from api.contacts.courier import Letter
    from domain.facts import PersonId

FOLDER = "letters"


class FileCourier:
    """Writes every letter into a file, for the operator to send or print."""

    name = "file"

    def __init__(self, home: Path) -> None:
        """Write under the installation's own folder."""
        self._folder = home / FOLDER

    def send(self, letter: Letter) -> None:
        """Write the letter; the same letter again replaces itself."""
        own = self._folder / str(letter.to.person)
        path = own / f"{letter.mark}.txt"
        fresh = own / f"{letter.mark}.new"
        try:
            own.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as f:
                f.write(_page(letter).encode())
                f.flush()
                os.fsync(f.fileno())
            fresh.replace(path)
        except OSError as fault:
            raise NotTakenError("file_not_written") from fault

    def close(self) -> None:
        """Nothing is held open."""


class ConsoleCourier:
    """Prints letters: for the demo and for trying things out."""

    name = "console"

    def __init__(self, stream: IO[str] | None = None) -> None:
        """Write to a stream, the standard output by default."""
        self._stream = stream or sys.stdout

    def send(self, letter: Letter) -> None:
        """Print the letter."""
        try:
            self._stream.write(f"── письмо ──\n{_page(letter)}\n")
            self._stream.flush()
        except OSError as fault:
            raise NotTakenError("console_closed") from fault

    def close(self) -> None:
        """Nothing is held open."""


def remove_written(home: Path, person: PersonId) -> None:
    """Erase the letters that were written into files for a person."""
    own = home / FOLDER / str(person)
    if own.is_dir():
        shutil.rmtree(own)


def _page(letter: Letter) -> str:
    """Show what would really go out: a short message has no subject."""
    if letter.to.channel is Channel.PHONE:
        return f"Кому: {letter.to.value}\n\n{letter.short}\n"
    return f"Кому: {letter.to.value}\nТема: {letter.subject}\n\n{letter.text}\n"
