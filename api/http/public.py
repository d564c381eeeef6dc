"""JSON and files for anybody: meetings, turnout, the bundle for auditors, the log itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.bundles import BundleShelf
from api.desk import as_uuid
from api.disclosure import check_public
from api.http.access import Here, OfficerOrNobody
from api.http.models import GroupOut, LogOut, MeetingOut, TurnoutOut, WitnessOut
from api.witnessed import standing
from domain.facts import HouseId, MeetingId
from domain.meeting import called_of, stage
from domain.refusals import NotFound, Refused
from domain.votes import percent
from projections.groups import shown_groups
from signing.errors import VerificationError
from signing.spelling import SpellingError, from_decimal
from signing.tiles import Tile, write_entries, write_hashes
from signing.witness import AddCheckpoint

if TYPE_CHECKING:
    from api.services import Services

router = APIRouter(tags=["Открытые данные"])

PLAIN = "text/plain; charset=utf-8"
OCTETS = "application/octet-stream"
FRESH = {"Cache-Control": "no-cache"}
FOREVER = "public, max-age=31536000, immutable"
OFFICERS_OWN = "no-store"


def _id(text: str, what: str) -> UUID:
    found = as_uuid(text)
    if found is None:
        raise Refused(NotFound(what))
    return found


@router.get("/api/v1/meetings/{meeting}", summary="Собрание")
def meeting(services: Here, meeting: str) -> MeetingOut:
    """Give what the notice says and the stage the meeting is at."""
    known = MeetingId(_id(meeting, "meeting"))
    state = services.meeting(known)
    called = called_of(state)
    return MeetingOut(
        meeting=str(known),
        house=str(called.house),
        stage=stage(state),
        form=called.terms.form.value,
        basis=called.terms.basis.value,
        opens_at=called.terms.opens_at,
        closes_at=called.terms.closes_at,
        agenda=[
            {"number": i.number, "question": i.question, "decision": i.decision}
            for i in called.terms.items
        ],
    )


@router.get("/api/v1/meetings/{meeting}/turnout", summary="Явка в эту минуту")
def turnout(services: Here, meeting: str) -> TurnoutOut:
    """Give the turnout by weight; it is one row that every ballot keeps up."""
    row = services.turnout(MeetingId(_id(meeting, "meeting")))
    return TurnoutOut(
        stage=row.stage,
        all_votes=str(row.all_votes),
        votes=str(row.votes),
        percent=percent(row.votes, row.all_votes),
        ballots=row.ballots,
        prepared=str(row.prepared),
        prepared_ballots=row.prepared_ballots,
        contested=str(row.contested),
        channels=dict(row.channels),
        groups=[
            GroupOut(
                entrances=list(group.entrances),
                titles=group.titles,
                ballots=group.ballots,
                all_votes=str(group.all_votes),
                votes=str(group.votes),
            )
            for group in shown_groups(row.entrances)
        ],
    )


@router.get(
    "/api/v1/meetings/{meeting}/public-bundle",
    summary="Открытый пакет для проверки, без имён",
    response_class=Response,
    responses={200: {"content": {OCTETS: {}}}},
)
def public_bundle(request: Request, meeting: str) -> Response:
    """Give the meeting's audit bundle that names nobody, once the voting is over."""
    shelf: BundleShelf = request.app.state.bundles
    made = shelf.public(MeetingId(_id(meeting, "meeting")))
    headers = {"Content-Disposition": 'attachment; filename="meeting-public.oss"'}
    return Response(made, media_type=OCTETS, headers=headers)


@router.get("/log/{house}/checkpoint", summary="Контрольная точка журнала дома (C2SP)")
def checkpoint(services: Here, house: str) -> Response:
    """Give the newest signed checkpoint of a house's log, with the witnesses it has by now."""
    _, note = services.logs.newest(_house(services, house))
    return Response(note, media_type=PLAIN, headers=FRESH)


@router.get("/log/{house}/witnessed/checkpoint", summary="Контрольная точка с кворумом свидетелей")
def witnessed_checkpoint(services: Here, house: str) -> Response:
    """Give the newest checkpoint that the quorum of the policy has cosigned."""
    found = standing(services.logs, _house(services, house), services.settings.witnesses).witnessed
    if found is None:
        raise Refused(NotFound("checkpoint"))
    return Response(found[1], media_type=PLAIN, headers=FRESH)


@router.get("/log/{house}/consistency/{old}", summary="Продолжает ли журнал прежний")
def consistency(services: Here, house: str, old: str) -> Response:
    """Prove that the log of now extends the log of an older size, as a witness is shown it."""
    known = _house(services, house)
    size, note = services.logs.newest(known)
    before = _size(old)
    if before > size:
        raise Refused(NotFound("checkpoint"))
    proof = services.logs.store.consistency_proof(known, before, size) if before else ()
    shown = AddCheckpoint(before, proof, note).to_text()
    return Response(shown, media_type=PLAIN, headers=FRESH)


@router.get("/log/{house}/witnesses", summary="Кто засвидетельствовал журнал")
def witnesses(services: Here, response: Response, house: str) -> LogOut:
    """Give the log's key, its size now, and what each witness has cosigned."""
    known = _house(services, house)
    found = standing(services.logs, known, services.settings.witnesses)
    response.headers.update(FRESH)
    return LogOut(
        origin=services.logs.origin(known),
        key=services.logs.key(known).to_text(),
        size=found.size,
        witnessed_size=found.witnessed[0] if found.witnessed is not None else None,
        text=found.text,
        witnesses=[
            WitnessOut(
                name=seen.witness.name,
                key=seen.witness.key.to_text(),
                size=seen.size,
                at=datetime.fromtimestamp(seen.timestamp, UTC) if seen.timestamp else None,
            )
            for seen in found.seen
        ],
    )


@router.get("/log/{house}/{path:path}", summary="Плитки журнала (C2SP tlog-tiles)")
def tile(services: Here, officer: OfficerOrNobody, house: str, path: str) -> Response:
    """Give a tile of hashes or entries; tiles never change and may be cached for ever.

    Entries of a voting that is going on are shown to officers alone, and kept by no cache.
    """
    known = _house(services, house)
    try:
        # A second prefix for those who accept witnessed checkpoints only: the tiles are the same.
        wanted = Tile.from_path(path.removeprefix("witnessed/"))
    except VerificationError:
        raise Refused(NotFound("tile")) from None
    store = services.logs.store
    if not wanted.fits(store.head(known).size):
        raise Refused(NotFound("tile"))
    caching = FOREVER if officer is None else OFFICERS_OWN
    if wanted.level is None:
        stop = wanted.start + wanted.width
        if officer is None:
            check_public(services, known, stop)
        content = write_entries(store.entries(known, wanted.start, stop))
    else:
        places = wanted.places()
        hashes = store.nodes(known, places)
        content = write_hashes([hashes[place] for place in places])
    return Response(content, media_type=OCTETS, headers={"Cache-Control": caching})


def _size(text: str) -> int:
    try:
        return from_decimal(text)
    except SpellingError:
        raise Refused(NotFound("checkpoint")) from None


def _house(services: Services, house: str) -> HouseId:
    known = HouseId(_id(house, "house"))
    services.house(known)
    return known
