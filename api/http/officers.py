"""JSON for officers: house, register, call, notices, links, paper, objections, count, protocol."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api import calls, offices
from api.bundles import build_bundle
from api.chat.max.connecting import mini_app_address
from api.desk import as_uuid
from api.http.access import Here, Officer
from api.http.identity import LinkOut
from api.http.models import (
    CountIn,
    CountOut,
    FileIn,
    FileOut,
    FindingOut,
    HouseEntered,
    ItemResultOut,
    MeetingCalledOut,
    NewHouse,
    NewMeeting,
    NoticeIn,
    PaperIn,
    ProtocolOut,
    RegisterImported,
    ResolutionIn,
    RevokeIn,
    TitleOut,
    VoteOut,
)
from api.http.owners import to_answers, voted
from api.http.reading import read_body
from api.http.strict_json import StrictRoute
from api.names import PersonalValue
from api.owners import sealed_representative
from api.refusals import BodyMalformed, FileUnknown, RegisterUnusableFile
from api.register.findings import RegisterUnusable
from domain import usecases
from domain.batch import Command
from domain.count import Count
from domain.events import Channel, Evidence, HouseRegistered
from domain.facts import (
    BallotId,
    CountId,
    FileRef,
    HouseId,
    MeetingId,
    PersonId,
    TitleId,
    moment,
)
from domain.meeting import called_of
from domain.refusals import CountNotCompleted, NotFound, Refused
from domain.votes import floor_area, russian
from domain.voting import Decision
from projections.owner_view import owner_titles

if TYPE_CHECKING:
    from api.services import Services

router = APIRouter(prefix="/api/v1", tags=["Секретарь"], route_class=StrictRoute)
_DIGEST = re.compile(r"[0-9a-f]{64}")

LARGEST_REGISTER = 20 * 1024 * 1024
OCTETS = "application/octet-stream"


def _id(text: str, what: str) -> UUID:
    found = as_uuid(text)
    if found is None:
        raise Refused(NotFound(what))
    return found


@router.post("/houses", status_code=201, summary="Завести дом")
def new_house(services: Here, _officer: Officer, body: NewHouse) -> HouseEntered:
    """Enter a house and begin its log."""
    try:
        ZoneInfo(body.time_zone)
    except (ValueError, OSError, KeyError):
        raise Refused(BodyMalformed("time_zone", "неизвестный часовой пояс")) from None
    house = offices.register_house(
        services,
        HouseRegistered(
            body.address, floor_area(body.declared_area), body.entrances, body.time_zone
        ),
    )
    key = services.logs.key(house).to_text()
    return HouseEntered(house=str(house), origin=services.logs.origin(house), key=key)


@router.post("/houses/{house}/register", summary="Загрузить реестр собственников")
async def register(
    services: Here, _officer: Officer, house: str, request: Request, filename: str
) -> RegisterImported:
    """Read an XLSX, XLS, ODS or CSV register; sound premises are recorded, the rest is named."""
    data = await read_body(request, LARGEST_REGISTER)
    known = HouseId(_id(house, "house"))
    try:
        done = await run_in_threadpool(offices.import_register, services, known, data, filename)
    except RegisterUnusable as unusable:
        raise Refused(RegisterUnusableFile(unusable.text)) from None
    totals = services.app.current_register(services.house(known), services.clock()).totals
    return RegisterImported(
        recorded=done.recorded,
        known=done.known,
        all_area=russian(totals.all_votes),
        findings=[
            FindingOut(severity=f.severity, code=f.code, row=f.row, column=f.column, text=f.text)
            for f in done.reading.findings
        ],
    )


@router.post("/meetings", status_code=201, summary="Созвать собрание")
def call(services: Here, _officer: Officer, body: NewMeeting) -> MeetingCalledOut:
    """Freeze the agenda and call the meeting; the law is checked at once."""
    meeting = MeetingId(uuid4())
    house = HouseId(_id(body.house, "house"))
    terms = calls.call(services, house, meeting, body)
    return MeetingCalledOut(
        meeting=str(meeting),
        agenda_digest=terms.agenda_digest,
        page=f"{services.settings.public_url}/m/{meeting}",
    )


@router.post("/meetings/{meeting}/notices", status_code=201, summary="Записать сообщение")
def notice(services: Here, _officer: Officer, meeting: str, body: NoticeIn) -> FileOut:
    """Record that a notice was given, with its proof."""
    known = MeetingId(_id(meeting, "meeting"))
    proof = _keep(services, body.proof, "proof.content")
    given = moment(body.given_at)
    services.writer.run(
        Command(lambda scope: usecases.prove_notice(scope, known, body.leg, body.way, given, proof))
    )
    return FileOut(name=proof.name, sha256=proof.sha256, size=proof.size)


@router.post("/meetings/{meeting}/open", status_code=204, summary="Открыть голосование")
def open_voting(services: Here, _officer: Officer, meeting: str) -> None:
    """Open the voting on the register as it stands now."""
    known = MeetingId(_id(meeting, "meeting"))
    services.writer.run(Command(lambda scope: usecases.open_voting(scope, known), alone=True))


@router.post("/meetings/{meeting}/close", status_code=204, summary="Закрыть голосование")
def close_voting(services: Here, _officer: Officer, meeting: str) -> None:
    """Close the voting when its announced time has come."""
    known = MeetingId(_id(meeting, "meeting"))
    services.writer.run(Command(lambda scope: usecases.close_voting(scope, known)))


@router.post("/meetings/{meeting}/links", status_code=201, summary="Выдать личные ссылки")
def links(services: Here, _officer: Officer, meeting: str) -> list[LinkOut]:
    """Make a personal link for every owner; each is shown this once."""
    known = MeetingId(_id(meeting, "meeting"))
    return [
        LinkOut(
            person=str(link.person),
            name=link.name,
            premises=list(link.premises),
            url=f"{services.settings.public_url}/b/{link.token}",
            max_url=mini_app_address(services.settings.secrets, link.token),
        )
        for link in offices.issue_links(services, known)
    ]


@router.post("/meetings/{meeting}/links/revoke", status_code=204, summary="Отозвать ссылки")
def revoke(services: Here, _officer: Officer, meeting: str, body: RevokeIn) -> None:
    """Make a person's links useless."""
    person = PersonId(_id(body.person, "person"))
    offices.revoke_links(services, MeetingId(_id(meeting, "meeting")), person)


