"""One walk over every refusal: code, wording, status, page in the docs, and a way to provoke it."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import api.refusals  # noqa: F401 - its classes must be known before the walk
from api.cli.refusal_examples import examples
from api.cli.refusals_page import page
from api.http.problems import facts_of, problem_of, status_of
from api.messages import explain
from domain.refusals import Refusal, all_refusals
from tests.api.door import MOSCOW, Door, open_door
from tests.api.provoking import PROVOKED

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "refusals.md"
KINDS = sorted(all_refusals(), key=lambda kind: kind.code)
EXAMPLES = {reason.code: reason for reason in examples()}
MEMBERS = {"type", "title", "status", "detail", "code", "law", "remedy", "instance"}
STATUSES = {400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 503}
BROKEN = re.compile(r"None|\bTrue\b|\bFalse\b|Fraction|datetime|[{}]|\.\.|\s[.,;)]|  |\bwith\b")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Open one real installation for all refusals of the door."""
    with open_door(tmp_path_factory.mktemp("door")) as opened:
        yield opened


def test_codes_are_unique_and_plain() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_refusal_is_worded_has_a_status_a_page_and_can_be_provoked(
    kind: type[Refusal], door: Door
) -> None:
    reason = EXAMPLES[kind.code]
    assert type(reason) is kind
    _is_worded(reason)
    assert status_of(reason) in STATUSES
    assert not facts_of(reason).keys() & MEMBERS
    assert f"`{kind.code}` | {status_of(reason)} |" in PAGE.read_text(encoding="utf-8")
    assert PROVOKED[kind.code](door) == kind.code


def test_nothing_is_worded_or_provoked_that_does_not_exist() -> None:
    codes = {kind.code for kind in KINDS}
    assert EXAMPLES.keys() == codes
    assert PROVOKED.keys() == codes


def test_the_reference_page_is_the_generated_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def _is_worded(reason: Refusal) -> None:
    words = explain(reason, MOSCOW)
    assert words.title[0].isupper()
    assert words.title[-1] not in ".!?"
    for sentence in (words.text, words.remedy):
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith((".", "?"))
    everything = f"{words.title} {words.text} {words.remedy}"
    assert not BROKEN.search(everything), everything
    assert (reason.law in words.text) or not reason.law
    assert problem_of(reason, UTC).to_json()["detail"]
    for word in re.findall(r"[^\W\d_]+", everything):
        alphabets = {"latin" if letter.isascii() else "other" for letter in word}
        assert len(alphabets) == 1, word
