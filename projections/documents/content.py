"""What the protocol says, sentence by sentence, for every renderer alike.

Состав и порядок — по требованиям к оформлению протоколов (приказ Минстроя 266/пр): заголовок,
вводная часть, основная часть (СЛУШАЛИ, ПРЕДЛОЖЕНО, РЕШИЛИ), место хранения, приложения, подписи.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.votes import percent, russian
from projections.documents.figures import check_figures, figures_digest
from projections.documents.introduction import introductory_part, opening_part
from projections.documents.paragraph import Paragraph
from projections.documents.printable import printable
from projections.documents.wording import (
    GAP,
    NBSP,
    OUTCOMES,
    SHORT_GAP,
    SIGNING_DATE,
    TRUNCATION,
    begun,
    long_date,
    quoted,
    sentence,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from projections.protocol import MeetingProtocol, ProtocolAnnex, ProtocolQuestion

TITLE = "общего собрания собственников помещений в многоквартирном доме"
TABLE_HEAD = ("Голосовали", "Голосов", "% от принявших участие", "% от общего числа голосов")


@dataclass(frozen=True, slots=True)
class QuestionContent:
    """One question: heading, what was said and proposed, the table, the decision."""

    heading: str
    norm: str
    said: tuple[Paragraph, ...]
    rows: tuple[tuple[str, ...], ...]
    needed: tuple[Paragraph, ...]
    outcome: Paragraph
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A line of the signature block; `role` is empty where it repeats the one above."""

    role: str
    name: str
    date: str = SIGNING_DATE


@dataclass(frozen=True, slots=True)
class ProtocolContent:
    """The whole protocol as text in reading order."""

    number_line: str
    title: str
    place: str
    date: str
    opening: tuple[Paragraph, ...]
    introduction: tuple[Paragraph, ...]
    agenda: tuple[str, ...]
    table_head: tuple[str, ...]
    questions: tuple[QuestionContent, ...]
    storage: tuple[Paragraph, ...]
    annexes: tuple[str, ...]
    remarks: tuple[str, ...]
    signatures: tuple[SignatureLine, ...]
    proof: tuple[str, ...]
    running: str
    control: str


def number_of(protocol: MeetingProtocol) -> str:
    """Give the protocol's number, or the gap it is written into."""
    return f"№{NBSP}{printable(protocol.number) if protocol.number else GAP}"


def protocol_content(protocol: MeetingProtocol) -> ProtocolContent:
    """Turn a protocol into text; figures that contradict each other are refused first."""
    check_figures(protocol)
    digest = figures_digest(protocol)
    return ProtocolContent(
        number_line=f"ПРОТОКОЛ {number_of(protocol)}",
        title=TITLE,
        place=printable(protocol.place),
        date=long_date(protocol.drawn_up_on),
        opening=opening_part(protocol),
        introduction=introductory_part(protocol),
        agenda=tuple(
            f"{question.number}) {sentence(printable(question.question))}"
            for question in protocol.questions
        ),
        table_head=TABLE_HEAD,
        questions=tuple(_question(protocol, question) for question in protocol.questions),
        storage=_storage(protocol),
        annexes=tuple(_annex(annex) for annex in protocol.annexes),
        remarks=tuple(begun(sentence(printable(remark))) for remark in protocol.remarks),
        signatures=_signatures(protocol),
        proof=(
            TRUNCATION,
            *(printable(line) for line in protocol.proof),
            f"Контрольная сумма чисел протокола (SHA-256): {digest}",
        ),
        running=f"Протокол {number_of(protocol)}",
        control=f"числа: {digest[:16]}",
    )


def _question(protocol: MeetingProtocol, question: ProtocolQuestion) -> QuestionContent:
    wording, proposed = printable(question.question), printable(question.proposed)
    number = f"№{NBSP}{question.number}"
    return QuestionContent(
        heading=f"Вопрос {number}. {sentence(wording)}",
        norm=printable(question.norm),
        said=(
            Paragraph(sentence(printable(question.heard)) if question.heard else GAP, "СЛУШАЛИ:"),
            Paragraph(sentence(proposed), "ПРЕДЛОЖЕНО:"),
            Paragraph(
                f"по вопросу {number} {quoted(wording)} голосовали:", "РЕШИЛИ (ПОСТАНОВИЛИ):"
            ),
        ),
        rows=_rows(protocol, question),
        needed=_needed(protocol, question),
        outcome=Paragraph(
            sentence(begun(proposed)) if question.outcome == "carried" else "",
            OUTCOMES[question.outcome],
        ),
        remarks=tuple(begun(sentence(printable(remark))) for remark in question.remarks),
    )


def _rows(protocol: MeetingProtocol, question: ProtocolQuestion) -> tuple[tuple[str, ...], ...]:
    def row(name: str, votes: Fraction) -> tuple[str, ...]:
        shares = (percent(votes, protocol.participants), percent(votes, protocol.all_votes))
        return (name, russian(votes), *shares)

    return (
        row("«за»", question.votes_for),
        row("«против»", question.votes_against),
        row("«воздержался»", question.votes_abstained),
        row("недействительно", question.votes_invalid),
        row("всего", protocol.participants),
    )


def _needed(protocol: MeetingProtocol, question: ProtocolQuestion) -> tuple[Paragraph, ...]:
    needed = Paragraph(sentence(printable(question.needed)), "Для принятия решения необходимо:")
    if question.quorum_held == protocol.quorum_held:
        return (needed,)
    held = "имеется." if question.quorum_held else "отсутствует."
    return (needed, Paragraph(held, "Кворум по этому вопросу"))


def _storage(protocol: MeetingProtocol) -> tuple[Paragraph, ...]:
    where = sentence(printable(protocol.storage_place))
    return (
        Paragraph(where, "Место (адрес) хранения копий протокола и решений собственников:"),
        Paragraph(
            "Подлинники направляются в орган государственного жилищного надзора в порядке "
            f"части{NBSP}1.1 статьи{NBSP}46 Жилищного кодекса Российской Федерации."
        ),
    )


def _annex(annex: ProtocolAnnex) -> str:
    sheets = SHORT_GAP if annex.sheets is None else str(annex.sheets)
    title = printable(annex.title).rstrip().removesuffix(".")
    return f"№{NBSP}{annex.number}. {title}, на{NBSP}{sheets}{NBSP}л."


def _signatures(protocol: MeetingProtocol) -> tuple[SignatureLine, ...]:
    lines, above = [], None
    for signer in protocol.signers:
        role = "" if signer.role == above else begun(printable(signer.role))
        lines.append(SignatureLine(role, printable(signer.name) if signer.name else GAP))
        above = signer.role
    return tuple(lines)
