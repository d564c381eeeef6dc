"""The code of a printed sheet leads an officer back to the titles and the marks on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import segno

from api import offices
from api.http.app import create_app
from domain.events import Channel, Evidence, Mark
from domain.voting import Decision
from projections.documents.ballot_pdf import SheetCode, SheetCodeError
from tests.api.door import ask
from tests.web.conftest import MEETING, NAMES, World, title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.facts import TitleId

FOR, AGAINST, ABSTAIN = Mark.FOR, Mark.AGAINST, Mark.ABSTAIN
MINE = [title("1"), title("2"), title("М-1")]
ANSWERS = {"1": "for", "2": "against", "3": "abstain"}


@dataclass
class Office:
    """An officer with a scanner, and owners who prepare and print."""

    world: World
    codes: list[str]
    app: Any = field(init=False)
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Let the officer in and open the voting."""
        self.world.open()
        self.app = create_app(self.world.services)
        token = self.world.services.desk.add_officer("секретарь")
        self.headers = {"authorization": f"Bearer {token}"}

    def prepare(self, titles: Sequence[TitleId], *marks: Mark) -> None:
        """Prepare answers by link, a minute after the last ones."""
        self.world.clock.tick(timedelta(minutes=1))
        evidence = Evidence("link", "ab" * 32)
        decision = Decision(marks, Channel.LINK, evidence, self.world.clock())
        command = offices.cast_command(MEETING, list(titles), decision)
        self.world.services.writer.run(command)

    def print(self, name: str = "rita") -> list[str]:
        """Print what an owner has prepared; gives the codes of the sheets."""
        self.codes.clear()
        answer = self.world.get(f"{self.world.path(name)}/decision.pdf")
        assert answer.status_code == 200
        return list(dict.fromkeys(self.codes))

    def scan(self, code: str, meeting: object = MEETING) -> Any:
        """Scan a code; gives the JSON of the answer."""
        path = f"/api/v1/meetings/{meeting}/scanned-sheets"
        return ask(self.app, "POST", path, json={"code": code}, headers=self.headers).json()

    def titles(self, code: str) -> list[str]:
        """Scan a code; gives the titles of the paper."""
        return [row["title"] for row in self.scan(code)["titles"]]


