"""Every finding has a code that is worded, documented and said by some room."""

from __future__ import annotations

import re
from pathlib import Path

from api.audit.wording import WORDINGS
from domain.refusals import all_refusals

ROOT = Path(__file__).parents[2]
SOURCES = (
    *(ROOT / "signing" / f"{name}.py" for name in ("verify", "opened", "zipped")),
    *sorted((ROOT / "projections").glob("*.py")),
    *sorted((ROOT / "api" / "audit").glob("*.py")),
)
SAID = re.compile(
    r"""(?:Noticed\(\s*\w+,|_notice(?:_fact)?\(\s*\w+,|_error\(\s*\w+,|Differs\(|_unreadable\("""
    r"""|Finding\(\s*\w+,\s*Severity\.\w+,)\s*"(\w+)\""""
)
OF_ZIP = re.compile(r"""(?:faults\.append\(|ZipFault\()"(\w+)\"""")
ELSEWHERE = {
    # by conditional expressions in signing/verify.py and opened.py
    "entry_changed", "leaf_changed", "entry_length", "tile_broken", "cosignature_false",
}  # fmt: skip
OF_ERRORS = re.compile(r"""^\s+code(?:: ClassVar\[str\])? = "(\w+)\"""", re.MULTILINE)


def said() -> set[str]:
    """Collect the codes the rooms can say."""
    texts = [path.read_text(encoding="utf-8") for path in SOURCES]
    return {code for text in texts for code in (*SAID.findall(text), *OF_ZIP.findall(text))}


def test_every_code_that_is_said_is_worded() -> None:
    assert said() | ELSEWHERE <= WORDINGS.keys()


def test_every_wording_is_of_a_code_somebody_says() -> None:
    errors = (ROOT / "signing" / "errors.py").read_text(encoding="utf-8")
    remote = (ROOT / "api" / "audit" / "remote.py").read_text(encoding="utf-8")
    known = said() | ELSEWHERE | set(OF_ERRORS.findall(errors)) | set(OF_ERRORS.findall(remote))
    assert WORDINGS.keys() <= known


def test_every_code_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "audit-json.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \| (?:error|warning|note)", page, re.MULTILINE))
    assert documented == WORDINGS.keys()


def test_no_finding_is_named_like_a_refusal() -> None:
    assert not {f"refused_{kind.code}" for kind in all_refusals()} & WORDINGS.keys()
