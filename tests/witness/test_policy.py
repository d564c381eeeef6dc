"""Policy files: read as C2SP tlog-policy says, every fault by its reason and line."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from api.settings import SettingsError, read_settings
from signing.checkpoint import open_checkpoint
from signing.errors import PolicyMalformedError
from signing.note import COSIGNATURE, ED25519, VerifierKey
from signing.policy import MAX_POLICY_BYTES, Policy
from signing.receipt import Receipt

KEYS = [VerifierKey(f"w.example/{n}", COSIGNATURE, bytes([n]) * 32) for n in range(6)]
LOG = VerifierKey("sobranie.example/log", ED25519, b"l" * 32)
X1, X2, X3, Y1, Y2, Y3 = (key.to_text() for key in KEYS)
TWO_LEVELS = f"""\
# Who watches.
  # An indented remark, кириллицей.
log {LOG.to_text()}

witness X1 {X1}
witness X2 {X2} https://x2.example/prefix/
witness X3\t{X3}
group X-witnesses 2 X1 X2 X3
witness Y1 {Y1}
witness Y2 {Y2}
 witness  Y3  {Y3}\t
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def policy(text: str) -> Policy:
    """Read a policy."""
    return Policy.from_bytes(text.encode())


def reason_of(text: str | bytes) -> tuple[str, str]:
    """Give reason and place of a refusal."""
    with pytest.raises(PolicyMalformedError) as refused:
        Policy.from_bytes(text.encode() if isinstance(text, str) else text)
    return refused.value.reason, refused.value.where


def test_the_example_of_the_specification_is_judged_in_all_sixty_four_ways() -> None:
    read = policy(TWO_LEVELS)
    assert read.keys() == tuple(KEYS)
    assert read.log_keys("sobranie.example/log") == (LOG,)
    assert read.log_keys("other.example/log") == ()
    assert [witness.url for witness in read.witnesses][:2] == [None, "https://x2.example/prefix"]
    for number in range(7):
        for cosigned in combinations(KEYS, number):
            wanted = len({*cosigned} & {*KEYS[:3]}) >= 2 and bool({*cosigned} & {*KEYS[3:]})
            assert read.is_met_by(cosigned) == wanted


def test_a_quorum_may_be_one_witness_or_nobody() -> None:
    one = policy(f"witness a {X1}\nwitness b {X2}\nquorum b\n")
    assert one.is_met_by([KEYS[1]])
    assert not one.is_met_by([KEYS[0]])
    assert policy("quorum none\n").is_met_by([])


def test_a_key_of_another_name_does_not_count() -> None:
    read = policy(f"witness a {X1}\nquorum a\n")
    assert not read.is_met_by([VerifierKey("other", COSIGNATURE, KEYS[0].public)])


A, B = f"witness a {X1}\n", f"witness b {X2}\n"