@pytest.fixture
def office(written: World, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give an officer; the codes are taken where they are drawn."""
    codes: list[str] = []
    draw = segno.make

    def drawn(text: str, **how: Any) -> Any:
        codes.append(text)
        return draw(text, **how)

    monkeypatch.setattr(segno, "make", drawn)
    return Office(written, codes)


def test_a_sheet_gives_its_titles_and_marks_to_confirm(office: Office) -> None:
    office.prepare(MINE, FOR, AGAINST, ABSTAIN)
    (code,) = office.print()
    found = office.scan(f" {code}\r\n")
    rows = found.pop("titles")
    assert found == {
        "number": code.split("|")[2],
        "sheet": 1,
        "sheets": 1,
        "revision": 1,
        "newer": False,
        "answers": ANSWERS,
    }
    assert {row["title"] for row in rows} == set(map(str, MINE))
    assert {row["state"] for row in rows} == {"prepared"}
    assert all(NAMES["rita"] in row["holders"] for row in rows)


def test_what_was_found_enters_the_paper_as_it_is(office: Office) -> None:
    """One scan, one look at the paper, and the ballot of each title is entered."""
    office.prepare(MINE, FOR, AGAINST, ABSTAIN)
    (code,) = office.print()
    found = office.scan(code)
    for row in found["titles"]:
        body = {
            "title": row["title"],
            "answers": found["answers"],
            "received_at": office.world.clock().isoformat(),
            "scan": {"name": "scan.pdf", "content": "c2Nhbg=="},
        }
        path = f"/api/v1/meetings/{MEETING}/paper-ballots"
        answer = ask(office.app, "POST", path, json=body, headers=office.headers)
        assert answer.status_code == 201, answer.text
    assert {row["state"] for row in office.scan(code)["titles"]} == {"received"}


def test_an_older_paper_is_found_with_its_own_marks(office: Office) -> None:
    """Signed is signed: the owner's newer answers are told of, not put in its place."""
    office.prepare(MINE, FOR, AGAINST, ABSTAIN)
    (old,) = office.print()
    office.prepare(MINE, AGAINST, AGAINST, AGAINST)
    (new,) = office.print()
    assert (office.scan(old)["answers"], office.scan(old)["newer"]) == (ANSWERS, True)
    assert set(office.scan(new)["answers"].values()) == {"against"}
    assert not office.scan(new)["newer"]


def test_each_paper_of_an_owner_is_told_apart(office: Office) -> None:
    office.prepare([title("1"), title("2")], FOR, FOR, FOR)
    office.prepare([title("М-1")], AGAINST, FOR, FOR)
    first, second = office.print()
    assert office.titles(first) == [str(title("1")), str(title("2"))]
    assert office.titles(second) == [str(title("М-1"))]


def test_a_title_that_another_holder_prepared_anew_leaves_the_old_paper_known(
    office: Office,
) -> None:
    """Rita printed three titles on one paper; then Ivan answered otherwise for the joint one."""
    office.prepare(MINE, FOR, AGAINST, ABSTAIN)
    (together,) = office.print("rita")
    office.prepare([title("2")], AGAINST, AGAINST, AGAINST)
    (ivans,) = office.print("ivan")
    assert set(office.titles(together)) == set(map(str, MINE))
    assert office.scan(together)["newer"]
    assert office.titles(ivans) == [str(title("2"))]
    assert len(office.print("rita")) == 2


def test_a_paper_entered_in_part_leaves_the_rest_findable(office: Office) -> None:
    office.prepare(MINE, FOR, AGAINST, ABSTAIN)
    (whole,) = office.print()
    office.world.clock.tick(timedelta(minutes=1))
    office.world.paper([title("1")], FOR, AGAINST, ABSTAIN)
    (rest,) = office.print()
    assert set(office.titles(whole)) == set(map(str, MINE))
    assert set(office.titles(rest)) == {str(title("2")), str(title("М-1"))}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda code: "https://sobranie.example/", "not_a_code"),
        (lambda code: "", "not_a_code"),
        (lambda code: code.replace("|r1|", "|r2|"), "damaged"),
        (lambda code: code[:-1] + ("0" if code[-1] != "0" else "1"), "damaged"),
        (lambda code: changed(code, meeting="M000000000000"), "another_meeting"),
        (lambda code: changed(code, revision=2), "nothing_prepared"),
        (lambda code: changed(code, number="BAAAAAAAAAA"), "nothing_prepared"),
    ],
)
def test_what_leads_nowhere_says_why(office: Office, spoil: Any, why: str) -> None:
    office.prepare(MINE, FOR, AGAINST, ABSTAIN)
    (code,) = office.print()
    refused = office.scan(spoil(code))
    assert (refused["code"], refused["why"], refused["status"]) == ("sheet_code_refused", why, 422)


def changed(code: str, **values: Any) -> str:
    """Write a code with other values and a sum that fits."""
    return replace(SheetCode.from_text(code), **values).to_text()


def test_only_officers_scan_and_only_known_meetings(office: Office) -> None:
    office.prepare(MINE, FOR, AGAINST, ABSTAIN)
    (code,) = office.print()
    path = f"/api/v1/meetings/{MEETING}/scanned-sheets"
    assert ask(office.app, "POST", path, json={"code": code}).status_code == 401
    assert office.scan(code, "x")["code"] == "not_found"
    assert office.scan("x" * 201)["code"] == "body_malformed"


@pytest.mark.parametrize(
    "text",
    [
        "OSS1|M000000000000|BAAAAAAAAAA|1/1|r01|0000",
        "OSS1|M000000000000|BAAAAAAAAAA|01/1|r1|0000",
        "oss1|M000000000000|BAAAAAAAAAA|1/1|r1|0000",
        "OSS1|M000000000000|BAAAAAAAAAA|1/1|r1|0000\n",
        "OSS1|M000000000000|BAAAAAAAAAA|\u0661/1|r1|0000",
    ],
)
def test_one_code_has_one_spelling(text: str) -> None:
    with pytest.raises(SheetCodeError):
        SheetCode.from_text(text)


def test_a_code_written_is_read_back() -> None:
    code = SheetCode("10000012345678", "BABCDEFGH23", 2, 12, 3)
    assert SheetCode.from_text(code.to_text()) == code
