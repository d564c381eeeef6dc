"""The rules of the page: every one can be read, and those no other test breaks are broken here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from domain.agenda import AgendaItem, agenda_digest
from tests.audit.forger import Forger
from tests.verifier.runner import UNSOUND, Job, by_page, by_python, node, page_path
from tests.verifier.test_forgeries import first_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from signing.keys import FileSigner
    from tests.audit.conftest import Held
    from tests.verifier.eventful import Eventful

READER = Path(__file__).parent / "rules.mjs"


def test_every_rule_is_read_to_its_end_and_no_name_stands_for_two_things() -> None:
    run = subprocess.run(
        [node(), str(READER), str(page_path())], capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["read"] > 400
    assert found["twice"] == []
    assert (found["wrong"], found["unknown"]) == ([], False)


def _items(forger: Forger, number: int, **fields: Any) -> None:
    """Change an item of the agenda wherever it stands, its digest with it."""
    call = forger.record(forger.index_of("meeting-called"))["body"]
    items = call["items"]
    items[number - 1].update(fields)
    digest = agenda_digest(cast("list[AgendaItem]", [SimpleNamespace(**one) for one in items]))
    forger.body("item-added", number - 1, item=items[number - 1])
    forger.body("agenda-fixed", digest=digest)
    forger.body("meeting-called", items=items, agenda_digest=digest)


def _again(forger: Forger, kind: str, body: dict[str, Any] | None = None) -> None:
    """Put one more fact behind the completed count."""
    index = forger.index_of("count-completed")
    record = forger.record(index)
    record["version"] += 1
    if body is not None:
        record["type"], record["body"] = f"{kind}/1", body
    forger.insert(index + 1, record)


def _strike(forger: Forger) -> None:
    ballot = forger.record(forger.index_of("ballot-received"))["stream"]
    _again(forger, "ballot-struck", {"ballot": ballot, "reason": "без подписи"})


def _law_named(forger: Forger) -> None:
    law = forger.record(forger.index_of("meeting-called"))["body"]["law"]
    forger.body("meeting-called", law={**law, "version": "1"})


PLAIN: dict[str, Callable[[Forger], Any]] = {
    "пакет норм назван своим именем": _law_named,
    "эти вопросы решает общее собрание": lambda f: _items(f, 1, decision="161.1.8-none"),
    "уведомление уже сделано": lambda f: f.body("notice-proven", given_at="2026-03-25T00:00:00Z"),
    "подсчёт не завершён": lambda f: _again(f, "count-completed"),
    "такое решение получено": lambda f: _again(
        f, "ballot-struck", {"ballot": f.record(0)["stream"], "reason": "без подписи"}
    ),
}
EVENTFUL: dict[str, Callable[[Forger], Any]] = {
    "причина названа": lambda f: f.body("log-key-retired", reason=" "),
    "подъезд назван там, где голосует подъезд": lambda f: _items(f, 1, entrance=None),
    "где норма неясна, человек выбрал её чтение и объяснил почему": lambda f: _items(
        f, 3, reading_reason=" "
    ),
    "такой ключ есть": lambda f: f.body("log-key-retired", key="no key of this log"),
}


@pytest.mark.parametrize("words", PLAIN)
def test_a_rule_broken_in_a_plain_meeting(held: Held, words: str, tmp_path: Path) -> None:
    _broken(held.inspector, held.signer, (words, PLAIN[words]), tmp_path)


@pytest.mark.parametrize("words", EVENTFUL)
def test_a_rule_broken_in_an_eventful_meeting(
    eventful: Eventful, words: str, tmp_path: Path
) -> None:
    _broken(eventful.inspector, eventful.signer, (words, EVENTFUL[words]), tmp_path)


def test_a_ballot_struck_after_its_count(held: Held, tmp_path: Path) -> None:
    _broken(held.inspector, held.signer, ("подсчёт не завершён", _strike), tmp_path)


def _broken(
    data: bytes, signer: FileSigner, rule: tuple[str, Callable[[Forger], Any]], folder: Path
) -> None:
    words, forge = rule
    forger = Forger(data)
    forge(forger)
    made = forger.signed(signer)
    (said,), python = by_page([Job(made)], folder), by_python(made)
    assert said.state == python.state == UNSOUND
    assert first_named(said) == first_named(python)
    assert f"Не выполнено: {words}." in said.text