@pytest.mark.parametrize(
    ("text", "reason", "where"),
    [
        ("", "no_quorum", "policy"),
        (A, "no_quorum", "policy"),
        (f"{A}quorum a", "no_final_newline", "line 2"),
        (f"{A}quorum a\nquorum a\n", "quorum_twice", "line 3"),
        (f"quorum a\n{A}", "name_unknown", "line 1"),
        (f"{A}quorum A\n", "name_unknown", "line 2"),
        (f"{A}{A}quorum a\n", "name_taken", "line 2"),
        (f"witness none {X1}\nquorum none\n", "name_taken", "line 1"),
        (f"{A}witness b {X1}\nquorum a\n", "key_twice", "line 2"),
        (f"log {LOG.to_text()}\nlog {LOG.to_text()}\nquorum none\n", "key_twice", "line 2"),
        (f"{A}group a any a\nquorum a\n", "name_taken", "line 2"),
        (f"{A}group g any a b\nquorum g\n", "name_unknown", "line 2"),
        (f"{A}group g any g\nquorum g\n", "name_unknown", "line 2"),
        (f"{A}group g any none\nquorum g\n", "name_unknown", "line 2"),
        (f"{A}group g any a a\nquorum g\n", "member_twice", "line 2"),
        (f"{A}{B}group g any a\ngroup h any a b\nquorum h\n", "member_twice", "line 4"),
        (f"{A}group g 0 a\nquorum g\n", "threshold", "line 2"),
        (f"{A}group g 2 a\nquorum g\n", "threshold", "line 2"),
        (f"{A}group g 01 a\nquorum g\n", "threshold", "line 2"),
        (f"{A}group g most a\nquorum g\n", "threshold", "line 2"),
        (f"{A}group g 1\nquorum g\n", "number_of_words", "line 2"),
        (f"{A}quorum a a\n", "number_of_words", "line 2"),
        ("witness a\nquorum none\n", "number_of_words", "line 1"),
        (f"witness a {X1} https://a.example b\nquorum a\n", "number_of_words", "line 1"),
        (f"witness a {X1} a.example\nquorum a\n", "not_a_web_address", "line 1"),
        ("cosigner a\nquorum none\n", "unknown_keyword", "line 1"),
        ("Quorum none\n", "unknown_keyword", "line 1"),
        (f"witness a {LOG.to_text()}\nquorum a\n", "key_for_another_use", "line 1"),
        (f"log {X1}\nquorum none\n", "key_for_another_use", "line 1"),
        (f"witness a {X1[:-1]}\nquorum a\n", "not_base64", "line 1"),
        ("witness a w.example+00000000+BA==\nquorum a\n", "key_length", "line 1"),
        ("quorum none\r\n", "control_character", "line 1"),
        ("# \x7f\nquorum none\n", "control_character", "line 1"),
        (b"quorum none\n# \xff\n", "not_utf8", "byte 14"),
        ("#" * (MAX_POLICY_BYTES + 1), "too_long", f"{MAX_POLICY_BYTES + 1} bytes"),
    ],
)
def test_a_policy_is_refused(text: str | bytes, reason: str, where: str) -> None:
    assert reason_of(text) == (reason, where)


def test_a_no_break_space_parts_no_words() -> None:
    assert reason_of("quorum\N{NO-BREAK SPACE}none\n")[0] == "unknown_keyword"


def test_a_key_of_a_kind_that_is_not_verified_is_refused_rather_than_never_met() -> None:
    text = VerifierKey("w", COSIGNATURE, bytes(32)).to_text()
    head, _, _ = text.rpartition("+")
    assert reason_of(f"witness a {head}+{'Bg' + 'A' * 42}\nquorum a\n")[1] == "line 1"


def test_the_settings_name_the_file_and_the_line(tmp_path: Path) -> None:
    path = tmp_path / "witnesses.policy"
    env = {"SOBRANIE_HOME": str(tmp_path / "home"), "SOBRANIE_WITNESSES": str(path)}
    with pytest.raises(SettingsError, match=r"witnesses\.policy» не читается"):
        read_settings(env)
    path.write_text(f"{A}quorum b\n")
    with pytest.raises(SettingsError, match="строка 2: выше нет свидетеля или группы"):
        read_settings(env)
    path.write_text(f"witness a {X1[:-2]}\nquorum b\n")
    with pytest.raises(SettingsError, match="строка 1: ключ не читается"):
        read_settings(env)
    path.write_text(f"{A}quorum a\n")
    read = read_settings(env).witnesses
    assert read is not None
    assert read.keys() == (KEYS[0],)
    del env["SOBRANIE_WITNESSES"]
    assert read_settings(env).witnesses is None


def test_the_policy_of_the_page_is_met_by_the_witness_of_its_vectors() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/log-format.md").read_text(encoding="utf-8")
    text = re.search(r"```text\n(log .*?)```", page, re.DOTALL)
    receipt = re.search(
        r"```text\n(c2sp.org/tlog-proof@v1\nindex 1\n[^<].*?— witness.*?)```", page, re.DOTALL
    )
    assert text is not None
    assert receipt is not None
    read = policy(text[1])
    note = Receipt.from_bytes(receipt[1].encode()).checkpoint.encode()
    opened = open_checkpoint(note, [log.key for log in read.logs], read.keys())
    assert read.is_met_by([one.witness for one in opened.cosignatures])
    assert not read.is_met_by([])
