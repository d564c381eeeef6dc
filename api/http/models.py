"""Bodies of requests and answers of the JSON API; names follow the glossary, texts are Russian."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from api.http.body_faults import ENDS_TOO_EARLY, NOT_AN_AREA
from domain.events import Basis, CountPurpose, Mark, MeetingForm, NoticeLeg
from domain.facts import PartyKind
from domain.votes import NotAnAreaError, floor_area


def _is_an_area(given: str) -> str:
    try:
        floor_area(given)
    except NotAnAreaError:
        raise PydanticCustomError(NOT_AN_AREA, "no area") from None
    return given


Text = Annotated[str, Field(min_length=1, max_length=4000)]
Short = Annotated[str, Field(min_length=1, max_length=300)]
Area = Annotated[
    str,
    Field(
        pattern=r"^\d{1,7}\.\d{2}$",
        description="Площадь в м², ровно два знака после точки",
        examples=["39773.80"],
    ),
    AfterValidator(_is_an_area),
]
FRACTION = "точная дробь строкой, м² × доля"


def _in_our_time(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"год — от {FIRST_YEAR} до {LAST_YEAR}")
    return at


FIRST_YEAR, LAST_YEAR = 2005, 2200
When = Annotated[AwareDatetime, AfterValidator(_in_our_time)]


class Model(BaseModel):
    """Nothing unknown is taken, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid")


class NewHouse(Model):
    """A house to enter (многоквартирный дом)."""

    address: Short = Field(description="Адрес дома")
    declared_area: Area
    entrances: int = Field(ge=1, le=100, description="Сколько подъездов")
    time_zone: Short = Field("Europe/Moscow", description="Часовой пояс дома по базе IANA")


class HouseEntered(Model):
    """The house's identifier and the public key of its log."""

    house: str = Field(description="Идентификатор дома (UUID)")
    origin: str = Field(description="Имя журнала дома: первая строка контрольной точки")
    key: str = Field(description="Открытый ключ журнала, строка C2SP signed-note")


class FindingOut(Model):
    """What was noticed in one cell of a register."""

    severity: str = Field(
        description="Тяжесть: error — не записано, warning — проверьте, note — к сведению"
    )
    code: str = Field(description="Постоянный код замечания")
    row: int = Field(description="Номер строки файла, с единицы")
    column: str = Field(description="Буква или название столбца")
    text: str = Field(description="Что не так и что сделать, по-русски")


class RegisterImported(Model):
    """How the import of a register ended."""

    recorded: int = Field(description="Сколько помещений записано сейчас")
    known: int = Field(description="Сколько помещений были записаны раньше и не тронуты")
    all_area: str = Field(description="Площадь всех помещений реестра в м², по-русски: 39 773,80")
    findings: list[FindingOut] = Field(description="Все замечания к файлу")


class PartyIn(Model):
    """Somebody named in a call; the name of a natural person is sealed."""

    kind: PartyKind = Field(description="Кто это")
    name: Short = Field(description="Имя или название; имя гражданина запечатывается")
    document: str = Field("", description="Документ гражданина или ОГРН организации")


class ItemIn(Model):
    """A question of the agenda; `decision` is its kind by the law pack."""

    question: Text = Field(description="Вопрос, как в повестке")
    proposal: Text = Field(
        description="Предлагаемое решение: за него и голосуют; {1} — имя первого из persons"
    )
    decision: Short = Field(
        description="Вид решения из свода норм, docs/reference/law.md", examples=["44.2.4.1"]
    )
    plain: str = Field("", max_length=4000, description="Пояснение простыми словами")
    persons: list[PartyIn] = Field([], description="Кого избирают или уполномочивают")
    entrance: int | None = Field(None, description="Подъезд, если вопрос считают и по подъезду")
    reading: str | None = Field(
        None, description="Выбранное прочтение нормы, если закон допускает несколько"
    )
    reading_reason: str = Field("", description="Почему выбрано это прочтение")


class NewMeeting(Model):
    """A meeting to call (созыв общего собрания, ЖК 45)."""

    house: str = Field(description="Идентификатор дома (UUID)")
    form: MeetingForm = Field(description="Форма собрания")
    basis: Basis = Field(description="Основание: считается ли ответ по ссылке голосом")
    annual: bool = Field(False, description="Годовое ли собрание")
    items: list[ItemIn] = Field(
        min_length=1, max_length=100, description="Повестка; вопросы нумеруются по порядку с 1"
    )
    initiator: PartyIn = Field(description="Инициатор собрания")
    place: Short = Field(description="Место собрания или адрес, куда передают решения")
    opens_at: When = Field(description="Начало приёма решений")
    closes_at: When = Field(description="Окончание приёма решений")
    in_person_at: When | None = Field(None, description="Начало очного обсуждения")
    materials: Text = Field(description="Где ознакомиться с материалами")
    gis_id: str | None = Field(
        None, pattern=r"^\d{1,14}$", description="Номер собрания в ГИС ЖКХ; он же номер протокола"
    )
    judged_on: date | None = Field(
        None, description="День, по редакции которого судят собрание; без поля — последний день"
    )
    judged_on_reason: str = Field("", description="Почему выбран другой день")
    counters: list[PartyIn] = Field([], description="Счётная комиссия")
    refers_to: str | None = Field(
        None, description="Очное собрание без кворума, после которого идёт опрос (UUID)"
    )
    first_in_system: bool = Field(
        False, description="Первое собрание в системе: администратора ещё не избирали"
    )

    @field_validator("closes_at")
    @classmethod
    def _ends_after_it_begins(cls, closes_at: datetime, others: ValidationInfo) -> datetime:
        opens_at = others.data.get("opens_at")
        if opens_at is not None and closes_at <= opens_at:
            raise PydanticCustomError(ENDS_TOO_EARLY, "ends before it begins")
        return closes_at


