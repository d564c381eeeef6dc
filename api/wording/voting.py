"""Wording of refusals on voting, objections, closing, counting and the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from api.wording.russian import Explained, explained, listed, moment_text
from api.wording.terms import channel_text
from domain.refusals import (
    AlreadyVoted,
    AnswersDoNotFit,
    CountIsCompleted,
    CountNotCompleted,
    CountOutdated,
    NothingToContest,
    NothingToResolve,
    NotYourBallot,
    OtherRules,
    PaperTooLate,
    ReasonNeeded,
    ReceivedOutsideVoting,
    TooEarlyToClose,
    VotingIsClosed,
    VotingNotOpen,
)

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

OfTime = (
    VotingNotOpen
    | VotingIsClosed
    | PaperTooLate
    | ReceivedOutsideVoting
    | AlreadyVoted
    | TooEarlyToClose
)
OfDecision = (
    AnswersDoNotFit
    | NotYourBallot
    | NothingToContest
    | NothingToResolve
    | ReasonNeeded
    | CountIsCompleted
    | CountNotCompleted
    | CountOutdated
    | OtherRules
)
DIGEST_SHOWN = 12


def of_time(reason: OfTime, zone: tzinfo) -> Explained:
    """Word a refusal that is about when a decision came."""

    def shown(at: datetime) -> str:
        return moment_text(at, zone)

    match reason:
        case VotingNotOpen(opens_at):
            title = "Голосование ещё не началось"
            text = f"Решения принимают с {shown(opens_at)}, как указано в сообщении о собрании."
            remedy = f"Вернитесь по этой же ссылке после {shown(opens_at)}."
        case VotingIsClosed(closed_at):
            title = "Голосование завершено"
            text = (
                f"Приём решений окончен {shown(closed_at)}; решение, поданное позже, участием "
                "в собрании не считается."
            )
            remedy = "Итоги появятся на странице собрания. Поданные вовремя решения учтены."
        case PaperTooLate(received_at, last_moment):
            title = "Бумажное решение опоздало"
            text = (
                f"Решение передано {shown(received_at)}; администратор принимал решения на бумаге "
                f"до {shown(last_moment)}."
            )
            remedy = (
                "Если голосование ещё идёт, собственник может проголосовать в системе сам, "
                "по своей ссылке."
            )
        case ReceivedOutsideVoting(received_at, opens_at):
            title = "Время получения не подходит"
            text = (
                f"Указано, что решение получено {shown(received_at)}. Решения принимают с "
                f"{shown(opens_at)}, и время получения не может быть в будущем."
            )
            remedy = "Проверьте дату и время получения и внесите решение снова."
        case AlreadyVoted(received_at, channel):
            title = "Решение уже получено"
            text = (
                f"Решение по этому помещению получено {shown(received_at)} "
                f"({channel_text(channel)}). Оно окончательно, второе не принимается."
            )
            remedy = (
                "Откройте квитанцию и проверьте записанные ответы. Если это решение не ваше, "
                "нажмите там «Это не мой голос»."
            )
        case TooEarlyToClose(closes_at):
            title = "Голосование ещё идёт"
            text = (
                f"В сообщении о собрании окончание назначено на {shown(closes_at)}; "
                "раньше закончить приём решений нельзя."
            )
            remedy = f"Завершите голосование после {shown(closes_at)}."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def of_decision(reason: OfDecision) -> Explained:
    """Word a refusal that is about a ballot, an objection or a counting itself."""
    match reason:
        case AnswersDoNotFit():
            title = "Ответы не подходят к повестке"
            text = f"{_what_is_wrong(reason)} На каждый вопрос нужен один ответ."
            remedy = "Отметьте по каждому вопросу одно: «за», «против» или «воздержался»."
        case NotYourBallot():
            title = "Это не ваше помещение"
            text = (
                "Решение подаёт собственник помещения, а эта ссылка принадлежит другому человеку."
            )
            remedy = "Откройте свою ссылку. Если её нет, попросите её у инициатора собрания."
        case NothingToContest():
            title = "Возражать не на что"
            text = (
                "По этому помещению нет полученного решения, или возражение против него уже подано."
            )
            remedy = "Проверьте на странице квитанции, что записано по вашему помещению."
        case NothingToResolve():
            title = "Возражения нет"
            text = "По этому решению нет возражения, которое ждёт ответа."
            remedy = "Обновите страницу: возможно, по нему уже ответили."
        case ReasonNeeded():
            title = "Нужна причина"
            text = "Это действие записывают вместе с его причиной, а она не указана."
            remedy = "Напишите причину одним-двумя предложениями и повторите."
        case CountIsCompleted():
            title = "Подсчёт завершён"
            text = "Завершённый подсчёт не меняют: на нём основан протокол."
            remedy = "Если данные изменились, откройте новый подсчёт и укажите в нём причину."
        case CountNotCompleted():
            title = "Подсчёт не завершён"
            text = (
                "Протокол составляют по завершённому подсчёту счётной комиссии этого собрания, "
                "а такого подсчёта нет."
            )
            remedy = "Завершите подсчёт комиссии, затем составьте протокол."
        case CountOutdated(counted, now):
            title = "Подсчёт устарел"
            text = (
                "После подсчёта решили о возражениях собственников: посчитано решений — "
                f"{counted}, теперь в подсчёт входит {now}."
            )
            remedy = "Откройте новый подсчёт комиссии и составьте протокол по нему."
        case OtherRules(called_under, in_use):
            title = "Другие правила подсчёта"
            text = (
                "Собрание созвано по одному пакету норм, а загружен другой; их контрольные суммы "
                f"начинаются с {called_under[:DIGEST_SHOWN]} и {in_use[:DIGEST_SHOWN]}."
            )
            remedy = "Считайте программой той версии, под которой собрание созвано."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)


def _what_is_wrong(reason: AnswersDoNotFit) -> str:
    parts = []
    if reason.missing:
        parts.append(f"Нет ответа на вопросы: {listed(reason.missing)}.")
    if reason.unknown:
        parts.append(f"Таких вопросов в повестке нет: {listed(reason.unknown)}.")
    if reason.unclear:
        parts.append(f"Ответ не выбран или выбран не один, вопросы: {listed(reason.unclear)}.")
    return " ".join(parts)
