"""Every finding and refusal of the importer with its wording, and the collector of findings.

A wording says what is wrong, names the norm where there is one, and what to do. A blocking finding
leaves its premises out; a wrong СНИЛС is an error of its cell alone, for the row counts without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from api.register.model import RegisterFinding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.register.header import Columns, Field


@dataclass(frozen=True, slots=True)
class Wording:
    """How a finding is worded and what it does."""

    severity: Severity
    text: str
    blocking: bool = False


class RegisterUnusable(Exception):  # noqa: N818 - named as the refusal it is, not as a bug
    """The file as a whole cannot be read as a register; `code` is stable, `text` is Russian."""

    def __init__(self, code: str, **facts: object) -> None:
        """Word the refusal by its code."""
        self.code = code
        self.text = UNUSABLE[code].format(**facts)
        super().__init__(f"{code}: {self.text}")


def _error(text: str) -> Wording:
    return Wording("error", text, blocking=True)


def _warning(text: str) -> Wording:
    return Wording("warning", text)


def _note(text: str) -> Wording:
    return Wording("note", text)


_PREMISES = {
    "premises_missing": _error(
        "Не указано помещение. Впишите номер помещения в эту строку: в CSV объединённых ячеек нет."
    ),
    "premises_unreadable": _error(
        "Не похоже на номер помещения. Проверьте, не сдвинуты ли ячейки строки; номер пишут так: "
        "12а, 12/1, Н-3, м/м 17."
    ),
    "premises_date": _error(
        "Номер помещения распознан как дата ({day}). Вероятно, Excel преобразовал {fraction}. "
        'Исправьте формат ячейки на "Текстовый" и впишите номер заново.'
    ),
    "premises_latin": _warning(
        "В номере латинские буквы, похожие на русские. Если это «{offer}», замените: иначе номер "
        "не совпадёт с протоколом."
    ),
    "premises_twins": _warning(
        "Номера {numbers} отличаются только написанием. Если это одно помещение, напишите его "
        "одинаково; сейчас они загружены как разные."
    ),
    "premises_prefixed": _note("К номеру добавлено обозначение: «{number}»."),
    "premises_held": _note(
        "Помещение {number} не загружено целиком из-за ошибки в другой строке: {rows}. "
        "Исправьте её, эта строка загрузится вместе с ней."
    ),
    "premises_merged": _note("Взято из объединённой ячейки, начатой в строке {other}: {what}."),
    "kind_unreadable": _error(
        "Не удаётся понять назначение. Напишите одно из: квартира, комната, нежилое, "
        "машино-место, кладовая."
    ),
    "kind_guessed": _warning(
        "Назначение не указано, по номеру принято: {kind}. Проверьте: от него зависит, кто "
        "голосует как собственник жилого помещения."
    ),
    "kind_conflict": _error(
        "У помещения {number} в разных строках разное назначение: {kinds}. Оставьте одно."
    ),
    "entrance_unreadable": _warning("Не удаётся понять номер подъезда, он оставлен пустым."),
    "area_missing": _error(
        "Не указана площадь. Впишите общую площадь помещения по ЕГРН, например 62,40 "
        "(ч. 5 ст. 15 ЖК РФ)."
    ),
    "area_unreadable": _error(
        "Не удаётся разобрать площадь. Впишите число в квадратных метрах, например 62,40. "
        "Если здесь данные другого столбца, сдвиньте ячейки строки на место."
    ),
    "area_date": _error(
        "Площадь распознана как дата ({day}). Вероятно, Excel преобразовал {number}. "
        'Исправьте формат ячейки на "Числовой" и впишите площадь заново.'
    ),
    "area_not_positive": _error("Площадь должна быть больше 0. Впишите площадь по ЕГРН."),
    "area_too_large": _error("Площадь больше, чем бывает у помещения. Проверьте число."),
    "area_cleaned": _warning("Площадь прочитана как {area} м². Проверьте, верно ли."),
    "area_rounded": _warning(
        "В площади больше двух знаков после запятой, принято {area} м². Сверьте с ЕГРН "
        "(площадь указывают с точностью до 0,01 м²)."
    ),
    "area_unusual": _warning(
        "Площадь {area} м² необычна для квартиры или комнаты. Подтвердите по выписке из ЕГРН."
    ),
    "area_conflict": _error(
        "У помещения {number} в разных строках разная площадь: {areas}. Оставьте одну, по ЕГРН."
    ),
    "area_from_other_row": _note("Площадь взята из другой строки того же помещения."),
}

_TITLES = {
    "right_unreadable": _error(
        "Не удаётся понять вид права. Напишите одно из: собственность, общая долевая, общая "
        "совместная, муниципальная, государственная, по передаточному акту."
    ),
    "right_is_shared": _note("Доля меньше целой, право прочитано как общая долевая собственность."),
    "share_date": _error(
        "Доля распознана как дата ({day}). Вероятно, Excel преобразовал {fraction}. "
        'Исправьте формат ячейки на "Текстовый" и впишите долю заново.'
    ),
    "share_unreadable": _error(
        'Не удаётся разобрать долю "{value}". Напишите обыкновенную дробь, например 1/3.'
    ),
    "share_product": _error(
        'Не удаётся разобрать долю "{value}"; укажите {offer}, если это одна доля в праве на '
        "всё помещение."
    ),
    "share_out_of_range": _error(
        "Доля должна быть больше 0 и не больше 1. Если это проценты, добавьте знак %."
    ),
    "share_sum": _error(
        "Сумма долей {total}, должна быть 1. Проверьте доли всех собственников помещения "
        "{number} по ЕГРН; десятичные замените обыкновенными дробями (ст. 244, 245 ГК РФ)."
    ),
    "share_matched": _warning(
        "Доля «{value}» вместе с другими долями помещения прочитана как {share}. Подтвердите по "
        "ЕГРН или впишите дробь."
    ),
    "share_literal": _warning(
        "Десятичные доли помещения дают ровно 1 и приняты как написаны: {share}. Подтвердите по "
        "ЕГРН: возможно, это округление."
    ),
    "share_completed": _warning(
        "Доля не указана; остальные доли помещения оставляют {share}, она и принята. "
        "Подтвердите по ЕГРН."
    ),
    "joint_shares": _error(
        "У общей совместной собственности долей нет (ст. 244 ГК РФ), а у сособственников "
        "помещения {number} указаны разные доли. Если доли определены, напишите «общая долевая»."
    ),
    "joint_single": _warning(
        "Общая совместная собственность, а собственник один. Впишите второго или исправьте вид "
        "права."
    ),
    "document_missing": _warning(
        "Нет номера регистрации права. Протоколу нужны реквизиты документа о праве собственности."
    ),
    "document_without_number": _warning("Есть дата, но нет номера регистрации. Впишите номер."),
    "document_short_year": _warning("Год из двух цифр прочитан как {year}. Проверьте."),
    "duplicate_row": _note("Строка повторяет строку {other} (то же право), пропущена."),
}

_OWNERS = {
    "owner_missing": _error(
        "Не указан собственник. Если сведений нет, напишите «данные о правообладателе "
        "отсутствуют»: площадь останется в общей сумме голосов."
    ),
    "owner_unreadable": _error(
        "Не похоже на ФИО или наименование. Проверьте, не сдвинуты ли ячейки строки; даты "
        "рождения и другие сведения уберите."
    ),
    "owner_unknown": _note(
        "Собственник неизвестен: помещение загружено, его голоса входят в общее число."
    ),
    "owner_initials": _warning("Вместо полного имени инициалы. Впишите ФИО полностью."),
    "owner_one_word": _warning("Указано одно слово. Впишите ФИО полностью."),
    "owner_latin": _warning(
        "Русские и латинские буквы в одном слове. Вероятно, должно быть «{offer}»."
    ),
    "owner_entrepreneur": _note("Предприниматель голосует как физическое лицо."),
    "owner_minor": _note(
        "Несовершеннолетний: голосует законный представитель или с его согласия (ст. 26, 28 ГК РФ)."
    ),
    "owner_minor_unclear": _warning(
        "Собственников несколько, и непонятно, кто из них несовершеннолетний. Напишите это в "
        "скобках после ФИО."
    ),
    "owner_tenant": _error(
        "Помещение муниципальное или государственное: собственник — орган власти, не наниматель. "
        "Впишите наименование органа."
    ),
    "owners_in_one_cell": _warning(
        "В одной ячейке несколько собственников ({count}). Проверьте, верно ли они разделены: "
        "{names}."
    ),
    "owners_without_shares": _error(
        "В одной ячейке несколько собственников ({count}), а собственность не совместная. "
        "Укажите каждого отдельной строкой с его долей."
    ),
    "public_without_ogrn": _warning("Нет ОГРН органа власти. Впишите его для протокола."),
    "company_without_ogrn": _warning("Нет ОГРН организации. Впишите его (ч. 3.1 ст. 45 ЖК РФ)."),
    "ogrn_check": _warning("ОГРН {ogrn}: неверное контрольное число. Проверьте."),
    "snils_check": Wording(
        "error",
        "СНИЛС {snils}: неверное контрольное число. Строка загружена без СНИЛС; исправьте его: "
        "без СНИЛС решение собственника не принимают.",
    ),
    "snils_zeros": Wording(
        "error",
        "СНИЛС из одних нулей. Строка загружена без СНИЛС; впишите настоящий или оставьте пусто.",
    ),
    "snils_length": Wording(
        "error", "В СНИЛС должно быть 11 цифр. Строка загружена без СНИЛС; исправьте его."
    ),
    "snils_count": _warning(
        "Число СНИЛС не равно числу собственников в ячейке. Строка загружена без СНИЛС."
    ),
    "snils_shared": _warning("Тот же СНИЛС у другого собственника в строке {other}. Проверьте."),
}

_FILE = {
    "rows_blank": _note("Пустых строк пропущено: {count}, первая здесь."),
    "row_totals": _note("Строка итогов пропущена."),
    "row_header": _note("Повторный заголовок или нумерация столбцов, строка пропущена."),
    "row_text": _note("Строка пояснения пропущена."),
    "control_sum": _warning(
        "В строке итогов {control} м², а у загруженных помещений {total} м². Найдите разницу: "
        "пока она есть, собрание не открыть."
    ),
    "cell_error": _error("В ячейке ошибка формулы Excel. Впишите значение."),
    "column_kind_missing": _warning(
        "Нет столбца «Назначение»: вид помещений определён по номерам. Проверьте нежилые."
    ),
    "column_document_missing": _warning(
        "Нет столбца с реквизитами документа о праве. Для протокола они понадобятся."
    ),
    "register_empty": _warning("Под заголовком нет ни одной строки с помещением."),
}

FINDINGS: Final[Mapping[str, Wording]] = MappingProxyType(
    {**_PREMISES, **_TITLES, **_OWNERS, **_FILE}
)

UNUSABLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "empty": "Файл пуст. Выберите файл с реестром.",
        "too_large": "Файл больше {limit} МБ. Уберите лишние листы и картинки и загрузите снова.",
        "too_many_rows": "В таблице больше {limit} строк. Загрузите реестр одного дома.",
        "unpacks_too_large": "Файл распаковывается в слишком большой объём и не открыт. Сохраните "
        "реестр в новую книгу, скопировав только таблицу.",
        "password": "Книга защищена паролем. Снимите пароль в Excel (Файл → Сведения → Защита "
        "книги) и загрузите снова.",
        "renamed_xls": "Внутри «{name}» старый формат .xls. Назовите файл с окончанием .xls или "
        "сохраните в Excel как «Книга Excel (*.xlsx)».",
        "renamed_xlsx": "Внутри «{name}» новый формат .xlsx. Назовите файл с окончанием .xlsx или "
        "сохраните заново.",
        "not_a_table": "Файл «{name}» не похож на таблицу. Подойдут .xlsx, .xls, .ods и .csv; "
        "из Word и PDF скопируйте таблицу в Excel.",
        "damaged": "Файл «{name}» повреждён и не открывается. Откройте его в Excel, сохраните "
        "заново и повторите.",
        "encoding": "Не удаётся понять кодировку файла «{name}». Сохраните его как «CSV UTF-8».",
        "no_header": "Не найден заголовок таблицы. Нужна строка со столбцами «№ помещения», "
        "«Площадь», «ФИО собственника»; не нашлось: {missing}.",
    }
)


class Report:
    """Collects findings; knows the columns, so that each finding names its cell."""

    def __init__(self, columns: Columns) -> None:
        """Begin with nothing found."""
        self.columns = columns
        self.found: list[RegisterFinding] = []
        self._blocked: set[int] = set()

    def say(self, code: str, row: int, field: Field, value: str = "", **facts: object) -> None:
        """Note a finding in the cell of a row; facts fill in its wording."""
        wording = FINDINGS[code]
        column = self.columns.place(field)
        self.found.append(
            RegisterFinding(
                severity=wording.severity,
                code=code,
                row=row,
                column=column.letter,
                header=column.header,
                value=value,
                text=wording.text.format(value=value, **facts),
                blocking=wording.blocking,
            )
        )
        if wording.blocking:
            self._blocked.add(row)

    def blocked(self, rows: Iterable[int]) -> tuple[int, ...]:
        """Give those of the rows that have a blocking finding."""
        return tuple(row for row in rows if row in self._blocked)

    def in_order(self) -> tuple[RegisterFinding, ...]:
        """Give the findings by row and column, those of one cell as they were found."""
        return tuple(sorted(self.found, key=lambda it: (it.row, len(it.column), it.column)))
