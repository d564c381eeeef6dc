"""Launch data: the facts' vector, and every way to forge it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from api.chat.max.init_data import (
    InitData,
    InitDataRefusal,
    InitDataRefusedError,
    verify_init_data,
)
from tests.fake_max.facts import FACTS, TOKEN
from tests.fake_max.signatures import sign_init_data

VECTOR = FACTS["test_vectors"]["init_data"]
RAW: str = VECTOR["init_data"]
SIGNED = datetime.fromtimestamp(1795305600, UTC)
USER = {"id": 67890, "first_name": "Анна"}
FIELDS = {"query_id": "q1", "auth_date": "1795305600", "user": USER, "start_param": "b_7"}


def verify(raw: str, now: datetime = SIGNED, token: str = TOKEN) -> InitData:
    return verify_init_data(raw, SecretStr(token), now)


def refusal(raw: str, now: datetime = SIGNED, token: str = TOKEN) -> InitDataRefusal:
    with pytest.raises(InitDataRefusedError) as refused:
        verify(raw, now, token)
    assert refused.value.code == refused.value.refusal.value
    return refused.value.refusal


def signed(**changes: object) -> str:
    return sign_init_data(TOKEN, {**FIELDS, **changes})


def test_the_facts_vector_is_believed() -> None:
    data = verify(RAW)
    assert data.user.id == 67890
    assert data.user.first_name == "Анна"
    assert data.user.username is None
    assert data.chat is not None and (data.chat.id, data.chat.kind) == (-70000000000005, "CHAT")
    assert data.start_param == "b_7Qk2mZ0aX-9"
    assert data.query_id == "4c0ab423-342b-4e45-aea4-2747dbc500cd"
    assert data.signed_at == SIGNED


def test_order_of_pairs_and_case_of_the_hash_do_not_matter() -> None:
    head, _, claimed = RAW.rpartition("&hash=")
    assert verify(f"hash={claimed.upper()}&" + "&".join(reversed(head.split("&")))) == verify(RAW)


def test_unknown_keys_take_part_and_plus_stays_plus() -> None:
    assert verify(signed(novelty="a+b c", start_param="p+q")).start_param == "p+q"


def test_chat_and_start_param_may_be_absent() -> None:
    data = verify(signed(start_param=None))
    assert data.chat is None
    assert data.start_param is None


def test_milliseconds_are_told_by_magnitude() -> None:
    assert verify(signed(auth_date="1795305600000")).signed_at == SIGNED


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (timedelta(hours=1), None),
        (timedelta(hours=1, seconds=1), InitDataRefusal.STALE),
        (timedelta(minutes=-1), None),
        (timedelta(minutes=-1, seconds=-1), InitDataRefusal.FROM_THE_FUTURE),
    ],
)
def test_freshness_on_both_sides_of_both_edges(
    shift: timedelta, expected: InitDataRefusal | None
) -> None:
    if expected is None:
        assert verify(RAW, SIGNED + shift).user.id == 67890
    else:
        assert refusal(RAW, SIGNED + shift) is expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", InitDataRefusal.MALFORMED),
        ("a", InitDataRefusal.MALFORMED),
        (RAW + "&", InitDataRefusal.MALFORMED),
        (RAW + "&=x", InitDataRefusal.MALFORMED),
        (RAW + "&x=%ff", InitDataRefusal.MALFORMED),
        (RAW + "&x=\ud800", InitDataRefusal.MALFORMED),
        (RAW + "&\ud800=x", InitDataRefusal.WRONG_HASH),
        (RAW + "&x=%0A", InitDataRefusal.MALFORMED),
        (RAW + "&x=1", InitDataRefusal.WRONG_HASH),
        (RAW + "&hash=" + "0" * 64, InitDataRefusal.REPEATED_KEY),
        (RAW + "&user=%7B%7D", InitDataRefusal.REPEATED_KEY),
        (RAW.partition("&hash=")[0], InitDataRefusal.NO_HASH),
        (RAW[:-1], InitDataRefusal.NO_HASH),
        (RAW[:-1] + "é", InitDataRefusal.NO_HASH),
        ("x" * 20_000, InitDataRefusal.TOO_LONG),
        (signed(auth_date=""), InitDataRefusal.NO_TIME),
        (signed(auth_date="١٢٣"), InitDataRefusal.NO_TIME),
        (signed(auth_date="1_795_305_600"), InitDataRefusal.NO_TIME),
        (signed(auth_date="9" * 40), InitDataRefusal.NO_TIME),
        (signed(query_id=None), InitDataRefusal.NO_SESSION),
        (signed(user=None), InitDataRefusal.NO_USER),
        (signed(user={"id": "67890", "first_name": "А"}), InitDataRefusal.NO_USER),
        (signed(user={"id": True, "first_name": "А"}), InitDataRefusal.NO_USER),
        (signed(user="{{{"), InitDataRefusal.NO_USER),
        (signed(chat={"id": 1.5, "type": "CHAT"}), InitDataRefusal.BAD_CHAT),
    ],
)
def test_each_defect_has_its_code(raw: str, expected: InitDataRefusal) -> None:
    assert refusal(raw) is expected


def test_another_bots_data_is_refused() -> None:
    assert refusal(RAW, token="fake-token-of-another") is InitDataRefusal.WRONG_HASH


def test_signed_pairs_glued_by_a_line_break_are_refused() -> None:
    # The signed text is the same, so the hash is right; the start_param would vanish unseen.
    glued = signed().replace("&start_param=b_7", "%0Astart_param=b_7")
    assert glued != signed()
    assert refusal(glued) is InitDataRefusal.MALFORMED


@given(place=st.integers(0, len(RAW) - 1), letter=st.sampled_from("0aZ%&=\n"))
def test_no_changed_byte_is_believed(place: int, letter: str) -> None:
    changed = RAW[:place] + letter + RAW[place + 1 :]
    head = RAW.rindex("&hash=")
    try:
        data = verify(changed)
    except InitDataRefusedError:
        return
    # Only the case of a percent code or of the hash may differ.
    assert data == verify(RAW)
    assert changed.lower() == RAW.lower() or changed[:head] == RAW[:head]


@given(st.text(max_size=200))
def test_no_text_breaks_the_parser(raw: str) -> None:
    with pytest.raises(InitDataRefusedError):
        verify(raw)