@router.get("/meetings/{meeting}/titles", summary="Реестр собрания с состоянием решений")
def titles(services: Here, _officer: Officer, meeting: str) -> list[TitleOut]:
    """List every title with its weight and the state of its ballot."""
    known = MeetingId(_id(meeting, "meeting"))
    state = services.meeting(known)
    register = services.app.register_of(state).titles
    ballots = {ballot.id: ballot for ballot in services.app.ballots_of(state)}
    return [
        TitleOut(
            title=str(shown.title),
            premises=shown.premises,
            kind=shown.kind,
            share=shown.weight,
            votes=str(shown.votes),
            holders=[services.names.name(party) for party in register[shown.title].holders],
            state=shown.state,
        )
        for shown in owner_titles(known, register.values(), ballots)
    ]


@router.post("/meetings/{meeting}/paper-ballots", status_code=201, summary="Внести бумагу")
def paper(services: Here, officer: Officer, meeting: str, body: PaperIn) -> VoteOut:
    """Enter a paper decision with its scan; its weight comes from the register alone."""
    known = MeetingId(_id(meeting, "meeting"))
    title = TitleId(_id(body.title, "title"))
    questions = len(called_of(services.meeting(known)).terms.items)
    scan = _keep(services, body.scan, "scan.content")
    acting = body.representative
    value = PersonalValue(acting.name, acting.document) if acting is not None else None
    representative, sealed = sealed_representative(services, value)
    decision = Decision(
        to_answers(body.answers, questions),
        Channel.PAPER,
        Evidence("scan", scan.sha256),
        moment(body.received_at),
        filled_on=body.filled_on,
        entered_by=officer,
        representative=representative,
    )
    written = services.writer.run(offices.cast_command(known, [title], decision, sealed))
    return VoteOut.model_validate(voted(written))


