"""For every refusal one way to provoke it, through the function that really refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import uuid5

from starlette.exceptions import HTTPException
from starlette.requests import Request

from api import erasure, offices
from api.desk import Link
from api.http.problems import refusal_of_http
from api.signatures import check_signature
from api.web.forms import Form, check_token
from api.web.limits import GuessLimit
from api.writer import Writer
from domain import calling, usecases
from domain.batch import Command, Scope
from domain.events import (
    Basis,
    Channel,
    CountPurpose,
    ErasureReason,
    ErasureScope,
    MeetingForm,
    NoticeLeg,
    RightKind,
    SignatureAttached,
    SignerFound,
    VotingOpened,
)
from domain.facts import BallotId, FileRef, HouseId, Moment, PersonId
from signing.errors import RefusedToSignError
from tests.api.door import Door
from tests.api.provoking_contacts import CONTACTS
from tests.api.provoking_identity import IDENTITY
from tests.api.provoking_speech import SPEAKING
from tests.domain import builders as given
from tests.domain.builders import FOR, LAW, MEETING, SPOILED, at, item, terms
from tests.domain.memory import Story, refusal_of, until_open
from tests.signatures.building import SignatureFile

Provoke = Callable[[Door], str]
NOBODY = BallotId(given.ROOT)
FORM = "application/x-www-form-urlencoded"


def by(step: Callable[[], object]) -> Provoke:
    """Provoke by a step that is refused."""
    return lambda _door: refusal_of(step).code


def asking(method: str, path: str, **request: Any) -> Provoke:
    """Provoke by a request to the real application."""
    return lambda door: door.code(method, path, **request)


def called(**changes: Any) -> Callable[[], object]:
    """Call a meeting with changed terms."""
    return lambda: Story().house().premises().called(terms(**changes))


def asked(decision: str) -> Callable[[], object]:
    """Call a meeting on one kind of decision."""
    return lambda: Story().house().premises().called(terms(item(1, decision)))


def called_across_a_change() -> object:
    """Call a meeting on the way of management that lasts over 01.09.2022 (165-ФЗ)."""
    wanted = terms(
        item(1, "44.2.4"),
        opens_at=Moment(datetime(2022, 8, 25, 9, tzinfo=UTC)),
        closes_at=Moment(datetime(2022, 9, 5, 9, tzinfo=UTC)),
        judged_on=date(2022, 9, 5),
    )
    now = Moment(datetime(2022, 8, 1, 9, tzinfo=UTC))
    return Story().house().premises().called(wanted, now)


def short_system() -> object:
    """Call a voting in the system that lasts five days."""
    closes = Moment(given.OPENS_AT + timedelta(days=5))
    wanted = terms(basis=Basis.REGIONAL_SYSTEM, closes_at=closes, judged_on=closes.date())
    return Story().house().premises().called(wanted)


def by_link_of_another() -> object:
    """Vote in a title by somebody else's link."""
    link = given.decision(channel=Channel.LINK, by=given.person("1"))
    titles = [given.title_id("2а")]
    return until_open().app.run(lambda s: usecases.cast(s, MEETING, titles, link), given.DURING)


def half_register() -> object:
    """Open on a premises of which one half is recorded."""
    half = given.premises("1", "300.00", given.title("1а", "1/2", RightKind.SHARED))
    return Story().house().premises(half).called().noticed().opened()


def paper_in_the_last_hour() -> object:
    """Hand in paper in the system an hour before the end."""
    story = until_open(terms(basis=Basis.REGIONAL_SYSTEM))
    return story.voted("1", FOR, received_at=Moment(given.CLOSES_AT - timedelta(hours=1)))


def counted_twice() -> object:
    """Complete a counting that is completed."""
    story = until_open().closed()
    count = story.count()
    return story.complete(count).complete(count)


def counted_by_other_rules() -> object:
    """Count with another law pack than that of the call."""
    story = until_open().closed()
    count = story.count()
    story.app.law = replace(LAW, sha256="0" * 64)
    return story.complete(count)


def protocol_after_an_upheld_objection() -> object:
    """Uphold an objection after the count and draw up the protocol from the old count."""
    story = until_open().voted("1", FOR).contested("1").closed()
    count = story.count()
    story.complete(count).resolved("1", upheld=True)
    return story.app.run(
        lambda s: usecases.record_protocol(s, count, "1", date(2026, 3, 30), ()), given.AFTER
    )


def protocol_of_a_court_count() -> object:
    """Draw up a protocol from a counting that is not the commission's."""
    story = until_open().closed()
    count = story.count(CountPurpose.COURT)
    story.complete(count)
    return story.app.run(
        lambda s: usecases.record_protocol(s, count, "1", date(2026, 3, 30), ()), given.AFTER
    )


def with_a_revoked_link(door: Door) -> str:
    """Read a ballot by a link that was revoked."""
    token = _link(door)
    door.services.desk.revoke_link(token)
    return door.code("GET", "/api/v1/ballots", headers={"Authorization": f"Bearer {token}"})


