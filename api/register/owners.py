"""Who owns: one cell into holders, of what kind each, with ОГРН, СНИЛС and minors told apart.

ФИО или наименование и ОГРН — ч. 3.1 ст. 45 ЖК РФ; за несовершеннолетнего голосует законный
представитель — ст. 26, 28 ГК РФ; собственник муниципального помещения — не наниматель.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from api.register.header import Field
from api.register.model import HolderRow
from api.register.numbers import SNILS_DIGITS, find_ogrn, is_ogrn, snils_fault, snils_text
from api.register.text import mixed_words, russian_letters
from domain.events import RightKind
from domain.facts import PartyKind

if TYPE_CHECKING:
    from api.register.lines import Line
    from api.register.report import Report

_PUBLIC_RIGHTS = (RightKind.MUNICIPAL, RightKind.STATE)
_UNKNOWN = re.compile(
    r"данные (о правообладателе )?отсутству|сведени\w+ отсутству|нет (данных|сведений)|неизвест"
    r"|не установлен|^физическ\w+ лиц\w*$|^отсутству",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(ООО|АО|ПАО|ЗАО|ОАО|НАО|НКО|АНО|ТСЖ|ТСН|ЖСК|ЖК|ГСК|СНТ|ФГУП|ГУП|МУП|ФГБУ|МБУ|ЗПИФ)\b"
    r"|общество с |акционерное|товарищество|кооператив|\bфонд\b|\bбанк\b|организаци|учреждени"
    r"|предприяти[ея]\b|[«»\"]"
)
_PUBLIC = re.compile(
    r"администраци|муницип|департамент|\bкомитет|\bКУМИ\b|\bДГИ\b|федераци|росимуществ|субъект рф"
    r"|\bгород(ской|а)?\b|\bокруг\b",
    re.IGNORECASE,
)
_OF_THE_STATE = re.compile(r"федерац|росимуществ|субъект|\bросси", re.IGNORECASE)
_ENTREPRENEUR = re.compile(r"^(ИП|индивидуальный предприниматель)\s+(?=\S)", re.IGNORECASE)
_OGRN_TEXT = re.compile(r"[\s,;(]*\bОГРН(?:ИП)?\b\W{0,3}\d*\)?", re.IGNORECASE)
_INN_TEXT = re.compile(r"[\s,;(]*\bИНН\b\W{0,3}\d*\)?", re.IGNORECASE)
_MINOR = re.compile(r"[\s,(]*несовершеннолет\w*\s*\)?", re.IGNORECASE)
_MINOR_NOTE = re.compile(r"(?<!не )несовершеннолет", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[;\n]\s*|\s*,\s*(?=[^\W\d_])|\s+и\s+(?=[А-ЯЁ])")
_INITIALS = re.compile(r"(?:^|\s)[А-ЯЁA-Z]\.(?:\s|$|-?[А-ЯЁA-Z]\.?)")
_PATRONYMIC = re.compile(r"(вич|вна|ична|ич|кызы|оглы)$", re.IGNORECASE)
_NO = ("", "-", "—", "нет", "0")


@dataclass(frozen=True, slots=True)
class _Cell:
    line: Line
    report: Report

    def say(self, code: str, field: Field = Field.OWNER, **facts: object) -> None:
        self.report.say(code, self.line.row, field, self.line.text(field), **facts)


def read_holders(
    line: Line, right: RightKind | None, document: str, report: Report
) -> tuple[HolderRow, ...]:
    """Read the owners of one row; no holder at all only together with a blocking finding."""
    cell = _Cell(line, report)
    text = line.text(Field.OWNER)
    if not text:
        cell.say("owner_missing")
        return ()
    if _UNKNOWN.search(text):
        cell.say("owner_unknown")
        return (HolderRow(PartyKind.UNKNOWN, _one_line(text), document, None, None, False),)
    ogrn = find_ogrn(line.text(Field.OGRN)) or find_ogrn(text)
    names = _names(text)
    holders = tuple(_holder(name, right, document, ogrn, cell) for name in names)
    if not all(holder.name for holder in holders):
        cell.say("owner_unreadable")
        return ()
    if len(holders) > 1:
        shown = "; ".join(holder.name for holder in holders)
        cell.say("owners_in_one_cell", count=len(holders), names=shown)
    _say_names(holders, right, cell)
    _say_ogrn(holders, line.text(Field.OGRN), cell)
    return _with_snils(_with_minors(holders, cell), cell)


def right_of_public(holder: HolderRow) -> RightKind:
    """Tell the right of a public owner from its name where the register does not."""
    return RightKind.STATE if _OF_THE_STATE.search(holder.name) else RightKind.MUNICIPAL


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _names(text: str) -> list[str]:
    """Cut a cell into names; the name of an organisation is never cut."""
    bare = _INN_TEXT.sub("", _OGRN_TEXT.sub("", text)).strip(" ,;")
    if _COMPANY.search(bare) or (_PUBLIC.search(bare) and "\n" not in bare):
        return [_one_line(bare)]
    return [name for name in _BETWEEN.split(_join_minor(bare)) if name]


def _join_minor(text: str) -> str:
    """Keep «Иванова А. Б., несовершеннолетняя» in one piece."""
    return re.sub(r"[\s,(]+(несовершеннолет\w*)\)?", r" (\1)", text, flags=re.IGNORECASE)


def _holder(
    name: str, right: RightKind | None, document: str, ogrn: str | None, cell: _Cell
) -> HolderRow:
    minor = bool(_MINOR.search(name))
    plain = _one_line(_MINOR.sub("", name))
    kind = _kind(plain, right)
    if kind is PartyKind.PERSON and _ENTREPRENEUR.match(plain):
        plain = _ENTREPRENEUR.sub("", plain)
        cell.say("owner_entrepreneur")
    is_name = any(sign.isalpha() for sign in plain)
    if kind is PartyKind.PERSON and (not is_name or any(sign.isdigit() for sign in plain)):
        plain = ""
    return HolderRow(kind, plain, document, None, ogrn, minor)


def _kind(name: str, right: RightKind | None) -> PartyKind:
    if _COMPANY.search(name) and not _PUBLIC.search(name):
        return PartyKind.COMPANY
    if right in _PUBLIC_RIGHTS:
        tenant = _looks_like_a_person(name) and not _PUBLIC.search(name)
        return PartyKind.PERSON if tenant else PartyKind.PUBLIC
    if _COMPANY.search(name):
        return PartyKind.COMPANY
    return PartyKind.PUBLIC if _PUBLIC.search(name) else PartyKind.PERSON


def _looks_like_a_person(name: str) -> bool:
    words = name.split()
    return len(words) > 1 and bool(_PATRONYMIC.search(words[-1]) or _INITIALS.search(name))


def _say_names(holders: tuple[HolderRow, ...], right: RightKind | None, cell: _Cell) -> None:
    persons = [holder for holder in holders if holder.kind is PartyKind.PERSON]
    if right in _PUBLIC_RIGHTS and persons:
        cell.say("owner_tenant")
    if any(_INITIALS.search(holder.name) for holder in persons):
        cell.say("owner_initials")
    elif any(" " not in holder.name for holder in persons):
        cell.say("owner_one_word")
    for word in dict.fromkeys(word for it in holders for word in mixed_words(it.name)):
        cell.say("owner_latin", offer=russian_letters(word))


def _say_ogrn(holders: tuple[HolderRow, ...], column: str, cell: _Cell) -> None:
    for holder in holders:
        if holder.ogrn and not is_ogrn(holder.ogrn):
            field = Field.OGRN if holder.ogrn in column else Field.OWNER
            cell.say("ogrn_check", field, ogrn=holder.ogrn)
        elif holder.ogrn is None and holder.kind is PartyKind.PUBLIC:
            cell.say("public_without_ogrn")
        elif holder.ogrn is None and holder.kind is PartyKind.COMPANY:
            cell.say("company_without_ogrn")


def _with_minors(holders: tuple[HolderRow, ...], cell: _Cell) -> tuple[HolderRow, ...]:
    noted = bool(_MINOR_NOTE.search(cell.line.text(Field.NOTE))) or _is_yes(cell)
    if noted and not any(holder.minor for holder in holders):
        if len(holders) > 1:
            cell.say("owner_minor_unclear", Field.NOTE)
            return holders
        holders = tuple(replace(holder, minor=True) for holder in holders)
    if any(holder.minor for holder in holders):
        cell.say("owner_minor")
    return holders


def _is_yes(cell: _Cell) -> bool:
    """Tell a «да» in a column that asks for minors."""
    asked = "несовершеннолет" in cell.report.columns.place(Field.NOTE).header.lower()
    return asked and cell.line.text(Field.NOTE).lower() in ("да", "+", "истина", "1")


def _with_snils(holders: tuple[HolderRow, ...], cell: _Cell) -> tuple[HolderRow, ...]:
    source = cell.line.cell(Field.SNILS)
    if source.text.lower() in _NO:
        return holders
    numbers = [part for part in re.split(r"[,;\n]", source.text) if part.strip()]
    if len(numbers) != len(holders):
        cell.say("snils_count", Field.SNILS)
        return holders
    read = (_snils(number, source.is_number, cell) for number in numbers)
    return tuple(replace(holder, snils=snils) for holder, snils in zip(holders, read, strict=True))


def _snils(number: str, lost_zeros: bool, cell: _Cell) -> str | None:
    digits = re.sub(r"[\s\-–.]", "", number)
    digits = digits.zfill(SNILS_DIGITS) if lost_zeros else digits
    fault = snils_fault(digits) if digits.isascii() and digits.isdigit() else "snils_length"
    if fault:
        cell.say(fault, Field.SNILS, snils=snils_text(digits))
        return None
    return snils_text(digits)
