"""Wording about files that were named: why one cannot be read or written."""

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
    errno.EIO: "ошибка диска",
}
_WHY_NOT_WRITTEN = _WHY | {
    errno.ENOENT: "такой папки нет; проверьте путь",
    errno.ENOTDIR: "такой папки нет; проверьте путь",
    errno.EACCES: "нет права на запись",
    errno.EPERM: "нет права на запись",
    errno.EROFS: "сюда писать нельзя: диск открыт только для чтения",
    errno.ENOSPC: "на диске нет места",
    errno.EDQUOT: "на диске нет места",
}


def why_unreadable(fault: OSError) -> str:
    """Say why a file cannot be read; a rare reason stands in the system's own words."""
    return _WHY.get(fault.errno or 0) or f"ошибка чтения ({fault.strerror or fault})"


def why_unwritable(fault: OSError) -> str:
    """Say why a file cannot be written; a rare reason stands in the system's own words."""
    known = _WHY_NOT_WRITTEN.get(fault.errno or 0)
    return known or f"ошибка записи ({fault.strerror or fault})"
