"""Bodies of requests and answers about announcements and organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.http.models import FileIn, FileOut, Model, Short, Text, When
from domain.events import AnnouncementKind, OrganisationKind, PersonalDataLook

Entrance = Annotated[int, Field(ge=1, le=100)]
Houses = Annotated[list["ConcernedIn"], Field(min_length=1, max_length=2000)]
Version = Annotated[int, Field(ge=1, description="Какую редакцию меняют")]


class OrganisationIn(Model):
    """An author organisation to enter."""

    name: Short = Field(description="Название, как его увидят жители")
    kind: OrganisationKind = Field(description="Кто это")


class OrganisationEntered(Model):
    """The organisation's token; shown once."""

    organisation: str = Field(description="Идентификатор организации (UUID)")
    token: str = Field(description="Ключ доступа; больше нигде не хранится и не показывается")


class OrganisationOut(Model):
    """An organisation with its houses."""

    organisation: str = Field(description="Идентификатор организации (UUID)")
    name: str = Field(description="Название")
    kind: OrganisationKind = Field(description="Кто это")
    houses: list[str] = Field(description="Дома, к которым она может обращаться (UUID)")


class TemplateOut(Model):
    """A template of an announcement."""

    kind: AnnouncementKind = Field(description="Вид объявления")
    authors: list[OrganisationKind] = Field(description="Кто обычно даёт такие объявления")
    law: str = Field(description="Норма; пусто, если объявление по своей воле")
    heading: str = Field(description="Заголовок; пропуски — в фигурных скобках")
    text: str = Field(description="Текст; пропуски — в фигурных скобках")


class ConcernedIn(Model):
    """A house, and which of its entrances are concerned."""

    house: str = Field(description="Идентификатор дома (UUID)")
    entrances: list[Entrance] = Field(
        [], max_length=100, description="Номера подъездов; пустой список — весь дом"
    )


class WordsIn(Model):
    """What an announcement says."""

    kind: AnnouncementKind = Field(description="Вид объявления")
    heading: Short = Field(description="Заголовок")
    text: Annotated[Text, Field(description="Текст, без персональных данных")]
    starts_at: When | None = Field(None, description="Начало, если есть срок")
    ends_at: When | None = Field(None, description="Окончание")
    not_personal: list[PersonalDataLook] = Field(
        [],
        max_length=5,
        description="Что похоже на персональные данные, но относится к самой организации",
    )


class AnnouncementIn(WordsIn):
    """An announcement to publish."""

    announcement: str = Field(
        "", description="Свой номер объявления (UUID): повтор запроса не даст второго объявления"
    )
    houses: Houses = Field(description="Кого касается")
    attachments: list[FileIn] = Field([], max_length=10, description="Приложенные файлы")


class CorrectionIn(WordsIn):
    """An announcement worded anew."""

    version: Version
    reason: Short = Field(description="Что исправлено; увидят жители")
    houses: Houses | None = Field(
        None, description="Только эти дома; без поля — везде, где объявление стоит"
    )
    attachments: list[FileIn] | None = Field(
        None, max_length=10, description="Приложенные файлы; без поля остаются прежние"
    )


class CancellationIn(Model):
    """An announcement taken back."""

    version: Version
    reason: Short = Field(description="Почему отменено; увидят жители")
    houses: list[str] | None = Field(
        None,
        min_length=1,
        max_length=2000,
        description="Только эти дома (UUID); без поля — везде, где объявление стоит",
    )


class ToldOut(Model):
    """An announcement in one house with the receipt of its record (C2SP tlog-proof)."""

    house: str = Field(description="Идентификатор дома (UUID)")
    version: int = Field(description="Какая редакция теперь действует")
    page: str = Field(description="Страница объявлений дома")
    receipt: str = Field(description="Квитанция C2SP tlog-proof: запись стоит в журнале дома")


class AnnouncedOut(Model):
    """What was recorded."""

    announcement: str = Field(description="Идентификатор объявления (UUID)")
    houses: list[ToldOut] = Field(description="По одной записи на дом")


class AnnouncementOut(Model):
    """An announcement as it stands in a house."""

    announcement: str = Field(description="Идентификатор объявления (UUID)")
    version: int = Field(description="Действующая редакция")
    author: str = Field(description="Кто объявил")
    author_kind: OrganisationKind = Field(description="Кто это")
    kind: AnnouncementKind = Field(description="Вид объявления")
    heading: str = Field(description="Заголовок")
    text: str = Field(description="Текст")
    entrances: list[int] = Field(description="Подъезды; пустой список — весь дом")
    starts_at: datetime | None = Field(description="Начало")
    ends_at: datetime | None = Field(description="Окончание")
    attachments: list[FileOut] = Field(description="Приложенные файлы")
    published_at: datetime = Field(description="Когда дана первая редакция")
    changed_at: datetime = Field(description="Когда дана действующая редакция или отмена")
    cancelled: bool = Field(description="Отменено ли")
    reason: str = Field(description="Причина исправления или отмены; у первой редакции пусто")
