"""Both verifiers agree on forgeries nobody thought of, made by chance from a fixed seed."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import pytest
import rfc8785

from tests.audit.forger import Forger
from tests.audit.meeting import MEETING, title
from tests.audit.test_fuzz import STRANGE, places, replaced, value_at
from tests.verifier.runner import UNSOUND, Job, by_page, by_python

if TYPE_CHECKING:
    from pathlib import Path

    from signing.keys import FileSigner
    from tests.audit.conftest import Held
    from tests.verifier.eventful import Eventful
    from tests.verifier.runner import Verdict

FORGERIES = 200
SEED = 20260301
CLAIMS = ("claimed.json", "openings.json", "protocol/protocol.json")


def test_both_agree_on_a_plain_meeting_forged(held: Held, tmp_path: Path) -> None:
    _agree(held.inspector, held.signer, tmp_path)


def test_both_agree_on_an_eventful_meeting_forged(eventful: Eventful, tmp_path: Path) -> None:
    _agree(eventful.inspector, eventful.signer, tmp_path)


def _agree(data: bytes, signer: FileSigner, folder: Path) -> None:
    chance = random.Random(SEED)
    made = [forgery(chance, data, signer) for _ in range(FORGERIES)]
    python = _compare(made, folder)
    assert UNSOUND in {one.state for one in python}


def _compare(made: list[bytes], folder: Path) -> list[Verdict]:
    said = by_page(map(Job, made), folder)
    python = [by_python(data) for data in made]
    assert [one.state for one in said] == [one.state for one in python]
    assert [first_named(one) for one in said] == [first_named(one) for one in python]
    return python


def first_named(verdict: Verdict) -> str | None:
    """Give the first entry that is named; of what follows from it more or less may be told."""
    return min(verdict.entries, key=lambda place: int(place.split()[1]), default=None)


def forgery(chance: random.Random, data: bytes, signer: FileSigner) -> bytes:
    """Forge a bundle: values of records, their order, bytes of the file, or what is claimed."""
    forger = Forger(data)
    kind = chance.choice(("value", "value", "value", "order", "bytes", "claim"))
    if kind == "value":
        for _ in range(chance.randint(1, 2)):
            _change_a_value(chance, forger)
        return forger.signed(signer)
    if kind == "order":
        for _ in range(chance.randint(1, 4)):
            _change_the_order(chance, forger)
        return forger.signed(signer)
    if kind == "bytes":
        whole = bytearray(data)
        for _ in range(chance.randint(1, 3)):
            whole[chance.randrange(len(whole))] ^= chance.randint(1, 255)
        return bytes(whole)
    path = chance.choice(CLAIMS)
    document = json.loads(forger.files[path])
    where = chance.choice(places(document))
    forger.files[path] = rfc8785.dumps(replaced(document, where, chance.choice(STRANGE)))
    return forger.listed()


def _change_a_value(chance: random.Random, forger: Forger) -> None:
    index = chance.randrange(len(forger.entries))
    record = forger.record(index)
    other = forger.record(chance.randrange(len(forger.entries)))
    values = [*STRANGE, *(value_at(other, path) for path in places(other))]
    forger.put(index, replaced(record, chance.choice(places(record)), chance.choice(values)))


def _change_the_order(chance: random.Random, forger: Forger) -> None:
    entries = forger.entries
    one, other = chance.randrange(len(entries)), chance.randrange(len(entries))
    match chance.choice(("move", "double", "drop")):
        case "move":
            entries.insert(other, entries.pop(one))
        case "double":
            entries.insert(other, entries[one])
        case _:
            entries.pop(one)


# --- facts that the meetings do not have, true and false ------------------------------------------

BALLOT = str(uuid5(MEETING, f"ballot {title('2')}"))
FIRST = str(title("1"))
NEW = str(UUID("a0d17000-0000-4000-8000-0000000000aa"))
ADDED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "area": ("premises-recorded", "area-corrected", {"area": "60.00", "area_source": "ЕГРН"}),
    "more area": ("premises-recorded", "area-corrected", {"area": "61.00", "area_source": "ЕГРН"}),
    "end": ("title-recorded", "title-ended", {"title": FIRST, "true_until": "2027-01-01"}),
    "early end": ("title-recorded", "title-ended", {"title": FIRST, "true_until": "2026-01-01"}),
    "unknown end": ("title-recorded", "title-ended", {"title": NEW, "true_until": "2027-01-01"}),
    "strike": ("count-opened", "ballot-struck", {"ballot": BALLOT, "reason": "без подписи"}),
    "strange strike": ("count-opened", "ballot-struck", {"ballot": NEW, "reason": "без подписи"}),
}  # fmt: skip


@pytest.mark.parametrize("name", ADDED)
def test_both_agree_on_a_fact_put_in(held: Held, name: str, tmp_path: Path) -> None:
    after, kind, body = ADDED[name]
    forger = Forger(held.inspector)
    index = forger.index_of(after)
    stream = forger.record(index)["stream"]
    same = [i for i in range(len(forger.entries)) if forger.record(i)["stream"] == stream]
    last = same[-1] if after != "count-opened" else index
    record = forger.record(last) | {"type": f"{kind}/1", "body": body}
    record["version"] += 1
    forger.insert(last + 1, record)
    _compare([forger.signed(held.signer)], tmp_path)


def test_an_item_worded_anew(held: Held, tmp_path: Path) -> None:
    made = []
    for wanted in (2, 9):
        forger = Forger(held.inspector)
        record = forger.record(forger.index_of("item-added", 1))
        record["type"], record["version"] = "item-edited/1", 4
        record["body"]["item"]["number"] = wanted
        forger.edit("agenda-fixed", lambda fixed: fixed.update(version=5))
        forger.insert(forger.index_of("agenda-fixed"), record)
        made.append(forger.signed(held.signer))
    _compare(made, tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"judged_on": "2026-03-29"},
        {"judged_on": "2026-03-29", "judged_on_reason": "так решили"},
        {"judged_on": "2010-01-01", "judged_on_reason": "так решили"},
        {"closes_at": "2026-03-20T09:00:00Z", "judged_on": "2026-03-20"},
        {"first_in_system": True},
        {"form": "absentee", "basis": "written_decisions"},
        {"opens_at": "2026-03-10T09:00:00Z"},
    ],
    ids=str,
)
def test_both_agree_on_a_call_under_other_terms(
    held: Held, changes: dict[str, Any], tmp_path: Path
) -> None:
    forger = Forger(held.inspector)
    forger.body("meeting-called", **changes)
    _compare([forger.signed(held.signer)], tmp_path)