class MeetingCalledOut(Model):
    """The called meeting."""

    meeting: str = Field(description="Идентификатор собрания (UUID)")
    agenda_digest: str = Field(description="SHA-256 закреплённой повестки")
    page: str = Field(description="Адрес открытой страницы собрания")


class FileIn(Model):
    """A file in base64."""

    name: Short = Field(description="Имя файла")
    content: str = Field(max_length=15_000_000, description="Содержимое в кодировке base64")


class NoticeIn(Model):
    """A notice that was given, with its proof."""

    leg: NoticeLeg = Field(description="Какое из двух сообщений")
    way: Short = Field(description="Как сообщили: заказным письмом, под роспись, на доске")
    given_at: When = Field(description="Когда сообщили")
    proof: FileIn = Field(description="Подтверждение: реестр вручения, квитанция, фотография")


class MeetingOut(Model):
    """How a meeting stands."""

    meeting: str = Field(description="Идентификатор собрания (UUID)")
    house: str = Field(description="Идентификатор дома (UUID)")
    stage: str = Field(description="Стадия: called, open, closed, finished")
    form: str = Field(description="Форма собрания, как при созыве")
    basis: str = Field(description="Основание, как при созыве")
    opens_at: datetime = Field(description="Начало приёма решений")
    closes_at: datetime = Field(description="Окончание приёма решений")
    agenda: list[dict[str, str | int]] = Field(
        description="Повестка: номер `number`, вопрос `question`, вид решения `decision`"
    )


class GroupOut(Model):
    """Turnout of an entrance, or of several together."""

    entrances: list[int] = Field(description="Номера подъездов; 0 — помещения вне подъездов")
    titles: int = Field(description="Сколько прав в этой группе")
    ballots: int = Field(description="Сколько решений получено")
    all_votes: str = Field(description=f"Голоса всей группы: {FRACTION}")
    votes: str = Field(description=f"Голоса принявших участие: {FRACTION}")


class TurnoutOut(Model):
    """Live turnout; votes are exact fractions as text (m² × share)."""

    stage: str = Field(description="Стадия: called, open, closed, finished")
    all_votes: str = Field(description=f"Голоса всех собственников: {FRACTION}")
    votes: str = Field(description=f"Голоса принявших участие: {FRACTION}")
    percent: str = Field(description="Явка в процентах, два знака, лишнее отброшено")
    ballots: int = Field(description="Сколько решений получено")
    prepared: str = Field(description=f"Подготовлено, но не подписано; в явке нет: {FRACTION}")
    prepared_ballots: int = Field(description="Сколько решений подготовлено")
    contested: str = Field(description=f"Голоса, против которых возражают: {FRACTION}")
    channels: dict[str, int] = Field(description="Сколько решений каким путём получено")
    groups: list[GroupOut] = Field(
        description="Явка по подъездам; группы меньше пяти прав отдельно не показаны"
    )


class RevokeIn(Model):
    """Whose links to make useless."""

    person: str = Field(description="Чьи ссылки отозвать: идентификатор собственника (UUID)")


class VoteIn(Model):
    """Answers by number of the question: exactly one to each."""

    answers: dict[str, Literal["for", "against", "abstain"]] = Field(
        max_length=100,
        description="Ответы по номерам вопросов, ровно один на каждый",
        examples=[{"1": "for", "2": "against"}],
    )
    titles: list[str] | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Какими из своих помещений; без поля — всеми",
    )


class BallotOut(Model):
    """One ballot with the receipt of its record (C2SP tlog-proof)."""

    ballot: str = Field(description="Идентификатор решения (UUID)")
    title: str = Field(description="Идентификатор права на помещение (UUID)")
    votes: str = Field(description=f"Вес решения: {FRACTION}")
    binding: bool = Field(description="Голос ли это; false — подготовленное решение")
    receipt: str = Field(description="Квитанция C2SP tlog-proof: запись стоит в журнале")


class VoteOut(Model):
    """What was recorded."""

    ballots: list[BallotOut] = Field(description="По одному на каждое право собственника")


