"""Wording about files that were named: why one cannot be read."""

from __future__ import annotations

import errno

_WHY = {
    errno.ENOENT: "такого файла нет; проверьте путь",
    errno.ENOTDIR: "такого файла нет; проверьте путь",
    errno.EISDIR: "это папка, а нужен файл",
    errno.EACCES: "нет права на чтение",
    errno.EPERM: "нет права на чтение",
    errno.ENAMETOOLONG: "имя слишком длинное",
    errno.ELOOP: "ссылки ведут по кругу",
}


def why_unreadable(fault: OSError) -> str:
    """Say why a file cannot be read; a rare reason stands in the system's own words."""
    return _WHY.get(fault.errno or 0) or f"ошибка чтения ({fault.strerror or fault})"
