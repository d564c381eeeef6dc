"""Invented people and organisations, made of parts by a repeatable die."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from api.register.numbers import ogrn_check, snils_check, snils_text

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_STEMS = (
    "Березняк", "Ветрян", "Вьюжн", "Горизонт", "Дубравк", "Жасмин", "Закатн", "Зарничн",
    "Звёздн", "Изумруд", "Каштан", "Клевер", "Колоск", "Кувшинк", "Ландыш", "Лиственн",
    "Луговк", "Малахит", "Метелик", "Можжевельн", "Незабудк", "Облачн", "Озерк", "Осинник",
    "Папоротник", "Перелеск", "Подснежник", "Полянск", "Пригорк", "Просёлк", "Радужн", "Родник",
    "Росинк", "Рябинник", "Самоцвет", "Светлячк", "Сиреньк", "Смородин", "Снегирьк", "Топольк",
    "Тропинк", "Туманн", "Хвойн", "Черешн", "Шиповник", "Яблоньк", "Янтар", "Ясенник",
)  # fmt: skip
_MEN = (
    "Глеб", "Захар", "Клим", "Лавр", "Игнат", "Ефим", "Демьян", "Савва", "Архип", "Тихон",
    "Платон", "Лука", "Макар", "Назар", "Прохор", "Родион", "Спартак", "Трофим", "Филипп", "Эраст",
)  # fmt: skip
_WOMEN = (
    "Аглая", "Агата", "Василиса", "Варвара", "Глафира", "Дарина", "Евдокия", "Злата", "Инга",
    "Клара", "Лукерья", "Милана", "Нонна", "Олимпиада", "Прасковья", "Римма", "Серафима",
    "Таисия", "Ульяна", "Фаина",
)  # fmt: skip
_FATHERS = (
    "Глеб", "Захар", "Клим", "Лавр", "Игнат", "Ефим", "Демьян", "Архип", "Тихон", "Платон",
    "Макар", "Назар", "Прохор", "Родион", "Спартак", "Трофим", "Филипп", "Эраст", "Богдан", "Осип",
)  # fmt: skip
_FIRMS = (
    "Ромашка", "Василёк", "Одуванчик", "Подорожник", "Мать-и-мачеха", "Чертополох", "Люпин",
    "Колокольчик", "Примула", "Крокус", "Гиацинт", "Барвинок", "Медуница", "Купава", "Вереск",
)  # fmt: skip
_FIRST_SNILS = 990_000_001
_ZEROED_REGION = "0000"


class Dice:
    """A die whose throws depend on the seed alone, not on the version of Python."""

    def __init__(self, seed: int) -> None:
        """Begin the sequence of a seed."""
        self._seed = seed
        self._thrown = 0

    def below(self, bound: int) -> int:
        """Throw a number from 0 up to, not including, the bound."""
        self._thrown += 1
        digest = hashlib.sha256(f"{self._seed}/{self._thrown}".encode()).digest()
        return int.from_bytes(digest[:8]) % bound

    def one_of(self, things: Sequence[T]) -> T:
        """Pick one."""
        return things[self.below(len(things))]


@dataclass(frozen=True, slots=True)
class Somebody:
    """An owner as the register writes them."""

    name: str
    snils: str = ""
    ogrn: str = ""
    minor: bool = False


class People:
    """Makes owners, no two of whom share a name, a СНИЛС or an ОГРН."""

    def __init__(self, dice: Dice) -> None:
        """Begin with nobody."""
        self._dice = dice
        self._names: set[str] = set()
        self._persons = 0
        self._firms = 0

    def person(self, *, man: bool, stem: str = "", minor: bool = False) -> Somebody:
        """Make a person; a stem keeps a family together."""
        name = self._full_name(man, stem)
        while name in self._names:
            name = self._full_name(man, stem)
        self._names.add(name)
        serial = _FIRST_SNILS + self._persons
        self._persons += 1
        snils = snils_text(f"{serial:09d}{snils_check(serial):02d}")
        return Somebody(name, snils, minor=minor)

    def stem(self) -> str:
        """Pick the stem of a family name."""
        return self._dice.one_of(_STEMS)

    def company(self) -> Somebody:
        """Make a company with an ОГРН of region 00, which does not exist."""
        round_, place = divmod(self._firms, len(_FIRMS))
        number = f" {round_ + 1}" if round_ else ""
        return Somebody(f"ООО «{_FIRMS[place]}-Пример{number}»", ogrn=self._ogrn())

    def public_body(self, name: str) -> Somebody:
        """Make a public owner."""
        return Somebody(name, ogrn=self._ogrn())

    def entrepreneur(self) -> Somebody:
        """Make a private entrepreneur, who owns as a person."""
        person = self.person(man=self._dice.below(2) == 0)
        body = f"3{_ZEROED_REGION}{self._persons:09d}"
        return Somebody(f"ИП {person.name}", person.snils, f"{body}{ogrn_check(body)}")

    def _ogrn(self) -> str:
        self._firms += 1
        body = f"1{_ZEROED_REGION}{self._firms:07d}"
        return f"{body}{ogrn_check(body)}"

    def _full_name(self, man: bool, stem: str) -> str:
        father = self._dice.one_of(_FATHERS)
        if man:
            return f"{stem or self.stem()}ов {self._dice.one_of(_MEN)} {father}ович"
        return f"{stem or self.stem()}ова {self._dice.one_of(_WOMEN)} {father}овна"
