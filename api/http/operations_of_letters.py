"""The operations on contacts of owners and on letters to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api import refusals as door
from api.http.operation import OFFICER, WRITER, Operation
from domain import refusals as law

if TYPE_CHECKING:
    from collections.abc import Mapping

LETTERS: Mapping[str, Operation] = {
    "PUT /api/v1/houses/{house}/contacts": Operation(
        "Сохраняет телефоны и почту собственников: все строки или ни одной, о каждой ошибке "
        "сказано, в какой она строке и поле. Собственника называют номером или помещением и "
        "именем. Контакты в журнал не попадают, их стирает `sobranie forget`.",
        "Контакты сохранены",
        (*WRITER, law.NotFound, door.ContactsRefused),
    ),
    "PUT /api/v1/houses/{house}/contacts/table": Operation(
        "То же из таблицы XLSX, XLS, ODS или CSV со столбцами «Помещение», «ФИО», «Телефон» и "
        "«Почта». Строки без телефона и почты пропускаются; если других нет, таблице отказано.",
        "Контакты сохранены",
        (*WRITER, law.NotFound, door.ContactsRefused),
        takes_file=True,
    ),
    "POST /api/v1/meetings/{meeting}/links/letters": Operation(
        "Отправляет личную ссылку каждому собственнику, с кем есть связь, по одному разу; "
        "названным — снова. Прежние ссылки продолжают действовать. Отвечает, кому письмо уходит "
        "и с кем связи нет.",
        "Письма поставлены в очередь",
        (*WRITER, law.NotFound, law.WrongStage, law.VotingIsClosed, door.PersonUnknown),
    ),
    "GET /api/v1/meetings/{meeting}/letters": Operation(
        "Считает письма собрания по состояниям: личные ссылки и сообщения о решениях, внесённых "
        "за собственников.",
        "Письма собрания",
        (*OFFICER, law.NotFound),
    ),
}
