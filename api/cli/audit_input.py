"""What the auditor's commands are given: files, keys, moments; each fault says what was wanted."""

from __future__ import annotations

import re
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from api.audit.checking import Audited, audit
from api.wording.files import why_unreadable
from api.wording.witnesses import policy_fault
from signing.errors import BundleMalformedError, PolicyMalformedError, VerificationError
from signing.note import MAX_NOTE_BYTES, VerifierKey
from signing.policy import MAX_POLICY_BYTES, Policy
from signing.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BUNDLE_BYTES = 2**31
WIDTH = 30
EVERY_SECONDS = 0.1

_WHY = {
    "not_a_zip": "это не архив или файл скачан не до конца",
    "zip_directory": "оглавление архива повреждено",
    "zip_compressed": "архив пересжат другой программой; нужен файл в том виде, как его выдали",
    "file_twice": "два файла под одним именем",
    "file_name": "недопустимое имя файла",
    "file_missing": "нет описи",
    "not_json": "опись повреждена",
    "not_canonical": "опись записана не так, как её пишет программа",
}


class UnusableInputError(Exception):
    """What was given cannot be used; the message is for people."""


def read_file(name: str, most: int) -> bytes:
    """Read a file whole; `-` is standard input."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(most + 1)
    except OSError as fault:
        raise UnusableInputError(f"Файл «{name}» не читается: {why_unreadable(fault)}.") from fault
    except ValueError as fault:
        raise UnusableInputError(f"Имя файла «{name!r}» не подходит.") from fault
    if len(data) > most:
        raise UnusableInputError(f"Файл «{name}» слишком велик: больше {most} байт.")
    return data


def read_key(text: str | None) -> VerifierKey | None:
    """Read a key from the command line, or from a file when `@` stands before its name."""
    if text is None:
        return None
    if text.startswith("@"):
        text = read_file(text[1:], MAX_NOTE_BYTES).decode("utf-8", errors="replace").strip()
    try:
        return VerifierKey.from_text(text)
    except VerificationError as fault:
        want = "нужна строка вида имя+номер+ключ, как на странице журнала"
        raise UnusableInputError(
            f"Ключ «{text[:80]}» не читается ({fault.reason}): {want}."
        ) from fault


def read_policy(name: str | None) -> Policy | None:
    """Read a policy file: which witnesses are known and how many are wanted."""
    if name is None:
        return None
    try:
        return Policy.from_bytes(read_file(name, MAX_POLICY_BYTES))
    except PolicyMalformedError as fault:
        said = policy_fault(fault.reason, fault.where)
        raise UnusableInputError(f"Политика «{name}» не читается: {said}.") from fault


def read_audited(
    name: str,
    key: VerifierKey | None = None,
    witnesses: Sequence[VerifierKey] = (),
    policy: Policy | None = None,
) -> Audited:
    """Read a bundle and audit it, with a progress bar where somebody watches."""
    data = read_file(name, MAX_BUNDLE_BYTES)
    bar = ProgressBar(name)
    try:
        return audit(data, key=key, witnesses=witnesses, policy=policy, progress=bar.show)
    except BundleMalformedError as fault:
        why = _WHY.get(fault.reason, fault.reason)
        place = f", {_place(fault.where)}" if fault.where else ""
        raise UnusableInputError(
            f"Файл «{name}» — не пакет собрания: {why}{place}. Нужен файл meeting.oss."
        ) from fault
    finally:
        bar.clear()


def _place(where: str) -> str:
    """Say a place in a file in Russian; the name of a file within stays as it is."""
    words = where.replace("end of the file", "последние байты")
    return re.sub(r"^byte (?=\d+$)", "байт ", words)


def read_receipt(name: str) -> Receipt:
    """Read a receipt."""
    data = read_file(name, 2 * MAX_NOTE_BYTES)
    try:
        return Receipt.from_bytes(data)
    except VerificationError as fault:
        want = "нужен файл .tlog-proof, как его выдали после голосования"
        raise UnusableInputError(f"Файл «{name}» — не квитанция ({fault}): {want}.") from fault


def read_day(text: str | None) -> date | None:
    """Read a day."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise UnusableInputError(f"Дата «{text}» не читается: нужно ГГГГ-ММ-ДД.") from fault


def read_place(text: str) -> int | datetime:
    """Read a place in the log: an index, or a moment with its zone."""
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    want = "нужен номер записи или время с поясом, например 2026-03-16T12:00+03:00"
    try:
        at = datetime.fromisoformat(text)
    except ValueError as fault:
        raise UnusableInputError(f"Место «{text}» не читается: {want}.") from fault
    if at.tzinfo is None:
        raise UnusableInputError(f"У времени «{text}» нет пояса: {want}.")
    return at


class ProgressBar:
    """A bar on stderr, drawn only on a terminal and only when the work takes a while."""

    def __init__(self, name: str) -> None:
        """Begin to measure."""
        self._name = name
        self._next = time.monotonic() + 5 * EVERY_SECONDS
        self._drawn = False

    def show(self, done: int, total: int) -> None:
        """Draw how far it is."""
        if done % 64 or not sys.stderr.isatty() or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY_SECONDS
        filled = WIDTH * done // max(total, 1)
        bar = "█" * filled + "·" * (WIDTH - filled)
        sys.stderr.write(f"\r{self._name} [{bar}] {done}/{total}")
        sys.stderr.flush()
        self._drawn = True

    def clear(self) -> None:
        """Take the bar away."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