def guessing(_door: Door) -> str:
    """Try one unknown link more than an address may."""
    limit = GuessLimit(clock=lambda: 0.0, tries=1)
    limit.failed("203.0.113.7")
    return refusal_of(lambda: limit.failed("203.0.113.7")).code


def foreign_form() -> object:
    """Send a form without the token of its page."""
    link = Link("00" * 32, MEETING, PersonId(given.HOUSE), False)
    check_token(b"key", link, "vote", Form({}))
    return link


def unknown_person(door: Door) -> str:
    """Revoke the links of somebody who is in no register."""
    stranger = PersonId(given.ROOT)
    return refusal_of(lambda: offices.revoke_links(door.services, MEETING, stranger)).code


def empty_register(door: Door) -> str:
    """Load an empty file as a register."""
    path = f"/api/v1/houses/{given.HOUSE}/register?filename=r.csv"
    return door.code("POST", path, content=b"", headers=door.officer)


def unknown_file(door: Door) -> str:
    """Ask for a file nobody kept."""
    return door.code("GET", f"/api/v1/files/{'0' * 64}", headers=door.officer)


def large_form(door: Door) -> str:
    """Send a form of more than 64 KiB by a personal link."""
    return _form(door, b"a" * 70_000, FORM)


def text_for_a_form(door: Door) -> str:
    """Send plain text where a form is taken."""
    return _form(door, b"a=1", "text/plain")


def half_json(door: Door) -> str:
    """Send half of a JSON object."""
    headers = door.officer | {"content-type": "application/json"}
    return door.code("POST", "/api/v1/houses", content=b'{"address":', headers=headers)


def again_registered() -> object:
    """Enter a house that is entered."""
    return Story().house().house()


def broken_multipart(door: Door) -> str:
    """Let the library refuse a request by itself."""
    return refusal_of_http(Request({"type": "http", "headers": []}), HTTPException(400)).code


def keyed(step: Callable[[Scope], object]) -> Provoke:
    """Provoke by a step about the keys of the house, whose only key is "key"."""
    return by(lambda: Story().house().app.run(step, given.DURING))


def retired_and_added_again(scope: Scope) -> None:
    """Put a key out of use and add it again."""
    usecases.add_log_key(scope, given.HOUSE, "new")
    usecases.retire_log_key(scope, given.HOUSE, "key", "замена")
    usecases.add_log_key(scope, given.HOUSE, "key")


def forgotten_too_early() -> object:
    """Erase a person who stands in the register of a meeting that has just ended."""
    person = given.person("1").person
    reason, everything = ErasureReason.CONSENT_WITHDRAWN, ErasureScope.EVERYTHING
    return until_open().app.run(
        lambda s: usecases.forget_person(s, given.HOUSE, person, reason, everything, [MEETING]),
        given.AFTER,
    )


def stranger_forgotten(door: Door) -> str:
    """Erase somebody of whom no log speaks."""
    stranger, reason = PersonId(given.ROOT), ErasureReason.UNLAWFUL
    everything = ErasureScope.EVERYTHING
    return refusal_of(lambda: erasure.forget(door.services, stranger, reason, everything)).code


def entries_while_voting(door: Door) -> str:
    """Ask as anybody for the entries of a house whose voting is going on."""
    # Another house: the other refusals need the first one's meeting unopened.
    house = HouseId(uuid5(given.ROOT, "voting house"))
    meeting = uuid5(given.ROOT, "voting meeting")

    def decide(scope: Scope) -> None:
        usecases.register_house(scope, house, given.house_registered(), "key")
        scope.add(house, meeting, terms())
        register = scope.current_register(scope.house(house))
        scope.add(house, meeting, VotingOpened(register.totals))

    door.services.writer.run(Command(decide))
    return door.code("GET", f"/log/{house}/tile/entries/000.p/4")


def stopped_log(_door: Door) -> str:
    """Write after the log was found changed."""

    class Changed:
        def sign(self, _facts: object, _appended: object) -> list[Any]:
            raise RefusedToSignError("not_an_extension")

    class Accepting:
        def execute(
            self, commands: list[object], _now: object, appended: list[object], **_: object
        ) -> list[Any]:
            appended.append(commands)
            return []

    writer = Writer(cast("Any", Accepting()), Changed(), lambda: given.DURING)
    try:
        return refusal_of(lambda: writer.run(Command(lambda _scope: None))).code
    finally:
        writer.close()


def _form(door: Door, content: bytes, kind: str) -> str:
    headers = {"content-type": kind}
    return door.code("POST", f"/b/{_link(door)}/review", content=content, headers=headers)


def _link(door: Door) -> str:
    person = given.person("1").person
    return door.services.desk.issue_links(MEETING, [person])[person]


def signature_of_a_stranger() -> object:
    """Attach a signature to a file that is no document of the meeting."""
    return _attached("0" * 64)


def signature_twice() -> object:
    """Attach one signature to one document twice."""
    return _attached(given.PROOF.sha256, times=2)


