"""The judge of other people's protocols: cases, rounding, conversion, quorum, doubt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.law.questions import load_questions
from domain.law.reference import LawPack
from projections.figures import from_value
from projections.judgement import Judgement, judge
from projections.judgement_form import to_json, to_text

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


def judged(pack: LawPack, figures: dict[str, Any]) -> Judgement:
    return judge(from_value(figures), pack, load_questions())


def figures(*questions: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {
        "format": "sobranie-figures/1",
        "body": "owners_meeting",
        "date": "2019-05-20",
        "form": "mixed",
        "total_votes": "3000",
        "participants_votes": "2000",
        "printed": {"quorum_percent": "66.67", "quorum_held": True},
        "questions": list(questions),
    } | top


def percent(
    base: str, yes: str | float, *, decision: str | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "number": "1",
        "text": "вопрос",
        "decision": decision,
        "percent": {"base": base, "for": yes},
        "printed": {"carried": None},
    } | more


def votes(yes: str, no: str, abstained: str, **more: Any) -> dict[str, Any]:
    cast = {"for": yes, "against": no, "abstained": abstained}
    return {"number": "1", "text": "вопрос", "decision": None, "votes": cast} | more


def codes(judgement: Judgement) -> list[str]:
    inner = [one.code for question in judgement.questions for one in question.findings]
    return [one.code for one in judgement.findings] + inner


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_published_protocols_agree_with_what_is_sure(pack: LawPack, case: Path) -> None:
    data = json.loads(case.read_text(encoding="utf-8"))
    found = {q.number: q for q in judged(pack, data).questions}
    for expected in data["expected"]:
        question = found[expected["number"]]
        if expected["sure"]:
            assert (question.outcome == "carried") == expected["carried"], expected
            assert question.outcome in ("carried", "rejected")
        if expected["misprinted"]:
            assert question.agrees is False
        elif expected["sure"]:
            assert question.agrees is True


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [
        ("66.70", "carried"),
        ("66.68", "carried"),
        ("66.67", "unclear"),
        ("66.66", "unclear"),
        ("66.65", "rejected"),
        ("67", "unclear"),
        ("66.7", "unclear"),
        ("66.6", "unclear"),
        ("66.5", "rejected"),
        ("67.5", "carried"),
    ],
)
def test_two_thirds_of_all_by_printed_percent(pack: LawPack, printed: str, outcome: str) -> None:
    """Округление 66,665 и отсечение 66,67: порог внутри — ответа нет."""
    judgement = judged(pack, figures(percent("all", printed, decision="44.2.1")))
    assert judgement.questions[0].outcome == outcome
    straddles = "rounding_straddles" in codes(judgement)
    assert straddles == (outcome == "unclear")


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [("50.01", "carried"), ("50.00", "unclear"), ("49.99", "rejected"), ("50.0", "unclear")],
)
def test_half_of_participants_by_printed_percent(pack: LawPack, printed: str, outcome: str) -> None:
    judgement = judged(pack, figures(percent("participants", printed)))
    assert judgement.questions[0].outcome == outcome


def test_both_ends_are_shown(pack: LawPack) -> None:
    form = to_json(judged(pack, figures(percent("participants", "50.00"))))
    (question,) = form["questions"]
    assert question["possible"] == ["carried", "rejected"]
    assert question["tests"][0]["percent"] == {"from": "49.9950", "to": "50.0100"}
    assert question["agrees"] is None


@pytest.mark.parametrize(
    ("yes", "no", "outcome"),
    [
        ("1000.01", "999.99", "carried"),
        ("1000", "1000", "rejected"),
        ("999.99", "1000.01", "rejected"),
    ],
)
def test_votes_are_exact(pack: LawPack, yes: str, no: str, outcome: str) -> None:
    judgement = judged(pack, figures(votes(yes, no, "0")))
    assert judgement.questions[0].outcome == outcome
    assert codes(judgement) == []


def test_exact_two_thirds_by_votes_is_enough(pack: LawPack) -> None:
    enough = judged(pack, figures(votes("2000", "0", "0", decision="44.2.1")))
    assert enough.questions[0].outcome == "carried"
    assert to_json(enough)["questions"][0]["margin_votes"] == {"from": "0.00", "to": "0.00"}
    less = judged(pack, figures(votes("1999.99", "0.01", "0", decision="44.2.1")))
    assert less.questions[0].outcome == "rejected"
    assert "не хватает 0,01" in to_text(less)


def test_votes_beat_percentages_and_the_difference_is_found(pack: LawPack) -> None:
    question = votes("900", "1100", "0") | {"percent": {"base": "participants", "for": "55.00"}}
    judgement = judged(pack, figures(question))
    assert judgement.questions[0].outcome == "rejected"
    assert codes(judgement) == ["percent_not_from_votes"]


@pytest.mark.parametrize("printed", ["33.33", "33.34"])
def test_rounding_and_cutting_off_are_both_recognised(pack: LawPack, printed: str) -> None:
    """1000,1 из 3000 — 33,3367 %: округлено 33,34, отсечено 33,33."""
    question = votes("1000.1", "999.9", "0", decision="44.2.1")
    question["percent"] = {"base": "all", "for": printed}
    assert codes(judged(pack, figures(question))) == []


def test_a_percent_of_participants_is_converted_to_all(pack: LawPack) -> None:
    """80 % от 2000 участников — 53,3 % от 3000: двух третей нет."""
    first = judged(pack, figures(percent("participants", "80.00", decision="44.2.1")))
    assert first.questions[0].outcome == "rejected"
    second = judged(pack, figures(percent("all", "40.00")))
    assert second.questions[0].outcome == "carried"


def test_the_date_selects_the_edition(pack: LawPack) -> None:
    """П. 4.2: две трети по 08.12.2018, более половины с 09.12.2018."""
    question = percent("all", "60.00", decision="44.2.4.2")
    old = judged(pack, figures(question, date="2018-12-08"))
    new = judged(pack, figures(question, date="2018-12-09"))
    assert (old.questions[0].outcome, new.questions[0].outcome) == ("rejected", "carried")
    assert (old.edition, new.edition) == ("2018-09-01", "2018-12-09")


def test_a_kind_not_yet_known_is_judged_as_what_it_was(pack: LawPack) -> None:
    judgement = judged(pack, figures(percent("participants", "60.00", decision="44.2.4.7")))
    (question,) = judgement.questions
    assert question.outcome == "carried"
    assert [note.code for note in question.notes] == ["earlier_kind"]
    assert codes(judgement) == []


def test_an_unclear_norm_never_decides(pack: LawPack) -> None:
    """ЖК 161.1 ч. 8: показаны обе трактовки."""
    judgement = judged(
        pack, figures(percent("all", "40.00", decision="161.1.8"), date="2020-02-01")
    )
    (question,) = judgement.questions
    assert question.outcome == "unclear"
    assert [sorted(one.possible) for one in question.readings] == [["carried"], ["rejected"]]
    assert "law_unclear" in codes(judgement)
    text = to_text(judgement)
    assert "по одной трактовке" in text and "по другой" in text


def test_readings_that_agree_still_leave_the_choice_to_a_person(pack: LawPack) -> None:
    question = percent("all", "90.00", decision="161.1.8", printed={"carried": True})
    judgement = judged(
        pack, figures(question, date="2020-02-01", participants_votes="2900", printed=None)
    )
    assert judgement.questions[0].outcome == "unclear"
    assert judgement.questions[0].agrees is True


@pytest.mark.parametrize(
    ("present", "outcome"),
    [("1500.01", "carried"), ("1500", "no_quorum"), ("1499.99", "no_quorum")],
)
def test_quorum_is_more_than_half(pack: LawPack, present: str, outcome: str) -> None:
    question = percent("participants", "90.00")
    judgement = judged(pack, figures(question, participants_votes=present, printed=None))
    assert judgement.questions[0].outcome == outcome
    assert judgement.quorum_held == (outcome == "carried")


def test_a_carried_question_without_quorum_is_found(pack: LawPack) -> None:
    question = percent("participants", "90.00", printed={"carried": True})
    printed = {"quorum_percent": "50.00", "quorum_held": True}
    judgement = judged(pack, figures(question, participants_votes="1500", printed=printed))
    assert codes(judgement) == ["quorum_differs", "outcome_differs"]
    assert judgement.questions[0].agrees is False


def test_quorum_by_printed_percent_alone(pack: LawPack) -> None:
    question = percent("participants", "90.00")
    for value, held in (("50.02", True), ("49.90", False), ("50.00", None)):
        printed = {"quorum_percent": value, "quorum_held": None}
        found = judged(
            pack, figures(question, total_votes=None, participants_votes=None, printed=printed)
        )
        assert found.quorum_held is held
    assert codes(found) == ["quorum_unclear", "rounding_straddles"]
    assert found.questions[0].outcome == "unclear"


def test_quorum_on_the_protocols_word_alone_is_said_so(pack: LawPack) -> None:
    found = judged(
        pack,
        figures(
            percent("participants", "90.00"),
            total_votes=None,
            participants_votes=None,
            printed={"quorum_held": True},
        ),
    )
    assert codes(found) == ["quorum_unverified"]
    assert found.questions[0].outcome == "carried"


def test_without_any_figures_nothing_is_decided(pack: LawPack) -> None:
    bare = {"number": 7, "text": None, "decision": None}
    found = judged(pack, figures(bare, total_votes=None, participants_votes=None, printed=None))
    assert found.questions[0].outcome == "unclear"
    assert "figures_missing" in codes(found)


def test_sums(pack: LawPack) -> None:
    def with_marks(base: str, yes: str, no: str, abstained: str) -> list[str]:
        marks = {"base": base, "for": yes, "against": no, "abstained": abstained, "invalid": None}
        return codes(judged(pack, figures(percent(base, yes, percent=marks))))

    assert with_marks("participants", "79.40", "13.49", "7.12") == []
    assert with_marks("participants", "79.40", "13.49", "7.10") == []
    assert with_marks("participants", "79.40", "13.49", "6.00") == ["percent_not_closed"]
    assert with_marks("all", "50.00", "10.00", "6.67") == []
    assert with_marks("all", "79.40", "13.49", "7.11") == ["percent_not_closed"]
    assert codes(judged(pack, figures(votes("1500", "400", "50")))) == ["votes_not_closed"]
    assert codes(judged(pack, figures(votes("1500", "400", "500")))) == ["votes_exceed_whole"]


def test_base_not_named_is_found_by_what_closes(pack: LawPack) -> None:
    marks = {"for": "50.00", "against": "10.00", "abstained": "6.67"}
    judgement = judged(pack, figures(percent("", "50.00", percent=marks, decision="44.2.1")))
    assert judgement.questions[0].outcome == "rejected" and codes(judgement) == []


def test_printed_turnout_must_follow_from_votes(pack: LawPack) -> None:
    for printed, expected in (("66.66", []), ("66.67", []), ("66.70", ["quorum_percent_mismatch"])):
        question = percent("participants", "90.00")
        found = judged(
            pack, figures(question, printed={"quorum_percent": printed, "quorum_held": True})
        )
        assert codes(found) == expected


def test_more_participants_than_votes(pack: LawPack) -> None:
    found = judged(
        pack, figures(percent("participants", "90.00"), participants_votes="3000.01", printed=None)
    )
    assert codes(found) == ["participants_exceed_total"]


def test_a_conversion_without_figures_of_the_entrance_stays_unclear(pack: LawPack) -> None:
    question = percent("participants", "90.00", decision="44.2.4.5-multi")
    found = judged(pack, figures(question, date="2020-02-01"))
    assert found.questions[0].outcome == "unclear" and "figures_missing" in codes(found)


@pytest.mark.parametrize(
    ("present", "yes", "outcome"),
    [
        ("666.67", "400", "carried"),
        ("666.66", "400", "no_quorum"),
        ("700", "350", "rejected"),
        ("700", "350.01", "carried"),
    ],
)
def test_a_conversion_with_figures_of_the_entrance(
    pack: LawPack, present: str, yes: str, outcome: str
) -> None:
    question = percent("participants", "90.00", decision="44.2.4.5-multi") | {
        "bases": {"entrance_owners": "1000", "entrance_participants": present},
        "votes_for_in": {"entrance_participants": yes},
    }
    found = judged(pack, figures(question, date="2020-02-01"))
    assert found.questions[0].outcome == outcome


@pytest.mark.parametrize(
    ("decision", "yes", "outcome"),
    [
        ("44.2.4.6-include", "1600", "carried"),
        ("44.2.4.6-include", "1599.99", "rejected"),
        ("44.2.4.6-exclude", "800", "carried"),
        ("44.2.4.6-exclude", "799.99", "rejected"),
    ],
)
def test_integrated_development_counts_residential_owners(
    pack: LawPack, decision: str, yes: str, outcome: str
) -> None:
    question = votes(yes, "0", "0", decision=decision) | {"bases": {"residential_owners": "2400"}}
    found = judged(pack, figures(question, date="2022-02-01"))
    assert found.questions[0].outcome == outcome


def test_members_of_an_association_are_judged_by_article_146(pack: LawPack) -> None:
    found = judged(pack, figures(percent("participants", "50.01"), body="tsg_members"))
    assert found.questions[0].outcome == "carried"
    assert found.questions[0].rule is not None
    assert found.questions[0].rule.decision == "146.4-ordinary"
    qualified = percent("all", "66.00", decision="146.4-qualified")
    assert judged(pack, figures(qualified, body="tsg_members")).questions[0].outcome == "rejected"
    owners = judged(
        pack, figures(percent("participants", "60", decision="44.2.1"), body="tsg_members")
    )
    assert "wrong_body" in codes(owners)


def test_consent_of_all_is_every_owner(pack: LawPack) -> None:
    whole = votes("3000", "0", "0", decision="36.3")
    assert (
        judged(pack, figures(whole, participants_votes="3000", printed=None)).questions[0].outcome
        == "carried"
    )
    nearly = votes("2999.99", "0", "0", decision="36.3")
    found = judged(pack, figures(nearly, participants_votes="2999.99", printed=None))
    assert found.questions[0].outcome == "rejected"


def test_unknown_and_repealed_kinds_leave_the_outcome_open(pack: LawPack) -> None:
    unknown = judged(pack, figures(percent("participants", "60", decision="44.2.99")))
    assert unknown.questions[0].outcome == "unclear" and "unknown_decision" in codes(unknown)
    late = percent("participants", "60.00", decision="44.2.3.2")
    repealed = judged(pack, figures(late, date="2025-03-01"))
    assert repealed.questions[0].outcome == "unclear" and "not_in_force" in codes(repealed)


def test_wording_that_points_elsewhere_is_only_a_finding(pack: LawPack) -> None:
    question = percent("participants", "60.00", decision="44.2.5") | {
        "text": "Выбрать управляющей организацией ООО «Пример»"
    }
    found = judged(pack, figures(question, date="2023-02-01"))
    assert found.questions[0].outcome == "carried"
    assert codes(found) == ["kind_doubtful"]
    assert codes(judged(pack, figures(question, date="2022-02-01"))) == []


def test_a_form_the_law_did_not_know(pack: LawPack) -> None:
    question = percent("participants", "60.00")
    assert codes(judged(pack, figures(question, date="2015-06-29"))) == ["form_not_in_force"]
    assert codes(judged(pack, figures(question, date="2015-06-30"))) == []
    assert codes(judged(pack, figures(question, form="dance"))) == ["unknown_form"]


def test_question_numbers_must_differ(pack: LawPack) -> None:
    question = percent("participants", "60.00")
    assert codes(judged(pack, figures(question, question))) == ["duplicate_number"]


def test_the_json_form(pack: LawPack) -> None:
    form = to_json(judged(pack, figures(percent("participants", "60.00"))))
    assert form["format"] == "sobranie-judgement/1"
    assert form["quorum"] == {
        "held": True,
        "percent": "66.67",
        "percent_ends": {"from": "66.6667", "to": "66.6667"},
    }
    (question,) = form["questions"]
    assert question["rule"]["base"] == "participants"
    assert question["rule"]["threshold"] == "1/2" and question["rule"]["strict"] is True
    assert question["rule"]["edition"] == "2019-01-08" and question["rule"]["norm"]
    assert json.loads(json.dumps(form)) == form


def test_the_turnout_of_percentages_of_all_votes(pack: LawPack) -> None:
    """Явка не указана, но ответы от всех голосов в сумме дают 60,67 %."""
    marks = {"base": "all", "for": "43.98", "against": "11.09", "abstained": "5.60"}
    question = percent("all", "43.98", percent=marks)
    found = judged(
        pack, figures(question, total_votes="3000", participants_votes=None, printed=None)
    )
    assert found.quorum_held is True and found.questions[0].outcome == "carried"
