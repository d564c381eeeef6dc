"""Wording of refusals on the register, the agenda, the call and the notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from api.wording.russian import Explained, day_text, days, explained, listed, moment_text
from api.wording.terms import body_text, leg_text, stage_text, thing_text
from domain.refusals import (
    AgendaDiffers,
    AgendaIsEmpty,
    AgendaIsFixed,
    CalledTooLate,
    EditionsDiffer,
    EntranceNeeded,
    HouseExists,
    ItemNotFollowing,
    NotForThisMeeting,
    NotFound,
    NoticeInTheFuture,
    NoticeNotProven,
    NoticeTooLate,
    PollNeedsFailedMeeting,
    PremisesExists,
    ReadingNotChosen,
    RegisterIncomplete,
    RegisterTotalDiffers,
    TitleNotInRegister,
    UnknownDecision,
    VotingPeriodOutOfBounds,
    WrongStage,
)
from domain.votes import russian

if TYPE_CHECKING:
    from datetime import tzinfo

OfRegister = (
    NotFound
    | TitleNotInRegister
    | RegisterIncomplete
    | RegisterTotalDiffers
    | PremisesExists
    | HouseExists
)
OfAgenda = (
    AgendaDiffers
    | AgendaIsFixed
    | AgendaIsEmpty
    | ItemNotFollowing
    | UnknownDecision
    | NotForThisMeeting
    | ReadingNotChosen
    | EntranceNeeded
)
OfTerms = EditionsDiffer | PollNeedsFailedMeeting | VotingPeriodOutOfBounds
OfNotice = CalledTooLate | NoticeTooLate | NoticeInTheFuture | NoticeNotProven | WrongStage


def of_register(reason: OfRegister) -> Explained:
    """Word a refusal that is about what is recorded of the house."""
    match reason:
        case NotFound(what):
            title = "Не найдено"
            text = f"Искали: {thing_text(what)}. Такой записи в журнале дома нет."
            remedy = "Проверьте адрес или откройте список собраний и перейдите по ссылке оттуда."
        case TitleNotInRegister():
            title = "Нет в реестре собрания"
            text = (
                "Решение подано по помещению или доле, которых нет в реестре собственников, "
                "закреплённом при открытии голосования."
            )
            remedy = (
                "Проверьте помещение и долю. Если право возникло раньше открытия голосования, "
                "покажите инициатору выписку из ЕГРН: он решит, что указать в протоколе."
            )
        case RegisterIncomplete(premises):
            title = "Реестр неполон"
            which = "Помещение" if len(premises) == 1 else "Помещения"
            text = f"{which} {listed(premises)}: доли не складываются ровно в единицу."
            remedy = (
                "Сверьте доли этих помещений с выписками из ЕГРН, исправьте реестр и откройте "
                "голосование снова."
            )
        case RegisterTotalDiffers(register, declared):
            title = "Площадь дома не сходится"
            text = (
                f"По реестру {russian(register)} м², в сведениях о доме {russian(declared)} м², "
                f"разница {russian(abs(register - declared))} м². От общей площади считаются все "
                "голоса."
            )
            remedy = (
                "Найдите пропущенные или лишние помещения, либо уточните площадь дома по "
                "технической документации, и откройте голосование снова."
            )
        case PremisesExists(number):
            title = "Помещение уже записано"
            text = f"Помещение {number} уже есть в реестре дома, второе с этим номером не записано."
            remedy = "Уберите повтор из файла или исправьте номер; остальное загрузите снова."
        case HouseExists():
            title = "Дом уже записан"
            text = "Этот дом уже есть в системе, второй раз он не записан."
            remedy = "Откройте имеющийся дом и продолжайте с ним."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def of_agenda(reason: OfAgenda) -> Explained:
    """Word a refusal that is about a question of the agenda."""
    match reason:
        case AgendaDiffers():
            title = "Повестка созыва другая"
            text = (
                "Вопросы в созыве не совпадают с подготовленной повесткой; сообщение должно "
                "повторять её слово в слово."
            )
            remedy = "Отправьте созыв с теми же вопросами или подготовьте повестку заново."
        case AgendaIsFixed():
            title = "Повестка уже закреплена"
            text = (
                "Повестка закреплена сообщением о собрании; менять её и решать по вопросам вне "
                "повестки нельзя."
            )
            remedy = "Вынесите изменённый или новый вопрос на следующее собрание."
        case AgendaIsEmpty():
            title = "В повестке нет вопросов"
            text = "Собрание созывают по повестке, в которой есть хотя бы один вопрос."
            remedy = "Добавьте вопрос и формулировку решения, затем созовите собрание."
        case ItemNotFollowing(number, expected):
            title = "Номер вопроса не по порядку"
            text = f"Указан номер {number}, а допустимый номер сейчас — {expected}."
            remedy = "Нумеруйте вопросы подряд: 1, 2, 3; для правки укажите имеющийся номер."
        case UnknownDecision(number, decision, on):
            title = "Вид решения не найден"
            text = (
                f"Вопрос {number}: вида решения «{decision}» в редакции закона на "
                f"{day_text(on)} нет."
            )
            remedy = "Выберите вид решения из справочника норм, действующих на эту дату."
        case NotForThisMeeting(number, decision, body):
            title = "Вопрос решает не собрание"
            text = (
                f"Вопрос {number} (вид «{decision}») решает не это собрание, а {body_text(body)}."
            )
            remedy = "Уберите вопрос из повестки и проведите его в предусмотренном порядке."
        case ReadingNotChosen(number, decision, readings):
            title = "Нужно выбрать прочтение закона"
            text = (
                f"Вопрос {number} (вид «{decision}»): закон здесь допускает разные прочтения, и "
                f"программа не выбирает за людей. Варианты: {listed(readings)}."
            )
            remedy = "Выберите прочтение и запишите причину; обе записи войдут в журнал."
        case EntranceNeeded(number, entrances):
            title = "Не указан подъезд"
            text = (
                f"Вопрос {number} считают и по подъезду, а подъезд не указан или его нет "
                "в этом доме."
            )
            remedy = f"Укажите подъезд от 1 до {entrances}."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def of_terms(reason: OfTerms) -> Explained:
    """Word a refusal that is about the form, the length or the edition of a meeting."""
    match reason:
        case EditionsDiffer(decisions, first_day, last_day):
            title = "Закон меняется во время собрания"
            text = (
                f"Между {day_text(first_day)} и {day_text(last_day)} изменились правила для "
                f"решений вида {', '.join(decisions)}; переходной нормы нет."
            )
            remedy = "Укажите день, по редакции которого судить собрание, и причину выбора."
        case PollNeedsFailedMeeting():
            title = "Сначала нужно очное собрание"
            text = (
                "Заочное голосование на бумаге возможно только после очного собрания с той же "
                "повесткой, на котором не было кворума."
            )
            remedy = (
                "Созовите очное или очно-заочное собрание, либо укажите несостоявшееся очное "
                "с точно такой же повесткой."
            )
        case VotingPeriodOutOfBounds(length, shortest, longest):
            title = "Срок голосования не подходит"
            text = (
                f"Выбран срок {days(length)}; голосование в системе длится не меньше "
                f"{_of_days(shortest)} и не больше {_of_days(longest)}."
            )
            remedy = "Передвиньте начало или окончание голосования так, чтобы срок подошёл."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def of_notice(reason: OfNotice, zone: tzinfo) -> Explained:
    """Word a refusal that is about the form, the term, the call or the notice."""
    match reason:
        case CalledTooLate(opens_on, notice_days, nearest):
            title = "До собрания слишком мало времени"
            text = (
                f"Собрание назначено на {day_text(opens_on)}, а сообщить о нём нужно не позднее "
                f"чем за {days(notice_days)}."
            )
            remedy = (
                f"Назначьте собрание не ранее {day_text(nearest)}, если сообщите о нём сегодня."
            )
        case NoticeTooLate(given_on, last_day, nearest):
            title = "Сообщение опоздало"
            text = (
                f"Сообщение отправлено {day_text(given_on)}, последний день — {day_text(last_day)}."
            )
            remedy = f"Назначьте собрание не ранее {day_text(nearest)} и сообщите о нём заново."
        case NoticeInTheFuture(given_at):
            title = "Сообщение ещё не отправлено"
            text = f"Указано время сообщения {moment_text(given_at, zone)}, оно ещё не наступило."
            remedy = "Проверьте дату и время; внесите подтверждение после отправки сообщения."
        case NoticeNotProven(leg):
            title = "Нет подтверждения сообщения"
            text = f"Не подтверждено: {leg_text(leg)}. Без этого голосование не открывают."
            remedy = (
                "Приложите подтверждение: реестр вручения, почтовую квитанцию, фотографию или "
                "снимок страницы с датой. Затем откройте голосование снова."
            )
        case WrongStage(stage, needed):
            title = "Сейчас это действие недоступно"
            text = (
                f"Собрание на стадии «{stage_text(stage)}», а это действие возможно на стадии "
                f"«{stage_text(needed)}»."
            )
            remedy = "Обновите страницу: на ней показано, что можно сделать на этой стадии."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def _of_days(number: int) -> str:
    ends_in_one = number % 10 == 1 and number % 100 != 11
    return f"{number} {'дня' if ends_in_one else 'дней'}"