class RepresentativeIn(Model):
    """Who signed a paper for the owner; sealed, as owners are."""

    name: Short = Field(description="Фамилия, имя и отчество представителя")
    document: Short = Field(
        description="По какому документу: вид, номер, дата, кто удостоверил (ч. 2 ст. 48 ЖК РФ)"
    )


class PaperIn(Model):
    """A paper decision as the commission enters it; `scan` proves it."""

    title: str = Field(description="Идентификатор права на помещение (UUID)")
    answers: dict[str, Mark] = Field(
        max_length=100, description="Отметки по номерам вопросов, ровно одна на каждый"
    )
    received_at: When = Field(description="Когда решение передано")
    filled_on: date | None = Field(None, description="Дата, стоящая в самом решении")
    scan: FileIn = Field(description="Скан подписанного решения")
    representative: RepresentativeIn | None = Field(
        None, description="Представитель, если подписал он; имя и документ запечатываются"
    )


class TitleOut(Model):
    """A title of the meeting's register, for entering paper."""

    title: str = Field(description="Идентификатор права на помещение (UUID)")
    premises: str = Field(description="Номер помещения")
    kind: str = Field(description="Вид помещения: flat, room, non_residential, parking, storage")
    share: str = Field(
        description="Как получен вес, по-русски", examples=["53,70 м² × 1/2 = 26,85"]
    )
    votes: str = Field(description=f"Вес: {FRACTION}")
    holders: list[str] = Field(description="Собственники; в ответе собственнику список пуст")
    state: str = Field(description="Решение: none, prepared, received, contested, struck")


class ContestIn(Model):
    """An owner's objection."""

    title: str = Field(description="По какому своему праву на помещение (UUID)")
    statement: Text = Field(description="Возражение своими словами; текст запечатывается")


class ResolutionIn(Model):
    """A person's decision on an objection."""

    upheld: bool = Field(description="true — возражение принято и голос не считается")
    reason: Text = Field(description="Почему так решено")


class StrikeIn(Model):
    """A ballot to strike out of a counting, with the reason."""

    ballot: str = Field(description="Идентификатор решения (UUID)")
    reason: Text = Field(description="Почему решение не считают")


class CountIn(Model):
    """A counting to make."""

    purpose: CountPurpose = Field(CountPurpose.COMMISSION, description="Чей это подсчёт")
    strikes: list[StrikeIn] = Field([], description="Какие решения в этом подсчёте не считать")


class ItemResultOut(Model):
    """The result of one question; votes are exact fractions as text."""

    number: int = Field(description="Номер вопроса")
    decision: str = Field(description="Вид решения из свода норм")
    norm: str = Field(description="Норма, по которой считали")
    votes_for: str = Field(description=f"За: {FRACTION}")
    votes_against: str = Field(description=f"Против: {FRACTION}")
    votes_abstained: str = Field(description=f"Воздержались: {FRACTION}")
    votes_invalid: str = Field(description=f"Отметка недействительна: {FRACTION}")
    outcome: str = Field(description="Итог: carried, rejected, no_quorum, unclear")


class CountOut(Model):
    """A completed counting."""

    count: str = Field(description="Идентификатор подсчёта (UUID)")
    all_votes: str = Field(description=f"Голоса всех собственников: {FRACTION}")
    participants: str = Field(description=f"Голоса принявших участие: {FRACTION}")
    ballots: int = Field(description="Сколько решений посчитано")
    struck: int = Field(description="Сколько решений не посчитано: вычеркнуты или оспорены успешно")
    contested: int = Field(description="Сколько решений посчитано с открытым возражением")
    items: list[ItemResultOut] = Field(description="Итоги по вопросам")


class FileOut(Model):
    """A kept file by its content."""

    name: str = Field(description="Имя файла")
    sha256: str = Field(description="SHA-256 содержимого; по нему файл и получают")
    size: int = Field(description="Размер в байтах")


class ProtocolOut(Model):
    """The documents of the protocol."""

    files: list[FileOut] = Field(description="Протокол (PDF, DOCX), таблица подсчёта, цифры (JSON)")


class WitnessOut(Model):
    """A witness of the log and what it has cosigned."""

    name: str = Field(description="Имя свидетеля в политике")
    key: str = Field(description="Ключ свидетеля (vkey)")
    size: int | None = Field(
        description="Сколько первых записей он засвидетельствовал последний раз"
    )
    at: datetime | None = Field(description="Когда он это сделал, по его часам")


class LogOut(Model):
    """A house's log and how far it is witnessed."""

    origin: str = Field(description="Имя журнала")
    key: str = Field(description="Ключ журнала (vkey)")
    size: int = Field(description="Сколько в журнале записей")
    witnessed_size: int | None = Field(description="Сколько первых записей подтвердил кворум")
    text: str = Field(description="То же словами: «Засвидетельствовано 2 из 3 …»")
    witnesses: list[WitnessOut] = Field(description="Свидетели, в порядке политики")