def _attached(target: str, times: int = 1) -> object:
    story = Story().house().premises().called().noticed()
    signer = SignerFound(given.person("1"), "gost-2012-256", None, ("signature",), ("chain",))
    fact = SignatureAttached(target, FileRef("s.p7s", "ef" * 32, 1), (signer,), "секретарь")
    for _ in range(times):
        story.app.run(lambda s: usecases.attach_signature(s, MEETING, fact, ()), given.NOTICED_AT)
    return story


PROVOKED: Mapping[str, Provoke] = {
    **SPEAKING,
    **CONTACTS,
    **IDENTITY,
    "not_found": by(lambda: until_open().closed().count(strikes=[(NOBODY, "нет даты")])),
    "title_not_in_register": by(lambda: until_open().voted("7", FOR)),
    "premises_exists": by(lambda: Story().house().premises().premises()),
    "house_exists": by(again_registered),
    "register_incomplete": by(half_register),
    "register_total_differs": by(
        lambda: Story().house("299.99").premises().called().noticed().opened()
    ),
    "agenda_is_fixed": by(lambda: Story().house().premises().called().called()),
    "editions_differ": by(called_across_a_change),
    "agenda_differs": by(called(agenda_digest="0" * 64)),
    "agenda_is_empty": by(lambda: calling.fix_agenda(None)),
    "item_not_following": by(lambda: calling.add_item(None, item(2))),
    "unknown_decision": by(asked("99.9")),
    "not_for_this_meeting": by(asked("36.3")),
    "reading_not_chosen": by(asked("161.1.8")),
    "entrance_needed": by(asked("44.2.4.5-multi")),
    "reason_needed": by(called(judged_on=date(2026, 3, 16))),
    "poll_needs_failed_meeting": by(called(form=MeetingForm.ABSENTEE)),
    "voting_period_out_of_bounds": by(short_system),
    "called_too_late": by(lambda: Story().house().premises().called(now=at(7))),
    "notice_too_late": by(
        lambda: Story().house().premises().called().noticed(given_at=at(7), now=at(8))
    ),
    "notice_in_the_future": by(
        lambda: Story().house().premises().called().noticed(given_at=at(4), now=at(3))
    ),
    "notice_not_proven": by(
        lambda: Story().house().premises().called().noticed(NoticeLeg.SYSTEM).opened()
    ),
    "wrong_stage": by(lambda: until_open().opened()),
    "voting_not_open": by(lambda: Story().house().premises().called().voted("1", FOR)),
    "voting_is_closed": by(lambda: until_open().closed().voted("1", FOR)),
    "paper_too_late": by(paper_in_the_last_hour),
    "received_outside_voting": by(
        lambda: until_open().voted("1", FOR, received_at=at(15), now=given.DURING)
    ),
    "entries_not_public_yet": entries_while_voting,
    "already_voted": by(lambda: until_open().voted("1", FOR).voted("1", FOR)),
    "answers_do_not_fit": by(lambda: until_open().voted("1", SPOILED, channel=Channel.LINK)),
    "not_your_ballot": by(by_link_of_another),
    "nothing_to_contest": by(lambda: until_open().contested("1")),
    "nothing_to_resolve": by(lambda: until_open().voted("1", FOR).resolved("1", upheld=True)),
    "too_early_to_close": by(lambda: until_open().closed(given.DURING)),
    "count_is_completed": by(counted_twice),
    "count_outdated": by(protocol_after_an_upheld_objection),
    "count_not_completed": by(protocol_of_a_court_count),
    "other_rules": by(counted_by_other_rules),
    "signature_target_unknown": by(signature_of_a_stranger),
    "signature_attached_already": by(signature_twice),
    "signature_unreadable": by(lambda: check_signature(b"no signature", b"")),
    "signature_false": by(lambda: check_signature(SignatureFile().encoded(), b"other bytes")),
    "link_unknown": asking("GET", "/b/никто"),
    "link_revoked": with_a_revoked_link,
    "officer_unknown": asking("GET", f"/api/v1/files/{'0' * 64}"),
    "person_unknown": unknown_person,
    "too_many_requests": guessing,
    "form_out_of_date": by(foreign_form),
    "body_too_large": large_form,
    "body_malformed": half_json,
    "wrong_content_type": text_for_a_form,
    "register_unusable_file": empty_register,
    "file_unknown": unknown_file,
    "page_unknown": asking("GET", "/нет"),
    "method_not_allowed": asking("DELETE", "/api/v1/houses"),
    "request_not_understood": broken_multipart,
    "log_key_unknown": keyed(lambda s: usecases.retire_log_key(s, given.HOUSE, "other", "замена")),
    "log_key_is_retired": keyed(retired_and_added_again),
    "log_key_is_the_last": keyed(
        lambda s: usecases.retire_log_key(s, given.HOUSE, "key", "замена")
    ),
    "erasure_too_early": by(forgotten_too_early),
    "person_not_recorded": stranger_forgotten,
    "log_halted": stopped_log,
}
