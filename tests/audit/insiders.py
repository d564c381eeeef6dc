"""Attacks by one who holds the log's true key and makes every hash and signature fit again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid5

from domain.ballot import ballot_id
from domain.facts import MeetingId
from signing import bundle as form
from tests.audit.forger import OTHER, Forger
from tests.audit.meeting import MEETING, person, title
from tests.audit.other_law import under_other_law

if TYPE_CHECKING:
    from tests.audit.conftest import Held

from tests.audit.attack_list import UNSEEN, found_by, true_key

# --- with the log's true key, everything recomputed: what the replay still finds -----------------


@true_key("count_differs", "claim_differs", "figures_differ")
def ballot_rewritten(forger: Forger) -> None:
    forger.body("ballot-received", answers=["against", "against", "against"])


@true_key("fact_differs")
def weight_of_a_ballot_raised(forger: Forger) -> None:
    forger.body("ballot-received", votes="90")


@true_key("refused_voting_is_closed")
def ballot_past_the_close(forger: Forger) -> None:
    record = _ballot_of(forger, title("6"))
    forger.insert(forger.index_of("voting-closed") + 1, record)


@true_key("refused_already_voted")
def second_ballot(forger: Forger) -> None:
    record = forger.record(forger.index_of("ballot-received"))
    record["version"] = 2
    forger.insert(forger.index_of("ballot-contested"), record)


@true_key("stream_differs")
def second_ballot_in_another_stream(forger: Forger) -> None:
    record = forger.record(forger.index_of("ballot-received"))
    record["stream"] = str(OTHER)
    forger.insert(forger.index_of("ballot-contested"), record)


@true_key("refused_title_not_in_register")
def ballot_of_an_unknown_title(forger: Forger) -> None:
    forger.insert(forger.index_of("ballot-contested"), _ballot_of(forger, OTHER))


@true_key("count_differs", "claim_differs")
def ballot_removed(forger: Forger) -> None:
    del forger.entries[forger.index_of("ballot-received")]


@true_key("count_differs")
def ballot_invented(forger: Forger) -> None:
    forger.insert(forger.index_of("ballot-contested"), _ballot_of(forger, title("6")))


@true_key("refused_answers_do_not_fit")
def ballot_with_missing_answers(forger: Forger) -> None:
    forger.body("ballot-received", answers=["for"])


@true_key("refused_paper_too_late")
def paper_ballot_at_the_last_moment(forger: Forger) -> None:
    index = forger.index_of("ballot-received", 3)
    record = forger.record(index)
    late = "2026-03-30T08:00:00Z"
    record["at"], record["body"]["received_at"] = late, late
    del forger.entries[index]
    forger.insert(forger.index_of("voting-closed"), record)


@true_key("refused_received_outside_voting")
def ballot_dated_before_the_opening(forger: Forger) -> None:
    forger.body("ballot-received", received_at="2026-03-10T09:00:00Z")


@true_key("fact_of_another_kind")
def links_where_they_are_no_votes(forger: Forger) -> None:
    forger.body("meeting-called", basis="written_decisions")


@true_key("fact_differs")
def area_raised(forger: Forger) -> None:
    forger.body("premises-recorded", area="160.00")


@true_key("fact_differs")
def shares_moved(forger: Forger) -> None:
    forger.body("title-recorded", share="3/4")
    forger.body("title-recorded", 1, share="1/4")


@true_key("refused_register_incomplete")
def shares_above_one(forger: Forger) -> None:
    forger.body("title-recorded", share="1")


@true_key("refused_register_total_differs", "count_differs")
def premises_removed(forger: Forger) -> None:
    index = forger.index_of("premises-recorded", 6)
    del forger.entries[index : index + 2]


@true_key("refused_premises_exists")
def premises_recorded_twice(forger: Forger) -> None:
    record = forger.record(forger.index_of("premises-recorded"))
    record["version"] = 4
    forger.insert(forger.index_of("item-added"), record)


@true_key("title_repeated")
def title_recorded_twice(forger: Forger) -> None:
    record = forger.record(forger.index_of("title-recorded"))
    record["version"] = 4
    forger.insert(forger.index_of("item-added"), record)


@true_key("fact_differs")
def register_digest_changed(forger: Forger) -> None:
    forger.edit("voting-opened", lambda r: r["body"]["register"].update(digest="0" * 64))


@true_key("agenda_differs")
def wording_changed(forger: Forger) -> None:
    def change(record: dict[str, Any]) -> None:
        record["body"]["items"][1]["proposal"] = "Провести капитальный ремонт подвала."

    forger.edit("meeting-called", change)


@true_key("fact_differs", "agenda_differs")
def agenda_digest_changed(forger: Forger) -> None:
    forger.body("agenda-fixed", digest="0" * 64)


@true_key("refused_agenda_is_fixed", "agenda_differs")
def question_added_behind_the_notice(forger: Forger) -> None:
    record = forger.record(forger.index_of("item-added", 2))
    record["version"], record["body"]["item"]["number"] = 5, 4
    forger.insert(forger.index_of("meeting-called"), record)


@true_key("refused_notice_not_proven", "version_gap")
def notice_removed(forger: Forger) -> None:
    del forger.entries[forger.index_of("notice-proven", 1)]


@true_key("refused_notice_too_late")
def notice_given_late(forger: Forger) -> None:
    def change(record: dict[str, Any]) -> None:
        record["at"] = record["body"]["given_at"] = "2026-03-12T09:00:00Z"

    forger.edit("notice-proven", change, 1)


@true_key("refused_called_too_late")
def meeting_called_late(forger: Forger) -> None:
    forger.edit("meeting-called", lambda record: record.update(at="2026-03-12T09:00:00Z"))


@true_key("refused_voting_not_open")
def voting_opened_early(forger: Forger) -> None:
    forger.edit("voting-opened", lambda record: record.update(at="2026-03-14T09:00:00Z"))


@true_key("refused_too_early_to_close")
def voting_closed_early(forger: Forger) -> None:
    forger.edit("voting-closed", lambda record: record.update(at="2026-03-20T09:00:00Z"))


@true_key("count_differs")
def result_changed(forger: Forger) -> None:
    def change(record: dict[str, Any]) -> None:
        record["body"]["result"]["items"][1]["outcome"] = "carried"

    forger.edit("count-completed", change)


@true_key("count_differs", "claim_differs", "figures_differ")
def result_changed_everywhere(forger: Forger) -> None:
    def change(result: dict[str, Any]) -> None:
        result["items"][1].update(outcome="carried", votes_for="250")

    forger.edit("count-completed", lambda record: change(record["body"]["result"]))
    forger.json(form.CLAIMED, lambda claim: change(claim["result"]))
    forger.json(
        form.FIGURES,
        lambda figures: figures["questions"][1].update({"outcome": "carried", "for": "250"}),
    )


@true_key("refused_other_rules")
def result_of_other_rules(forger: Forger) -> None:
    forger.edit("count-completed", lambda r: r["body"]["law"].update(version="0"))


@true_key("refused_wrong_stage")
def counting_before_the_close(forger: Forger) -> None:
    index = forger.index_of("count-opened")
    record = forger.entries.pop(index)
    forger.entries.insert(forger.index_of("voting-closed"), record)


@true_key("refused_reason_needed", "count_differs")
def ballot_struck_without_a_reason(forger: Forger) -> None:
    opened = forger.record(forger.index_of("count-opened"))
    ballot = str(ballot_id(MeetingId(MEETING), title("2")))
    body = {"ballot": ballot, "reason": " "}
    forger.insert(
        forger.index_of("count-completed"),
        {**opened, "type": "ballot-struck/1", "version": 2, "body": body},
    )
    forger.edit("count-completed", lambda record: record.update(version=3))


@true_key("refused_not_your_ballot")
def objection_by_a_stranger(forger: Forger) -> None:
    stranger = {"person": str(person(77)), "kind": "person", "name": None, "sealed": None}
    forger.body("ballot-contested", by={**stranger, "minor": False})


@true_key("refused_nothing_to_contest")
def objection_to_nothing(forger: Forger) -> None:
    index = forger.index_of("ballot-received", 5)
    del forger.entries[index]


@true_key("count_differs")
def upheld_objection_hidden(forger: Forger) -> None:
    del forger.entries[forger.index_of("contest-resolved")]


@true_key("refused_not_found")
def protocol_of_another_count(forger: Forger) -> None:
    forger.body("protocol-recorded", count=str(OTHER))


@true_key("protocol_file_missing", "protocol_file_unknown")
def protocol_files_changed(forger: Forger) -> None:
    forger.edit(
        "protocol-recorded", lambda record: record["body"]["files"][1].update(sha256="0" * 64)
    )


@true_key("foreign_house", "count_differs")
def entry_of_another_house(forger: Forger) -> None:
    forger.edit("ballot-received", lambda record: record.update(house=str(OTHER)))


@true_key("record_unreadable")
def unknown_kind_of_fact(forger: Forger) -> None:
    forger.edit("ballot-received", lambda record: record.update(type="ballot-received/9"))


@true_key("record_unreadable")
def another_spelling(forger: Forger) -> None:
    index = forger.index_of("ballot-received")
    entry = forger.entries[index]
    assert entry is not None
    forger.entries[index] = entry.replace(b'{"at"', b'{ "at"')


@true_key("record_unreadable")
def unknown_field(forger: Forger) -> None:
    forger.body("ballot-received", bonus="1")


@true_key("version_repeated")
def version_repeated(forger: Forger) -> None:
    forger.edit("notice-proven", lambda record: record.update(version=2), 1)


@true_key("time_runs_back", "refused_voting_not_open")
def time_runs_back(forger: Forger) -> None:
    forger.edit("voting-opened", lambda record: record.update(at="2026-02-16T09:00:00Z"))


@true_key("meeting_called_twice")
def meeting_called_twice(forger: Forger) -> None:
    record = forger.record(forger.index_of("meeting-called"))
    record["version"] = 6
    forger.insert(forger.index_of("count-opened"), record)


@true_key("time_zone_unknown")
def time_zone_invented(forger: Forger) -> None:
    forger.body("house-registered", time_zone="Europe/Nowhere")


@true_key("refused_house_exists")
def house_registered_twice(forger: Forger) -> None:
    record = forger.record(0)
    record["version"] = 3
    forger.insert(2, record)


@true_key("key_retired")
def signed_by_a_retired_key(forger: Forger) -> None:
    body = {"key": forger.vkey, "reason": "утечка", "compromised": True}
    record = forger.record(1)
    forger.insert(2, {**record, "type": "log-key-retired/1", "version": 3, "body": body})


@true_key("share_too_fine", "refused_register_incomplete")
def share_nobody_can_add_up(forger: Forger) -> None:
    forger.body("title-recorded", share=f"1/{10**4000 + 1}")


@true_key("premises_unknown")
def title_of_no_premises(forger: Forger) -> None:
    record = forger.record(forger.index_of("title-recorded"))
    record["stream"], record["version"] = str(OTHER), 1
    forger.insert(forger.index_of("item-added"), record)


@found_by("outcome_differs_by_installed_law", "law_not_installed")
def law_of_ones_own_making(held: Held) -> bytes:
    """Everything made anew under rules by which capital repair carries with a third of all."""
    forger = Forger(held.inspector)
    under_other_law(forger)
    return forger.signed(held.signer)


def _ballot_of(forger: Forger, which: object) -> dict[str, Any]:
    record = forger.record(forger.index_of("ballot-received", 2))
    record["stream"] = str(uuid5(MEETING, f"ballot {which}"))
    record["body"]["title"] = str(which)
    record["body"]["votes"] = "50"
    record["at"] = record["body"]["received_at"] = "2026-03-16T10:45:00Z"
    return record


# --- what one bundle alone cannot show -----------------------------------------------------------


def everything_made_anew_under_another_key(held: Held) -> bytes:
    """Another log under the same name: only the published key, a receipt or a witness shows it."""
    forger = Forger(held.inspector)
    forger.vkey = held.thief.verifier_key(forger.origin).to_text()
    forger.body("log-key-added", key=forger.vkey)
    return forger.signed(held.thief)


UNSEEN["everything_made_anew_under_another_key"] = everything_made_anew_under_another_key
