"""Names in certificates: kept as bytes for comparing, and as text for people.

CN=Тестов Тест, G=Тест, SN=Тестов, SNILS=00000000000, C=RU
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

from signing.cms import values
from signing.cms.der import SEQUENCE, SET

if TYPE_CHECKING:
    from signing.cms.der import Element

MAX_PARTS = 64
_LABELS = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "SERIALNUMBER",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "S",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "T",
    "2.5.4.42": "G",
    "1.2.840.113549.1.9.1": "E",
    "1.2.643.3.131.1.1": "INN",
    "1.2.643.100.1": "OGRN",
    "1.2.643.100.3": "SNILS",
    "1.2.643.100.4": "INNLE",
    "1.2.643.100.5": "OGRNIP",
}
"""The last five are those of the order on qualified certificates (приказ ФСБ № 795)."""


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name: its encoding, and its parts in order as label and value."""

    encoded: bytes
    parts: tuple[tuple[str, str], ...]

    def part(self, label: str) -> str:
        """Give the first value under a label; empty when there is none."""
        return next((value for known, value in self.parts if known == label), "")

    @override
    def __str__(self) -> str:
        """Print the name; a comma inside of a value is set off by a backslash."""
        return ", ".join(f"{label}={_escaped(value)}" for label, value in self.parts)


def read_name(found: Element) -> Name:
    """Read a Name."""
    parts: list[tuple[str, str]] = []
    for group in found.fields().each("rdn", SET, MAX_PARTS):
        for pair in group.fields().each("part", SEQUENCE, MAX_PARTS):
            fields = pair.fields()
            oid = values.oid(fields, "type")
            parts.append((_LABELS.get(oid, oid), values.text(fields.take("value"))))
            fields.end()
    return Name(found.encoded, tuple(parts))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")