@router.post(
    "/meetings/{meeting}/contests/{ballot}", status_code=204, summary="Решить о возражении"
)
def resolve(
    services: Here, officer: Officer, meeting: str, ballot: str, body: ResolutionIn
) -> None:
    """Record a person's decision on an owner's objection, with the reason."""
    known = MeetingId(_id(meeting, "meeting"))
    stream = BallotId(_id(ballot, "ballot"))
    services.writer.run(
        Command(
            lambda scope: usecases.resolve_contest(
                scope, known, stream, upheld=body.upheld, reason=body.reason, by=officer
            )
        )
    )


@router.post("/meetings/{meeting}/counts", status_code=201, summary="Подсчитать голоса")
def count(services: Here, officer: Officer, meeting: str, body: CountIn) -> CountOut:
    """Make a counting: strike out what is named, count, record the result."""
    known = MeetingId(_id(meeting, "meeting"))
    strikes = [(BallotId(_id(s.ballot, "ballot")), s.reason) for s in body.strikes]
    made = offices.count_meeting(services, known, body.purpose, officer, strikes)
    return count_out(services, made)


@router.get("/counts/{count}", summary="Результат подсчёта")
def read_count(services: Here, count: str) -> CountOut:
    """Give the result of a completed counting."""
    return count_out(services, CountId(_id(count, "count")))


@router.post("/counts/{count}/protocol", status_code=201, summary="Составить протокол")
def protocol(services: Here, _officer: Officer, count: str) -> ProtocolOut:
    """Make the protocol's documents from the counting and record their hashes."""
    files = offices.draw_up_protocol(services, CountId(_id(count, "count")))
    return ProtocolOut(files=[FileOut(name=f.name, sha256=f.sha256, size=f.size) for f in files])


@router.get(
    "/meetings/{meeting}/bundle",
    summary="Пакет для проверяющего, с именами",
    response_class=Response,
    responses={200: {"content": {OCTETS: {}}}},
)
def bundle(services: Here, _officer: Officer, meeting: str) -> Response:
    """Give the meeting's audit bundle with the openings an inspector may see."""
    made = build_bundle(services, MeetingId(_id(meeting, "meeting")), "inspector")
    headers = {"Content-Disposition": 'attachment; filename="meeting.oss"'}
    return Response(made, media_type=OCTETS, headers=headers)


@router.get(
    "/files/{sha256}",
    summary="Получить файл",
    response_class=Response,
    responses={200: {"content": {OCTETS: {}}}},
)
def file(services: Here, _officer: Officer, sha256: str) -> Response:
    """Give a kept file by the SHA-256 of its bytes."""
    found = services.desk.file(sha256) if _DIGEST.fullmatch(sha256) else None
    if found is None:
        raise Refused(FileUnknown())
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(found.content, media_type=found.media, headers=headers)


def count_out(services: Services, key: CountId) -> CountOut:
    """Show a completed counting."""
    found = services.app.current(Count, key)
    if found is None:
        raise Refused(NotFound("count"))
    if found.completed is None:
        raise Refused(CountNotCompleted())
    result = found.completed.result
    return CountOut(
        count=str(key),
        all_votes=str(result.all_votes),
        participants=str(result.participants),
        ballots=result.ballots,
        struck=result.struck,
        contested=result.contested,
        items=[
            ItemResultOut(
                number=item.number,
                decision=item.decision,
                norm=item.norm,
                votes_for=str(item.votes_for),
                votes_against=str(item.votes_against),
                votes_abstained=str(item.votes_abstained),
                votes_invalid=str(item.votes_invalid),
                outcome=item.outcome.value,
            )
            for item in result.items
        ],
    )


def _keep(services: Services, given: FileIn, place: str) -> FileRef:
    try:
        content = base64.b64decode(given.content, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(BodyMalformed(place, "ожидается файл в кодировке base64")) from None
    stored = services.desk.keep_file(given.name, OCTETS, content)
    return FileRef(given.name, stored.sha256, len(content))
