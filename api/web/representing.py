"""The owner's representative: by what document they act, as a form gives it.

1. представитель действует по закону, акту государственного или муниципального органа либо
   письменной доверенности — ч. 2 ст. 48 ЖК РФ;
2. доверенность удостоверена по п. 3 и 4 ст. 185.1 ГК РФ или нотариально — там же;
3. за несовершеннолетнего действует законный представитель — ст. 26, 28 ГК РФ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from api.refusals import BodyMalformed
from domain.refusals import Refused
from projections.documents.wording import NBSP, short_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.web.forms import Form

LONGEST = 200
FIELDS = ("authority", "name", "number", "issued", "certifier")
_DAY = re.compile(r"(\d{1,2})[.\s/](\d{1,2})[.\s/](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FEWEST_WORDS = 2


class Authority(StrEnum):
    """What a representative's power rests on."""

    NOTARY = "notary"
    PLACE = "place"
    ORGANIZATION = "organization"
    LAW = "law"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class AuthorityKind:
    """How a kind of authority is named: on the page, in the document, by which norm."""

    text: str
    document: str
    certified: str
    norm: str


KINDS: Mapping[Authority, AuthorityKind] = {
    Authority.NOTARY: AuthorityKind(
        "Доверенность, удостоверенная нотариусом",
        "доверенность",
        "удостоверил",
        "ч. 2 ст. 48 ЖК РФ",
    ),
    Authority.PLACE: AuthorityKind(
        "Доверенность, заверенная по месту работы, учёбы или стационарного лечения",
        "доверенность",
        "заверил",
        "п. 3 ст. 185.1 ГК РФ",
    ),
    Authority.ORGANIZATION: AuthorityKind(
        "Доверенность организации за подписью её руководителя",
        "доверенность",
        "подписал",
        "п. 4 ст. 185.1 ГК РФ",
    ),
    Authority.LAW: AuthorityKind(
        "Закон: родитель, усыновитель, опекун или попечитель",
        "документ законного представителя",
        "выдал",
        "ст. 26, 28, 32, 33 ГК РФ",
    ),
    Authority.ACT: AuthorityKind(
        "Акт государственного органа или органа местного самоуправления",
        "акт",
        "принял",
        "ч. 2 ст. 48 ЖК РФ",
    ),
}


@dataclass(frozen=True, slots=True)
class Representative:
    """Who answers for the owner, and the document; personal data, sealed when recorded."""

    authority: Authority
    name: str
    number: str
    issued: date
    certifier: str

    @property
    def document(self) -> str:
        """Name the document in one line."""
        kind = KINDS[self.authority]
        number = f" №{NBSP}{self.number}" if self.number else ""
        day = short_date(self.issued)
        return f"{kind.document}{number} от{NBSP}{day}, {kind.certified}: {self.certifier}"


@dataclass(frozen=True, slots=True)
class RepresentativeReading:
    """A form as it was filled in: the representative, or what to mend at which field."""

    given: Mapping[str, str]
    errors: Mapping[str, str]
    found: Representative | None


def fields_of(known: Representative | None) -> dict[str, str]:
    """Give the fields of the form as they stand."""
    if known is None:
        return dict.fromkeys(FIELDS, "")
    return {
        "authority": known.authority.value,
        "name": known.name,
        "number": known.number,
        "issued": short_date(known.issued),
        "certifier": known.certifier,
    }


def read_representative(form: Form, today: date) -> RepresentativeReading:
    """Read the form; every field at fault is named, nothing is guessed."""
    given = {field: " ".join(form.text(field).split()) for field in FIELDS}
    if any(len(value) > LONGEST for value in given.values()):
        raise Refused(BodyMalformed("representative", "слишком длинное значение"))
    errors: dict[str, str] = {}
    if given["authority"] not in {kind.value for kind in Authority}:
        errors["authority"] = "Выберите, на чём основаны полномочия."
    if len(given["name"].split()) < _FEWEST_WORDS:
        errors["name"] = "Напишите фамилию, имя и отчество представителя полностью."
    if not given["number"] and given["authority"] != Authority.LAW:
        errors["number"] = "Напишите номер документа; если номера нет — «б/н»."
    issued = day_in(given["issued"])
    if issued is None:
        errors["issued"] = "Напишите дату документа так: 05.02.2026."
    elif issued > today:
        errors["issued"] = "Дата документа ещё не наступила."
    if not given["certifier"]:
        errors["certifier"] = "Напишите, кто удостоверил или выдал документ."
    if errors or issued is None:
        return RepresentativeReading(given, errors, None)
    found = Representative(
        Authority(given["authority"]), given["name"], given["number"], issued, given["certifier"]
    )
    return RepresentativeReading(given, {}, found)


def day_in(text: str) -> date | None:
    """Read 05.02.2026 or 2026-02-05; None when it is no day."""
    russian, iso = _DAY.fullmatch(text), _ISO.fullmatch(text)
    if russian is not None:
        parts = (russian[3], russian[2], russian[1])
    elif iso is not None:
        parts = (iso[1], iso[2], iso[3])
    else:
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None
